// Runs a launch: blocks one after the other, the threads of a block as fibers.
#include <algorithm>
#include <array>
#include <bit>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <random>
#include <unordered_map>

#include "tests/support/simt/fiber.h"
#include "tests/support/simt/machine.h"
#include "tests/support/simt/sanitizer.h"

uint3 threadIdx, blockIdx;
dim3 blockDim, gridDim;

// Where the linker puts the begin and the end of static shared memory; absent where there is none.
extern "C" {
extern unsigned char __start_simt_shared[] __attribute__((weak));
extern unsigned char __stop_simt_shared[] __attribute__((weak));
}

namespace simt {
namespace {

constexpr unsigned char kPoison = 0xff;

struct Copy {
    void* to;
    const void* from;
    int bytes;
};

struct Thread {
    explicit Thread(int number) : fiber(static_cast<std::size_t>(number % 32) * 128) {}

    Fiber fiber;
    uint3 index{};
    int linear = 0;
    bool isDone = false;
    const char* waitsFor = nullptr;
    std::vector<std::vector<Copy>> groups;  // committed, oldest first
    std::vector<Copy> open;                 // not yet committed
};

// A collective that lanes of a warp wait in; nobody is in one of no mask.
struct Meeting {
    const char* what = nullptr;
    std::uint32_t mask = 0;
    Combine combine = nullptr;
    std::uint32_t arrived = 0;
    void* operands[32] = {};
};
// Parts of a warp may be in as many at once as it has lanes.
struct Meetings {
    std::array<Meeting, 32> all;
    std::size_t used = 0;  // from the first on; some of them may have ended
};

// Threads that can go on, by their warps: lanes that run one after the other touch the same memory.
struct Ready {
    std::array<std::uint32_t, 32> lanes{};
    std::uint32_t warps = 0;  // that have some
    unsigned warp = 0;        // that runs
    unsigned first = 0;       // of its lanes, from which on they run
    bool isDown = false;      // the way they take from there

    void add(unsigned ofWarp, std::uint32_t mask) {
        lanes[ofWarp] |= mask;
        if (mask != 0) warps |= 1U << ofWarp;
    }
    unsigned take();
    void drawOrder();
};

struct Block {
    std::vector<std::unique_ptr<Thread>> threads;  // grows to the largest block
    Ready ready;
    std::vector<Meetings> meetings;  // of each warp
    int count = 0;                   // threads of this block
    int finished = 0;
    int atBarrier = 0;
    Thread* running = nullptr;
    const std::function<void()>* body = nullptr;
    std::unique_ptr<unsigned char[]> shared;
    std::string fault;
    std::unordered_map<const void*, std::int64_t> additions;  // by place
};

Block block;

std::uint64_t seedOfRun() {
    const char* asked = std::getenv("DSM_SIMT_SEED");
    const std::uint64_t seed =
        asked != nullptr ? std::strtoull(asked, nullptr, 10) : std::random_device()();
    std::fprintf(stderr, "simt: threads run in the order of DSM_SIMT_SEED=%llu\n",
                 static_cast<unsigned long long>(seed));
    return seed * 2 + 1;
}

std::uint64_t& randomState() {
    static std::uint64_t value = seedOfRun();
    return value;
}

// xorshift64: cheap, since it is drawn at each switch.
std::size_t below(std::size_t bound) {
    std::uint64_t& x = randomState();
    x ^= x << 13U;
    x ^= x >> 7U;
    x ^= x << 17U;
    return static_cast<std::size_t>((x >> 32U) * bound >> 32U);
}

unsigned anyOf(std::uint32_t mask) {
    for (std::size_t skipped = below(static_cast<std::size_t>(std::popcount(mask))); skipped > 0;
         --skipped)
        mask &= mask - 1;
    return static_cast<unsigned>(std::countr_zero(mask));
}

// Where lanes have met, the next to run are drawn: from which lane on, which way, and now and then of
// another warp.
void Ready::drawOrder() {
    constexpr std::size_t kStays = 16;  // meetings, on the mean
    const std::size_t drawn = below(64 * kStays);
    first = drawn % 32;
    isDown = drawn / 32 % 2 == 1;
    if (drawn / 64 == 0 && warps != 0) warp = anyOf(warps);
}

unsigned Ready::take() {
    if (lanes[warp] == 0) warp = anyOf(warps);
    const std::uint32_t turned = std::rotr(lanes[warp], static_cast<int>(first));
    const int found = isDown ? 31 - std::countl_zero(turned) : std::countr_zero(turned);
    const unsigned lane = (static_cast<unsigned>(found) + first) % 32;
    lanes[warp] &= ~(1U << lane);
    if (lanes[warp] == 0) warps &= ~(1U << warp);
    return warp * 32 + lane;
}

Thread* takeReady() {
    if (block.ready.warps == 0 || !block.fault.empty()) return nullptr;
    return block.threads[block.ready.take()].get();
}

void setRunning(Thread* thread) {
    block.running = thread;
    threadIdx = thread->index;
}

// The running thread waits; some other goes on, or the system, where none can.
void wait(const char* what) {
    Thread* self = block.running;
    self->waitsFor = what;
    if (Thread* next = takeReady()) {
        setRunning(next);
        Fiber::to(self->fiber, next->fiber);
    } else {
        Fiber::toSystem(self->fiber);
    }
    self->waitsFor = nullptr;
    setRunning(self);
}

void runThread() {
    (*block.body)();
    block.running->isDone = true;
    ++block.finished;
    Thread* next = takeReady();
    if (next != nullptr) setRunning(next);
    Fiber::leave(next != nullptr ? &next->fiber : nullptr);
}

std::string where(const Thread& thread) {
    return "thread (" + std::to_string(thread.index.x) + ", " + std::to_string(thread.index.y) +
           ", " + std::to_string(thread.index.z) + ") of block (" + std::to_string(blockIdx.x) +
           ", " + std::to_string(blockIdx.y) + ", " + std::to_string(blockIdx.z) + ")";
}

void prepareThreads(dim3 size) {
    block.count = static_cast<int>(size.x * size.y * size.z);
    while (static_cast<int>(block.threads.size()) < block.count)
        block.threads.push_back(std::make_unique<Thread>(static_cast<int>(block.threads.size())));
    block.ready = {};
    block.meetings.resize(static_cast<std::size_t>((block.count + 31) / 32));
    for (Meetings& warp : block.meetings)
        warp.used = 0;
    block.finished = block.atBarrier = 0;
    for (int i = 0; i < block.count; ++i) {
        Thread& thread = *block.threads[static_cast<std::size_t>(i)];
        const auto linear = static_cast<unsigned>(i);
        thread.index = {linear % size.x, linear / size.x % size.y, linear / (size.x * size.y)};
        thread.linear = i;
        thread.isDone = false;
        thread.waitsFor = nullptr;
        thread.groups.clear();
        thread.open.clear();
        thread.fiber.start(runThread);
        block.ready.add(linear / 32, 1U << linear % 32);
    }
    block.ready.drawOrder();
}

// Nobody can go on, though not all are done: who waits for whom?
std::string standstill() {
    const Thread* waiting = nullptr;
    int atBarrier = 0;
    for (int i = 0; i < block.count; ++i) {
        const Thread& thread = *block.threads[static_cast<std::size_t>(i)];
        if (thread.waitsFor == nullptr) continue;
        waiting = &thread;
        if (block.atBarrier > 0 && std::string_view(thread.waitsFor) == "barrier") ++atBarrier;
    }
    if (waiting == nullptr) return "no thread can run";
    const std::string who = where(*waiting);
    if (atBarrier > 0) {
        return "a barrier was reached by " + std::to_string(atBarrier) + " of " +
               std::to_string(block.count) + " threads of a block; " + who + " waits for a " +
               waiting->waitsFor;
    }
    const Meetings& warp = block.meetings[static_cast<std::size_t>(waiting->linear / 32)];
    for (std::size_t i = 0; i < warp.used; ++i) {
        const Meeting& meeting = warp.all[i];
        if (meeting.mask == 0) continue;
        char missing[16];
        std::snprintf(missing, sizeof missing, "0x%08x", meeting.mask & ~meeting.arrived);
        return who + " waits in a " + meeting.what + " for the lanes " + missing;
    }
    return who + " waits for a " + waiting->waitsFor;
}

void runBlock(dim3 size, std::size_t sharedBytes) {
    if (__start_simt_shared != nullptr) {
        std::fill(__start_simt_shared, __stop_simt_shared, kPoison);
    }
    std::fill_n(block.shared.get(), sharedBytes, kPoison);
    block.additions.clear();
    prepareThreads(size);
    Thread* first = takeReady();
    setRunning(first);
    Fiber::enter(first->fiber);
    if (block.fault.empty() && block.finished != block.count) block.fault = standstill();
}

constexpr std::size_t kGuard = 64;  // behind dynamic shared memory

}  // namespace

std::optional<std::string> runGrid(dim3 grid, dim3 size, std::size_t sharedBytes,
                                   const std::function<void()>& body) {
    gridDim = grid;
    blockDim = size;
    block.body = &body;
    block.fault.clear();
    // Exactly as long as asked for where AddressSanitizer watches; a guard zone tells otherwise.
    const std::size_t guard = kHasAsan ? 0 : kGuard;
    block.shared.reset(new unsigned char[sharedBytes + guard]);
    std::vector<std::uint64_t> order(std::uint64_t{grid.x} * grid.y * grid.z);
    for (std::size_t i = 0; i < order.size(); ++i) {
        const std::size_t other = below(i + 1);
        order[i] = order[other];
        order[other] = i;
    }
    for (const std::uint64_t i : order) {
        blockIdx = {static_cast<unsigned>(i % grid.x), static_cast<unsigned>(i / grid.x % grid.y),
                    static_cast<unsigned>(i / grid.x / grid.y)};
        std::fill_n(block.shared.get() + sharedBytes, guard, std::uint8_t{0xa5});
        runBlock(size, sharedBytes);
        for (std::size_t g = 0; g < guard; ++g) {
            if (block.shared[sharedBytes + g] != 0xa5 && block.fault.empty())
                block.fault = "a block wrote behind its dynamic shared memory";
        }
        if (!block.fault.empty()) return block.fault;
    }
    return std::nullopt;
}

void setSeed(std::uint64_t seed) {
    const std::lock_guard lock(machineMutex());
    randomState() = seed * 2 + 1;
}

unsigned char* dynamicShared() {
    return block.shared.get();
}

int laneOf() {
    return block.running->linear % 32;
}

void fault(const char* what) {
    if (block.fault.empty()) block.fault = where(*block.running) + ": " + what;
    Fiber::leave(nullptr);
}

void countPlace(const void* place) {
    std::int64_t& most = state().counts.hottestPlace;
    most = std::max(most, ++block.additions[place]);
}

void trap() {
    if (block.fault.empty()) block.fault = kTrapped;
    Fiber::leave(nullptr);
}

void collective(const char* what, std::uint32_t mask, void* operand, Combine combine) {
    Thread* self = block.running;
    const int lane = self->linear % 32;
    if ((mask >> lane & 1U) == 0) fault("a lane calls a collective whose mask leaves it out");
    Meetings& warp = block.meetings[static_cast<std::size_t>(self->linear / 32)];
    Meeting* found = nullptr;
    Meeting* free = nullptr;
    for (std::size_t i = 0; i < warp.used && found == nullptr; ++i) {
        Meeting& m = warp.all[i];
        if (m.mask == 0) free = &m;
        if (m.combine == combine && m.mask == mask && (m.arrived >> lane & 1U) == 0) found = &m;
    }
    if (found == nullptr) {
        found = free != nullptr ? free : &warp.all.at(warp.used++);
        found->what = what;
        found->mask = mask;
        found->combine = combine;
        found->arrived = 0;
    }
    found->arrived |= 1U << lane;
    found->operands[lane] = operand;
    if (found->arrived != mask) return wait(what);

    combine(found->operands, mask);
    block.ready.add(static_cast<unsigned>(self->linear) / 32, mask & ~(1U << lane));
    block.ready.drawOrder();
    found->mask = 0;
    while (warp.used > 0 && warp.all[warp.used - 1].mask == 0)
        --warp.used;
}

void syncBlock() {
    if (++block.atBarrier != block.count) return wait("barrier");
    block.atBarrier = 0;
    for (int i = 0; i < block.count; i += 32) {
        const int lanes = std::min(block.count - i, 32);
        const std::uint32_t own =
            block.running->linear / 32 == i / 32 ? 1U << block.running->linear % 32 : 0;
        block.ready.add(static_cast<unsigned>(i) / 32, (~0U >> (32 - lanes)) & ~own);
    }
    block.ready.drawOrder();
    if (block.ready.warps != 0) block.ready.warp = anyOf(block.ready.warps);
}

void combineNothing(void* const*, std::uint32_t) {}

void combineVote(void* const* operands, std::uint32_t mask) {
    std::uint32_t ballot = 0;
    for (int lane = 0; lane < 32; ++lane) {
        if ((mask >> lane & 1U) != 0 && static_cast<Vote*>(operands[lane])->in)
            ballot |= 1U << lane;
    }
    for (int lane = 0; lane < 32; ++lane) {
        if ((mask >> lane & 1U) != 0) static_cast<Vote*>(operands[lane])->out = ballot;
    }
}

void copyLater(void* to, const void* from, int bytes) {
    block.running->open.push_back({to, from, bytes});
}

void commitCopies() {
    Thread& self = *block.running;
    self.groups.push_back(std::move(self.open));
    self.open.clear();
}

void waitForCopies(int mostOpenGroups) {
    auto& groups = block.running->groups;
    while (static_cast<int>(groups.size()) > mostOpenGroups) {
        for (const Copy& copy : groups.front()) {
            // No source: the copy of a row that does not exist, which brings zeros.
            if (copy.from == nullptr) {
                std::memset(copy.to, 0, static_cast<std::size_t>(copy.bytes));
            } else {
                std::memcpy(copy.to, copy.from, static_cast<std::size_t>(copy.bytes));
            }
        }
        groups.erase(groups.begin());
    }
}

}  // namespace simt

int __dp4a(int a, int b, int c) {
    for (int i = 0; i < 4; ++i) {
        const auto x = static_cast<std::int8_t>(static_cast<unsigned>(a) >> (8 * i));
        const auto y = static_cast<std::int8_t>(static_cast<unsigned>(b) >> (8 * i));
        c += x * y;
    }
    return c;
}

std::uint32_t __byte_perm(std::uint32_t low, std::uint32_t high, std::uint32_t selector) {
    const std::uint64_t bytes = std::uint64_t{high} << 32U | low;
    std::uint32_t result = 0;
    for (unsigned i = 0; i < 4; ++i) {
        const std::uint32_t which = selector >> (4 * i) & 7U;
        result |= static_cast<std::uint32_t>(bytes >> (8 * which) & 0xffU) << (8 * i);
    }
    return result;
}
