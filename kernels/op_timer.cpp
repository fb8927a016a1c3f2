#include "kernels/op_timer.h"

#include "kernels/base/check.h"

namespace dsm {
namespace {

// Entries of a table know nothing but their arguments: this is where they find their timer.
thread_local OpTimer* current = nullptr;

constexpr std::array<std::string_view, kOpCount> kNames{
    "embed", "norm",         "attentionInput", "attend", "attentionOutput",
    "route", "expertsInput", "expertsOutput",  "logits"};

}  // namespace

template <int kIndex, auto kOp>
struct Timed;

template <int kIndex, class Args, void (*OpTable::*kOp)(OpContext&, const Args&)>
struct Timed<kIndex, kOp> {
    static void call(OpContext& context, const Args& args) {
        OpTimer* timer = current;
        DSM_CHECK(timer != nullptr);
        const auto begin = std::chrono::steady_clock::now();
        (timer->timed_.*kOp)(context, args);
        OpTime& time = timer->times_[kIndex];
        time.time += std::chrono::steady_clock::now() - begin;
        ++time.calls;
        // Afterwards: route() has only then said which experts are read.
        time.work += workOf(args);
    }
};

namespace {

constexpr OpTable kTimedOps{
    .embed = Timed<0, &OpTable::embed>::call,
    .norm = Timed<1, &OpTable::norm>::call,
    .attentionInput = Timed<2, &OpTable::attentionInput>::call,
    .attend = Timed<3, &OpTable::attend>::call,
    .attentionOutput = Timed<4, &OpTable::attentionOutput>::call,
    .route = Timed<5, &OpTable::route>::call,
    .expertsInput = Timed<6, &OpTable::expertsInput>::call,
    .expertsOutput = Timed<7, &OpTable::expertsOutput>::call,
    .logits = Timed<8, &OpTable::logits>::call,
};
static_assert(sizeof(OpTable) == kOpCount * sizeof(kTimedOps.embed), "every op has a timed entry");

}  // namespace

OpTimer::OpTimer(const OpTable& timed) : timed_(timed) {
    DSM_CHECK(current == nullptr);
    current = this;
    restart();
}

OpTimer::~OpTimer() {
    current = nullptr;
}

const OpTable& OpTimer::table() const {
    return kTimedOps;
}

void OpTimer::restart() {
    for (std::size_t i = 0; i < times_.size(); ++i)
        times_[i] = {.name = kNames[i]};
}

}  // namespace dsm
