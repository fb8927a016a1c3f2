#include "kernels/selftest/train_case.h"

namespace dsm::selftest::training {

OpCase trainCase(std::string_view op, std::string_view type, const std::string& shape,
                 std::int64_t tokens, double tolerance, double onDevice,
                 std::function<Outputs(const OpBench&)> run) {
    return {.op = op,
            .type = type,
            .label = shape + "T " + std::to_string(tokens),
            .tokens = tokens,
            .tolerance = tolerance,
            .prepare =
                [run] { return [run](const OpBench& bench, std::int64_t) { return run(bench); }; },
            .trains = true,
            .deviceTolerance = onDevice};
}

std::vector<std::int32_t> segmentsOf(std::int64_t tokens) {
    const auto end = static_cast<std::int32_t>(tokens);
    if (tokens < 3) return {0, end};
    return {0, 1, 1, end * 2 / 3, end};
}

}  // namespace dsm::selftest::training
