#include "app/cli/bench_run.h"

#include <algorithm>
#include <utility>

#include "app/cli/bench_inputs.h"
#include "app/cli/bench_runner.h"
#include "engine/model/non_finite.h"

namespace dsm::cli {
namespace {

constexpr std::int64_t kArenaBytes = std::int64_t{512} << 20;
constexpr std::size_t kWalkedBytes = std::size_t{128} << 20;
// Less than this might lie in a cache.
constexpr std::size_t kLeastStretches = 256;

}  // namespace

Bench::Bench(Model& model, const BenchPlan& plan, const BenchProgress& progress,
             std::stop_token stop)
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

Error Bench::reason() const {
    if (const auto& failed = model_.failure()) return *failed;
    if (notFinite_) return *notFinite_;
    if (noRoom_) return *noRoom_;
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
    const cpu::Simd& simd = *cpu::simdOf(report_.isa);
    for (const DType type : {DType::Q8, DType::Q4}) {
        const auto memory = arena_.bytes().first(kWalkedBytes);
        limits.walks.push_back(
            {type, cpu::measureTokenWalks(pool_, simd, type, memory), cpu::tokenWalk(simd, type)});
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
    for (const std::int64_t streams : plan_.streams) {
        if (!measureStreams(streams)) return false;
    }
    if (!plan_.text.empty() && !measureLookAhead()) return false;
    std::reverse(report_.decode.begin(), report_.decode.end());
    std::reverse(report_.breakdowns.begin() + promptBreakdowns, report_.breakdowns.end());
    return true;
}

std::int64_t streamPosition(const BenchPlan& plan) {
    return plan.positions.empty() ? 0 : std::ranges::min(plan.positions);
}

std::int64_t contextFor(const BenchPlan& plan) {
    std::int64_t positions = 16;
    for (const std::int64_t tokens : plan.prompts)
        positions = std::max(positions, tokens);
    for (const std::int64_t position : plan.positions)
        positions = std::max(positions, position + kDecodeRoom);
    // A text, and the same once more.
    positions = std::max(positions, 2 * static_cast<std::int64_t>(plan.text.size()));
    if (!plan.streams.empty()) positions = std::max(positions, streamPosition(plan) + kDecodeRoom);
    return positions;
}

Result<BenchReport> runBench(Model& model, const BenchPlan& plan, const BenchProgress& progress,
                             std::stop_token stop) {
    Bench bench(model, plan, progress, std::move(stop));
    if (bench.run()) return bench.takeReport();
    return tl::unexpected(bench.reason());
}

}  // namespace dsm::cli
