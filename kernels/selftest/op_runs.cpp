#include "kernels/selftest/op_runs.h"

#include <algorithm>
#include <deque>
#include <limits>
#include <utility>

#include "kernels/base/kv_rows.h"

namespace dsm::selftest {
namespace {

constexpr float kNothing = std::numeric_limits<float>::quiet_NaN();

Outputs spoiled(Outputs outputs) {
    for (std::vector<float>& output : outputs)
        std::fill(output.begin(), output.end(), kNothing);
    return outputs;
}

// Fetches all of them.
Outputs finished(std::initializer_list<const PlacedOutput<float>*> placed) {
    Outputs outputs;
    bool intact = true;
    for (const PlacedOutput<float>* output : placed)
        intact = output->finish(outputs.emplace_back()) && intact;
    return intact ? outputs : spoiled(std::move(outputs));
}

std::int64_t rowsIn(const std::vector<float>& values, std::int64_t cols) {
    return static_cast<std::int64_t>(values.size()) / cols;
}

Matrix<const float> rows(const Matrix<const float>& all, std::int64_t first, std::int64_t count) {
    return {all.row(first), count, all.cols};
}

Matrix<const float> wholeOf(PlacedInputs& placed, const std::vector<float>& values,
                            std::int64_t cols) {
    return placed.place(rowsOf(values, 0, rowsIn(values, cols), cols));
}

// The panels of a cache in the memory of the bench.
struct PlacedCache {
    KvPanels panels;
    std::shared_ptr<std::byte> keys, values;

    PlacedCache(OpMemory& memory, const KvPanels& host) : panels(host) {
        const auto bytes = static_cast<std::size_t>(host.sizeBytes());
        keys = memory.copy({host.keys, bytes});
        values = memory.copy({host.values, bytes});
        panels.keys = keys.get();
        panels.values = values.get();
    }
    void fetch(OpMemory& memory, const KvPanels& host) const {
        const auto bytes = static_cast<std::size_t>(host.sizeBytes());
        memory.fetch(keys.get(), {host.keys, bytes});
        memory.fetch(values.get(), {host.values, bytes});
    }
};

void append(std::vector<float>& to, const std::vector<float>& values) {
    to.insert(to.end(), values.begin(), values.end());
}

// Appends keys and values of the positions [begin, end) to the two outputs; false where another
// position is no longer zero.
bool readCache(const KvPanels& cache, std::int64_t begin, std::int64_t end, Outputs& outputs) {
    std::vector<float>& keys = outputs.emplace_back();
    std::vector<float>& values = outputs.emplace_back();
    std::vector<float> key(static_cast<std::size_t>(cache.headSize)), value(key.size());
    const auto isNothing = [](const std::vector<float>& row) {
        return std::all_of(row.begin(), row.end(), [](float number) { return number == 0; });
    };
    for (std::int64_t s = 0; s < cache.positions; ++s) {
        for (std::int64_t g = 0; g < cache.heads; ++g) {
            loadKeys(cache, g, s, key.data());
            loadValues(cache, g, s, value.data());
            if (s >= begin && s < end) {
                append(keys, key);
                append(values, value);
            } else if (!isNothing(key) || !isNothing(value)) {
                return false;
            }
        }
    }
    return true;
}

std::vector<SequenceRows> sequencesOf(const auto& inputs, std::int64_t rows) {
    if (!inputs.sequences.empty()) return inputs.sequences;
    return {{inputs.position, rows}};
}

// The caches of some sequences in the memory of the bench, and the runs of their rows.
class PlacedCaches {
  public:
    // fill(i, panels) writes what the i-th sequence has read.
    template <class Fill>
    PlacedCaches(OpMemory& memory, std::vector<SequenceRows> sequences, const OwnedCache& like,
                 const Fill& fill)
        : memory_(memory), sequences_(std::move(sequences)) {
        for (std::size_t i = 0; i < sequences_.size(); ++i) {
            const KvPanels shape = like.view();
            const OwnedCache& host =
                host_.emplace_back(shape.type, shape.positions, shape.heads, shape.headSize);
            fill(i, host.view());
            placed_.emplace_back(memory, host.view());
        }
    }

    // Of the rows [begin, begin + count).
    std::span<const CacheRun> runsOf(std::int64_t begin, std::int64_t count) {
        runs_.clear();
        std::int64_t first = 0;
        for (std::size_t i = 0; i < sequences_.size(); ++i) {
            const SequenceRows& s = sequences_[i];
            const std::int64_t from = std::clamp<std::int64_t>(begin - first, 0, s.rows);
            const std::int64_t to = std::clamp<std::int64_t>(begin + count - first, 0, s.rows);
            if (from < to || runs_.empty())
                runs_.push_back({placed_[i].panels, s.position + from, to - from});
            first += s.rows;
        }
        return runs_;
    }

    // The keys and values of all positions that were written; false where another has changed.
    bool read(Outputs& outputs) {
        bool intact = true;
        for (std::size_t i = 0; i < sequences_.size(); ++i) {
            placed_[i].fetch(memory_, host_[i].view());
            const SequenceRows& s = sequences_[i];
            intact = readCache(host_[i].view(), s.position, s.position + s.rows, outputs) && intact;
        }
        return intact;
    }

  private:
    OpMemory& memory_;
    std::vector<SequenceRows> sequences_;
    std::deque<OwnedCache> host_;
    std::deque<PlacedCache> placed_;
    std::vector<CacheRun> runs_;
};

}  // namespace

Outputs embed(const OpBench& bench, const EmbedInputs& inputs, std::int64_t step) {
    const auto tokens = static_cast<std::int64_t>(inputs.ids.size());
    PlacedInputs placed(bench.memory);
    const std::span<const std::int32_t> ids = placed.place(std::span(inputs.ids));
    const Weight table = placed.place(inputs.table);
    const PlacedOutput<float> x(bench.memory, tokens, table.cols);
    inSteps(tokens, step, [&](std::int64_t begin, std::int64_t count) {
        bench.ops.embed(bench.context, {.ids = ids.subspan(static_cast<std::size_t>(begin),
                                                           static_cast<std::size_t>(count)),
                                        .table = table,
                                        .x = x.rows(begin, count)});
    });
    return finished({&x});
}

Outputs norm(const OpBench& bench, const NormInputs& inputs, std::int64_t step) {
    PlacedInputs placed(bench.memory);
    const Matrix<const float> x = wholeOf(placed, inputs.x, inputs.weight.cols);
    const Weight weight = placed.place(inputs.weight);
    const PlacedOutput<float> out(bench.memory, x.rows, x.cols);
    inSteps(x.rows, step, [&](std::int64_t begin, std::int64_t count) {
        bench.ops.norm(bench.context, {.x = rows(x, begin, count),
                                       .weight = weight,
                                       .epsilon = inputs.epsilon,
                                       .out = out.rows(begin, count)});
    });
    return finished({&out});
}

Outputs attentionInput(const OpBench& bench, const AttentionInputInputs& inputs,
                       std::int64_t step) {
    PlacedInputs placed(bench.memory);
    const Matrix<const float> x = wholeOf(placed, inputs.x, inputs.query.cols);
    const Matrix<const float> rotary = wholeOf(placed, inputs.rotary, inputs.headSize);
    AttentionInputArgs args;
    args.norm = placed.place(inputs.norm);
    args.epsilon = 1e-6F;
    args.query = placed.place(inputs.query);
    args.key = placed.place(inputs.key);
    args.value = placed.place(inputs.value);
    args.rotary = rotary;
    const std::int64_t width = inputs.key.rows;
    const PlacedOutput<float> normed(bench.memory, x.rows, x.cols);
    const PlacedOutput<float> q(bench.memory, x.rows, inputs.query.rows);
    const PlacedOutput<float> keys(bench.memory, x.rows, width);
    const PlacedOutput<float> values(bench.memory, x.rows, width);
    PlacedCaches caches(
        bench.memory, sequencesOf(inputs, x.rows),
        OwnedCache(inputs.cacheType, rotary.rows, width / inputs.headSize, inputs.headSize),
        [](std::size_t, const KvPanels&) {});
    inSteps(x.rows, step, [&](std::int64_t begin, std::int64_t count) {
        args.x = rows(x, begin, count);
        args.runs = caches.runsOf(begin, count);
        args.normed = normed.rows(begin, count);
        args.q = q.rows(begin, count);
        args.keys = keys.rows(begin, count);
        args.values = values.rows(begin, count);
        bench.ops.attentionInput(bench.context, args);
    });
    Outputs outputs = finished({&normed, &q, &keys, &values});
    const bool intact = caches.read(outputs);
    return intact ? outputs : spoiled(std::move(outputs));
}

Outputs attend(const OpBench& bench, const AttendInputs& inputs, std::int64_t step) {
    PlacedInputs placed(bench.memory);
    const Matrix<const float> q = wholeOf(placed, inputs.q, inputs.heads * inputs.headSize);
    const std::vector<SequenceRows> sequences = sequencesOf(inputs, q.rows);
    const std::vector<float> nothing(static_cast<std::size_t>(inputs.groups * inputs.headSize),
                                     kNothing);
    // Behind what a sequence has read stands what must not be read.
    const auto fill = [&](std::size_t sequence, const KvPanels& panels) {
        const SequenceRows& read = sequences[sequence];
        for (std::int64_t s = 0; s < inputs.cacheRows; ++s) {
            const std::int64_t row =
                (s + static_cast<std::int64_t>(sequence)) % inputs.cacheRows * panels.width();
            const bool isRead = s < read.position + read.rows;
            panels.storeKeys(s, isRead ? inputs.keys.data() + row : nothing.data());
            panels.storeValues(s, isRead ? inputs.values.data() + row : nothing.data());
        }
    };
    PlacedCaches caches(bench.memory, sequences,
                        OwnedCache(inputs.type, inputs.cacheRows, inputs.groups, inputs.headSize),
                        fill);
    const PlacedOutput<float> out(bench.memory, q.rows, q.cols);
    inSteps(q.rows, step, [&](std::int64_t begin, std::int64_t count) {
        bench.ops.attend(bench.context, {.q = rows(q, begin, count),
                                         .runs = caches.runsOf(begin, count),
                                         .out = out.rows(begin, count)});
    });
    return finished({&out});
}

Outputs attentionOutput(const OpBench& bench, const AttentionOutputInputs& inputs,
                        std::int64_t step) {
    PlacedInputs placed(bench.memory);
    const std::int64_t tokens = rowsIn(inputs.x, inputs.output.rows);
    const Matrix<const float> attended = wholeOf(placed, inputs.attended, inputs.output.cols);
    const Weight output = placed.place(inputs.output);
    const PlacedOutput<float> x(bench.memory, tokens, output.rows, inputs.x);
    inSteps(tokens, step, [&](std::int64_t begin, std::int64_t count) {
        bench.ops.attentionOutput(bench.context, {.attended = rows(attended, begin, count),
                                                  .output = output,
                                                  .x = x.rows(begin, count)});
    });
    return finished({&x});
}

Routed route(const OpBench& bench, const RouteInputs& inputs) {
    PlacedInputs placed(bench.memory);
    const Matrix<const float> x = wholeOf(placed, inputs.x, inputs.gate.cols);
    const std::int64_t experts = inputs.gate.rows;
    const PlacedOutput<float> normed(bench.memory, x.rows, x.cols);
    const PlacedOutput<float> scores(bench.memory, x.rows, experts);
    const PlacedOutput<float> weight(bench.memory, x.rows, inputs.active);
    const PlacedOutput<std::int32_t> expert(bench.memory, x.rows, inputs.active);
    const PlacedOutput<std::int32_t> slots(bench.memory, 1, x.rows * inputs.active);
    const PlacedOutput<std::int32_t> begin(bench.memory, 1, experts + 1);
    bench.ops.route(bench.context, {.x = x,
                                    .norm = placed.place(inputs.norm),
                                    .epsilon = inputs.epsilon,
                                    .gate = placed.place(inputs.gate),
                                    .normalizeTopK = inputs.normalizeTopK,
                                    .normed = normed.view(),
                                    .scores = scores.view(),
                                    .expert = expert.view(),
                                    .weight = weight.view(),
                                    .groups = {slots.span(), begin.span()}});
    Outputs floats = finished({&normed, &scores, &weight});
    Routed routed;
    const bool intact =
        expert.finish(routed.expert) && slots.finish(routed.slots) && begin.finish(routed.begin);
    if (!intact) floats = spoiled(std::move(floats));
    routed.normed = std::move(floats[0]);
    routed.scores = std::move(floats[1]);
    routed.weight = std::move(floats[2]);
    return routed;
}

namespace {

// The weight of each token's experts by expert; NaN where the choice or its groups are no such.
std::vector<float> denseWeights(const Routed& routed, std::int64_t experts, std::int64_t active) {
    const auto slots = static_cast<std::int64_t>(routed.expert.size());
    std::vector<float> dense(static_cast<std::size_t>(slots / active * experts));
    const bool known = std::all_of(routed.expert.begin(), routed.expert.end(),
                                   [&](std::int32_t e) { return e >= 0 && e < experts; });
    const OwnedGroups groups(routed.expert, experts);
    if (!known || groups.slots != routed.slots || groups.begin != routed.begin) {
        std::fill(dense.begin(), dense.end(), kNothing);
        return dense;
    }
    for (std::int64_t i = 0; i < slots; ++i) {
        const auto slot = static_cast<std::size_t>(i);
        dense[static_cast<std::size_t>(i / active * experts + routed.expert[slot])] =
            routed.weight[slot];
    }
    return dense;
}

}  // namespace

Outputs routeByExpert(const OpBench& bench, const RouteInputs& inputs, std::int64_t step) {
    Outputs all(3);
    const std::int64_t hidden = inputs.gate.cols;
    inSteps(rowsIn(inputs.x, hidden), step, [&](std::int64_t begin, std::int64_t count) {
        RouteInputs some = inputs;
        some.x.assign(inputs.x.begin() + begin * hidden,
                      inputs.x.begin() + (begin + count) * hidden);
        const Routed routed = route(bench, some);
        append(all[0], routed.normed);
        append(all[1], routed.scores);
        append(all[2], denseWeights(routed, inputs.gate.rows, inputs.active));
    });
    return all;
}

Outputs experts(const OpBench& bench, const ExpertsInputs& inputs, std::int64_t step) {
    PlacedInputs placed(bench.memory);
    const Matrix<const float> normed = wholeOf(placed, inputs.normed, inputs.sharedGate.cols);
    const std::int64_t tokens = normed.rows;
    const std::int64_t active = inputs.active;
    const auto count = static_cast<std::int64_t>(inputs.gate.size());
    const Matrix<const float> weight =
        placed.place(rowsOf(inputs.weight, 0, tokens * active > 0 ? tokens : 0, active));
    const std::vector<Weight> gate = placed.place(inputs.gate);
    const std::vector<Weight> up = placed.place(inputs.up);
    const std::vector<Weight> down = placed.place(inputs.down);
    const Weight sharedGate = placed.place(inputs.sharedGate);
    const Weight sharedUp = placed.place(inputs.sharedUp);
    const Weight sharedDown = placed.place(inputs.sharedDown);
    const PlacedOutput<float> routedHidden(bench.memory, tokens * active, inputs.width());
    const PlacedOutput<float> sharedHidden(bench.memory, tokens, sharedGate.rows);
    const PlacedOutput<float> x(bench.memory, tokens, sharedGate.cols, inputs.x);
    inSteps(tokens, step, [&](std::int64_t begin, std::int64_t now) {
        const std::span chosen = std::span(inputs.expert)
                                     .subspan(static_cast<std::size_t>(begin * active),
                                              static_cast<std::size_t>(now * active));
        const OwnedGroups host(chosen, count);
        const PlacedOutput<std::int32_t> slots(bench.memory, 1, now * active, host.slots);
        const PlacedOutput<std::int32_t> starts(bench.memory, 1, count + 1, host.begin);
        const ExpertGroups groups{slots.span(), starts.span()};
        const Matrix<float> routed = routedHidden.rows(begin * active, now * active);
        const Matrix<float> shared = sharedHidden.rows(begin, now);
        bench.ops.expertsInput(bench.context, {.normed = rows(normed, begin, now),
                                               .activeExperts = active,
                                               .groups = groups,
                                               .gate = gate,
                                               .up = up,
                                               .sharedGate = sharedGate,
                                               .sharedUp = sharedUp,
                                               .routedHidden = routed,
                                               .sharedHidden = shared});
        bench.ops.expertsOutput(bench.context, {.routedHidden = routed,
                                                .weight = {weight.row(begin), now, active},
                                                .groups = groups,
                                                .down = down,
                                                .sharedHidden = shared,
                                                .sharedDown = sharedDown,
                                                .x = x.rows(begin, now)});
    });
    return finished({&routedHidden, &sharedHidden, &x});
}

Outputs logits(const OpBench& bench, const LogitsInputs& inputs, std::int64_t step) {
    PlacedInputs placed(bench.memory);
    const Matrix<const float> x = wholeOf(placed, inputs.x, inputs.head.cols);
    const Weight norm = placed.place(inputs.norm);
    const Weight head = placed.place(inputs.head);
    const PlacedOutput<float> normed(bench.memory, x.rows, x.cols);
    const PlacedOutput<float> logits(bench.memory, x.rows, head.rows);
    inSteps(x.rows, step, [&](std::int64_t begin, std::int64_t count) {
        bench.ops.logits(bench.context, {.x = rows(x, begin, count),
                                         .norm = norm,
                                         .epsilon = inputs.epsilon,
                                         .head = head,
                                         .normed = normed.rows(begin, count),
                                         .logits = logits.rows(begin, count)});
    });
    return finished({&normed, &logits});
}

}  // namespace dsm::selftest
