#include "kernels/selftest/op_cases.h"

#include <utility>

#include "kernels/base/check.h"
#include "kernels/selftest/train_cases.h"

namespace dsm::selftest {
namespace {

// Of adapters as people make them, and tokens to try each with.
constexpr std::int64_t kUsualRanks[] = {8, 16, 64};
constexpr std::int64_t kFewTokens = 3;

constexpr KvType kCacheTypes[] = {KvType::F32, KvType::BF16, KvType::Q8};

// One sequence of all tokens; and, where there are tokens enough, up to three, the middle one of
// which has most, and what each has read before.
std::vector<std::vector<SequenceRows>> divisions(std::int64_t tokens, std::int64_t position) {
    std::vector<std::vector<SequenceRows>> all{{}};
    if (tokens < 2) return all;
    std::vector<SequenceRows>& several = all.emplace_back();
    several.push_back({position, 1});
    if (tokens > 2) several.push_back({position / 2, tokens - 2});
    several.push_back({position + 5, 1});
    return all;
}

void addEmbed(TokenCounts counts, Cases& cases) {
    for (const DType type : kWeightTypes) {
        for (const auto& [hidden, vocabulary] : {std::pair{7, 3}, {37, 129}, {2048, 70}}) {
            for (const std::int64_t tokens : counts)
                cases.push_back(embedCase(hidden, vocabulary, type, tokens));
        }
    }
}

void addNorm(TokenCounts counts, Cases& cases) {
    for (const DType type : kPlainTypes) {
        for (const std::int64_t hidden : {1, 7, 37, 64, 2048}) {
            for (const std::int64_t tokens : counts)
                cases.push_back(normCase(hidden, type, tokens));
        }
    }
}

void addAttentionInput(TokenCounts counts, Cases& cases) {
    using Shape = AttentionInputShape;
    for (const DType type : kWeightTypes) {
        const ProjectionTypes types{type, type, type};
        for (const Shape& s : {Shape{7, 1, 1, 2, 0},
                               {37, 6, 2, 10, 11},
                               {64, 4, 4, 16, 0},
                               {530, 2, 1, 128, 1000}}) {
            for (const std::int64_t tokens : counts) {
                for (const auto& sequences : divisions(tokens, s.position))
                    cases.push_back(attentionInputCase(s, types, tokens, KvType::F32, sequences));
            }
        }
        for (const std::int64_t tokens : counts) {
            cases.push_back(attentionInputCase({37, 3, 1, 10, 3, 1}, types, tokens));
            cases.push_back(attentionInputCase({64, 4, 2, 32, 3, 17}, types, tokens));
        }
        for (const KvType cache : {KvType::BF16, KvType::Q8}) {
            for (const Compared compared : {Compared::NotTheCache, Compared::TheCache}) {
                for (const std::int64_t tokens : counts)
                    cases.push_back(
                        attentionInputCase({37, 3, 1, 10, 3}, types, tokens, cache, {}, compared));
            }
        }
    }
    for (const ProjectionTypes& types : {ProjectionTypes{DType::Q4, DType::BF16, DType::Q8},
                                         {DType::NF4, DType::NF4, DType::F32}}) {
        for (const std::int64_t tokens : counts)
            cases.push_back(attentionInputCase({64, 4, 2, 32, 3}, types, tokens));
    }
}

void addAttend(TokenCounts counts, Cases& cases) {
    for (const KvType type : kCacheTypes) {
        for (const AttendShape& s : {AttendShape{1, 1, 2, 0},
                                     {6, 2, 10, 8},
                                     {4, 4, 16, 0},
                                     {3, 1, 37, 5},
                                     {4, 2, 128, 501},
                                     {9, 1, 20, 255}}) {
            for (const std::int64_t tokens : counts) {
                for (const auto& sequences : divisions(tokens, s.position))
                    cases.push_back(attendCase(s, type, tokens, sequences));
            }
        }
    }
}

void addAttentionOutput(TokenCounts counts, Cases& cases) {
    for (const DType type : kWeightTypes) {
        for (const auto& [hidden, width] :
             {std::pair{1, 1}, {7, 3}, {29, 37}, {64, 16}, {96, 513}, {33, 2048}}) {
            for (const std::int64_t tokens : counts)
                cases.push_back(attentionOutputCase(hidden, width, type, tokens));
        }
        for (const std::int64_t tokens : counts) {
            cases.push_back(attentionOutputCase(29, 37, type, tokens, 1));
            cases.push_back(attentionOutputCase(64, 96, type, tokens, 17));
        }
        for (const std::int64_t rank : kUsualRanks)
            cases.push_back(attentionOutputCase(64, 96, type, kFewTokens, rank));
    }
    for (const std::int64_t tokens : counts) {
        cases.push_back(attentionOutputCase(29, 37, DType::NF4, tokens, 0, true));
        cases.push_back(attentionOutputCase(96, 130, DType::NF4, tokens, 16, true));
        cases.push_back(attentionOutputCase(96, 513, DType::NF4, tokens, 0, true));
        cases.push_back(attentionOutputCase(33, 2048, DType::NF4, tokens, 0, true));
    }
}

void addRoute(TokenCounts counts, Cases& cases) {
    for (const DType type : kWeightTypes) {
        for (const RouteShape& s : {RouteShape{37, 13, 4},
                                    {64, 8, 1, true},
                                    {129, 3, 3, true},
                                    {2048, 64, 6},
                                    {37, 13, 4, false, 5},
                                    {64, 8, 2, true, 17}}) {
            for (const std::int64_t tokens : counts)
                cases.push_back(routeCase(s, type, tokens));
        }
    }
}

void addExperts(TokenCounts counts, Cases& cases) {
    for (const DType type : kWeightTypes) {
        for (const ExpertShape& s : {ExpertShape{7, 5, 3, 3, 2},
                                     {37, 33, 41, 5, 3},
                                     {64, 96, 192, 8, 3},
                                     {520, 24, 17, 16, 6},
                                     {37, 33, 41, 7, 1, Choice::OneForAll},
                                     {37, 33, 41, 7, 2, Choice::Last},
                                     {64, 96, 0, 8, 3},   // no shared expert
                                     {70, 0, 700, 0, 0},  // a dense layer
                                     {37, 33, 41, 5, 3, Choice::Random, 1, 0},
                                     {37, 33, 41, 5, 3, Choice::Random, 0, 3},
                                     {64, 96, 192, 8, 3, Choice::Random, 8, 17},
                                     {64, 96, 0, 8, 2, Choice::Last, 0, 9},
                                     {64, 0, 96, 0, 0, Choice::Random, 9, 0}})
            for (const std::int64_t tokens : counts)
                cases.push_back(expertsCase(s, {type, type}, tokens));
        for (const std::int64_t rank : kUsualRanks) {
            cases.push_back(expertsCase({64, 96, 192, 8, 3, Choice::Random, rank, rank},
                                        {type, type, type == DType::NF4}, kFewTokens));
        }
        if (type != DType::NF4) continue;
        for (const std::int64_t tokens : counts)
            cases.push_back(expertsCase({64, 96, 192, 8, 3}, {type, type, true}, tokens));
    }
    for (const ExpertTypes& types : {ExpertTypes{DType::Q8, DType::Q4},
                                     {DType::BF16, DType::Q4},
                                     {DType::Q8, DType::NF4},
                                     {DType::BF16, DType::NF4, true}}) {
        for (const std::int64_t tokens : counts)
            for (const ExpertShape& s :
                 {ExpertShape{64, 96, 192, 8, 3}, {64, 96, 192, 8, 3, Choice::Random, 4, 9}})
                cases.push_back(expertsCase(s, types, tokens));
    }
}

void addLogits(TokenCounts counts, Cases& cases) {
    for (const DType type : kWeightTypes) {
        for (const auto& [hidden, vocabulary] :
             {std::pair{5, 3}, {37, 129}, {512, 40}, {2048, 19}}) {
            for (const std::int64_t tokens : counts)
                cases.push_back(logitsCase(hidden, vocabulary, type, tokens));
        }
        for (const std::int64_t tokens : counts)
            cases.push_back(logitsCase(64, 129, type, tokens, 9));
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
