#include "engine/evaluate/continuation_scores.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "engine/generate/token_scores.h"
#include "engine/model/non_finite.h"
#include "kernels/base/check.h"

namespace dsm {
namespace {

// Of logits that one pass gives.
constexpr auto kRowsTogether = static_cast<std::size_t>(kLogitsRows);
// Of one text in one pass, and of all.
constexpr std::size_t kIdsOfOne = 128;
constexpr std::size_t kIdsTogether = 512;
// Capacities are whole numbers of these, so that a context serves for many questions.
constexpr std::int64_t kRoomStep = 256;

std::span<const TokenId> readIds(const ScoredText& text) {
    return std::span(text.ids).first(text.ids.size() - 1);
}

// How many ids all texts begin with, of those that are read. Only the logits of the last of them
// may be of use.
std::size_t sharedBeginning(std::span<const ScoredText> texts) {
    std::size_t shared = texts.front().from;
    const auto first = readIds(texts.front());
    for (const ScoredText& text : texts) {
        const auto ids = readIds(text);
        const auto ends = std::ranges::mismatch(first, ids);
        shared = std::min({shared, text.from, static_cast<std::size_t>(ends.in1 - first.begin())});
    }
    return shared;
}

}  // namespace

// What is read of one text behind the shared beginning.
struct ContinuationScorer::Rest {
    const ScoredText* text = nullptr;
    ContinuationScore* score = nullptr;
    KvCache* context = nullptr;  // nullptr: the model's own
    std::size_t read = 0;        // of the text's ids

    bool hasEnded() const { return read + 1 >= text->ids.size(); }
    // The logits that are wanted when it is read up to `end`.
    std::size_t rowsUpTo(std::size_t end) const {
        const std::size_t first = std::max(read, text->from - 1);
        return end > first ? end - first : 0;
    }
};

ContinuationScorer::ContinuationScorer(LanguageModel& model) : model_(model) {}

Error ContinuationScorer::ended() const {
    return model_.model().failure() ? *model_.model().failure() : cancelled().value();
}

Result<void> ContinuationScorer::add(const ScoredText& text, std::size_t next,
                                     std::span<const float> logits, ContinuationScore& score,
                                     const std::stop_token& stop) {
    if (!areFinite(logits))
        return tl::unexpected(
            explainNonFinite(model_.model(), std::span(text.ids).first(next), stop));
    const auto wanted = static_cast<std::size_t>(text.ids[next]);
    const auto largest = std::ranges::max_element(logits);
    score.logLikelihood += logits[wanted] - logSumExp(logits);
    score.isGreedy = score.isGreedy && static_cast<std::size_t>(largest - logits.begin()) == wanted;
    return {};
}

Result<std::vector<ContinuationScore>> ContinuationScorer::score(std::span<const ScoredText> texts,
                                                                 const std::stop_token& stop) {
    DSM_CHECK(!texts.empty());
    for (const ScoredText& text : texts)
        DSM_CHECK(text.from >= 1 && text.from < text.ids.size());
    Model& model = model_.model();
    std::vector<ContinuationScore> scores(texts.size());
    const std::size_t shared = sharedBeginning(texts);
    if (shared > 0) {
        const auto ids = std::span(texts.front().ids).first(shared);
        const auto held = static_cast<std::size_t>(model.cache().commonPrefix(ids));
        const std::size_t begin = std::min(held, shared - 1);
        model.rewind(static_cast<std::int64_t>(begin));
        const auto logits = model.read(ids.subspan(begin), stop);
        if (!logits) return tl::unexpected(ended());
        for (std::size_t i = 0; i < texts.size(); ++i) {
            if (texts[i].from != shared) continue;
            if (auto ok = add(texts[i], shared, *logits, scores[i], stop); !ok)
                return tl::unexpected(ok.error());
        }
    } else {
        model.rewind(0);
    }
    std::vector<Rest> rests;
    for (std::size_t i = 0; i < texts.size(); ++i) {
        if (texts[i].ids.size() > shared + 1)
            rests.push_back({.text = &texts[i], .score = &scores[i], .read = shared});
    }
    if (auto done = readRests(rests, shared, stop); !done) return tl::unexpected(done.error());
    return scores;
}

std::size_t ContinuationScorer::makeRoom(std::size_t wanted, std::int64_t positions) {
    const std::int64_t whole =
        std::min((positions + kRoomStep - 1) / kRoomStep * kRoomStep, model_.contextLimit());
    if (!contexts_.empty() && contexts_.front().capacity() < positions) contexts_.clear();
    while (contexts_.size() < wanted) {
        auto made = model_.model().makeCache(whole);
        if (!made) break;
        contexts_.push_back(std::move(*made));
    }
    return std::min(contexts_.size(), wanted);
}

Result<void> ContinuationScorer::readRests(std::span<Rest> rests, std::size_t shared,
                                           const std::stop_token& stop) {
    if (rests.empty()) return {};
    Model& model = model_.model();
    const auto longest =
        std::ranges::max_element(rests, {}, [](const Rest& rest) { return rest.text->ids.size(); });
    const std::size_t room =
        makeRoom(std::min(rests.size(), static_cast<std::size_t>(kMostRuns)) - 1,
                 static_cast<std::int64_t>(longest->text->ids.size()) - 1);
    const auto positions = static_cast<std::int64_t>(shared);
    while (!rests.empty()) {
        const auto now = rests.first(std::min(rests.size(), room + 1));
        rests = rests.subspan(now.size());
        for (std::size_t i = 0; i + 1 < now.size(); ++i) {
            now[i].context = &contexts_[i];
            model.copyContext(model.cache(), positions, contexts_[i]);
        }
        if (auto done = readTogether(now, stop); !done) return done;
        model.rewind(positions);
    }
    return {};
}

// Passes over what is left of each, until nothing is.
Result<void> ContinuationScorer::readTogether(std::span<Rest> rests, const std::stop_token& stop) {
    Model& model = model_.model();
    const auto vocab = static_cast<std::size_t>(model.config().vocabSize);
    for (;;) {
        std::array<ContextTokens, static_cast<std::size_t>(kMostRuns)> parts;
        std::array<Rest*, static_cast<std::size_t>(kMostRuns)> of{};
        std::size_t count = 0, ids = 0, rows = 0;
        for (Rest& rest : rests) {
            if (rest.hasEnded()) continue;
            std::size_t end = std::min(
                {rest.text->ids.size() - 1, rest.read + kIdsOfOne, rest.read + kIdsTogether - ids});
            if (const std::size_t over = rest.rowsUpTo(end); over > kRowsTogether - rows)
                end -= over - (kRowsTogether - rows);
            if (end <= rest.read) continue;
            parts[count] = {.cache = rest.context,
                            .ids = std::span(rest.text->ids).subspan(rest.read, end - rest.read),
                            .logitRows = static_cast<std::int64_t>(rest.rowsUpTo(end))};
            ids += end - rest.read;
            rows += rest.rowsUpTo(end);
            of[count++] = &rest;
        }
        if (count == 0) return {};
        const auto logits = model.readTogether(std::span(parts).first(count), stop);
        if (!logits) return tl::unexpected(ended());
        std::int64_t row = 0;
        for (std::size_t i = 0; i < count; ++i) {
            Rest& rest = *of[i];
            rest.read += parts[i].ids.size();
            for (auto left = static_cast<std::size_t>(parts[i].logitRows); left > 0; --left) {
                const std::span<const float> one(logits->row(row++), vocab);
                if (auto ok = add(*rest.text, rest.read + 1 - left, one, *rest.score, stop); !ok)
                    return ok;
            }
        }
    }
}

}  // namespace dsm
