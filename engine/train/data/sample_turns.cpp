#include "engine/train/data/sample_turns.h"

#include <algorithm>
#include <span>
#include <string_view>
#include <utility>

namespace dsm {
namespace {

using Speaker = SampleTurn::Speaker;

class TurnWriter {
  public:
    TurnWriter(const TrainingSample& sample, SampleTemplate chosen, const Tokenizer& tokenizer,
               std::int64_t maximumTokens)
        : tokenizer_(tokenizer),
          chosen_(chosen),
          sample_(sample),
          cut_(static_cast<std::size_t>(std::max<std::int64_t>(maximumTokens, 0))) {}

    std::vector<SampleTurn> write() {
        std::size_t begin = 0;
        if (!sample_.ids.empty() && sample_.ids.front() == tokenizer_.bosId()) begin = 1;
        while (begin < sample_.ids.size()) {
            std::size_t end = begin;
            while (end < sample_.ids.size() && sample_.ids[end] != tokenizer_.eosId())
                ++end;
            writePiece(begin, end);
            if (end < sample_.ids.size()) addToken(end);
            begin = end + 1;
        }
        return std::move(turns_);
    }

  private:
    // Up to where an end token stands: what was asked, and the answer.
    void writePiece(std::size_t begin, std::size_t end) {
        std::size_t answer = begin;
        while (answer < end && sample_.labels[answer] == kNotTrained)
            ++answer;
        if (answer == end && chosen_ == SampleTemplate::Chat) answer = findAnswer(begin, end);
        writePrompt(begin, answer);
        const bool isText = turns_.empty() && chosen_ == SampleTemplate::Raw;
        if (answer < end) addTurn(isText ? Speaker::Text : Speaker::Assistant, answer, end);
    }
    // Of an answer that is only read: behind the word of its speaker.
    std::size_t findAnswer(std::size_t begin, std::size_t end) const {
        static const std::string kMark = "\n\nAssistant:";
        std::string text;
        for (std::size_t i = begin; i < end; ++i) {
            text += tokenizer_.tokenBytes(sample_.ids[i]);
            if (text.find(kMark) != std::string::npos) return i + 1;
        }
        return end;
    }
    void writePrompt(std::size_t begin, std::size_t end);
    void addSaid(Speaker speaker, const std::string& text, bool isCut) {
        if (text.empty()) return;
        turns_.push_back({speaker, {{text, false, isCut, false}}});
    }
    void addTurn(Speaker speaker, std::size_t begin, std::size_t end);
    void addToken(std::size_t at) {
        if (turns_.empty()) turns_.push_back(SampleTurn{});
        turns_.back().parts.push_back({tokenizer_.tokenText(sample_.ids[at]),
                                       sample_.labels[at] != kNotTrained, at >= cut_, true});
    }
    std::string text(std::size_t begin, std::size_t end) const {
        return tokenizer_.decode(std::span(sample_.ids).subspan(begin, end - begin));
    }

    const Tokenizer& tokenizer_;
    SampleTemplate chosen_;
    const TrainingSample& sample_;
    std::size_t cut_;
    std::vector<SampleTurn> turns_;
};

// Takes `mark` away from the text's end, if it stands there.
void removeEnd(std::string& text, std::string_view mark) {
    if (text.ends_with(mark)) text.resize(text.size() - mark.size());
}

// A prompt that is cut in its middle has nothing trained behind it, so its row is shown as cut
// from there on by the answer alone, and the prompt by where it ends.
void TurnWriter::writePrompt(std::size_t begin, std::size_t end) {
    if (begin == end) return;
    std::string prompt = text(begin, end);
    const bool isCut = end > cut_;
    if (chosen_ == SampleTemplate::Raw) return addSaid(Speaker::User, prompt, isCut);
    if (chosen_ == SampleTemplate::Reference) {
        constexpr std::string_view kQuestion = "### Instruction:\n";
        removeEnd(prompt, "\n### Response:\n");
        const std::size_t at = prompt.find(kQuestion);
        if (at == std::string::npos) return addSaid(Speaker::User, prompt, isCut);
        std::string before = prompt.substr(0, at);
        removeEnd(before, "\n");
        addSaid(Speaker::System, before, isCut);
        return addSaid(Speaker::User, prompt.substr(at + kQuestion.size()), isCut);
    }
    constexpr std::string_view kUser = "User: ";
    removeEnd(prompt, "\n\nAssistant:");
    if (!prompt.starts_with(kUser)) {
        const std::size_t at = prompt.find("\n\nUser: ");
        addSaid(Speaker::System, prompt.substr(0, at), isCut);
        if (at == std::string::npos) return;
        prompt.erase(0, at + 2);
    }
    addSaid(Speaker::User, prompt.substr(kUser.size()), isCut);
}

void TurnWriter::addTurn(Speaker speaker, std::size_t begin, std::size_t end) {
    SampleTurn turn{speaker, {}};
    for (std::size_t i = begin; i < end;) {
        const auto kindAt = [&](std::size_t at) {
            return std::pair(sample_.labels[at] != kNotTrained, at >= cut_);
        };
        std::size_t next = i;
        while (next < end && kindAt(next) == kindAt(i))
            ++next;
        const auto [isTrained, isCut] = kindAt(i);
        turn.parts.push_back({text(i, next), isTrained, isCut, false});
        i = next;
    }
    // The template's space between the speaker and what is said.
    if (speaker == Speaker::Assistant && chosen_ == SampleTemplate::Chat &&
        turn.parts.front().text.starts_with(' '))
        turn.parts.front().text.erase(0, 1);
    turns_.push_back(std::move(turn));
}

}  // namespace

std::vector<SampleTurn> turnsOf(const TrainingSample& sample, SampleTemplate chosen,
                                const Tokenizer& tokenizer, std::int64_t maximumTokens) {
    return TurnWriter(sample, chosen, tokenizer, maximumTokens).write();
}

}  // namespace dsm
