#include "tests/support/simt/fiber.h"

#include <sys/mman.h>

#include <cstdint>
#include <cstdlib>

#include "tests/support/simt/sanitizer.h"

#if !defined(__x86_64__)
#include <ucontext.h>
#endif

namespace simt {
namespace {

constexpr std::size_t kStackBytes = kHasAsan ? 256 * 1024 : 64 * 1024;

// Of the system's own stack, while a fiber runs.
void* systemPlace = nullptr;
void* systemShadow = nullptr;
const void* systemStack = nullptr;
std::size_t systemStackBytes = 0;

// Whose shadow arrived() has to take up.
void* arrivingShadow = nullptr;
bool isFromSystem = false;

}  // namespace

#if defined(__x86_64__)
// Keeps the registers that a function must keep on the stack, and the stack in *from.
extern "C" void dsmSimtSwitch(void** from, void* to);
asm(R"(
.text
.globl dsmSimtSwitch
.type dsmSimtSwitch, @function
dsmSimtSwitch:
    pushq %rbp
    pushq %rbx
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    movq %rsp, (%rdi)
    movq %rsi, %rsp
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbx
    popq %rbp
    ret
.size dsmSimtSwitch, .-dsmSimtSwitch
)");

namespace {
void switchTo(void** from, void* to) {
    dsmSimtSwitch(from, to);
}
// A stack that looks as if `entry` had been called and had switched away at once.
void* prepared(unsigned char* top, void (*entry)()) {
    auto* words = reinterpret_cast<std::uint64_t*>(top);
    *--words = 0;  // where entry would return to; keeps the stack aligned as a call does
    *--words = reinterpret_cast<std::uint64_t>(entry);
    for (int saved = 0; saved < 6; ++saved)
        *--words = 0;
    return words;
}
}  // namespace
#else
namespace {
// A place is a ucontext_t, which lies at the top of the fiber's stack.
void switchTo(void** from, void* to) {
    ucontext_t here;
    *from = &here;
    ::swapcontext(&here, static_cast<ucontext_t*>(to));
}
void* prepared(unsigned char* top, void (*entry)()) {
    auto address = reinterpret_cast<std::uintptr_t>(top) - sizeof(ucontext_t);
    auto* context = reinterpret_cast<ucontext_t*>(address / 64 * 64);
    ::getcontext(context);
    context->uc_stack.ss_sp = top - kStackBytes / 2;
    context->uc_stack.ss_size =
        static_cast<std::size_t>(reinterpret_cast<unsigned char*>(context) -
                                 static_cast<unsigned char*>(context->uc_stack.ss_sp));
    context->uc_link = nullptr;
    ::makecontext(context, entry, 0);
    return context;
}
}  // namespace
#endif

struct FiberEntry {
    static inline Fiber* first = nullptr;  // that begins to run
    static void run() {
        Fiber* fiber = first;
        Fiber::arrived();
        fiber->entry_();
        std::abort();
    }
};

Fiber::Fiber(std::size_t offset) : offset_(offset) {
    void* memory = ::mmap(nullptr, kStackBytes, PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) std::abort();
    stack_ = static_cast<unsigned char*>(memory);
}
Fiber::~Fiber() {
    ::munmap(stack_, kStackBytes);
}

void Fiber::start(void (*entry)()) {
    unpoison(stack_, kHasAsan ? kStackBytes : 0);
    entry_ = entry;
    shadow_ = nullptr;
    place_ = prepared(stack_ + kStackBytes - offset_, FiberEntry::run);
}

// Runs first on the stack that was switched to.
void Fiber::arrived() {
    const void* stack = nullptr;
    std::size_t bytes = 0;
    finishSwitch(arrivingShadow, &stack, &bytes);
    if (isFromSystem) {
        systemStack = stack;
        systemStackBytes = bytes;
    }
}

void Fiber::enter(Fiber& fiber) {
    FiberEntry::first = &fiber;
    arrivingShadow = fiber.shadow_;
    isFromSystem = true;
    startSwitch(&systemShadow, fiber.stack_, kStackBytes);
    switchTo(&systemPlace, fiber.place_);
    arrivingShadow = systemShadow;
    isFromSystem = false;
    arrived();
}

void Fiber::to(Fiber& from, Fiber& next) {
    FiberEntry::first = &next;
    arrivingShadow = next.shadow_;
    isFromSystem = false;
    startSwitch(&from.shadow_, next.stack_, kStackBytes);
    switchTo(&from.place_, next.place_);
    arrived();
}

void Fiber::toSystem(Fiber& from) {
    startSwitch(&from.shadow_, systemStack, systemStackBytes);
    switchTo(&from.place_, systemPlace);
    arrived();
}

void Fiber::leave(Fiber* next) {
    void* nowhere = nullptr;
    isFromSystem = false;
    if (next == nullptr) {
        startSwitch(nullptr, systemStack, systemStackBytes);
        switchTo(&nowhere, systemPlace);
    } else {
        FiberEntry::first = next;
        arrivingShadow = next->shadow_;
        startSwitch(nullptr, next->stack_, kStackBytes);
        switchTo(&nowhere, next->place_);
    }
    std::abort();
}

}  // namespace simt
