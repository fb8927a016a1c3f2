#include "kernels/base/buffer.h"

#include <sys/mman.h>
#include <unistd.h>

namespace dsm {

void wantLargePages(void* memory, std::size_t sizeBytes) {
    const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
    const auto begin = reinterpret_cast<std::uintptr_t>(memory);
    const std::uintptr_t first = (begin + page - 1) / page * page;
    const std::uintptr_t end = (begin + sizeBytes) / page * page;
    // A system without such pages refuses, and nothing is lost.
    if (first < end) ::madvise(reinterpret_cast<void*>(first), end - first, MADV_HUGEPAGE);
}

}  // namespace dsm
