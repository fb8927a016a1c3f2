#include "kernels/base/mapping_guard.h"

#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <mutex>
#include <utility>

namespace dsm {
namespace {

// `end` is set last and cleared first: a slot with an end is whole.
struct Slot {
    std::atomic<bool> isTaken{false};
    std::atomic<std::uintptr_t> begin{0};
    std::atomic<std::uintptr_t> end{0};
    std::atomic<bool> hasTripped{false};
};
static_assert(std::atomic<std::uintptr_t>::is_always_lock_free);

std::array<Slot, MappingGuard::kMostGuarded> slots;
std::atomic<int> slotsInUse{0};  // no slot from there on was ever taken
std::uintptr_t pageBytes = 4096;
struct sigaction before {};

Slot* slotAt(std::uintptr_t address) {
    const int count = slotsInUse.load(std::memory_order_acquire);
    for (int i = 0; i < count; ++i) {
        Slot& slot = slots[static_cast<std::size_t>(i)];
        const std::uintptr_t end = slot.end.load(std::memory_order_acquire);
        if (address < end && address >= slot.begin.load(std::memory_order_relaxed)) return &slot;
    }
    return nullptr;
}

// Zeros for all that follows: a file is cut at its end, and page by page would be as many signals.
bool putZeros(std::uintptr_t from, std::uintptr_t end) {
    void* const page = reinterpret_cast<void*>(from / pageBytes * pageBytes);
    const std::uintptr_t size = end - from / pageBytes * pageBytes;
    return ::mmap(page, size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == page;
}

void handle(int signal, siginfo_t* info, void* context) {
    const int error = errno;
    const auto address = reinterpret_cast<std::uintptr_t>(info->si_addr);
    Slot* const slot = slotAt(address);
    if (slot != nullptr) {
        slot->hasTripped.store(true, std::memory_order_release);
        if (putZeros(address, slot->end.load(std::memory_order_acquire))) {
            errno = error;
            return;
        }
    }
    errno = error;
    if ((before.sa_flags & SA_SIGINFO) != 0 && before.sa_sigaction != nullptr) {
        before.sa_sigaction(signal, info, context);
    } else if (before.sa_handler != SIG_DFL && before.sa_handler != SIG_IGN) {
        before.sa_handler(signal);
    } else {
        std::signal(signal, SIG_DFL);
        std::raise(signal);  // ends the program once this returns
    }
}

void installOnce() {
    static std::once_flag installed;
    std::call_once(installed, [] {
        pageBytes = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
        struct sigaction action {};
        action.sa_sigaction = handle;
        action.sa_flags = SA_SIGINFO | SA_ONSTACK;
        sigemptyset(&action.sa_mask);
        ::sigaction(SIGBUS, &action, &before);
    });
}

int takeSlot() {
    for (int i = 0; i < MappingGuard::kMostGuarded; ++i) {
        bool isTaken = false;
        if (!slots[static_cast<std::size_t>(i)].isTaken.compare_exchange_strong(isTaken, true)) {
            continue;
        }
        int count = slotsInUse.load();
        while (count <= i && !slotsInUse.compare_exchange_weak(count, i + 1)) {
        }
        return i;
    }
    return -1;
}

}  // namespace

MappingGuard::MappingGuard(const void* begin, std::size_t sizeBytes) {
    installOnce();
    slot_ = takeSlot();
    if (slot_ < 0) return;
    Slot& slot = slots[static_cast<std::size_t>(slot_)];
    const auto first = reinterpret_cast<std::uintptr_t>(begin);
    slot.hasTripped.store(false);
    slot.begin.store(first, std::memory_order_relaxed);
    slot.end.store((first + sizeBytes + pageBytes - 1) / pageBytes * pageBytes,
                   std::memory_order_release);
}

MappingGuard::MappingGuard(MappingGuard&& other) noexcept : slot_(std::exchange(other.slot_, -1)) {}

MappingGuard& MappingGuard::operator=(MappingGuard&& other) noexcept {
    std::swap(slot_, other.slot_);
    return *this;
}

MappingGuard::~MappingGuard() {
    if (slot_ < 0) return;
    Slot& slot = slots[static_cast<std::size_t>(slot_)];
    slot.end.store(0, std::memory_order_release);
    slot.isTaken.store(false, std::memory_order_release);
}

bool MappingGuard::hasTripped() const {
    return slot_ >= 0 &&
           slots[static_cast<std::size_t>(slot_)].hasTripped.load(std::memory_order_acquire);
}

}  // namespace dsm
