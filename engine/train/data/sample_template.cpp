#include "engine/train/data/sample_template.h"

#include <algorithm>

#include "engine/train/data/example_keys.h"
#include "kernels/base/check.h"
#include "kernels/base/reason.h"

namespace dsm {
namespace {

using Role = ChatRole;

constexpr std::string_view kReferencePrompt =
    "You are an AI assistant, developed by DeepSeek Company. For politically sensitive questions, "
    "security and privacy issues, you will refuse to answer.\n### Instruction:\n";
constexpr std::string_view kReferenceResponse = "\n### Response:\n";
constexpr std::string_view kReferenceEnd = "\n<|EOT|>";

// What Python's str.strip() takes away of ASCII.
std::string stripped(std::string_view text) {
    constexpr std::string_view kSpace = " \t\n\r\v\f\x1c\x1d\x1e\x1f";
    const std::size_t begin = text.find_first_not_of(kSpace);
    if (begin == std::string_view::npos) return "";
    return std::string(text.substr(begin, text.find_last_not_of(kSpace) + 1 - begin));
}

// A sample that grows part by part.
class SampleBuilder {
  public:
    explicit SampleBuilder(const Tokenizer& tokenizer) : tokenizer_(tokenizer) {}

    void read(std::string_view text) {
        tokenizer_.encode(text, sample_.ids);
        sample_.labels.resize(sample_.ids.size(), kNotTrained);
    }
    void readBos() {
        if (tokenizer_.bosId() >= 0) sample_.ids.push_back(tokenizer_.bosId());
        sample_.labels.resize(sample_.ids.size(), kNotTrained);
    }
    // Trained, or else read.
    void answer(std::string_view text, bool isTrained) {
        tokenizer_.encode(text, sample_.ids);
        markRest(isTrained);
    }
    void end(bool isTrained) {
        if (tokenizer_.eosId() >= 0) sample_.ids.push_back(tokenizer_.eosId());
        markRest(isTrained);
    }
    TrainingSample take() { return std::move(sample_); }

  private:
    void markRest(bool isTrained) {
        if (!isTrained) return sample_.labels.resize(sample_.ids.size(), kNotTrained);
        sample_.labels.insert(
            sample_.labels.end(),
            sample_.ids.begin() + static_cast<std::ptrdiff_t>(sample_.labels.size()),
            sample_.ids.end());
    }

    const Tokenizer& tokenizer_;
    TrainingSample sample_;
};

Result<void> renderChat(const Example& example, SampleBuilder& out) {
    if (example.messages.empty()) {
        return refusedRow(ReasonCode::TextNeedsRaw);
    }
    out.readBos();
    std::string prompt;
    for (const Turn& message : example.messages) {
        if (message.role == Role::System) prompt += message.content + "\n\n";
        if (message.role == Role::User) prompt += "User: " + message.content + "\n\nAssistant:";
        if (message.role != Role::Assistant) continue;
        out.read(prompt);
        prompt.clear();
        out.answer(" " + message.content, message.isTrained);
        out.end(message.isTrained);
    }
    return {};
}

Result<void> renderReference(const Example& example, SampleBuilder& out) {
    if (example.messages.size() != 2) {
        return refusedRow(ReasonCode::ReferenceTakesPair);
    }
    out.readBos();
    out.read(std::string(kReferencePrompt) + stripped(example.messages[0].content) +
             std::string(kReferenceResponse));
    out.answer(example.messages[1].content + std::string(kReferenceEnd),
               example.messages[1].isTrained);
    return {};
}

Result<void> renderRaw(const Example& example, SampleBuilder& out) {
    const bool isText = example.messages.empty();
    if (!isText && example.messages.size() != 2) {
        return refusedRow(ReasonCode::RawTakesTextOrPair);
    }
    out.readBos();
    if (!isText) out.read(example.messages[0].content);
    const bool isTrained = isText || example.messages[1].isTrained;
    out.answer(isText ? example.text : example.messages[1].content, isTrained);
    out.end(isTrained);
    return {};
}

}  // namespace

std::string_view name(SampleTemplate chosen) {
    if (chosen == SampleTemplate::Chat) return "chat";
    return chosen == SampleTemplate::Reference ? "reference" : "raw";
}

std::optional<SampleTemplate> sampleTemplateNamed(std::string_view wanted) {
    for (const SampleTemplate one : kSampleTemplates) {
        if (name(one) == wanted) return one;
    }
    return std::nullopt;
}

void addSystemText(const std::string& text, Example& example) {
    std::vector<Turn>& turns = example.messages;
    if (text.empty() || turns.empty() || turns.front().role == Role::System) return;
    turns.insert(turns.begin(), {Role::System, text});
}

Result<RenderedSample> renderSample(const Example& example, SampleTemplate chosen,
                                    const Tokenizer& tokenizer, std::int64_t maximumTokens) {
    DSM_CHECK(maximumTokens > 0);
    SampleBuilder builder(tokenizer);
    const auto render = chosen == SampleTemplate::Chat        ? renderChat
                        : chosen == SampleTemplate::Reference ? renderReference
                                                              : renderRaw;
    if (auto rendered = render(example, builder); !rendered) {
        return tl::unexpected(rendered.error());
    }
    if (auto failed = Tokenizer::takeFailure(); failed) return tl::unexpected(std::move(*failed));
    RenderedSample result{builder.take(), 0};
    TrainingSample& sample = result.sample;
    result.wholeTokens = static_cast<std::int64_t>(sample.ids.size());
    const auto isTrainedAt = [&](std::size_t i) { return sample.labels[i] != kNotTrained; };
    const bool isAnyTrained = std::any_of(sample.labels.begin(), sample.labels.end(),
                                          [](std::int32_t id) { return id != kNotTrained; });
    if (!isAnyTrained) {
        return failure(ErrorCode::NotFound, ReasonCode::NothingTrained);
    }
    const auto kept = static_cast<std::size_t>(std::min(result.wholeTokens, maximumTokens));
    result.isCutInsideAnswer =
        kept < sample.ids.size() && isTrainedAt(kept) && isTrainedAt(kept - 1);
    sample.ids.resize(kept);
    sample.labels.resize(kept);
    // The first label counts for nothing: nothing stands before it.
    const bool trains = kept > 1 && std::any_of(sample.labels.begin() + 1, sample.labels.end(),
                                                [](std::int32_t id) { return id != kNotTrained; });
    if (trains) return result;
    return failure(ErrorCode::NotFound, ReasonCode::NothingLeftToTrain,
                   {std::to_string(maximumTokens), std::to_string(result.wholeTokens)});
}

}  // namespace dsm
