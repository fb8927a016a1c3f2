#include "engine/evaluate/benchmark.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "engine/evaluate/continuation_scores.h"
#include "engine/evaluate/tasks/answer_check.h"
#include "engine/evaluate/tasks/python_text.h"
#include "engine/serve/batch.h"
#include "engine/serve/served_models.h"

namespace dsm {
namespace {

constexpr std::size_t kWaitingOrders = 4;  // so that the batch is never without work

std::size_t firstLargest(const std::vector<double>& values) {
    return static_cast<std::size_t>(std::ranges::max_element(values) - values.begin());
}

class BenchmarkRun {
  public:
    BenchmarkRun(LanguageModel& model, const TaskData& data, const BenchmarkOptions& options,
                 const BenchmarkSink& sink, const std::stop_token& stop)
        : model_(model), data_(data), options_(options), sink_(sink), stop_(stop), scorer_(model) {}

    Result<void> run(const std::set<std::int64_t>& done) {
        std::vector<std::size_t> open;
        for (std::size_t i = 0; i < data_.items().size(); ++i) {
            if (!done.contains(static_cast<std::int64_t>(i))) open.push_back(i);
        }
        const TaskForm form = data_.task().form;
        if (form == TaskForm::Written || form == TaskForm::Code) return write(open);
        for (const std::size_t number : open) {
            if (stop_.stop_requested()) return cancelled();
            auto ok = form == TaskForm::Choices ? choose(number) : measure(number);
            if (!ok) return ok;
        }
        return {};
    }

  private:
    BenchmarkItem begun(std::size_t number) const {
        const TaskItem& from = data_.items()[number];
        BenchmarkItem item{.number = static_cast<std::int64_t>(number),
                           .file = from.file,
                           .unit = from.unit,
                           .line = from.line,
                           .prompt = data_.beforeOf(from)};
        item.ownBegin = static_cast<std::int64_t>(item.prompt.size());
        item.prompt += from.question.asked;
        return item;
    }

    Result<std::vector<TokenId>> encoded(const std::string& text) const {
        std::vector<TokenId> ids;
        const Tokenizer& tokenizer = model_.tokenizer();
        if (options_.addsBos && tokenizer.bosId() >= 0) ids.push_back(tokenizer.bosId());
        tokenizer.encode(text, ids);
        if (auto failed = Tokenizer::takeFailure(); failed)
            return tl::unexpected(std::move(*failed));
        return ids;
    }

    // What a text without anything before it begins with.
    TokenId prefixId() const {
        const Tokenizer& tokenizer = model_.tokenizer();
        return tokenizer.bosId() >= 0 ? tokenizer.bosId() : tokenizer.eosId();
    }

    // As lm-eval's _encode_pair() and its cut from the left.
    Result<ScoredText> scoredText(std::string context, std::string continuation,
                                  bool& isCut) const {
        const std::size_t spaces = trailingSpaceBytes(context);
        continuation = context.substr(context.size() - spaces) + continuation;
        context.resize(context.size() - spaces);
        auto before = encoded(context);
        auto whole = encoded(context + continuation);
        if (!before) return tl::unexpected(before.error());
        if (!whole) return tl::unexpected(whole.error());
        std::vector<TokenId> ids = std::move(*before);
        std::size_t from = ids.size();
        if (whole->size() > from)
            ids.insert(ids.end(), whole->begin() + static_cast<std::ptrdiff_t>(from), whole->end());
        if (ids.size() == from)
            return failure(ErrorCode::Unsupported,
                           "the continuation adds no token of this model to its context");
        if (from == 0) {
            ids.insert(ids.begin(), prefixId());
            from = 1;
        }
        const auto most = static_cast<std::size_t>(model_.contextLimit()) + 1;
        if (ids.size() <= most) return ScoredText{std::move(ids), from};
        const std::size_t over = ids.size() - most;
        isCut = true;
        if (over >= from)
            return failure(ErrorCode::Unsupported,
                           "the continuation alone is longer than the model's context of " +
                               std::to_string(most - 1) + " tokens");
        ids.erase(ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(over));
        return ScoredText{std::move(ids), from - over};
    }

    tl::unexpected<Error> at(const BenchmarkItem& item, const Error& error) const {
        if (error.code != ErrorCode::Unsupported) return tl::unexpected(error);
        return failure(error.code, item.file + ", " + item.unit + " " + std::to_string(item.line) +
                                       ": " + error.message + ".");
    }

    Result<void> choose(std::size_t number) {
        const TaskQuestion& question = data_.items()[number].question;
        BenchmarkItem item = begun(number);
        std::vector<ScoredText> texts;
        for (const QuestionChoice& choice : question.choices) {
            auto text = scoredText(item.prompt + choice.context, choice.continuation, item.isCut);
            if (!text) return at(item, text.error());
            texts.push_back(std::move(*text));
        }
        const auto scores = scorer_.score(texts, stop_);
        if (!scores) return tl::unexpected(scores.error());
        std::vector<double> plain, normed;
        for (std::size_t i = 0; i < scores->size(); ++i) {
            const QuestionChoice& choice = question.choices[i];
            const double likelihood = (*scores)[i].logLikelihood;
            plain.push_back(likelihood);
            normed.push_back(likelihood / static_cast<double>(characterCount(choice.text)));
            item.choices.push_back(
                {choice.context + choice.continuation, likelihood, (*scores)[i].isGreedy});
        }
        const std::size_t chosen = firstLargest(plain);
        item.right = static_cast<std::int64_t>(question.right);
        item.chosen = static_cast<std::int64_t>(chosen);
        item.measures = {chosen == question.right ? 1.0 : 0.0};
        if (data_.task().measures.size() > 1)
            item.measures.push_back(firstLargest(normed) == question.right ? 1.0 : 0.0);
        return sink_(std::move(item));
    }

    // Windows that follow one another, the first behind the prefix, each other behind the last token
    // of the one before.
    Result<void> measure(std::size_t number) {
        const TaskQuestion& question = data_.items()[number].question;
        BenchmarkItem item = begun(number);
        item.prompt = question.text;
        item.ownBegin = 0;
        auto all = encoded(question.text);
        if (!all) return tl::unexpected(all.error());
        const std::span<const TokenId> ids(*all);
        const auto most = static_cast<std::size_t>(model_.contextLimit());
        double likelihood = 0;
        for (std::size_t begin = 0; begin < ids.size();) {
            const std::size_t count = std::min(most, ids.size() - begin);
            ScoredText window{.ids = {begin == 0 ? prefixId() : TokenId{}}};
            if (begin > 0) {
                // As many tokens before it as the window leaves room for.
                const std::size_t before = std::min(begin, most + 1 - count);
                window.ids.assign(ids.begin() + static_cast<std::ptrdiff_t>(begin - before),
                                  ids.begin() + static_cast<std::ptrdiff_t>(begin));
            }
            window.from = window.ids.size();
            const auto part = ids.subspan(begin, count);
            window.ids.insert(window.ids.end(), part.begin(), part.end());
            const auto score = scorer_.score({&window, 1}, stop_);
            if (!score) return tl::unexpected(score.error());
            likelihood += score->front().logLikelihood;
            begin += count;
        }
        static const PythonPattern spaces("\\s+");
        const auto words = spaces.pieces(question.original);
        if (!words) return at(item, words.error());
        item.measures = {likelihood, static_cast<double>(*words),
                         static_cast<double>(question.original.size())};
        return sink_(std::move(item));
    }

    // One text that is being written.
    class Writing : public OrderSink {
      public:
        Writing(BenchmarkRun& run, BenchmarkItem item) : run_(run), item_(std::move(item)) {}
        bool isWanted() const override { return !run_.failed_; }
        void promptScored(std::vector<TokenScore>) override {}
        void wrote(std::string_view, TokenId, std::optional<TokenScore>) override {}
        void ended(Result<Generation> generation) override {
            --run_.underWay_;
            run_.take(std::move(item_), std::move(generation));
        }

      private:
        BenchmarkRun& run_;
        BenchmarkItem item_;
    };

    Result<void> write(const std::vector<std::size_t>& open) {
        Batch batch(model_, options_.streams);
        for (auto next = open.begin(); next != open.end() || batch.hasWork();) {
            while (next != open.end() && underWay_ < options_.streams + kWaitingOrders &&
                   !failed_) {
                if (auto ok = order(*next++, batch); !ok) failed_ = ok.error();
            }
            if (failed_ || stop_.stop_requested()) break;
            batch.step(stop_);
        }
        batch.endAll(cancelled().value());
        if (failed_) return tl::unexpected(*failed_);
        return stop_.stop_requested() ? Result<void>(cancelled()) : Result<void>();
    }

    Result<void> order(std::size_t number, Batch& batch) {
        BenchmarkItem item = begun(number);
        item.targets = data_.items()[number].question.targets;
        auto prompt = encoded(item.prompt);
        if (!prompt) return tl::unexpected(prompt.error());
        const int written = options_.mostTokens > 0 ? options_.mostTokens : data_.task().mostTokens;
        const std::int64_t most = model_.contextLimit() - written;
        if (most < 1)
            return failure(ErrorCode::Unsupported,
                           "Answers of this task take " + std::to_string(written) +
                               " tokens, but the context holds " +
                               std::to_string(model_.contextLimit()) + ". Ask for a larger one.");
        if (const auto size = static_cast<std::int64_t>(prompt->size()); size > most) {
            prompt->erase(prompt->begin(), prompt->begin() + (size - most));
            item.isCut = true;
        }
        if (prompt->empty()) prompt->push_back(prefixId());
        GenerationSettings wanted{.sampling = {.temperature = 0}, .maximumTokens = written};
        for (const std::string_view end : data_.task().stops)
            wanted.stopStrings.emplace_back(end);
        auto settings = model_.settingsFor(*prompt, std::move(wanted));
        if (!settings) return tl::unexpected(settings.error());
        batch.add({.prompt = std::move(*prompt),
                   .settings = std::move(*settings),
                   .adapter = adapterOf(model_)},
                  std::make_shared<Writing>(*this, std::move(item)));
        ++underWay_;
        return {};
    }

    void take(BenchmarkItem item, Result<Generation> generation) {
        if (failed_) return;
        // One that was cut short by a stop is asked again another time.
        const bool isStopped = generation ? generation->reason == StopReason::Cancelled
                                          : generation.error().code == ErrorCode::Cancelled;
        if (isStopped) return;
        if (!generation) {
            failed_ = generation.error();
            return;
        }
        if (generation->reason == StopReason::NotFinite) {
            failed_ = Error{ErrorCode::Malformed, generation->problem};
            return;
        }
        item.written = std::move(generation->text);
        if (auto judged = judge(item); !judged) {
            failed_ = at(item, judged.error()).value();
            return;
        }
        if (auto ok = sink_(std::move(item)); !ok) failed_ = ok.error();
    }

    Result<void> judge(BenchmarkItem& item) const {
        if (data_.task().form == TaskForm::Code) return {};
        auto answers = checkAnswer(data_.task().task, item.written, item.targets);
        if (!answers) return tl::unexpected(answers.error());
        for (CheckedAnswer& answer : *answers) {
            item.taken.push_back(std::move(answer.taken));
            item.measures.push_back(answer.isRight ? 1 : 0);
        }
        return {};
    }

    LanguageModel& model_;
    const TaskData& data_;
    const BenchmarkOptions& options_;
    const BenchmarkSink& sink_;
    const std::stop_token& stop_;
    ContinuationScorer scorer_;
    std::size_t underWay_ = 0;
    std::optional<Error> failed_;
};

}  // namespace

Result<void> runBenchmark(LanguageModel& model, const TaskData& data,
                          const std::set<std::int64_t>& done, const BenchmarkOptions& options,
                          const BenchmarkSink& sink, const std::stop_token& stop) {
    return BenchmarkRun(model, data, options, sink, stop).run(done);
}

}  // namespace dsm
