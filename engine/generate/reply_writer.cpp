#include "engine/generate/reply_writer.h"

#include <algorithm>
#include <utility>

#include "kernels/ops/sample.h"

namespace dsm {

ReplyWriter::ReplyWriter(const Tokenizer& tokenizer, std::span<const TokenId> ends,
                         const GenerationSettings& settings, const PromptRead& prompt,
                         PieceSink sink)
    : ends_(ends),
      settings_(settings),
      prompt_(prompt),
      sink_(std::move(sink)),
      decoder_(tokenizer),
      stops_(settings.stopStrings) {
    generation_.statistics = prompt.statistics;
}

bool ReplyWriter::end(StopReason reason) {
    generation_.reason = reason;
    hasEnded_ = true;
    ended_ = PromptRead::Clock::now();
    return false;
}

void ReplyWriter::emit(const std::string& piece, TokenId id) {
    generation_.text += piece;
    if (sink_) sink_(piece, id);
}

bool ReplyWriter::take(TokenId id, bool contextIsFull) {
    if (id == kNotFinite) return end(StopReason::NotFinite);
    if (generation_.ids.empty()) {
        generation_.statistics.timeToFirstToken = PromptRead::Clock::now() - prompt_.started;
    }
    if (std::ranges::find(ends_, id) != ends_.end()) return end(StopReason::EndOfText);
    generation_.ids.push_back(id);
    emit(stops_.push(decoder_.push(id)), id);
    if (stops_.found()) return end(StopReason::StopString);
    const auto written = static_cast<std::int64_t>(generation_.ids.size());
    if (written >= settings_.maximumTokens) return end(StopReason::MaximumTokens);
    return contextIsFull ? end(StopReason::ContextFull) : true;
}

Generation ReplyWriter::finish(std::string problem) {
    generation_.problem = std::move(problem);
    const std::string rest = stops_.push(decoder_.finish()) + stops_.finish();
    if (!rest.empty()) emit(rest, -1);
    const auto written = static_cast<std::int64_t>(generation_.ids.size());
    generation_.statistics.generatedTokens = written;
    generation_.statistics.tokensPerSecond = perSecond(written - 1, ended_ - prompt_.ended);
    return std::move(generation_);
}

}  // namespace dsm
