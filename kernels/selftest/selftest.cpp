#include "kernels/selftest/selftest.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <exception>
#include <limits>

#include "kernels/backend.h"
#include "kernels/cpu/simd.h"
#include "kernels/cuda_ops.h"
#include "kernels/selftest/gpu_memory.h"
#include "kernels/train_ops.h"

namespace dsm::selftest {
namespace {

constexpr int kThreads = 2;

double errorOf(const std::vector<float>& actual, const std::vector<float>& expected) {
    if (actual.size() != expected.size()) return std::numeric_limits<double>::quiet_NaN();
    double largest = 0;
    double difference = 0;
    for (std::size_t i = 0; i < expected.size(); ++i) {
        largest = std::max(largest, std::abs(double{expected[i]}));
        const double one = std::abs(double{actual[i]} - double{expected[i]});
        if (std::isnan(one)) return one;
        difference = std::max(difference, one);
    }
    return difference == 0 ? 0 : difference / largest;
}

// The rows of one operation and type, one for each subject.
class Rows {
  public:
    Rows(const std::vector<Subject>& subjects, const OpCase& first)
        : op_(first.op), type_(first.type) {
        for (const Subject& subject : subjects) {
            if (first.trains && subject.train == nullptr) continue;
            subjects_.push_back(&subject);
            rows_.push_back({.op = first.op, .type = first.type, .subject = subject.name});
        }
    }

    bool holds(const OpCase& one) const { return op_ == one.op && type_ == one.type; }

    void add(const OpCase& one, ThreadPool& pool, std::span<std::byte> scratch) {
        const OpRun run = one.prepare();
        const std::int64_t step = std::max<std::int64_t>(one.tokens, 1);
        OpContext plain{.pool = &pool, .scratch = scratch};
        const Outputs expected = run({.ops = opTable(Backend::Reference),
                                      .context = plain,
                                      .train = &trainOps(Backend::Reference)},
                                     step);
        for (std::size_t i = 0; i < rows_.size(); ++i) {
            const Subject& subject = *subjects_[i];
            const bool isDevice = subject.device.stream != nullptr;
            const double tolerance =
                isDevice && one.deviceTolerance > 0 ? one.deviceTolerance : one.tolerance;
            OpContext context{.pool = &pool,
                              .simd = subject.simd,
                              .scratch = subject.scratch.empty() ? scratch : subject.scratch,
                              .device = subject.device};
            try {
                const OpBench bench{.ops = *subject.ops,
                                    .context = context,
                                    .memory = *subject.memory,
                                    .train = subject.train};
                count(rows_[i], one, tolerance, relativeError(run(bench, step), expected));
            } catch (const std::exception& exception) {  // a GPU failed
                count(rows_[i], one, tolerance, std::numeric_limits<double>::quiet_NaN());
                rows_[i].failure = one.label + ": " + exception.what();
            }
        }
    }

    bool report(const std::function<void(const SelftestRow&)>& sink) const {
        for (const SelftestRow& row : rows_)
            sink(row);
        return std::all_of(rows_.begin(), rows_.end(),
                           [](const SelftestRow& row) { return row.ok(); });
    }

  private:
    static void count(SelftestRow& row, const OpCase& one, double tolerance, double error) {
        ++row.cases;
        row.tolerance = std::max(row.tolerance, tolerance);
        if (!(error <= row.error)) row.error = error;  // NaN is more than anything
        if (error <= tolerance || !row.ok()) return;
        char text[32];
        std::snprintf(text, sizeof text, "%.2e", error);
        row.failure = one.label + ": " + (std::isnan(error) ? "no number" : text);
    }

    std::string_view op_, type_;
    std::vector<const Subject*> subjects_;
    std::vector<SelftestRow> rows_;
};

std::string columns(std::string_view op, std::string_view type, std::string_view subject,
                    const std::string& cases, const std::string& error,
                    const std::string& tolerance, const std::string& verdict) {
    char line[256];
    std::snprintf(line, sizeof line, "%-16s%-6s%-24s%6s%10s%11s  ", std::string(op).c_str(),
                  std::string(type).c_str(), std::string(subject).c_str(), cases.c_str(),
                  error.c_str(), tolerance.c_str());
    return line + verdict;
}

std::string scientific(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.1e", value);
    return value == 0 ? "0" : text;
}

}  // namespace

namespace {

void addGpus(std::vector<Subject>& subjects, const std::function<void(const std::string&)>& note,
             std::size_t scratchBytes) {
    if (cudaOps() == nullptr) return;
    const auto devices = cudaDevices();
    if (!devices) return note(devices.error().message);
    for (const CudaDevice& device : *devices) {
        auto memory = GpuMemory::open(device.index, scratchBytes);
        if (!memory) {
            note(memory.error().message);
            continue;
        }
        const std::shared_ptr<GpuMemory> owner = std::move(*memory);
        Subject subject{.name = "cuda " + std::to_string(device.index),
                        .ops = cudaOps(),
                        .train = cudaTrainOps(),
                        .memory = owner.get(),
                        .device = owner->run(),
                        .scratch = owner->scratch(),
                        .owner = owner};
        subjects.push_back(subject);
        if (!owner->hasCublas()) continue;
        subject.train = nullptr;  // training's products are our own
        subject.name += " cublas";
        subject.device = owner->runByCublas();
        subjects.push_back(subject);
    }
}

}  // namespace

std::vector<Subject> everySubject(const std::function<void(const std::string&)>& note,
                                  std::size_t gpuScratchBytes) {
    std::vector<Subject> subjects;
    for (const cpu::Simd* simd : cpu::everySimd()) {
        subjects.push_back({.name = "cpu " + std::string(simd->name),
                            .ops = &opTable(Backend::Cpu),
                            .train = &trainOps(Backend::Cpu),
                            .simd = simd});
    }
    addGpus(
        subjects, note ? note : [](const std::string&) {}, gpuScratchBytes);
    return subjects;
}

double relativeError(const Outputs& actual, const Outputs& expected) {
    if (actual.size() != expected.size()) return std::numeric_limits<double>::quiet_NaN();
    double most = 0;
    for (std::size_t i = 0; i < expected.size(); ++i) {
        const double error = errorOf(actual[i], expected[i]);
        if (std::isnan(error)) return error;
        most = std::max(most, error);
    }
    return most;
}

bool runSelftest(const std::vector<Subject>& subjects,
                 const std::function<void(const SelftestRow&)>& sink, std::string_view op,
                 std::span<const std::int64_t> tokenCounts) {
    ThreadPool pool(kThreads);
    const Buffer<std::byte> scratch(kSelftestScratchBytes);
    const std::vector<OpCase> cases = opCases(op, tokenCounts);
    bool ok = true;
    Rows rows(subjects, cases.front());
    for (const OpCase& one : cases) {
        if (!rows.holds(one)) {
            ok = rows.report(sink) && ok;
            rows = Rows(subjects, one);
        }
        rows.add(one, pool, scratch.span());
    }
    return rows.report(sink) && ok;
}

std::string selftestHeading() {
    return columns("operation", "type", "backend", "cases", "error", "tolerance", "");
}

std::string selftestLine(const SelftestRow& row) {
    return columns(row.op, row.type, row.subject, std::to_string(row.cases),
                   std::isnan(row.error) ? "none" : scientific(row.error),
                   scientific(row.tolerance), row.ok() ? "ok" : "FAILED at " + row.failure);
}

}  // namespace dsm::selftest
