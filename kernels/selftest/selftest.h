// Self-test: every operation of every backend that this machine can run, against the reference.
//
// Threads   One thread; operations use a pool of two.
// Errors    None: what goes wrong is a row that is not ok.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kernels/selftest/op_cases.h"

namespace dsm::selftest {

// What is tried: an op table with the instruction set or device it runs on.
struct Subject {
    std::string name;  // e.g. "cpu avx2"
    const OpTable* ops = nullptr;
    const TrainOps<float>* train = nullptr;  // nullptr: no operation of training is tried
    const cpu::Simd* simd = nullptr;         // of the cpu backend
    OpMemory* memory = &hostMemory();
    DeviceRun device = {};              // of a GPU's operations, as is
    std::span<std::byte> scratch = {};  // this; the CPU's have their own
    std::shared_ptr<void> owner = {};   // of all that is only pointed to
};

inline constexpr std::size_t kSelftestScratchBytes = std::size_t{64} << 20;  // for every case

// Everything that this machine can run, but the reference itself. `note` gets a line for each GPU
// that is there and cannot be tried.
std::vector<Subject> everySubject(const std::function<void(const std::string&)>& note = {},
                                  std::size_t gpuScratchBytes = kSelftestScratchBytes);

// One row: the cases of an operation and a type on one subject.
struct SelftestRow {
    std::string_view op;
    std::string_view type;
    std::string subject;
    int cases = 0;
    double error = 0;  // the largest, relative to the output's largest number; NaN: no number
    double tolerance = 0;
    std::string failure = {};  // the first case beyond the tolerance and its error; "" is ok

    bool ok() const { return failure.empty(); }
};

// The largest |actual - expected| relative to the largest number of the same output; NaN where an
// output has another size or a number is none.
double relativeError(const Outputs& actual, const Outputs& expected);

// None, one, a few that fill no vector, several blocks of panels.
inline constexpr std::int64_t kSelftestTokens[] = {0, 1, 2, 17, 130};

// Hands every row to `sink` as it is done, and says whether all were ok. `op` is one of op_cases.h,
// "" all of them.
bool runSelftest(const std::vector<Subject>& subjects,
                 const std::function<void(const SelftestRow&)>& sink, std::string_view op = "",
                 std::span<const std::int64_t> tokenCounts = kSelftestTokens);

// "op  type  subject  cases  error  tolerance  ok", in columns; selftestHeading() names them.
std::string selftestHeading();
std::string selftestLine(const SelftestRow& row);

}  // namespace dsm::selftest
