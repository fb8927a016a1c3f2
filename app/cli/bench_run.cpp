#include "app/cli/bench_run.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "app/cli/bench_inputs.h"
#include "engine/model/non_finite.h"

namespace dsm::cli {
namespace {

constexpr std::int64_t kArenaBytes = std::int64_t{512} << 20;
// Less than this might lie in a cache.
constexpr std::size_t kLeastStretches = 256;

constexpr std::int64_t kDecodeRuns = 5;
constexpr std::int64_t kRunTokens = 8;  // of each, so that its limits are measured nearby
constexpr std::int64_t kDecodeTokens = kDecodeRuns * kRunTokens;
constexpr std::int64_t kDecodeRoom = kDecodeTokens + 1;  // one is read before the runs

constexpr std::size_t kPromptRuns = 5;
constexpr std::size_t kLeastPromptRuns = 2;
constexpr std::chrono::seconds kEnoughTime{15};  // for the runs of one prompt

GpuSession* sessionOf(const Model& model) {
    return model.gpu() != nullptr ? &model.gpu()->session() : nullptr;
}

// What the runs of one point measured.
struct Samples {
    std::vector<double> tokensPerSecond, workPerSecond, limit, share;
};

class Bench {
  public:
    Bench(Model& model, const BenchPlan& plan, const BenchProgress& progress, std::stop_token stop)
        : model_(model),
          plan_(plan),
          progress_(progress),
          stop_(std::move(stop)),
          pool_(model.threads()),
          arena_(kArenaBytes),
          ids_(randomIds(model.contextLimit(), model.config().vocabSize)) {
        report_.work = tokenWork(model.config(), model.weights());
        const std::uint64_t cacheBytes =
            KvCache::plannedBytes(model.config(), model.contextLimit(), model.cache().type());
        report_.cacheBytesPerPosition =
            static_cast<double>(cacheBytes) / static_cast<double>(model.contextLimit());
        report_.isa = cpu::machineSimd().isa;
        report_.arithmetic = arithmeticOf(report_.work.type);
        // The tensor cores know no float32: such weights are measured by what is nearest.
        if (model.gpu() != nullptr && report_.arithmetic == cpu::Arithmetic::Float32)
            report_.arithmetic = cpu::Arithmetic::BFloat16;
    }

    bool run();
    // Why it did not run to its end.
    Error reason() const;
    BenchReport takeReport() { return std::move(report_); }

  private:
    void measureMachine();
    bool measureGpu();
    bool measurePrompt(std::int64_t tokens);
    bool measureDecode(std::int64_t position);
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
    bool beginRun();
    bool runTokens();
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
    BenchReport report_;
};

Error Bench::reason() const {
    if (const auto& failed = model_.failure()) return *failed;
    if (notFinite_) return *notFinite_;
    if (stop_.stop_requested()) return cancelled().value();
    return {ErrorCode::OutOfMemory, "The GPU has no memory left to be measured with."};
}

bool Bench::read(std::span<const std::int32_t> ids) {
    const auto logits = model_.read(ids, stop_);
    if (logits) logits_ = *logits;
    return logits.has_value();
}

bool Bench::nextToken() {
    const auto token = model_.nextToken();
    hasNoToken_ = hasNoToken_ || token == kNotFinite;
    return token && !hasNoToken_;
}

// Looked at where no clock runs.
bool Bench::hasFiniteNumbers() {
    if (!hasNoToken_ && areFinite(logits_)) return true;
    model_.useOps(opTable(model_.backend()));
    const auto read = static_cast<std::size_t>(model_.cache().size());
    notFinite_ = explainNonFinite(model_, std::span(ids_).first(read), stop_);
    return false;
}

// False where the GPU failed, which the model's next read tells.
bool Bench::measureGpu() {
    progress_("Measuring the GPU");
    GpuSession& session = model_.gpu()->session();
    const auto free = session.freeBytes();
    if (!free) return false;
    auto limits = GpuLimits::make(session, std::min(plan_.gpuBytes, *free / 2), plan_.gpuRounds);
    if (!limits) return false;
    gpu_ = std::move(*limits);
    const auto dense = model_.gpu()->denseTimes();
    report_.gpu =
        GpuRates{.readBytesPerSecond = gpu_->readRate().value_or(0),
                 .bf16PerSecond = gpu_->tensorRate(TensorArithmetic::BFloat16).value_or(0),
                 .int8PerSecond = gpu_->tensorRate(TensorArithmetic::Int8).value_or(0),
                 .launchesPerToken = model_.gpu()->launchesPerToken(),
                 .dense = {dense.begin(), dense.end()}};
    return true;
}

void Bench::measureMachine() {
    progress_("Measuring the machine");
    MachineLimits& limits = report_.limits;
    cpu::addStretches(arena_.bytes(), stretches_);
    limits.memory = cpu::bestReadPattern(pool_, report_.isa, stretches_);
    pattern_ = limits.memory.pattern;
    auto lying = weightStretches(model_.weights());
    if (lying.size() >= kLeastStretches) {
        limits.weights = cpu::bestReadPattern(pool_, report_.isa, lying);
        if (limits.weights->bytesPerSecond > limits.memory.bytesPerSecond) {
            stretches_ = std::move(lying);
            pattern_ = limits.weights->pattern;
        }
    }
    for (int i = 0; i < cpu::kArithmetics; ++i) {
        std::vector<double> rates;
        for (int round = 0; round < 5; ++round) {
            rates.push_back(cpu::multiplyRate(pool_, report_.isa, static_cast<cpu::Arithmetic>(i)));
        }
        limits.operationsPerSecond[static_cast<std::size_t>(i)] = spreadOf(rates).median;
    }
}

double Bench::bandwidth() {
    if (gpu_) return gpu_->readRate().value_or(0);
    return cpu::readRate(pool_, report_.isa, pattern_, stretches_);
}

double Bench::peak() {
    if (gpu_) {
        return gpu_
            ->tensorRate(report_.arithmetic == cpu::Arithmetic::Int8 ? TensorArithmetic::Int8
                                                                     : TensorArithmetic::BFloat16)
            .value_or(0);
    }
    return cpu::multiplyRate(pool_, report_.isa, report_.arithmetic);
}

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

// The asked points, ascending and each once, that leave `room` positions behind them.
std::vector<std::int64_t> Bench::possible(const std::vector<std::int64_t>& asked, std::int64_t room,
                                          const char* what) {
    std::vector<std::int64_t> sorted = asked;
    std::sort(sorted.begin(), sorted.end());
    sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
    std::vector<std::int64_t> points;
    for (const std::int64_t point : sorted) {
        if (point + room <= model_.contextLimit()) {
            points.push_back(point);
        } else {
            report_.leftOut.push_back(std::string(what) + " " + std::to_string(point) +
                                      ": the context ends at " +
                                      std::to_string(model_.contextLimit()) + ".");
        }
    }
    return points;
}

bool Bench::run() {
    const auto prompts = possible(plan_.prompts, 0, "Prompt of");
    const auto positions = possible(plan_.positions, kDecodeRoom, "Decode at");
    if (model_.gpu() == nullptr) {
        measureMachine();
    } else if (!measureGpu()) {
        return false;
    }
    // Not counted.
    if (!readPrompt(std::min<std::int64_t>(8, model_.contextLimit())) || !hasFiniteNumbers())
        return false;
    for (const std::int64_t tokens : prompts) {
        if (!measurePrompt(tokens)) return false;
        if (plan_.ops && tokens == usualPrompt(prompts) && !breakDownPrompt(tokens)) return false;
    }
    // From the last position down: what was read for it holds the beginnings of the others.
    const auto promptBreakdowns = static_cast<std::ptrdiff_t>(report_.breakdowns.size());
    for (auto position = positions.rbegin(); position != positions.rend(); ++position) {
        if (!measureDecode(*position)) return false;
        const bool outermost = *position == positions.back() || *position == positions.front();
        if (plan_.ops && outermost && !breakDownDecode(*position)) return false;
    }
    std::reverse(report_.decode.begin(), report_.decode.end());
    std::reverse(report_.breakdowns.begin() + promptBreakdowns, report_.breakdowns.end());
    return true;
}

}  // namespace

std::int64_t contextFor(const BenchPlan& plan) {
    std::int64_t positions = 16;
    for (const std::int64_t tokens : plan.prompts)
        positions = std::max(positions, tokens);
    for (const std::int64_t position : plan.positions)
        positions = std::max(positions, position + kDecodeRoom);
    return positions;
}

Result<BenchReport> runBench(Model& model, const BenchPlan& plan, const BenchProgress& progress,
                             std::stop_token stop) {
    Bench bench(model, plan, progress, std::move(stop));
    if (bench.run()) return bench.takeReport();
    return tl::unexpected(bench.reason());
}

}  // namespace dsm::cli
