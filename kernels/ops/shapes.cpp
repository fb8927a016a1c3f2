#include "kernels/ops/shapes.h"

namespace dsm {
namespace {

std::int64_t count(const auto& span) {
    return static_cast<std::int64_t>(span.size());
}

template <class T>
bool hasShape(const Matrix<T>& m, std::int64_t rows, std::int64_t cols) {
    return m.rows == rows && m.cols == cols;
}

bool hasShape(const Weight& w, std::int64_t rows, std::int64_t cols) {
    return w.rows == rows && w.cols == cols && w.type != DType::F16;
}

// The groups hold every slot once: what the expert operations index by.
void checkGroups(const ExpertGroups& groups, std::int64_t experts, std::int64_t slots,
                 Memory memory) {
    if (experts == 0) {
        DSM_CHECK(slots == 0);
        return;
    }
    DSM_CHECK(count(groups.begin) == experts + 1 && count(groups.slots) == slots);
    if (memory == Memory::Device) return;
    DSM_CHECK(groups.begin.front() == 0 && groups.begin.back() == slots);
}

// A kernel reads the weights of all experts in the type of the first; on the host each has its own.
void checkTypes(std::span<const Weight> weights, std::span<const Weight> likes, Memory memory) {
    if (memory == Memory::Host) return;
    for (const Weight& w : weights)
        DSM_CHECK(w.type == likes.front().type);
}

}  // namespace

void checkShapes(const EmbedArgs& args, Memory memory) {
    DSM_CHECK(hasShape(args.x, count(args.ids), args.table.cols));
    DSM_CHECK(args.table.type != DType::F16);
    if (memory == Memory::Device) return;
    for (const std::int32_t id : args.ids)
        DSM_CHECK(id >= 0 && id < args.table.rows);
}

void checkShapes(const NormArgs& args) {
    DSM_CHECK(args.x.cols > 0);
    DSM_CHECK(hasShape(args.weight, 1, args.x.cols));
    DSM_CHECK(args.weight.type == DType::F32 || args.weight.type == DType::BF16);
    DSM_CHECK(hasShape(args.out, args.x.rows, args.x.cols));
}

void checkShapes(const AttentionInputArgs& args) {
    const std::int64_t tokens = args.x.rows;
    const std::int64_t hidden = args.x.cols;
    checkRuns(args.runs, tokens);
    const KvPanels& cache = args.runs.front().cache;
    DSM_CHECK(cache.headSize % 2 == 0 && args.q.cols % cache.headSize == 0);
    DSM_CHECK(hasShape(args.query, args.q.cols, hidden) && args.q.rows == tokens);
    DSM_CHECK(hasShape(args.key, cache.width(), hidden));
    DSM_CHECK(hasShape(args.value, cache.width(), hidden));
    DSM_CHECK(hasShape(args.keys, tokens, cache.width()));
    DSM_CHECK(hasShape(args.values, tokens, cache.width()));
    DSM_CHECK(args.rotary.cols == cache.headSize);
    DSM_CHECK(mostPositions(args.runs) <= args.rotary.rows);
}

void checkShapes(const AttendArgs& args) {
    checkRuns(args.runs, args.q.rows);
    const KvPanels& cache = args.runs.front().cache;
    DSM_CHECK(cache.headSize <= kMostHeadSize);
    DSM_CHECK(args.q.cols > 0 && args.q.cols % cache.width() == 0);
    DSM_CHECK(hasShape(args.out, args.q.rows, args.q.cols));
}

void checkShapes(const AttentionOutputArgs& args) {
    DSM_CHECK(hasShape(args.output, args.x.cols, args.attended.cols));
    DSM_CHECK(args.x.rows == args.attended.rows);
}

void checkShapes(const RouteArgs& args) {
    const std::int64_t tokens = args.x.rows;
    const std::int64_t experts = args.gate.rows;
    const std::int64_t active = args.expert.cols;
    DSM_CHECK(hasShape(args.gate, experts, args.x.cols));
    DSM_CHECK(active > 0 && active <= experts);
    DSM_CHECK(hasShape(args.scores, tokens, experts));
    DSM_CHECK(hasShape(args.expert, tokens, active) && hasShape(args.weight, tokens, active));
    DSM_CHECK(count(args.groups.slots) == tokens * active);
    DSM_CHECK(count(args.groups.begin) == experts + 1);
}

void checkShapes(const ExpertsInputArgs& args, Memory memory) {
    const std::int64_t tokens = args.normed.rows;
    const std::int64_t hidden = args.normed.cols;
    DSM_CHECK(args.gate.size() == args.up.size());
    checkGroups(args.groups, count(args.gate), tokens * args.activeExperts, memory);
    DSM_CHECK(args.routedHidden.rows == tokens * args.activeExperts);
    for (const auto& weights : {args.gate, args.up}) {
        for (const Weight& w : weights)
            DSM_CHECK(hasShape(w, args.routedHidden.cols, hidden));
        checkTypes(weights, args.gate, memory);
    }
    DSM_CHECK(hasShape(args.sharedGate, args.sharedHidden.cols, hidden));
    DSM_CHECK(hasShape(args.sharedUp, args.sharedHidden.cols, hidden));
    checkTypes({&args.sharedUp, 1}, {&args.sharedGate, 1}, memory);
    DSM_CHECK(args.sharedHidden.rows == tokens);
}

void checkShapes(const ExpertsOutputArgs& args, Memory memory) {
    const std::int64_t tokens = args.x.rows;
    const std::int64_t hidden = args.x.cols;
    DSM_CHECK(args.weight.rows == tokens);
    checkGroups(args.groups, count(args.down), tokens * args.weight.cols, memory);
    DSM_CHECK(args.routedHidden.rows == tokens * args.weight.cols);
    for (const Weight& w : args.down)
        DSM_CHECK(hasShape(w, hidden, args.routedHidden.cols));
    checkTypes(args.down, args.down, memory);
    DSM_CHECK(hasShape(args.sharedDown, hidden, args.sharedHidden.cols));
    DSM_CHECK(args.sharedHidden.rows == tokens);
}

void checkShapes(const LogitsArgs& args) {
    DSM_CHECK(hasShape(args.head, args.logits.cols, args.x.cols));
    DSM_CHECK(args.logits.rows == args.x.rows);
}

}  // namespace dsm
