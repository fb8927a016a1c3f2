// The points that bench measures: prompts, tokens one by one, and streams at once.
#include <algorithm>
#include <array>

#include "app/cli/bench_runner.h"
#include "kernels/base/cache_run.h"

namespace dsm::cli {
namespace {

constexpr std::size_t kPromptRuns = 5;
constexpr std::size_t kLeastPromptRuns = 2;
constexpr std::chrono::seconds kEnoughTime{15};  // for the runs of one prompt

GpuSession* sessionOf(const Model& model) {
    return model.gpu() != nullptr ? &model.gpu()->session() : nullptr;
}

}  // namespace

bool Bench::fillTo(std::int64_t position) {
    if (model_.cache().size() > position) model_.rewind(position);
    const auto from = static_cast<std::size_t>(model_.cache().size());
    const auto count = static_cast<std::size_t>(position) - from;
    if (count == 0) return true;
    return read(std::span(ids_).subspan(from, count));
}

bool Bench::readPrompt(std::int64_t tokens) {
    model_.rewind(0);
    return fillTo(tokens);
}

bool Bench::readOneByOne(std::int64_t tokens) {
    for (std::int64_t i = 0; i < tokens; ++i) {
        const auto at = static_cast<std::size_t>(model_.cache().size());
        if (!read(std::span(ids_).subspan(at, 1))) return false;
    }
    return true;
}

// The GPU then has chosen a first token, and waits.
bool Bench::beginRun() {
    if (!model_.choosesTokens()) return true;
    return model_.beginReply({}, {}, kRunTokens + 1) && nextToken();
}

bool Bench::runTokens() {
    if (!model_.choosesTokens()) return readOneByOne(kRunTokens);
    for (std::int64_t i = 0; i < kRunTokens; ++i) {
        if (!nextToken()) return false;
    }
    model_.endReply();
    return !model_.failure();
}

// The weights once for each token, and the cache up to the token's own row.
double Bench::decodeBytes(std::int64_t position, std::int64_t tokens) const {
    const double rows =
        static_cast<double>(tokens) * static_cast<double>(2 * position + tokens + 1) / 2;
    return static_cast<double>(tokens) * report_.work.weightBytes +
           rows * report_.cacheBytesPerPosition;
}

bool Bench::measurePrompt(std::int64_t tokens) {
    progress_("Measuring a prompt of " + std::to_string(tokens) + " tokens");
    const double work = 2 * (static_cast<double>(tokens) * report_.work.layerMultiplyAdds +
                             report_.work.headMultiplyAdds);
    Samples samples;
    const auto begin = std::chrono::steady_clock::now();
    do {
        const bool done = sample(
            tokens, work, [this] { return peak(); }, [&] { return readPrompt(tokens); }, samples);
        if (!done) return false;
    } while (samples.share.size() < kLeastPromptRuns ||
             (samples.share.size() < kPromptRuns &&
              std::chrono::steady_clock::now() - begin < kEnoughTime));
    report_.prompts.push_back({.tokens = tokens,
                               .repetitions = static_cast<std::int64_t>(samples.share.size()),
                               .tokensPerSecond = spreadOf(samples.tokensPerSecond),
                               .operationsPerSecond = spreadOf(samples.workPerSecond),
                               .limit = spreadOf(samples.limit),
                               .share = spreadOf(samples.share)});
    return true;
}

bool Bench::measureDecode(std::int64_t position) {
    const std::int64_t unread = position - model_.cache().size();
    if (unread > kMicroBatchTokens) progress_("Reading " + std::to_string(unread) + " tokens");
    if (!fillTo(position)) return false;
    progress_("Measuring decode at position " + std::to_string(position));
    if (!readOneByOne(1)) return false;  // not counted: the threads wake up
    if (!model_.choosesTokens()) model_.rewind(position);
    Samples samples;
    for (std::int64_t run = 0; run < kDecodeRuns; ++run) {
        const double bytes = decodeBytes(model_.cache().size(), kRunTokens);
        if (!beginRun()) return false;
        const bool done = sample(
            kRunTokens, bytes, [this] { return bandwidth(); }, [this] { return runTokens(); },
            samples);
        if (!done) return false;
    }
    report_.decode.push_back({.position = position,
                              .tokens = kDecodeTokens,
                              .repetitions = kDecodeRuns,
                              .bytesPerToken = decodeBytes(position, kDecodeTokens) / kDecodeTokens,
                              .tokensPerSecond = spreadOf(samples.tokensPerSecond),
                              .bytesPerSecond = spreadOf(samples.workPerSecond),
                              .limit = spreadOf(samples.limit),
                              .share = spreadOf(samples.share)});
    return true;
}

bool Bench::breakDownPrompt(std::int64_t tokens) {
    progress_("Measuring the operations of a prompt of " + std::to_string(tokens) + " tokens");
    OpTimer timer(opTable(model_.backend()), sessionOf(model_));
    model_.useOps(timer.table());
    const double before = peak();
    const bool done = readPrompt(tokens);
    model_.useOps(opTable(model_.backend()));
    if (!done) return false;
    report_.breakdowns.push_back({.prompt = true,
                                  .at = tokens,
                                  .tokens = tokens,
                                  .limit = std::max(before, peak()),
                                  .ops = {timer.times().begin(), timer.times().end()}});
    return true;
}

bool Bench::breakDownDecode(std::int64_t position) {
    if (!fillTo(position)) return false;
    progress_("Measuring the operations at position " + std::to_string(position));
    OpTimer timer(opTable(model_.backend()), sessionOf(model_));
    model_.useOps(timer.table());
    const double before = bandwidth();
    const bool done = readOneByOne(kDecodeTokens);
    model_.useOps(opTable(model_.backend()));
    if (!done) return false;
    report_.breakdowns.push_back({.prompt = false,
                                  .at = position,
                                  .tokens = kDecodeTokens,
                                  .limit = std::max(before, bandwidth()),
                                  .ops = {timer.times().begin(), timer.times().end()}});
    return true;
}

Result<std::vector<KvCache>> Bench::openStreams(std::int64_t count, std::int64_t position) {
    std::vector<KvCache> streams;
    while (static_cast<std::int64_t>(streams.size()) < count) {
        auto cache = model_.makeCache(position + kRunTokens);
        if (!cache) return tl::unexpected(cache.error());
        if (position > 0) model_.copyContext(model_.cache(), position, *cache);
        streams.push_back(std::move(*cache));
    }
    return streams;
}

// Each stream its own tokens, which meet experts of their own.
bool Bench::readStreams(std::vector<KvCache>& streams, std::int64_t position) {
    for (KvCache& stream : streams)
        stream.truncate(position);
    std::array<ContextTokens, static_cast<std::size_t>(kMostRuns)> next;
    for (std::int64_t i = 0; i < kRunTokens; ++i) {
        for (std::size_t s = 0; s < streams.size(); ++s) {
            const auto at =
                (static_cast<std::size_t>(position + i) * streams.size() + s * 31) % ids_.size();
            next[s] = {.cache = &streams[s], .ids = {&ids_[at], 1}};
        }
        const auto logits = model_.readTogether(std::span(next).first(streams.size()), stop_);
        if (!logits) return false;
        logits_ = {logits->data, static_cast<std::size_t>(logits->size())};
    }
    return true;
}

double Bench::streamBytes(std::vector<KvCache>& streams, std::int64_t position) {
    OpTimer timer(opTable(model_.backend()), sessionOf(model_));
    model_.useOps(timer.table());
    const bool done = readStreams(streams, position);
    model_.useOps(opTable(model_.backend()));
    double bytes = 0;
    for (const OpTime& op : timer.times())
        bytes += op.work.bytes;
    return done ? bytes : 0;
}

// In turn with one stream, so that what drifts meets both.
bool Bench::measureStreams(std::int64_t count) {
    const std::int64_t position = streamPosition(plan_);
    progress_("Measuring " + std::to_string(count) + " streams at once");
    if (!fillTo(position)) return false;
    auto streams = openStreams(count, position);
    auto one = openStreams(1, position);
    if (!streams || !one) {
        noRoom_ = streams ? one.error() : streams.error();
        return false;
    }
    const double bytes = streamBytes(*streams, position);
    const double bytesOfOne = streamBytes(*one, position);
    if (bytes == 0 || bytesOfOne == 0) return false;
    Samples samples;
    Samples single;
    std::vector<double> gains;
    for (std::int64_t run = 0; run < kDecodeRuns; ++run) {
        const auto limit = [this] { return bandwidth(); };
        const auto readOne = [&] { return readStreams(*one, position); };
        const auto readAll = [&] { return readStreams(*streams, position); };
        if (!sample(kRunTokens, bytesOfOne, limit, readOne, single)) return false;
        if (!sample(count * kRunTokens, bytes, limit, readAll, samples)) return false;
        gains.push_back(samples.tokensPerSecond.back() / single.tokensPerSecond.back());
    }
    report_.streams.push_back({.streams = count,
                               .position = position,
                               .repetitions = kDecodeRuns,
                               .bytesPerStep = bytes / kRunTokens,
                               .bytesOfOne = bytesOfOne / kRunTokens,
                               .tokensPerSecond = spreadOf(samples.tokensPerSecond),
                               .timesOne = spreadOf(gains),
                               .bytesPerSecond = spreadOf(samples.workPerSecond),
                               .limit = spreadOf(samples.limit),
                               .share = spreadOf(samples.share)});
    return true;
}

}  // namespace dsm::cli
