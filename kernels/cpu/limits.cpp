#include "kernels/cpu/limits.h"

#include <sys/mman.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstring>
#include <new>

#include "kernels/base/check.h"

namespace dsm::cpu {
namespace {

constexpr std::int64_t kHugePage = std::int64_t{2} << 20;

const LimitLoops& loopsOf(Isa isa) {
    const LimitLoops* loops = limitLoopsOf(isa);
    DSM_CHECK(loops != nullptr);
    return *loops;
}

// `amount` does something and says how much.
template <class Amount>
double rateOf(const Amount& amount) {
    const auto begin = std::chrono::steady_clock::now();
    const std::int64_t done = amount();
    const std::chrono::duration<double> time = std::chrono::steady_clock::now() - begin;
    return static_cast<double>(done) / time.count();
}

}  // namespace

std::string describe(const ReadPattern& pattern) {
    std::string text =
        std::to_string(pattern.streams) + (pattern.streams == 1 ? " stream" : " streams");
    if (pattern.aheadBytes > 0) text += ", " + std::to_string(pattern.aheadBytes) + " bytes ahead";
    if (pattern.locality == 2) text += " into L2";
    if (pattern.locality == 0) text += " past L2";
    return text;
}

std::string_view name(Arithmetic arithmetic) {
    switch (arithmetic) {
        case Arithmetic::Int8:
            return "int8";
        case Arithmetic::BFloat16:
            return "bf16";
        case Arithmetic::Float32:
            return "f32";
    }
    return "?";
}

void addStretches(std::span<const std::byte> memory, std::vector<Stretch>& stretches) {
    constexpr std::uintptr_t kLine = 64;
    const std::size_t skipped =
        (kLine - reinterpret_cast<std::uintptr_t>(memory.data()) % kLine) % kLine;
    for (std::size_t at = skipped; at + kStretchBytes <= memory.size(); at += kStretchBytes) {
        stretches.push_back(memory.subspan(at, kStretchBytes));
    }
}

ReadArena::ReadArena(std::int64_t bytes)
    : size_(bytes),
      mapping_(::mmap(nullptr, static_cast<std::size_t>(bytes + kHugePage), PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)) {
    if (mapping_ == MAP_FAILED) throw std::bad_alloc();
    const auto address = reinterpret_cast<std::uintptr_t>(mapping_);
    begin_ = static_cast<std::byte*>(mapping_) + (kHugePage - address % kHugePage) % kHugePage;
    // Only advice: without huge pages the numbers are those of small ones.
    static_cast<void>(::madvise(begin_, static_cast<std::size_t>(size_), MADV_HUGEPAGE));
    // Pages never written to are all the same page of zeros.
    std::memset(begin_, 1, static_cast<std::size_t>(size_));
}

ReadArena::~ReadArena() {
    ::munmap(mapping_, static_cast<std::size_t>(size_ + kHugePage));
}

std::int64_t readOnce(ThreadPool& pool, Isa isa, std::size_t pattern,
                      std::span<const Stretch> stretches) {
    const auto read = loopsOf(isa).read.at(pattern);
    pool.run(static_cast<std::int64_t>(stretches.size()), 1,
             [&](std::int64_t begin, std::int64_t end) {
                 for (std::int64_t i = begin; i < end; ++i) {
                     const Stretch& s = stretches[static_cast<std::size_t>(i)];
                     read(s.data(), static_cast<std::int64_t>(s.size()));
                 }
             });
    return static_cast<std::int64_t>(stretches.size()) * kStretchBytes;
}

std::int64_t multiplyOnce(ThreadPool& pool, Isa isa, Arithmetic arithmetic) {
    constexpr std::int64_t kRounds = 100'000;  // about half a millisecond
    constexpr std::int64_t kChunks = 32;       // of each thread; small, so that none waits long
    const auto multiply = loopsOf(isa).multiply.at(static_cast<std::size_t>(arithmetic));
    std::atomic<std::int64_t> operations{0};
    pool.run(kChunks * pool.threads(), 1, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t i = begin; i < end; ++i)
            operations += multiply(kRounds);
    });
    return operations;
}

double readRate(ThreadPool& pool, Isa isa, std::size_t pattern,
                std::span<const Stretch> stretches) {
    return rateOf([&] { return readOnce(pool, isa, pattern, stretches); });
}

double multiplyRate(ThreadPool& pool, Isa isa, Arithmetic arithmetic) {
    return rateOf([&] { return multiplyOnce(pool, isa, arithmetic); });
}

BestPattern bestReadPattern(ThreadPool& pool, Isa isa, std::span<const Stretch> stretches) {
    constexpr std::size_t kRounds = 5;
    std::array<std::array<double, kRounds>, kReadPatterns.size()> rates{};
    for (std::size_t round = 0; round < kRounds; ++round) {
        for (std::size_t pattern = 0; pattern < rates.size(); ++pattern) {
            rates[pattern][round] = readRate(pool, isa, pattern, stretches);
        }
    }
    BestPattern best;
    for (std::size_t pattern = 0; pattern < rates.size(); ++pattern) {
        auto& r = rates[pattern];
        std::nth_element(r.begin(), r.begin() + kRounds / 2, r.end());
        if (r[kRounds / 2] > best.bytesPerSecond) best = {pattern, r[kRounds / 2]};
    }
    return best;
}

}  // namespace dsm::cpu
