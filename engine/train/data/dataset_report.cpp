#include "engine/train/data/dataset_report.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <string_view>

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

std::string percent(std::int64_t part, std::int64_t whole) {
    const double share = 100.0 * static_cast<double>(part) / static_cast<double>(whole);
    return std::to_string(static_cast<std::int64_t>(std::ceil(share))) + " %";
}

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

void ReportBuilder::addRefused(std::int64_t line, std::string reason) {
    ++report_.rows;
    ++report_.refused;
    if (report_.firstRefused.size() < DatasetReport::kRowsListed) {
        report_.firstRefused.push_back({line, std::move(reason)});
    }
}

void ReportBuilder::add(std::int64_t line, const RenderedSample& rendered, bool spellsSpecial) {
    const TrainingSample& sample = rendered.sample;
    ++report_.rows;
    ++report_.examples;
    if (rendered.isCut()) ++report_.cut;
    if (spellsSpecial) ++report_.specialNames;
    report_.tokens += static_cast<std::int64_t>(sample.ids.size());
    report_.trainedTokens += std::count_if(sample.labels.begin(), sample.labels.end(),
                                           [](std::int32_t id) { return id != kNotTrained; });
    report_.lengths.add(rendered.wholeTokens);
    seen_.push_back({hashOf(sample), line});
    if (report_.firstSamples.size() < samplesToShow_) {
        report_.firstSamples.push_back({line, sample});
    }
}

void ReportBuilder::countRepeated() {
    std::sort(seen_.begin(), seen_.end());
    std::vector<RepeatedRow>& listed = report_.firstRepeated;
    for (std::size_t i = 0, first = 0; i < seen_.size(); ++i) {
        if (seen_[i].hash != seen_[first].hash) first = i;
        if (i == first) continue;
        ++report_.repeated;
        listed.push_back({seen_[i].line, seen_[first].line});
        if (listed.size() < 2 * DatasetReport::kRowsListed) continue;
        std::sort(listed.begin(), listed.end(),
                  [](const auto& a, const auto& b) { return a.line < b.line; });
        listed.resize(DatasetReport::kRowsListed);
    }
    std::sort(listed.begin(), listed.end(),
              [](const auto& a, const auto& b) { return a.line < b.line; });
    listed.resize(std::min(listed.size(), DatasetReport::kRowsListed));
}

DatasetReport ReportBuilder::finish() {
    countRepeated();
    seen_ = {};
    return std::move(report_);
}

namespace {

class TrainingCheck {
  public:
    TrainingCheck(const DatasetReport& report, SampleTemplate chosen, std::int64_t maximumTokens,
                  const TrainedModel& model)
        : report_(report), chosen_(chosen), maximumTokens_(maximumTokens), model_(model) {}

    std::vector<TrainingNote> run() {
        checkTemplate();
        checkEnd();
        checkLengths();
        checkTexts();
        return std::move(notes_);
    }

  private:
    void warn(std::string text) { notes_.push_back({true, std::move(text)}); }
    void remark(std::string text) { notes_.push_back({false, std::move(text)}); }

    void checkTemplate();
    void checkEnd();
    void checkLengths();
    void checkTexts();

    const DatasetReport& report_;
    const SampleTemplate chosen_;
    const std::int64_t maximumTokens_;
    const TrainedModel& model_;
    std::vector<TrainingNote> notes_;
};

void TrainingCheck::checkTemplate() {
    if (chosen_ == SampleTemplate::Reference) {
        warn(
            "The reference template never trains the end-of-text token: a model tuned with it does "
            "not stop by itself in a chat. Use the template chat to have replies that end.");
    }
    if (chosen_ == SampleTemplate::Reference && model_.hasChatTemplate) {
        warn(
            "This is a Chat model, trained with \"User: ..\" and \"Assistant:\"; the reference "
            "template asks in another form, which only the script of the model's authors uses.");
    }
    if (chosen_ == SampleTemplate::Chat && !model_.hasChatTemplate) {
        remark(
            "This is a Base model: it learns the form of a chat from this data set alone, and its "
            "folder has no chat template. A Chat model needs far fewer examples.");
    }
    if (chosen_ == SampleTemplate::Raw && model_.hasChatTemplate) {
        remark(
            "This is a Chat model, but the raw template has no \"User:\" and \"Assistant:\": what "
            "is learnt shows in completions more than in chats.");
    }
}

void TrainingCheck::checkEnd() {
    if (chosen_ == SampleTemplate::Reference) return;
    const TokenId eos = model_.tokenizer.eosId();
    if (eos < 0) {
        warn("The tokenizer has no end-of-text token, so the model cannot learn where to stop.");
    } else if (eos != model_.config.eosId) {
        warn("The tokenizer ends texts with token " + std::to_string(eos) +
             ", but config.json says " + std::to_string(model_.config.eosId) +
             ": replies may not stop.");
    }
}

void TrainingCheck::checkLengths() {
    if (maximumTokens_ > model_.config.maxPositions) {
        warn("Samples may have " + std::to_string(maximumTokens_) +
             " tokens, but the model was made for " + std::to_string(model_.config.maxPositions) +
             ".");
    }
    if (report_.cut == 0) return;
    warn(std::to_string(report_.cut) + " examples (" + percent(report_.cut, report_.examples) +
         ") are longer than " + std::to_string(maximumTokens_) +
         " tokens and lose their end, the end-of-text token with it.");
}

void TrainingCheck::checkTexts() {
    if (report_.specialNames == 0) return;
    warn(std::to_string(report_.specialNames) + " examples spell a special token, such as " +
         model_.tokenizer.tokenText(model_.tokenizer.eosId()) +
         ". It is trained as plain text; take it out of the data.");
}

}  // namespace

std::vector<TrainingNote> checkTraining(const DatasetReport& report, SampleTemplate chosen,
                                        std::int64_t maximumTokens, const TrainedModel& model) {
    return TrainingCheck(report, chosen, maximumTokens, model).run();
}

}  // namespace dsm
