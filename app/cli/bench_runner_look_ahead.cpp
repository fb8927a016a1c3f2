// Replies that are known beforehand, read with guesses of what comes next and without.
#include <array>

#include "app/cli/bench_runner.h"

namespace dsm::cli {
namespace {

constexpr std::int64_t kRounds = 3;

}  // namespace

std::optional<double> Bench::readReply(std::span<const std::int32_t> prompt,
                                       std::span<const std::int32_t> reply, bool guesses,
                                       LookAheadCounts& counts) {
    model_.rewind(0);
    if (!read(prompt)) return std::nullopt;
    const auto begin = std::chrono::steady_clock::now();
    LookAhead ahead(model_, prompt, static_cast<std::int64_t>(reply.size()), guesses);
    for (const std::int32_t id : reply) {
        const auto logits = ahead.read(id, stop_);
        if (!logits) return std::nullopt;
        logits_ = *logits;
    }
    const std::chrono::duration<double> time = std::chrono::steady_clock::now() - begin;
    counts = ahead.counts();
    if (!hasFiniteNumbers()) return std::nullopt;
    return static_cast<double>(reply.size()) / time.count();
}

bool Bench::measureLookAhead(const char* name, std::span<const std::int32_t> prompt,
                             std::span<const std::int32_t> reply) {
    progress_(std::string("Measuring a reply that ") + name);
    LookAheadPoint point;
    point.text = name;
    point.tokens = static_cast<std::int64_t>(reply.size());
    point.repetitions = kRounds;
    std::vector<double> alone;
    std::vector<double> ahead;
    std::vector<double> times;
    LookAheadCounts none;
    for (std::int64_t round = 0; round < kRounds; ++round) {
        const auto one = readReply(prompt, reply, false, none);
        const auto guessed = one ? readReply(prompt, reply, true, point.counts) : std::nullopt;
        if (!guessed) return false;
        alone.push_back(*one);
        ahead.push_back(*guessed);
        times.push_back(*guessed / *one);
    }
    point.aloneTokensPerSecond = spreadOf(alone);
    point.tokensPerSecond = spreadOf(ahead);
    point.timesAlone = spreadOf(times);
    report_.lookAhead.push_back(point);
    return true;
}

bool Bench::measureLookAhead() {
    const auto most = static_cast<std::size_t>(model_.contextLimit() / 2);
    const auto text = std::span(plan_.text).first(std::min(plan_.text.size(), most));
    std::vector<std::int32_t> changed(text.begin(), text.end());
    std::swap(changed[changed.size() / 2], changed.front());
    return measureLookAhead("repeats with one change", text, changed) &&
           measureLookAhead("is new", text.first(text.size() / 8 + 1),
                            text.subspan(text.size() / 8 + 1));
}

}  // namespace dsm::cli
