#include "kernels/cpu/isa/table.h"

#include "kernels/base/check.h"

namespace dsm::cpu {
namespace {

struct Row {
    Isa isa;
    std::string_view name, title;
    const IsaTable& table;
    bool (*runs)();
};

#if defined(__x86_64__)
bool runsAvx2() {  // every processor with AVX2 has F16C
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}
bool runsAvx512() {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq");
}
bool runsAvx512Vnni() {
    return runsAvx512() && __builtin_cpu_supports("avx512vnni");
}
bool runsAvx512Bf16() {
    return runsAvx512Vnni() && __builtin_cpu_supports("avx512bf16");
}
#endif

// From narrow to wide. A row of the same instruction set as the one before is for those of its
// processors that do something better.
constexpr Row kRows[] = {
    {Isa::Portable, "portable", "portable", kPortableTable, [] { return true; }},
#if defined(__x86_64__)
    {Isa::Avx2, "avx2", "AVX2", kAvx2Table, runsAvx2},
    {Isa::Avx512, "avx512", "AVX-512", kAvx512Table, runsAvx512},
    {Isa::Avx512Vnni, "avx512vnni", "AVX-512 VNNI", kAvx512VnniTable, runsAvx512Vnni},
    {Isa::Avx512Vnni, "avx512vnni", "AVX-512 VNNI", kAvx512Bf16Table, runsAvx512Bf16},
#elif defined(__aarch64__)
    {Isa::Neon, "neon", "NEON", kNeonTable, [] { return true; }},
#endif
};

template <class T>
void take(T*& own, T* wider) {
    if (wider != nullptr) own = wider;
}
template <class Array>
void takeEach(Array& own, const Array& wider) {
    for (std::size_t i = 0; i < own.size(); ++i)
        take(own[i], wider[i]);
}

// Puts what a row does into the table of the narrower ones.
void complete(IsaTable& table, const Row& row) {
    const IsaTable& own = row.table;
    table.simd.isa = row.isa;
    table.simd.name = row.name;
    table.simd.title = row.title;
    take(table.simd.panel, own.simd.panel);
    take(table.simd.blocks, own.simd.blocks);
    take(table.simd.levels, own.simd.levels);
    take(table.simd.norm, own.simd.norm);
    take(table.simd.attend, own.simd.attend);
    take(table.simd.gatedUnit, own.simd.gatedUnit);
    take(table.train, own.train);
    take(table.quantize, own.quantize);
    takeEach(table.limits.read, own.limits.read);
    takeEach(table.limits.multiply, own.limits.multiply);
}

// Those that this machine has, the widest last, each complete.
const std::vector<IsaTable>& tables() {
    static const std::vector<IsaTable> all = [] {
        std::vector<IsaTable> found;
        for (const Row& row : kRows) {
            if (!row.runs()) continue;
            if (found.empty() || found.back().simd.isa != row.isa)
                found.push_back(found.empty() ? IsaTable{} : IsaTable{found.back()});
            complete(found.back(), row);
        }
        return found;
    }();
    return all;
}

const IsaTable* tableOf(Isa isa) {
    for (const IsaTable& table : tables()) {
        if (table.simd.isa == isa) return &table;
    }
    return nullptr;
}

const IsaTable& tableThatRuns(Isa isa) {
    const IsaTable* table = tableOf(isa);
    DSM_CHECK(table != nullptr);
    return *table;
}

}  // namespace

const Simd* simdOf(Isa isa) {
    const IsaTable* table = tableOf(isa);
    return table != nullptr ? &table->simd : nullptr;
}

std::vector<const Simd*> everySimd() {
    std::vector<const Simd*> all;
    for (const IsaTable& table : tables())
        all.push_back(&table.simd);
    return all;
}

const TrainLoops& trainLoopsOf(Isa isa) {
    return *tableThatRuns(isa).train;
}

const QuantizeLoops& quantizeLoopsOf(Isa isa) {
    return *tableThatRuns(isa).quantize;
}

const LimitLoops* limitLoopsOf(Isa isa) {
    const IsaTable* table = tableOf(isa);
    return table != nullptr ? &table->limits : nullptr;
}

}  // namespace dsm::cpu
