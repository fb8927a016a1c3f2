#include "engine/model/pass/residency.h"

#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <string>
#include <system_error>

#include "kernels/base/bytes_in_words.h"
#include "kernels/base/reason.h"

#ifndef MADV_POPULATE_READ  // older C library headers
#define MADV_POPULATE_READ 22
#endif

namespace dsm {
namespace {

constexpr std::size_t kStepBytes = 8U << 20;  // between two looks at the stop token

struct Pages {
    std::byte* begin;
    std::size_t sizeBytes;
};

std::size_t pageBytes() {
    static const auto bytes = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    return bytes;
}

// The whole pages that hold the bytes.
Pages pagesOf(std::span<const std::byte> bytes) {
    const auto address = reinterpret_cast<std::uintptr_t>(bytes.data());
    const std::size_t before = address % pageBytes();
    return {const_cast<std::byte*>(bytes.data()) - before, bytes.size() + before};
}

void touch(std::span<const std::byte> bytes) {
    for (std::size_t at = 0; at < bytes.size(); at += pageBytes())
        static_cast<void>(*static_cast<const volatile std::byte*>(&bytes[at]));
    if (!bytes.empty()) static_cast<void>(*static_cast<const volatile std::byte*>(&bytes.back()));
}

}  // namespace

bool bringIntoMemory(std::span<const std::byte> bytes, const std::stop_token& stop) {
    while (!bytes.empty()) {
        if (stop.stop_requested()) return false;
        const auto now = bytes.first(std::min(bytes.size(), kStepBytes));
        bytes = bytes.subspan(now.size());
        const Pages pages = pagesOf(now);
        if (::madvise(pages.begin, pages.sizeBytes, MADV_POPULATE_READ) != 0) touch(now);
    }
    return true;
}

Result<void> lockInMemory(std::span<const std::byte> bytes) {
    if (bytes.empty()) return {};
    const Pages pages = pagesOf(bytes);
    if (::mlock(pages.begin, pages.sizeBytes) == 0) return {};
    const int error = errno;
    rlimit limit{};
    ::getrlimit(RLIMIT_MEMLOCK, &limit);
    if (limit.rlim_cur == RLIM_INFINITY || (error != ENOMEM && error != EPERM)) {
        return failure(ErrorCode::OutOfMemory, ReasonCode::WeightsNotLocked,
                       {std::generic_category().message(error)});
    }
    return failure(ErrorCode::OutOfMemory, ReasonCode::WeightsOverLockLimit,
                   {bytesInWords(limit.rlim_cur)});
}

Result<void> reside(std::span<const std::byte> bytes, Residency residency,
                    const std::stop_token& stop) {
    if (residency != Residency::OnDisk && !bringIntoMemory(bytes, stop)) return cancelled();
    return residency == Residency::Locked ? lockInMemory(bytes) : Result<void>();
}

}  // namespace dsm
