#include "kernels/cpu/simd.h"

#include <cstdlib>
#include <string>

#include "kernels/base/log.h"

namespace dsm::cpu {
namespace {

constexpr Isa kWidestFirst[] = {Isa::Avx512Vnni, Isa::Avx512, Isa::Avx2, Isa::Neon, Isa::Portable};

const Simd& widest() {
    for (const Isa isa : kWidestFirst) {
        if (const Simd* simd = simdOf(isa)) return *simd;
    }
    return *simdOf(Isa::Portable);
}

std::string availableNames() {
    std::string names;
    for (const Isa isa : kWidestFirst) {
        if (const Simd* simd = simdOf(isa)) {
            names += (names.empty() ? "" : ", ") + std::string(simd->name);
        }
    }
    return names;
}

}  // namespace

std::vector<const Simd*> everySimd() {
    std::vector<const Simd*> all;
    for (const Isa isa : kWidestFirst) {
        if (const Simd* simd = simdOf(isa)) all.insert(all.begin(), simd);
    }
    return all;
}

Result<const Simd*> simdOfEnvironment() {
    const char* asked = std::getenv("DSM_CPU_ISA");
    if (asked == nullptr || *asked == '\0') return &widest();
    for (const Isa isa : kWidestFirst) {
        const Simd* simd = simdOf(isa);
        if (simd != nullptr && simd->name == asked) return simd;
    }
    return failure(ErrorCode::Unsupported, "DSM_CPU_ISA asks for \"" + std::string(asked) +
                                               "\"; this machine has: " + availableNames() + ".");
}

const Simd& machineSimd() {
    static const Simd& chosen = []() -> const Simd& {
        const Result<const Simd*> simd = simdOfEnvironment();
        if (simd) return **simd;
        logMessage(LogLevel::Warning, simd.error().message);
        return widest();
    }();
    return chosen;
}

}  // namespace dsm::cpu
