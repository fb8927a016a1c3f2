#include "engine/model/pass/forward.h"

namespace dsm {
namespace {

void attention(const ForwardArgs& args, std::int64_t layer, const Workspace::Views& v) {
    const LayerWeights& w = args.weights.layers()[static_cast<std::size_t>(layer)];
    const std::int64_t position = args.position.value_or(args.cache.size());
    const KvPanels cache = args.cache.layer(layer);
    args.ops.attentionInput(args.context, {.x = v.x,
                                           .norm = w.inputNorm,
                                           .epsilon = static_cast<float>(args.config.rmsEpsilon),
                                           .query = w.query,
                                           .key = w.key,
                                           .value = w.value,
                                           .rotary = args.rotary,
                                           .position = position,
                                           .normed = v.normed,
                                           .q = v.q,
                                           .keys = v.keys,
                                           .values = v.values,
                                           .cache = cache});
    args.ops.attend(args.context,
                    {.q = v.q, .cache = cache, .position = position, .out = v.attended});
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

}  // namespace

bool forward(const ForwardArgs& args) {
    const auto tokens = static_cast<std::int64_t>(args.ids.size());
    DSM_CHECK(args.cache.size() + tokens <= args.cache.capacity());
    DSM_CHECK(args.logits.rows <= tokens);

    const Workspace::Views v = args.workspace.views(tokens);
    args.ops.embed(args.context, {.ids = args.opIds, .table = args.weights.embedding(), .x = v.x});
    for (std::int64_t layer = 0; layer < args.config.layers; ++layer) {
        if (args.stop.stop_requested()) return false;
        attention(args, layer, v);
        if (!feedForward(args, layer, v)) return false;
    }
    if (!args.position) args.cache.append(args.ids);

    if (args.logits.rows == 0) return true;
    const Matrix<const float> last{v.x.row(tokens - args.logits.rows), args.logits.rows, v.x.cols};
    args.ops.logits(args.context, {.x = last,
                                   .norm = args.weights.finalNorm(),
                                   .epsilon = static_cast<float>(args.config.rmsEpsilon),
                                   .head = args.weights.head(),
                                   .normed = v.normed.firstRows(args.logits.rows),
                                   .logits = args.logits});
    return true;
}

}  // namespace dsm
