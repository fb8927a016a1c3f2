// Bench runner: runs the measurements of bench_run.h one after the other.
//
// Ownership Borrows the model, the plan and who is told of progress.
// Threads   One thread, the model's.
// Errors    Those of runBench().
#pragma once

#include <algorithm>
#include <chrono>
#include <span>
#include <utility>

#include "app/cli/bench_run.h"

namespace dsm::cli {

inline constexpr std::int64_t kDecodeRuns = 5;
inline constexpr std::int64_t kRunTokens = 8;  // of each, so that its limits are measured nearby
inline constexpr std::int64_t kDecodeTokens = kDecodeRuns * kRunTokens;
inline constexpr std::int64_t kDecodeRoom = kDecodeTokens + 1;  // one is read before the runs

// What the runs of one point measured.
struct Samples {
    std::vector<double> tokensPerSecond, workPerSecond, limit, share;
};

class Bench {
  public:
    Bench(Model& model, const BenchPlan& plan, const BenchProgress& progress, std::stop_token stop);

    bool run();
    // Why it did not run to its end.
    Error reason() const;
    BenchReport takeReport() { return std::move(report_); }

  private:
    void measureMachine();
    bool measureGpu();
    bool measurePrompt(std::int64_t tokens);
    bool measureDecode(std::int64_t position);
    bool measureStreams(std::int64_t streams);
    bool measureLookAhead();
    bool measureLookAhead(const char* name, std::span<const std::int32_t> prompt,
                          std::span<const std::int32_t> reply);
    bool breakDownPrompt(std::int64_t tokens);
    bool breakDownDecode(std::int64_t position);

    double bandwidth();
    double peak();
    // Runs between two measurements of the limit and adds what came out. `work` is in the limit's
    // unit. False: asked to stop.
    template <class Limit, class Run>
    bool sample(std::int64_t tokens, double work, const Limit& limit, const Run& run,
                Samples& samples);
    // The cache then holds the first `position` ids.
    bool fillTo(std::int64_t position);
    bool readPrompt(std::int64_t tokens);
    bool readOneByOne(std::int64_t tokens);
    // Streams beside the model's own context, which holds as many ids as each of them.
    Result<std::vector<KvCache>> openStreams(std::int64_t count, std::int64_t position);
    bool readStreams(std::vector<KvCache>& streams, std::int64_t position);
    // What the streams read for a run, all operations together.
    double streamBytes(std::vector<KvCache>& streams, std::int64_t position);
    bool beginRun();
    bool runTokens();
    // Tokens per second of a reply that is known, after its prompt; nullopt: asked to stop.
    std::optional<double> readReply(std::span<const std::int32_t> prompt,
                                    std::span<const std::int32_t> reply, bool guesses,
                                    LookAheadCounts& counts);
    bool read(std::span<const std::int32_t> ids);
    bool nextToken();
    bool hasFiniteNumbers();
    double decodeBytes(std::int64_t position, std::int64_t tokens) const;
    std::vector<std::int64_t> possible(const std::vector<std::int64_t>& asked, std::int64_t room,
                                       const char* what);

    Model& model_;
    const BenchPlan& plan_;
    const BenchProgress& progress_;
    std::stop_token stop_;
    ThreadPool pool_;
    cpu::ReadArena arena_;
    std::optional<GpuLimits> gpu_;
    std::vector<std::int32_t> ids_;
    std::vector<cpu::Stretch> stretches_;  // the memory whose bandwidth is the limit
    std::size_t pattern_ = 0;
    std::span<const float> logits_;  // of the last read
    bool hasNoToken_ = false;        // the GPU found none to choose
    std::optional<Error> notFinite_;
    std::optional<Error> noRoom_;  // for the streams
    BenchReport report_;
};

template <class Limit, class Run>
bool Bench::sample(std::int64_t tokens, double work, const Limit& limit, const Run& run,
                   Samples& samples) {
    const double before = limit();
    const auto begin = std::chrono::steady_clock::now();
    const bool isDone = run();
    const std::chrono::duration<double> time = std::chrono::steady_clock::now() - begin;
    if (!hasFiniteNumbers() || !isDone) return false;
    const double greater = std::max(before, limit());
    samples.tokensPerSecond.push_back(static_cast<double>(tokens) / time.count());
    samples.workPerSecond.push_back(work / time.count());
    samples.limit.push_back(greater);
    samples.share.push_back(work / time.count() / greater);
    return true;
}

}  // namespace dsm::cli
