#include "kernels/selftest/op_cases.h"

#include <memory>

#include "kernels/base/weight_blocks.h"
#include "kernels/selftest/train_cases.h"

namespace dsm::selftest {
namespace {

constexpr DType kPlainTypes[] = {DType::F32, DType::BF16};
constexpr DType kWeightTypes[] = {DType::F32, DType::BF16, DType::Q8, DType::Q4, DType::NF4};
constexpr KvType kCacheTypes[] = {KvType::F32, KvType::BF16, KvType::Q8};

using Cases = std::vector<OpCase>;
using TokenCounts = std::span<const std::int64_t>;

std::string sized(const char* letter, std::int64_t size) {
    return std::string(letter) + " " + std::to_string(size) + ", ";
}

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

// T rows of up to three sequences, the middle one of which has most, and what each has read before.
std::vector<SequenceRows> divided(std::int64_t tokens, std::int64_t position) {
    std::vector<SequenceRows> all{{position, 1}};
    if (tokens > 2) all.push_back({position / 2, tokens - 2});
    all.push_back({position + 5, 1});
    return all;
}

// prepare(sequences) for one sequence of all tokens, and for several where there are tokens enough.
template <class Prepare>
void addForSequences(std::string_view op, std::string_view type, const std::string& shape,
                     std::int64_t tokens, std::int64_t position, double tolerance,
                     const Prepare& prepare, Cases& cases) {
    cases.push_back(made(op, type, shape, tokens, tolerance, prepare({})));
    if (tokens < 2) return;
    const std::vector<SequenceRows> sequences = divided(tokens, position);
    cases.push_back(made(op, type, shape + std::to_string(sequences.size()) + " sequences, ",
                         tokens, tolerance, prepare(sequences)));
}

void addEmbed(TokenCounts counts, Cases& cases) {
    struct Shape {
        std::int64_t hidden, vocabulary;
    };
    for (const DType type : kWeightTypes) {
        for (const Shape s : {Shape{7, 3}, {37, 129}, {2048, 70}}) {
            for (const std::int64_t tokens : counts) {
                const auto prepare = [=]() -> OpRun {
                    Random random;
                    const auto table =
                        std::make_shared<OwnedWeight>(random, s.vocabulary, s.hidden, type);
                    EmbedInputs inputs{.ids = {}, .table = table->view()};
                    for (std::int64_t t = 0; t < tokens; ++t)
                        inputs.ids.push_back(random.below(s.vocabulary));
                    return [table, inputs](const OpBench& bench, std::int64_t step) {
                        return embed(bench, inputs, step);
                    };
                };
                cases.push_back(
                    made("embed", name(type), sized("D", s.hidden), tokens, 0, prepare));
            }
        }
    }
}

void addNorm(TokenCounts counts, Cases& cases) {
    for (const DType type : kPlainTypes) {
        for (const std::int64_t hidden : {1, 7, 37, 64, 2048}) {
            for (const std::int64_t tokens : counts) {
                const auto prepare = [=]() -> OpRun {
                    Random random;
                    const std::vector<float> x = random.floats(tokens * hidden, 3);
                    const auto weight = std::make_shared<OwnedWeight>(random, 1, hidden, type);
                    const NormInputs inputs{.x = x, .weight = weight->view()};
                    return [weight, inputs](const OpBench& bench, std::int64_t step) {
                        return norm(bench, inputs, step);
                    };
                };
                cases.push_back(
                    made("norm", name(type), sized("D", hidden), tokens, 1e-5, prepare));
            }
        }
    }
}

void addAttentionInput(TokenCounts counts, Cases& cases) {
    struct Shape {
        std::int64_t hidden, heads, groups, headSize, position;
    };
    struct Weights {
        OwnedWeight norm, query, key, value;
    };
    for (const DType type : kWeightTypes) {
        for (const Shape s : {Shape{7, 1, 1, 2, 0},
                              {37, 6, 2, 10, 11},
                              {64, 4, 4, 16, 0},
                              {530, 2, 1, 128, 1000}}) {
            for (const std::int64_t tokens : counts) {
                const auto prepare = [=](const std::vector<SequenceRows>& sequences) {
                    return [=]() -> OpRun {
                        Random random;
                        AttentionInputInputs inputs;
                        inputs.x = random.floats(tokens * s.hidden);
                        const auto owned = std::make_shared<Weights>();
                        owned->norm = OwnedWeight(random, 1, s.hidden, DType::BF16);
                        owned->query = OwnedWeight(random, s.heads * s.headSize, s.hidden, type);
                        owned->key = OwnedWeight(random, s.groups * s.headSize, s.hidden, type);
                        owned->value = OwnedWeight(random, s.groups * s.headSize, s.hidden, type);
                        inputs.norm = owned->norm.view();
                        inputs.query = owned->query.view();
                        inputs.key = owned->key.view();
                        inputs.value = owned->value.view();
                        inputs.headSize = s.headSize;
                        inputs.rotary = rotaryTable(s.headSize, s.position + tokens + 6);
                        inputs.position = s.position;
                        inputs.sequences = sequences;
                        return [owned, inputs](const OpBench& bench, std::int64_t step) {
                            return attentionInput(bench, inputs, step);
                        };
                    };
                };
                addForSequences("attentionInput", name(type),
                                sized("D", s.hidden) + sized("K", s.headSize), tokens, s.position,
                                2e-5, prepare, cases);
            }
        }
    }
}

void addAttend(TokenCounts counts, Cases& cases) {
    struct Shape {
        std::int64_t heads, groups, headSize, position;
    };
    for (const KvType type : kCacheTypes) {
        for (const Shape s : {Shape{1, 1, 2, 0},
                              {6, 2, 10, 8},
                              {4, 4, 16, 0},
                              {3, 1, 37, 5},
                              {4, 2, 128, 501},
                              {9, 1, 20, 255}}) {
            for (const std::int64_t tokens : counts) {
                const auto prepare = [=](const std::vector<SequenceRows>& sequences) {
                    return [=]() -> OpRun {
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
                };
                addForSequences("attend", name(type),
                                sized("K", s.headSize) + sized("position", s.position), tokens,
                                s.position, type == KvType::Q8 ? 3e-4 : 2e-5, prepare, cases);
            }
        }
    }
}

void addAttentionOutput(TokenCounts counts, Cases& cases) {
    struct Shape {
        std::int64_t hidden, width;
    };
    for (const DType type : kWeightTypes) {
        for (const Shape s : {Shape{1, 1}, {7, 3}, {29, 37}, {64, 16}, {96, 513}, {33, 2048}}) {
            for (const std::int64_t tokens : counts) {
                const auto prepare = [=]() -> OpRun {
                    Random random;
                    AttentionOutputInputs inputs;
                    inputs.x = random.floats(tokens * s.hidden);
                    inputs.attended = random.floats(tokens * s.width);
                    const auto output =
                        std::make_shared<OwnedWeight>(random, s.hidden, s.width, type);
                    inputs.output = output->view();
                    return [output, inputs](const OpBench& bench, std::int64_t step) {
                        return attentionOutput(bench, inputs, step);
                    };
                };
                cases.push_back(made("attentionOutput", name(type),
                                     sized("D", s.hidden) + sized("H*K", s.width), tokens, 2e-5,
                                     prepare));
            }
        }
    }
}

void addRoute(TokenCounts counts, Cases& cases) {
    struct Shape {
        std::int64_t hidden, experts, active;
    };
    for (const DType type : kWeightTypes) {
        for (const Shape s : {Shape{37, 13, 4}, {64, 8, 1}, {129, 3, 3}, {2048, 64, 6}}) {
            for (const std::int64_t tokens : counts) {
                const auto prepare = [=]() -> OpRun {
                    Random random;
                    const std::vector<float> x = random.floats(tokens * s.hidden);
                    const auto norm = std::make_shared<OwnedWeight>(
                        std::vector<float>(static_cast<std::size_t>(s.hidden), 1.0F), 1, s.hidden,
                        DType::F32);
                    const auto gate =
                        std::make_shared<OwnedWeight>(random, s.experts, s.hidden, type);
                    const RouteInputs inputs{
                        .x = x, .norm = norm->view(), .gate = gate->view(), .active = s.active};
                    return [norm, gate, inputs](const OpBench& bench, std::int64_t step) {
                        return routeByExpert(bench, inputs, step);
                    };
                };
                cases.push_back(made("route", name(type),
                                     sized("D", s.hidden) + sized("E", s.experts), tokens, 1e-5,
                                     prepare));
            }
        }
    }
}

// How a case hands tokens to experts.
enum class Choice {
    Random,
    OneForAll,  // one expert gets every token, the others none
    Last,       // the last expert of all and its neighbours
};

struct ExpertShape {
    std::int64_t hidden, width, sharedWidth, experts, active;
    Choice choice = Choice::Random;
};

struct OwnedLayer {
    std::vector<OwnedWeight> gate, up, down;
    OwnedWeight sharedGate, sharedUp, sharedDown;
    ExpertsInputs inputs;

    OwnedLayer(const ExpertShape& s, DType type, std::int64_t tokens) {
        Random random;
        sharedGate = OwnedWeight(random, s.sharedWidth, s.hidden, type);
        sharedUp = OwnedWeight(random, s.sharedWidth, s.hidden, type);
        sharedDown = OwnedWeight(random, s.hidden, s.sharedWidth, type);
        for (std::int64_t e = 0; e < s.experts; ++e) {
            gate.emplace_back(random, s.width, s.hidden, type);
            up.emplace_back(random, s.width, s.hidden, type);
            down.emplace_back(random, s.hidden, s.width, type);
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

    void choose(const ExpertShape& s, Random& random) {
        std::int64_t first = s.choice == Choice::Last ? s.experts - s.active : s.experts / 2;
        if (s.choice == Choice::Random) first = random.below(s.experts);
        for (std::int64_t a = 0; a < s.active; ++a)
            inputs.expert.push_back(static_cast<std::int32_t>((first + a) % s.experts));
    }
};

void addExperts(TokenCounts counts, Cases& cases) {
    for (const DType type : kWeightTypes) {
        for (const ExpertShape& s : {ExpertShape{7, 5, 3, 3, 2},
                                     {37, 33, 41, 5, 3},
                                     {64, 96, 192, 8, 3},
                                     {520, 24, 17, 16, 6},
                                     {37, 33, 41, 7, 1, Choice::OneForAll},
                                     {37, 33, 41, 7, 2, Choice::Last},
                                     {64, 96, 0, 8, 3},      // no shared expert
                                     {70, 0, 700, 0, 0}}) {  // a dense layer
            for (const std::int64_t tokens : counts) {
                const auto prepare = [=]() -> OpRun {
                    const auto layer = std::make_shared<OwnedLayer>(s, type, tokens);
                    return [layer](const OpBench& bench, std::int64_t step) {
                        return experts(bench, layer->inputs, step);
                    };
                };
                cases.push_back(
                    made("experts", name(type),
                         sized("D", s.hidden) + sized("F", s.width) + sized("E", s.experts), tokens,
                         isBlocked(type) ? 1e-3 : 4e-5, prepare));
            }
        }
    }
}

void addLogits(TokenCounts counts, Cases& cases) {
    struct Shape {
        std::int64_t hidden, vocabulary;
    };
    for (const DType type : kWeightTypes) {
        for (const Shape s : {Shape{5, 3}, {37, 129}, {512, 40}, {2048, 19}}) {
            for (const std::int64_t rows : counts) {
                const auto prepare = [=]() -> OpRun {
                    Random random;
                    const std::vector<float> x = random.floats(rows * s.hidden);
                    const auto norm =
                        std::make_shared<OwnedWeight>(random, 1, s.hidden, DType::F32);
                    const auto head =
                        std::make_shared<OwnedWeight>(random, s.vocabulary, s.hidden, type);
                    const LogitsInputs inputs{.x = x, .norm = norm->view(), .head = head->view()};
                    return [norm, head, inputs](const OpBench& bench, std::int64_t step) {
                        return logits(bench, inputs, step);
                    };
                };
                cases.push_back(made("logits", name(type),
                                     sized("D", s.hidden) + sized("V", s.vocabulary), rows, 2e-5,
                                     prepare));
            }
        }
    }
}

struct Group {
    std::string_view op;
    void (*add)(TokenCounts, Cases&);
};
constexpr Group kGroups[] = {
    {"embed", addEmbed},
    {"norm", addNorm},
    {"attentionInput", addAttentionInput},
    {"attend", addAttend},
    {"attentionOutput", addAttentionOutput},
    {"route", addRoute},
    {"experts", addExperts},
    {"logits", addLogits},
};

}  // namespace

std::vector<OpCase> opCases(std::string_view op, std::span<const std::int64_t> tokenCounts) {
    Cases cases;
    for (const Group& group : kGroups) {
        if (op.empty() || op == group.op) group.add(tokenCounts, cases);
    }
    addTrainCases(op, tokenCounts, cases);
    DSM_CHECK(!cases.empty());
    return cases;
}

}  // namespace dsm::selftest
