// Fibers: stacks to switch between, a few nanoseconds a switch.
//
// Ownership  A Fiber owns its stack. start() may be called again once the fiber has ended or been
//            given up: what was on its stack is forgotten, not destroyed.
// Threads    All fibers of a group run on one thread of the system.
#pragma once

#include <cstddef>

namespace simt {

class Fiber {
  public:
    explicit Fiber(std::size_t offset);  // of the stack's top: spreads stacks over the cache
    ~Fiber();
    Fiber(const Fiber&) = delete;
    Fiber& operator=(const Fiber&) = delete;

    // The next switch to this fiber calls entry(), which must not return: it ends with leave().
    void start(void (*entry)());

    // From the system's own stack to a fiber; returns when one calls toSystem() or leave().
    static void enter(Fiber& fiber);
    // From the running fiber to another, back to the system's stack, or for ever.
    static void to(Fiber& from, Fiber& next);
    static void toSystem(Fiber& from);
    // `next` nullptr: to the system's stack.
    [[noreturn]] static void leave(Fiber* next);

  private:
    static void arrived();

    unsigned char* stack_;
    void* place_ = nullptr;   // of the stack, where the fiber waits
    void* shadow_ = nullptr;  // of AddressSanitizer
    std::size_t offset_;
    void (*entry_)() = nullptr;
    friend struct FiberEntry;
};

}  // namespace simt
