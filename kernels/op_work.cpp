#include "kernels/op_work.h"

#include <initializer_list>

namespace dsm {
namespace {

// Of a product of `tokens` rows with the weight; none is read for none.
OpWork product(const Weight& weight, std::int64_t tokens) {
    if (tokens == 0 || weight.data == nullptr) return {};
    return {.bytes = static_cast<double>(weight.sizeBytes()),
            .operations = 2 * static_cast<double>(tokens * weight.rows * weight.cols)};
}

OpWork products(std::initializer_list<const Weight*> weights, std::int64_t tokens) {
    OpWork work;
    for (const Weight* weight : weights)
        work += product(*weight, tokens);
    return work;
}

OpWork expertProducts(std::span<const Weight> weights, const ExpertGroups& groups) {
    OpWork work;
    for (std::size_t e = 0; e < weights.size(); ++e) {
        work += product(weights[e], groups.begin[e + 1] - groups.begin[e]);
    }
    return work;
}

double bytesOf(const Weight& vector) {
    return static_cast<double>(vector.sizeBytes());
}

}  // namespace

OpWork workOf(const EmbedArgs& args) {
    const double share =
        static_cast<double>(args.ids.size()) / static_cast<double>(args.table.rows);
    return {.bytes = share * static_cast<double>(args.table.sizeBytes())};
}

OpWork workOf(const NormArgs& args) {
    return {.bytes = bytesOf(args.weight)};
}

OpWork workOf(const AttentionInputArgs& args) {
    OpWork work = products({&args.query, &args.key, &args.value}, args.x.rows);
    work.bytes += bytesOf(args.norm);
    return work;
}

OpWork workOf(const AttendArgs& args) {
    OpWork work;
    for (const CacheRun& run : args.runs) {
        if (run.rows == 0) continue;
        // The first token sees position + 1 positions, the last all.
        const std::int64_t seen = run.rows * (run.position + 1 + run.end()) / 2;
        // Keys and values of each position: the cache lies in panels of them.
        work.bytes += 2.0 *
                      static_cast<double>(run.cache.heads * run.end() *
                                          kvPanelBytes(run.cache.type, run.cache.headSize)) /
                      static_cast<double>(kKvPanel);
        work.operations += 4 * static_cast<double>(seen * args.q.cols);
    }
    return work;
}

OpWork workOf(const AttentionOutputArgs& args) {
    return product(args.output, args.x.rows);
}

OpWork workOf(const RouteArgs& args) {
    OpWork work = product(args.gate, args.x.rows);
    work.bytes += bytesOf(args.norm);
    return work;
}

OpWork workOf(const ExpertsInputArgs& args) {
    OpWork work = products({&args.sharedGate, &args.sharedUp}, args.normed.rows);
    work += expertProducts(args.gate, args.groups);
    work += expertProducts(args.up, args.groups);
    return work;
}

OpWork workOf(const ExpertsOutputArgs& args) {
    OpWork work = product(args.sharedDown, args.x.rows);
    work += expertProducts(args.down, args.groups);
    return work;
}

OpWork workOf(const LogitsArgs& args) {
    OpWork work = product(args.head, args.x.rows);
    work.bytes += bytesOf(args.norm);
    return work;
}

}  // namespace dsm
