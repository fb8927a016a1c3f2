#include "engine/model/pass/forward.h"

#include <array>

namespace dsm {
namespace {

using Runs = std::array<CacheRun, static_cast<std::size_t>(kMostRuns)>;

std::span<const CacheRun> runsOf(const ForwardArgs& args, std::int64_t layer, Runs& runs) {
    for (std::size_t i = 0; i < args.parts.size(); ++i) {
        const ForwardPart& part = args.parts[i];
        runs[i] = {.cache = part.cache->layer(layer),
                   .position = args.position.value_or(part.cache->size()),
                   .rows = part.tokens};
    }
    return std::span(runs).first(args.parts.size());
}

void attention(const ForwardArgs& args, std::int64_t layer, const Workspace::Views& v) {
    const LayerWeights& w = args.weights.layers()[static_cast<std::size_t>(layer)];
    Runs memory;
    const std::span<const CacheRun> runs = runsOf(args, layer, memory);
    args.ops.attentionInput(args.context, {.x = v.x,
                                           .norm = w.inputNorm,
                                           .epsilon = static_cast<float>(args.config.rmsEpsilon),
                                           .query = w.query,
                                           .key = w.key,
                                           .value = w.value,
                                           .rotary = args.rotary,
                                           .normed = v.normed,
                                           .q = v.q,
                                           .keys = v.keys,
                                           .values = v.values,
                                           .runs = runs});
    args.ops.attend(args.context, {.q = v.q, .runs = runs, .out = v.attended});
    args.ops.attentionOutput(args.context,
                             {.attended = v.attended, .output = w.attentionOutput, .x = v.x});
}

// Without routed experts a layer is its shared one alone.
Workspace::Views withoutRouted(Workspace::Views v) {
    v.expertWeight.cols = 0;
    v.groups = {};
    v.routedHidden.rows = 0;
    return v;
}

// False where the experts elsewhere failed.
bool feedForward(const ForwardArgs& args, std::int64_t layer, const Workspace::Views& all) {
    const LayerWeights& w = args.weights.layers()[static_cast<std::size_t>(layer)];
    const bool isElsewhere =
        w.isMoe() && args.elsewhere != nullptr && args.elsewhere->computes(layer);
    // A dense layer is one shared expert and no routed ones.
    const bool routed = w.isMoe() && !isElsewhere;
    const Workspace::Views v = routed ? all : withoutRouted(all);
    const std::span<const Weight> none;
    const auto epsilon = static_cast<float>(args.config.rmsEpsilon);
    if (w.isMoe()) {
        args.ops.route(args.context, {.x = v.x,
                                      .norm = w.postAttentionNorm,
                                      .epsilon = epsilon,
                                      .gate = w.router,
                                      .normalizeTopK = args.config.normalizeTopK,
                                      .normed = v.normed,
                                      .scores = v.routerScores,
                                      .expert = all.expert,
                                      .weight = all.expertWeight,
                                      .groups = all.groups});
    } else {
        args.ops.norm(
            args.context,
            {.x = v.x, .weight = w.postAttentionNorm, .epsilon = epsilon, .out = v.normed});
    }
    if (isElsewhere && !args.elsewhere->begin(all)) return false;
    const Matrix<float> sharedHidden = args.workspace.sharedHidden(v.x.rows, w.sharedGate.rows);
    args.ops.expertsInput(args.context, {.normed = v.normed,
                                         .activeExperts = v.expertWeight.cols,
                                         .groups = v.groups,
                                         .gate = routed ? w.expertGate : none,
                                         .up = routed ? w.expertUp : none,
                                         .sharedGate = w.sharedGate,
                                         .sharedUp = w.sharedUp,
                                         .routedHidden = v.routedHidden,
                                         .sharedHidden = sharedHidden});
    if (isElsewhere && !args.elsewhere->finish(w, all)) return false;
    args.ops.expertsOutput(args.context, {.routedHidden = v.routedHidden,
                                          .weight = v.expertWeight,
                                          .groups = v.groups,
                                          .down = routed ? w.expertDown : none,
                                          .sharedHidden = sharedHidden,
                                          .sharedDown = w.sharedDown,
                                          .x = v.x});
    return true;
}

// The rows [first, first + rows) of the pass, as the next of the logits.
void writeLogits(const ForwardArgs& args, const Workspace::Views& v, std::int64_t first,
                 std::int64_t rows, std::int64_t done) {
    if (rows == 0) return;
    args.ops.logits(args.context, {.x = {v.x.row(first), rows, v.x.cols},
                                   .norm = args.weights.finalNorm(),
                                   .epsilon = static_cast<float>(args.config.rmsEpsilon),
                                   .head = args.weights.head(),
                                   .normed = v.normed.firstRows(rows),
                                   .logits = {args.logits.row(done), rows, args.logits.cols}});
}

// Neighbouring rows together: each call reads the whole head.
void logits(const ForwardArgs& args, const Workspace::Views& v) {
    std::int64_t done = 0;
    std::int64_t begin = 0;  // of the rows that are wanted and not done
    std::int64_t end = 0;
    std::int64_t row = 0;
    for (const ForwardPart& part : args.parts) {
        row += part.tokens;
        if (part.logitRows == 0) continue;
        if (row - part.logitRows != end) {
            writeLogits(args, v, begin, end - begin, done);
            done += end - begin;
            begin = row - part.logitRows;
        }
        end = row;
    }
    writeLogits(args, v, begin, end - begin, done);
}

void check(const ForwardArgs& args) {
    DSM_CHECK(!args.parts.empty() && args.parts.size() <= Runs().size());
    DSM_CHECK(!args.position || args.parts.size() == 1);
    auto tokens = static_cast<std::int64_t>(args.ids.size());
    std::int64_t logitRows = args.logits.rows;
    for (const ForwardPart& part : args.parts) {
        DSM_CHECK(part.cache->size() + part.tokens <= part.cache->capacity());
        DSM_CHECK(part.logitRows >= 0 && part.logitRows <= part.tokens);
        tokens -= part.tokens;
        logitRows -= part.logitRows;
    }
    DSM_CHECK(tokens == 0 && logitRows == 0);
}

void append(const ForwardArgs& args) {
    std::span<const std::int32_t> ids = args.ids;
    for (const ForwardPart& part : args.parts) {
        const auto count = static_cast<std::size_t>(part.tokens);
        part.cache->append(ids.first(count));
        ids = ids.subspan(count);
    }
}

}  // namespace

bool forward(const ForwardArgs& args) {
    check(args);
    const Workspace::Views v = args.workspace.views(static_cast<std::int64_t>(args.ids.size()));
    args.ops.embed(args.context, {.ids = args.opIds, .table = args.weights.embedding(), .x = v.x});
    for (std::int64_t layer = 0; layer < args.config.layers; ++layer) {
        if (args.stop.stop_requested()) return false;
        attention(args, layer, v);
        if (!feedForward(args, layer, v)) return false;
    }
    if (!args.position) append(args);
    logits(args, v);
    return true;
}

}  // namespace dsm
