#include "kernels/cpu/simd.h"

#include <cstdlib>
#include <string>

#include "kernels/base/log.h"

namespace dsm::cpu {
namespace {

const Simd& widest() {
    return *everySimd().back();
}

// The widest first.
std::string namesOf(const std::vector<const Simd*>& all) {
    std::string names;
    for (auto simd = all.rbegin(); simd != all.rend(); ++simd)
        names += (names.empty() ? "" : ", ") + std::string((*simd)->name);
    return names;
}

}  // namespace

Result<const Simd*> simdOfEnvironment() {
    const char* asked = std::getenv("DSM_CPU_ISA");
    if (asked == nullptr || *asked == '\0') return &widest();
    const std::vector<const Simd*> all = everySimd();
    for (const Simd* simd : all) {
        if (simd->name == asked) return simd;
    }
    return failure(ErrorCode::Unsupported, "DSM_CPU_ISA asks for \"" + std::string(asked) +
                                               "\"; this machine has: " + namesOf(all) + ".");
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
