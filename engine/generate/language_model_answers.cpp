// Several answers to one prompt.
#include <algorithm>
#include <array>
#include <deque>
#include <optional>
#include <utility>

#include "engine/generate/language_model.h"
#include "engine/generate/token_picker.h"

namespace dsm {

// The answers while they are written. Each has a context of its own; the first has the model's.
class LanguageModel::Answers {
  public:
    Answers(LanguageModel& text, const GenerationSettings& settings, const AnswerSink& sink)
        : text_(text), model_(*text.model_), settings_(settings), sink_(sink) {}

    // Contexts for so many answers. Before the prompt is read: a lack of memory shows at once.
    Result<void> makeRoom(std::size_t count, std::int64_t promptTokens) {
        const std::int64_t positions =
            std::min(model_.contextLimit(), promptTokens + settings_.maximumTokens);
        while (caches_.size() + 1 < count) {
            auto cache = model_.makeCache(positions);
            if (!cache) return tl::unexpected(cache.error());
            caches_.push_back(std::move(*cache));
        }
        return {};
    }

    void begin(std::span<const TokenId> prompt, const PromptRead& read,
               std::span<const AnswerWish> wishes) {
        for (std::size_t i = 0; i < wishes.size(); ++i) {
            SampleSettings sampling = settings_.sampling;
            sampling.seed = wishes[i].seed;
            PieceSink own;
            if (sink_.piece)
                own = [this, i](std::string_view text, TokenId id) { sink_.piece(i, text, id); };
            Answer& answer = answers_.emplace_back(Answer{
                .number = i,
                .cache = i == 0 ? nullptr : &caches_[i - 1],
                .stop = wishes[i].stop,
                .sampler = Sampler(sampling, text_.tokenizer().vocabSize()),
                .writer =
                    ReplyWriter(text_.tokenizer(), text_.endIds_, settings_, read, std::move(own)),
                .result = {}});
            answer.sampler.rememberPrompt(prompt);
        }
    }

    // The first token of each, from the logits of the prompt.
    void chooseFirst(std::span<const float> logits, std::int64_t promptTokens) {
        std::vector<float> own(logits.size());
        for (Answer& answer : answers_) {
            if (answer.cache != nullptr) model_.copyContext(model_.cache(), promptTokens, *answer.cache);
            std::copy(logits.begin(), logits.end(), own.begin());
            choose(answer, own);
        }
    }

    // One more token of each that has not ended; false where none is left, or the pass ended early.
    bool step(const std::stop_token& stop) {
        std::array<Answer*, static_cast<std::size_t>(kMostAnswers)> open{};
        std::array<ContextTokens, static_cast<std::size_t>(kMostAnswers)> contexts;
        std::size_t count = 0;
        for (Answer& answer : answers_) {
            if (answer.stop.stop_requested()) cancel(answer);
            if (answer.writer.hasEnded()) continue;
            contexts[count] = {.cache = answer.cache, .ids = {&answer.last, 1}};
            open[count++] = &answer;
        }
        if (count == 0) return false;
        const auto logits = model_.readTogether(std::span(contexts).first(count), stop);
        if (!logits) return false;
        for (std::size_t i = 0; i < count; ++i) {
            float* row = logits->row(static_cast<std::int64_t>(i));
            choose(*open[i], {row, static_cast<std::size_t>(logits->cols)});
        }
        return true;
    }

    // All of them, with whatever text they had.
    std::vector<Generation> finish(std::span<const TokenId> prompt, const std::stop_token& stop) {
        std::vector<Generation> results;
        for (Answer& answer : answers_)
            cancel(answer);
        for (Answer& answer : answers_) {
            if (!answer.result) handOut(answer, text_.finished(answer.writer, prompt, stop));
            results.push_back(std::move(*answer.result));
        }
        return results;
    }

  private:
    struct Answer {
        std::size_t number = 0;
        KvCache* cache = nullptr;  // nullptr: the model's own
        std::stop_token stop;
        Sampler sampler;
        ReplyWriter writer;
        TokenId last = 0;
        std::optional<Generation> result;  // once it is handed out
    };

    void cancel(Answer& answer) {
        if (answer.writer.hasEnded()) return;
        answer.writer.cancel();
        handOut(answer, answer.writer.finish({}));
    }

    void handOut(Answer& answer, Generation generation) {
        answer.result = std::move(generation);
        if (sink_.ended) sink_.ended(answer.number, *answer.result);
    }

    void choose(Answer& answer, std::span<float> logits) {
        if (answer.stop.stop_requested()) return cancel(answer);
        const std::int64_t positions =
            answer.cache != nullptr ? answer.cache->size() : model_.cache().size();
        answer.last = answer.sampler.choose(logits);
        if (answer.writer.take(answer.last, positions == model_.contextLimit()))
            return answer.sampler.rememberReply(answer.last);
        // Where its numbers went wrong is looked for once the others need the context no more.
        if (answer.writer.reason() != StopReason::NotFinite)
            handOut(answer, answer.writer.finish({}));
    }

    LanguageModel& text_;
    Model& model_;
    const GenerationSettings& settings_;
    const AnswerSink& sink_;
    std::deque<KvCache> caches_;
    std::deque<Answer> answers_;
};

Result<std::vector<Generation>> LanguageModel::generateAnswers(std::span<const TokenId> prompt,
                                                               const GenerationSettings& wanted,
                                                               std::span<const AnswerWish> wishes,
                                                               const AnswerSink& sink,
                                                               std::stop_token stop) {
    DSM_CHECK(!wishes.empty() && static_cast<std::int64_t>(wishes.size()) <= kMostAnswers);
    const auto settings = settingsFor(prompt, wanted);
    if (!settings) return tl::unexpected(settings.error());
    const auto promptTokens = static_cast<std::int64_t>(prompt.size());
    Answers answers(*this, *settings, sink);
    if (auto room = answers.makeRoom(wishes.size(), promptTokens); !room) {
        return tl::unexpected(room.error());
    }
    PromptRead read;
    const auto logits = readPrompt(prompt, read, stop);
    if (logits) {
        if (auto checked = checkChoice(*logits, tokenizer_->vocabSize(), name_); !checked)
            return tl::unexpected(checked.error());
    }
    answers.begin(prompt, read, wishes);
    if (logits) {
        answers.chooseFirst(*logits, promptTokens);
        while (!stop.stop_requested() && answers.step(stop)) {
        }
    }
    if (model_->failure()) return tl::unexpected(*model_->failure());
    return answers.finish(prompt, stop);
}

}  // namespace dsm
