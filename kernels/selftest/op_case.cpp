#include "kernels/selftest/op_case.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "kernels/base/weight_blocks.h"

namespace dsm::selftest {

std::string sized(const char* letter, std::int64_t size) {
    return std::string(letter) + " " + std::to_string(size) + ", ";
}

namespace {

OpCase made(std::string_view op, std::string_view type, const std::string& shape,
            std::int64_t tokens, double tolerance, std::function<OpRun()> prepare) {
    return {.op = op,
            .type = type,
            .label = shape + "T " + std::to_string(tokens),
            .tokens = tokens,
            .tolerance = tolerance,
            .prepare = std::move(prepare),
            .trains = false,
            .deviceTolerance = 0};
}

std::string counted(const std::vector<SequenceRows>& sequences) {
    return sequences.empty() ? "" : std::to_string(sequences.size()) + " sequences, ";
}

std::string ranked(std::int64_t rank) {
    return rank == 0 ? "" : sized("r", rank);
}

double cacheTolerance(KvType cache) {
    return cache == KvType::F32 ? 2e-5 : cache == KvType::BF16 ? 5e-3 : 1e-2;
}

// normed, q, keys and values come first, then what the caches hold.
Outputs chosen(Outputs outputs, Compared compared) {
    constexpr std::ptrdiff_t kBeforeTheCache = 4;
    if (compared == Compared::NotTheCache)
        outputs.erase(outputs.begin() + kBeforeTheCache, outputs.end());
    if (compared == Compared::TheCache)
        outputs.erase(outputs.begin(), outputs.begin() + kBeforeTheCache);
    return outputs;
}

struct OwnedProjections {
    OwnedWeight norm, query, key, value;
};

struct OwnedLayer {
    std::vector<OwnedWeight> gate, up, down;
    OwnedWeight sharedGate, sharedUp, sharedDown;
    ExpertsInputs inputs;

    OwnedLayer(const ExpertShape& s, const ExpertTypes& types, std::int64_t tokens) {
        Random random;
        sharedGate = OwnedWeight(random, s.sharedWidth, s.hidden, types.shared);
        sharedUp = OwnedWeight(random, s.sharedWidth, s.hidden, types.shared);
        sharedDown = OwnedWeight(random, s.hidden, s.sharedWidth, types.shared);
        for (std::int64_t e = 0; e < s.experts; ++e) {
            gate.emplace_back(random, s.width, s.hidden, types.routed);
            up.emplace_back(random, s.width, s.hidden, types.routed);
            down.emplace_back(random, s.hidden, s.width, types.routed);
        }
        if (types.nested) nest();
        sharedGate.adapt(random, s.rank);
        sharedUp.adapt(random, s.rank);
        sharedDown.adapt(random, s.rank);
        for (auto* experts : {&gate, &up, &down}) {
            for (OwnedWeight& weight : *experts)
                weight.adapt(random, s.routedRank);
        }
        inputs = {.gate = viewsOf(gate),
                  .up = viewsOf(up),
                  .down = viewsOf(down),
                  .sharedGate = sharedGate.view(),
                  .sharedUp = sharedUp.view(),
                  .sharedDown = sharedDown.view(),
                  .active = s.active,
                  .weight = random.floats(tokens * s.active)};
        for (std::int64_t t = 0; s.experts > 0 && t < tokens; ++t)
            choose(s, random);
        inputs.normed = random.floats(tokens * s.hidden);
        inputs.x = random.floats(tokens * s.hidden);
    }

    void nest() {
        for (OwnedWeight* weight : {&sharedGate, &sharedUp, &sharedDown})
            weight->nest();
        for (auto* experts : {&gate, &up, &down}) {
            for (OwnedWeight& weight : *experts)
                weight.nest();
        }
    }
    void choose(const ExpertShape& s, Random& random) {
        std::int64_t first = s.choice == Choice::Last ? s.experts - s.active : s.experts / 2;
        if (s.choice == Choice::Random) first = random.below(s.experts);
        for (std::int64_t a = 0; a < s.active; ++a)
            inputs.expert.push_back(static_cast<std::int32_t>((first + a) % s.experts));
    }
};

}  // namespace

OpCase embedCase(std::int64_t hidden, std::int64_t vocabulary, DType type, std::int64_t tokens) {
    const auto prepare = [=]() -> OpRun {
        Random random;
        const auto table = std::make_shared<OwnedWeight>(random, vocabulary, hidden, type);
        EmbedInputs inputs{.ids = {}, .table = table->view()};
        for (std::int64_t t = 0; t < tokens; ++t)
            inputs.ids.push_back(random.below(vocabulary));
        return [table, inputs](const OpBench& bench, std::int64_t step) {
            return embed(bench, inputs, step);
        };
    };
    return made("embed", name(type), sized("D", hidden), tokens, 0, prepare);
}

OpCase normCase(std::int64_t hidden, DType type, std::int64_t tokens) {
    const auto prepare = [=]() -> OpRun {
        Random random;
        const std::vector<float> x = random.floats(tokens * hidden, 3);
        const auto weight = std::make_shared<OwnedWeight>(random, 1, hidden, type);
        const NormInputs inputs{.x = x, .weight = weight->view()};
        return [weight, inputs](const OpBench& bench, std::int64_t step) {
            return norm(bench, inputs, step);
        };
    };
    return made("norm", name(type), sized("D", hidden), tokens, 1e-5, prepare);
}

OpCase attentionInputCase(const AttentionInputShape& s, const ProjectionTypes& types,
                          std::int64_t tokens, KvType cache,
                          const std::vector<SequenceRows>& sequences, Compared compared) {
    const auto prepare = [=]() -> OpRun {
        Random random;
        AttentionInputInputs inputs;
        inputs.x = random.floats(tokens * s.hidden);
        const auto owned = std::make_shared<OwnedProjections>();
        owned->norm = OwnedWeight(random, 1, s.hidden, DType::BF16);
        owned->query = OwnedWeight(random, s.heads * s.headSize, s.hidden, types.query);
        owned->key = OwnedWeight(random, s.groups * s.headSize, s.hidden, types.key);
        owned->value = OwnedWeight(random, s.groups * s.headSize, s.hidden, types.value);
        inputs.norm = owned->norm.view();
        inputs.query = owned->query.adapt(random, s.rank).view();
        inputs.key = owned->key.view();
        // Ranks of the maps may differ.
        inputs.value = owned->value.adapt(random, (s.rank + 1) / 2).view();
        inputs.headSize = s.headSize;
        inputs.rotary = rotaryTable(s.headSize, s.position + tokens + 6);
        inputs.cacheType = cache;
        inputs.position = s.position;
        inputs.sequences = sequences;
        return [owned, inputs, compared](const OpBench& bench, std::int64_t step) {
            return chosen(attentionInput(bench, inputs, step), compared);
        };
    };
    const bool isMixed = types.key != types.query || types.value != types.query;
    const std::string of = cache == KvType::F32 ? "" : "cache " + std::string(name(cache)) + ", ";
    return made(
        "attentionInput", isMixed ? "mixed" : name(types.query),
        sized("D", s.hidden) + sized("K", s.headSize) + ranked(s.rank) + of + counted(sequences),
        tokens, compared == Compared::NotTheCache ? 2e-5 : cacheTolerance(cache), prepare);
}

OpCase attendCase(const AttendShape& s, KvType type, std::int64_t tokens,
                  const std::vector<SequenceRows>& sequences) {
    const auto prepare = [=]() -> OpRun {
        Random random;
        const std::int64_t rows = s.position + tokens + 6;
        const std::int64_t width = s.groups * s.headSize;
        AttendInputs inputs;
        inputs.q = random.floats(tokens * s.heads * s.headSize);
        inputs.keys = random.floats(rows * width);
        inputs.values = random.floats(rows * width);
        inputs.heads = s.heads;
        inputs.groups = s.groups;
        inputs.headSize = s.headSize;
        inputs.cacheRows = rows;
        inputs.position = s.position;
        inputs.type = type;
        inputs.sequences = sequences;
        return [inputs](const OpBench& bench, std::int64_t step) {
            return attend(bench, inputs, step);
        };
    };
    return made("attend", name(type),
                sized("K", s.headSize) + sized("position", s.position) + counted(sequences), tokens,
                type == KvType::Q8 ? 3e-4 : 2e-5, prepare);
}

OpCase attentionOutputCase(std::int64_t hidden, std::int64_t width, DType type, std::int64_t tokens,
                           std::int64_t rank, bool nested) {
    const auto prepare = [=]() -> OpRun {
        Random random;
        AttentionOutputInputs inputs;
        inputs.x = random.floats(tokens * hidden);
        inputs.attended = random.floats(tokens * width);
        const auto output = std::make_shared<OwnedWeight>(random, hidden, width, type);
        if (nested) output->nest();
        inputs.output = output->adapt(random, rank).view();
        return [output, inputs](const OpBench& bench, std::int64_t step) {
            return attentionOutput(bench, inputs, step);
        };
    };
    return made(
        "attentionOutput", name(type),
        sized("D", hidden) + sized("H*K", width) + ranked(rank) + (nested ? "nested, " : ""),
        tokens, 2e-5, prepare);
}

OpCase routeCase(const RouteShape& s, DType type, std::int64_t tokens) {
    const auto prepare = [=]() -> OpRun {
        Random random;
        const std::vector<float> x = random.floats(tokens * s.hidden);
        const auto norm = std::make_shared<OwnedWeight>(
            std::vector<float>(static_cast<std::size_t>(s.hidden), 1.0F), 1, s.hidden, DType::F32);
        const auto gate = std::make_shared<OwnedWeight>(random, s.experts, s.hidden, type);
        const RouteInputs inputs{.x = x,
                                 .norm = norm->view(),
                                 .gate = gate->adapt(random, s.rank).view(),
                                 .active = s.active,
                                 .normalizeTopK = s.normalizeTopK};
        return [norm, gate, inputs](const OpBench& bench, std::int64_t step) {
            return routeByExpert(bench, inputs, step);
        };
    };
    return made("route", name(type), sized("D", s.hidden) + sized("E", s.experts) + ranked(s.rank),
                tokens, 1e-5, prepare);
}

OpCase expertsCase(const ExpertShape& s, const ExpertTypes& types, std::int64_t tokens) {
    const auto prepare = [=]() -> OpRun {
        const auto layer = std::make_shared<OwnedLayer>(s, types, tokens);
        return [layer](const OpBench& bench, std::int64_t step) {
            return experts(bench, layer->inputs, step);
        };
    };
    const bool isRounded = isBlocked(types.routed) || isBlocked(types.shared);
    return made("experts", types.shared == types.routed ? name(types.routed) : "mixed",
                sized("D", s.hidden) + sized("F", s.width) + sized("E", s.experts) +
                    ranked(std::max(s.rank, s.routedRank)) + (types.nested ? "nested, " : ""),
                tokens, isRounded ? 1e-3 : 4e-5, prepare);
}

OpCase logitsCase(std::int64_t hidden, std::int64_t vocabulary, DType type, std::int64_t rows,
                  std::int64_t rank) {
    const auto prepare = [=]() -> OpRun {
        Random random;
        const std::vector<float> x = random.floats(rows * hidden);
        const auto norm = std::make_shared<OwnedWeight>(random, 1, hidden, DType::F32);
        const auto head = std::make_shared<OwnedWeight>(random, vocabulary, hidden, type);
        const LogitsInputs inputs{
            .x = x, .norm = norm->view(), .head = head->adapt(random, rank).view()};
        return [norm, head, inputs](const OpBench& bench, std::int64_t step) {
            return logits(bench, inputs, step);
        };
    };
    return made("logits", name(type), sized("D", hidden) + sized("V", vocabulary) + ranked(rank),
                rows, 2e-5, prepare);
}

}  // namespace dsm::selftest
