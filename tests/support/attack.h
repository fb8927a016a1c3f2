// Attack: walks broken variants of a file, and watches over whoever reads them.
//
//   DSM_MUTATIONS   how many variants each attack has; without it few enough for every run
//   DSM_SEED        the first one's seed (0)
//   DSM_FOUND       the folder in which a variant that was not survived is kept (fastFolder())
//
// A variant lies in a file of DSM_FOUND, behind a line that names its seed, while it is read:
// whatever ends the program, a sanitizer too, it is still there. A reader that takes more than 20 s
// of CPU time, ten minutes (on a busy machine, too) or 1 GiB of memory is ended with a message.
//
// Threads   One attack at a time; a thread of its own watches.
#pragma once

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "kernels/base/check.h"
#include "tests/support/temporary_folder.h"

namespace dsm {

// How many variants a test walks: DSM_MUTATIONS, or few enough for every run.
inline std::uint64_t mutationRounds(std::uint64_t everyRun) {
    const char* asked = std::getenv("DSM_MUTATIONS");
    return asked ? std::strtoull(asked, nullptr, 10) : everyRun;
}

// A variant in a file that outlives the program.
class KeptVariant {
  public:
    explicit KeptVariant(std::filesystem::path path)
        : path_(std::move(path)), file_(::open(path_.c_str(), O_RDWR | O_CREAT | O_TRUNC, 0600)) {
        DSM_CHECK(file_ >= 0);
        grow(1 << 16);
    }
    ~KeptVariant() {
        ::munmap(bytes_, size_);
        ::close(file_);
        if (!isKept_) ::unlink(path_.c_str());
    }
    KeptVariant(const KeptVariant&) = delete;
    KeptVariant& operator=(const KeptVariant&) = delete;

    const std::filesystem::path& path() const { return path_; }

    void set(std::uint64_t seed, std::string_view variant) {
        if (kHead + variant.size() > size_) grow(2 * (kHead + variant.size()));
        std::snprintf(bytes_, kHead, "DSM_SEED=%llu, %zu bytes behind this line\n",
                      static_cast<unsigned long long>(seed), variant.size());
        std::memset(bytes_ + std::strlen(bytes_), ' ', kHead - std::strlen(bytes_) - 1);
        bytes_[kHead - 1] = '\n';
        std::memcpy(bytes_ + kHead, variant.data(), variant.size());
    }
    void keep() { isKept_ = true; }

  private:
    static constexpr std::size_t kHead = 80;

    void grow(std::size_t size) {
        if (bytes_ != nullptr) ::munmap(bytes_, size_);
        size_ = size;
        DSM_CHECK(::ftruncate(file_, static_cast<off_t>(size)) == 0);
        void* mapped = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, file_, 0);
        DSM_CHECK(mapped != MAP_FAILED);
        bytes_ = static_cast<char*>(mapped);
    }

    std::filesystem::path path_;
    int file_;
    char* bytes_ = nullptr;
    std::size_t size_ = 0;
    bool isKept_ = false;
};

class Attack {
  public:
    // A dear reader has that many times fewer variants of those that DSM_MUTATIONS asks for.
    Attack(std::string kind, std::uint64_t everyRun, std::uint64_t dearness = 1)
        : kind_(std::move(kind)),
          first_(number("DSM_SEED", 0)),
          rounds_(mutationRounds(everyRun * dearness) / dearness),
          kept_(foundFolder() / ("dsm-variant-" + kind_ + "-" + std::to_string(::getpid()))),
          watcher_([this](const std::stop_token& stop) { watch(stop); }) {}

    // `make(seed)` gives a variant; `use(variant)` says whether it was survived. The walk ends at
    // the first that was not: it is kept and named.
    template <class Make, class Use>
    bool walk(const Make& make, const Use& use) {
        const auto began = std::chrono::steady_clock::now();
        for (std::uint64_t i = 0; i < rounds_; ++i) {
            const std::string variant = make(first_ + i);
            kept_.set(first_ + i, variant);
            done_ = i;
            try {
                if (!use(variant)) return fail("is not survived");
            } catch (...) {
                fail("ends in an exception");
                throw;
            }
            if (peakBytes() > mostBytes_) return fail("takes too much memory");
        }
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
        if (rounds_ > 0)
            std::printf("%s: %llu variants from seed %llu on, %.1f s\n", kind_.c_str(),
                        static_cast<unsigned long long>(rounds_),
                        static_cast<unsigned long long>(first_), took.count());
        std::fflush(stdout);
        return true;
    }

    std::uint64_t rounds() const { return rounds_; }

  private:
    using Milliseconds = std::chrono::milliseconds;
    static constexpr Milliseconds kLook{250}, kMostCpu{20'000}, kMostTime{600'000};
    static constexpr int kLooksBetweenReports = 120;  // half a minute
    static constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 30;

    static std::uint64_t number(const char* name, std::uint64_t whenMissing) {
        const char* asked = std::getenv(name);
        return asked ? std::strtoull(asked, nullptr, 10) : whenMissing;
    }
    static std::filesystem::path foundFolder() {
        const char* asked = std::getenv("DSM_FOUND");
        return asked ? std::filesystem::path(asked) : fastFolder();
    }
    static Milliseconds cpuTime() {
        timespec now{};
        ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
        return Milliseconds(now.tv_sec * 1000 + now.tv_nsec / 1'000'000);
    }
    static std::uint64_t peakBytes() {
        rusage usage{};
        ::getrusage(RUSAGE_SELF, &usage);
        return static_cast<std::uint64_t>(usage.ru_maxrss) << 10;
    }

    bool fail(const char* how) {
        kept_.keep();
        std::fprintf(stderr, "%s: DSM_SEED=%llu %s; the variant is %s\n", kind_.c_str(),
                     static_cast<unsigned long long>(first_ + done_), how, kept_.path().c_str());
        return false;
    }

    void watch(const std::stop_token& stop) {
        std::uint64_t seen = 0;
        Milliseconds cpu = cpuTime(), waited{0};
        for (int looks = 1; !stop.stop_requested(); ++looks) {
            std::unique_lock lock(mutex_);
            stopped_.wait_for(lock, stop, kLook, [] { return false; });
            if (stop.stop_requested()) return;
            waited += kLook;
            if (done_ != seen) {
                seen = done_;
                cpu = cpuTime();
                waited = Milliseconds(0);
            }
            const bool isSlow = cpuTime() - cpu > kMostCpu || waited > kMostTime;
            const bool isLarge = peakBytes() > mostBytes_;
            if (isSlow || isLarge) {
                fail(isSlow ? "is read without an end" : "takes too much memory");
                std::abort();
            }
            if (looks % kLooksBetweenReports == 0)
                std::fprintf(stderr, "%s: %llu of %llu\n", kind_.c_str(),
                             static_cast<unsigned long long>(seen),
                             static_cast<unsigned long long>(rounds_));
        }
    }

    std::string kind_;
    std::uint64_t first_, rounds_;
    const std::uint64_t mostBytes_ = peakBytes() + kMostBytes;
    std::atomic<std::uint64_t> done_ = 0;
    KeptVariant kept_;
    std::mutex mutex_;
    std::condition_variable_any stopped_;
    std::jthread watcher_;  // last: it uses the others
};

}  // namespace dsm
