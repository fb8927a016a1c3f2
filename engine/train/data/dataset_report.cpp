#include "engine/train/data/dataset_report.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <string_view>
#include <unordered_set>

namespace dsm {
namespace {

// The next of 1, 2, 5, 10, 20, 50 .. that is not below `width`.
std::int64_t roundWidth(std::int64_t width) {
    std::int64_t power = 1;
    for (;;) {
        for (const std::int64_t step : {1, 2, 5}) {
            if (step * power >= width) return step * power;
        }
        power *= 10;
    }
}

std::uint64_t hashOf(const TrainingSample& sample) {
    const auto bytes = [](const std::vector<std::int32_t>& numbers) {
        return std::string_view(reinterpret_cast<const char*>(numbers.data()),
                                numbers.size() * sizeof(std::int32_t));
    };
    const std::hash<std::string_view> hash;
    constexpr std::uint64_t kMix = 0x9e3779b97f4a7c15;  // 2^64 over the golden ratio
    return hash(bytes(sample.ids)) * kMix + hash(bytes(sample.labels));
}

// The first of many pairs that come in any order.
class FirstRepeated {
  public:
    void add(const RepeatedRow& row) {
        rows_.push_back(row);
        if (rows_.size() >= 2 * DatasetReport::kRowsListed) cut();
    }
    std::vector<RepeatedRow> take() {
        cut();
        return std::move(rows_);
    }

  private:
    void cut() {
        std::sort(rows_.begin(), rows_.end(),
                  [](const auto& a, const auto& b) { return a.place < b.place; });
        rows_.resize(std::min(rows_.size(), DatasetReport::kRowsListed));
    }

    std::vector<RepeatedRow> rows_;
};

}  // namespace

std::int64_t LengthCounts::percentile(double share) const {
    const auto wanted = std::max<std::int64_t>(
        1, static_cast<std::int64_t>(std::ceil(share * static_cast<double>(total_))));
    std::int64_t seen = 0;
    for (const auto& [tokens, count] : counts_) {
        seen += count;
        if (seen >= wanted) return tokens;
    }
    return 0;
}

std::vector<LengthCounts::Bar> LengthCounts::histogram(int bars) const {
    if (counts_.empty()) return {};
    const std::int64_t longest = counts_.rbegin()->first;
    std::int64_t width = roundWidth((longest - counts_.begin()->first) / bars + 1);
    std::int64_t first = counts_.begin()->first / width * width;
    if ((longest - first) / width >= bars) {  // the round beginning cost a bar too many
        width = roundWidth(width + 1);
        first = counts_.begin()->first / width * width;
    }
    std::vector<Bar> result;
    for (std::int64_t begin = first; begin <= longest; begin += width)
        result.push_back({begin, begin + width - 1, 0});
    for (const auto& [tokens, count] : counts_)
        result[static_cast<std::size_t>((tokens - first) / width)].samples += count;
    return result;
}

void ReportBuilder::addRefused(RefusedRow row) {
    ++report_.rows;
    ++report_.refused;
    if (row.trainsNothing) ++report_.trainNothing;
    if (report_.firstRefused.size() < DatasetReport::kRowsListed) {
        report_.firstRefused.push_back(std::move(row));
    }
}

std::string DatasetReport::nameOf(const RowPlace& place) const {
    if (place.file >= files.size()) return "line " + std::to_string(place.line);
    const ReportedFile& file = files[place.file];
    const std::string row = file.unit + ' ' + std::to_string(place.line);
    return files.size() == 1 ? row : file.name + ": " + row;
}

void ReportBuilder::add(const RowPlace& place, const RenderedSample& rendered, bool spellsSpecial,
                        const std::optional<WordSketch>& sketch) {
    const TrainingSample& sample = rendered.sample;
    ++report_.rows;
    ++report_.examples;
    if (rendered.isCut()) ++report_.cut;
    if (rendered.isCutInsideAnswer) ++report_.cutInsideAnswer;
    if (spellsSpecial) ++report_.specialNames;
    report_.tokens += static_cast<std::int64_t>(sample.ids.size());
    report_.trainedTokens += std::count_if(sample.labels.begin(), sample.labels.end(),
                                           [](std::int32_t id) { return id != kNotTrained; });
    report_.lengths.add(rendered.wholeTokens);
    const std::uint64_t hash = hashOf(sample);
    seen_.push_back({hash, PackedPlace(place)});
    if (sketch) near_.add({*sketch, hash, PackedPlace(place)});
    if (report_.firstSamples.size() < samplesToShow_) {
        report_.firstSamples.push_back({place, sample});
    }
}

// Names beyond kColumnsListed are left out: a hostile file has another one in each row.
void ReportBuilder::addColumns(const std::vector<std::string>& unused, bool hasHistory) {
    if (hasHistory) ++report_.withHistory;
    for (const std::string& column : unused) {
        auto& all = report_.unusedColumns;
        if (all.size() < DatasetReport::kColumnsListed || all.contains(column)) ++all[column];
    }
}

void ReportBuilder::countRepeated() {
    std::sort(seen_.begin(), seen_.end());
    FirstRepeated listed;
    for (std::size_t i = 0, first = 0; i < seen_.size(); ++i) {
        if (seen_[i].hash != seen_[first].hash) first = i;
        if (i == first) continue;
        ++report_.repeated;
        listed.add({seen_[i].place.place(), seen_[first].place.place()});
    }
    report_.firstRepeated = listed.take();
}

DatasetReport ReportBuilder::finish() {
    countRepeated();
    seen_ = {};
    FirstRepeated listed;
    report_.nearCompared = near_.size();
    report_.near = near_.find([&](const RowPlace& place, const RowPlace& first) {
        listed.add({place, first});
    });
    report_.firstNear = listed.take();
    return std::move(report_);
}

Result<std::int64_t> countShared(const Dataset& training, const Dataset& evaluation,
                                 const std::stop_token& stop) {
    std::unordered_set<std::uint64_t> hashes;
    for (std::int64_t i = 0; i < evaluation.size(); ++i) {
        if (stop.stop_requested()) return cancelled();
        const auto sample = evaluation.sample(i);
        if (!sample) return tl::unexpected(sample.error());
        hashes.insert(hashOf(*sample));
    }
    std::int64_t shared = 0;
    for (std::int64_t i = 0; i < training.size(); ++i) {
        if (stop.stop_requested()) return cancelled();
        const auto sample = training.sample(i);
        if (!sample) return tl::unexpected(sample.error());
        if (hashes.contains(hashOf(*sample))) ++shared;
    }
    return shared;
}

}  // namespace dsm
