#include "kernels/cuda/gpu_recordings.h"

#include <algorithm>

namespace dsm {
namespace {

constexpr std::size_t kMostKnown = 256;  // shapes; of a run without equal ones, those of late

}  // namespace

void GpuRecordings::repeat(std::span<const std::int64_t> shape, const std::function<void()>& work) {
    if (hasMoved_) forget();
    if (gpu_.hasFailed()) return;
    const auto known = std::find_if(known_.begin(), known_.end(), [&](const Known& one) {
        return std::equal(one.shape.begin(), one.shape.end(), shape.begin(), shape.end());
    });
    if (known == known_.end()) return learn(shape, work);
    if (known->graph < 0 && hasRoomFor(*known)) record(*known, work);
    if (known->graph >= 0) {
        gpu_.replay(known->graph);
    } else if (!gpu_.hasFailed()) {
        work();
    }
}

void GpuRecordings::learn(std::span<const std::int64_t> shape, const std::function<void()>& work) {
    const std::int64_t before = queued_;
    const std::uint64_t putBefore = tables_.putBytes();
    work();
    if (hasMoved_) forget();
    if (known_.size() >= kMostKnown) {
        const auto oldest = std::find_if(known_.begin(), known_.end(),
                                         [](const Known& one) { return one.graph < 0; });
        if (oldest != known_.end()) known_.erase(oldest);
    }
    known_.push_back({.shape = {shape.begin(), shape.end()},
                      .nodes = queued_ - before,
                      .tableBytes = tables_.putBytes() - putBefore,
                      .tables = {}});
}

bool GpuRecordings::hasRoomFor(const Known& known) {
    if (recorded_ >= most_) return false;
    const auto free = gpu_.freeBytes();
    return free && known.bytes() <= *free;
}

void GpuRecordings::record(Known& known, const std::function<void()>& work) {
    const auto memory = gpu_.allocate(known.tableBytes, "training");
    if (!memory) return;
    gpu_.beginCapture();
    if (gpu_.hasFailed()) return;
    tables_.beginKeeping(memory->get(), known.tableBytes);
    work();
    const std::vector<std::byte> tables = tables_.endKeeping();
    const auto graph = gpu_.endCapture();
    if (!graph) {
        most_ = recorded_;  // memory is short: not tried again
        return;
    }
    // A failure is the session's.
    static_cast<void>(transfer_.put(memory->get(), tables, {}));
    known.graph = *graph;
    known.tables = *memory;
    ++recorded_;
}

// Shapes, too: their work would allocate, where a trainer begins anew. Nothing may be under way then.
void GpuRecordings::forget() {
    hasMoved_ = false;
    if (recorded_ > 0) {
        static_cast<void>(gpu_.finish());
        gpu_.forgetGraphs();
    }
    known_.clear();
    recorded_ = 0;
}

std::uint64_t GpuRecordings::bytes() const {
    std::uint64_t sum = 0;
    for (const Known& known : known_)
        sum += known.graph >= 0 ? known.bytes() : 0;
    return sum;
}

}  // namespace dsm
