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

std::uint64_t sampleHash(const TrainingSample& sample) {
    const auto bytes = [](const std::vector<std::int32_t>& numbers) {
        return std::string_view(reinterpret_cast<const char*>(numbers.data()),
                                numbers.size() * sizeof(std::int32_t));
    };
    const std::hash<std::string_view> hash;
    constexpr std::uint64_t kMix = 0x9e3779b97f4a7c15;  // 2^64 over the golden ratio
    return hash(bytes(sample.ids)) * kMix + hash(bytes(sample.labels));
}

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

std::string DatasetReport::fileOf(const RowPlace& place) const {
    return place.file < files.size() ? files[place.file].name : std::string();
}

Reason DatasetReport::reasonAt(const RowPlace& place) const {
    const std::string number = std::to_string(place.line);
    const bool isRow = place.file < files.size() && files[place.file].unit == "row";
    if (files.size() <= 1) return {isRow ? ReasonCode::AtRow : ReasonCode::AtLine, {number}};
    return {isRow ? ReasonCode::AtRowOf : ReasonCode::AtLineOf, {fileOf(place), number}};
}

void ReportBuilder::count(const ReportedExample& example, int times) {
    const TrainingSample& sample = example.rendered.sample;
    report_.rows += times;
    report_.examples += times;
    if (example.rendered.isCut()) report_.cut += times;
    if (example.rendered.isCutInsideAnswer) report_.cutInsideAnswer += times;
    if (example.spellsSpecial) report_.specialNames += times;
    if (example.hasHistory) report_.withHistory += times;
    report_.tokens += times * static_cast<std::int64_t>(sample.ids.size());
    report_.trainedTokens +=
        times * std::count_if(sample.labels.begin(), sample.labels.end(),
                              [](std::int32_t id) { return id != kNotTrained; });
    countColumns(example, times);
}

// Names beyond kColumnsListed are left out: a hostile file has another one in each row.
void ReportBuilder::countColumns(const ReportedExample& example, int times) {
    auto& all = report_.unusedColumns;
    for (const std::string& column : example.unusedColumns) {
        if (all.size() >= DatasetReport::kColumnsListed && !all.contains(column)) continue;
        if ((all[column] += times) <= 0) all.erase(column);
    }
}

void ReportBuilder::add(const ReportedExample& example) {
    count(example, 1);
    report_.lengths.add(example.rendered.wholeTokens);
    const std::uint64_t hash = sampleHash(example.rendered.sample);
    const PackedPlace place(example.place);
    seen_.push_back({hash, place});
    if (example.sketch) near_.add({*example.sketch, hash, place});
    if (report_.firstSamples.size() < samplesToShow_)
        report_.firstSamples.push_back({example.place, example.rendered.sample});
}

void ReportBuilder::insert(const ReportedExample& example) {
    count(example, 1);
    report_.lengths.add(example.rendered.wholeTokens);
    const Seen seen{sampleHash(example.rendered.sample), PackedPlace(example.place)};
    seen_.insert(std::lower_bound(seen_.begin(), seen_.end(), seen), seen);
    if (example.sketch) near_.insert({*example.sketch, seen.hash, seen.place});
}

void ReportBuilder::remove(const ReportedExample& example) {
    count(example, -1);
    report_.lengths.remove(example.rendered.wholeTokens);
    const Seen seen{sampleHash(example.rendered.sample), PackedPlace(example.place)};
    const auto found = std::lower_bound(seen_.begin(), seen_.end(), seen);
    if (found != seen_.end() && *found == seen) seen_.erase(found);
    if (example.sketch) near_.remove(seen.place);
}

// The seen ones are in order.
void ReportBuilder::countRepeated() {
    FirstRepeated listed;
    report_.repeated = 0;
    for (std::size_t i = 0, first = 0; i < seen_.size(); ++i) {
        if (seen_[i].hash != seen_[first].hash) first = i;
        if (i == first) continue;
        ++report_.repeated;
        listed.add({seen_[i].place.place(), seen_[first].place.place()});
    }
    report_.firstRepeated = listed.take();
}

void ReportBuilder::countNear() {
    FirstRepeated listed;
    report_.nearCompared = near_.size();
    report_.near = near_.find([&](const RowPlace& place, const RowPlace& first) {
        listed.add({place, first});
    });
    report_.firstNear = listed.take();
}

DatasetReport ReportBuilder::finish() {
    if (!std::is_sorted(seen_.begin(), seen_.end())) std::sort(seen_.begin(), seen_.end());
    countRepeated();
    countNear();
    return report_;
}

HashedSamples hashedSamples(const Dataset& data) {
    return {
        data.size(), [&data](std::int64_t i) {
            return data.sample(i).map([](const TrainingSample& one) { return sampleHash(one); });
        }};
}

Result<SharedSamples> findShared(const HashedSamples& training, const HashedSamples& evaluation,
                                 const std::stop_token& stop) {
    std::unordered_set<std::uint64_t> hashes;
    for (std::int64_t i = 0; i < evaluation.size; ++i) {
        if (stop.stop_requested()) return cancelled();
        const auto hash = evaluation.hash(i);
        if (!hash) return tl::unexpected(hash.error());
        hashes.insert(*hash);
    }
    SharedSamples shared;
    for (std::int64_t i = 0; i < training.size; ++i) {
        if (stop.stop_requested()) return cancelled();
        const auto hash = training.hash(i);
        if (!hash) return tl::unexpected(hash.error());
        if (!hashes.contains(*hash)) continue;
        ++shared.count;
        if (shared.first.size() < DatasetReport::kRowsListed) shared.first.push_back(i);
    }
    return shared;
}

}  // namespace dsm
