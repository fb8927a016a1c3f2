#include "engine/quantize/format_error.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <string>
#include <vector>

#include "engine/model/checkpoint/stored_tensor.h"
#include "engine/quantize/blocks.h"
#include "engine/quantize/nf4.h"
#include "kernels/base/reason.h"

namespace dsm {
namespace {

constexpr std::int64_t kPanelsPerTensor = 4;

struct ErrorSquares {
    double error = 0;
    double weight = 0;
};

ErrorSquares squaresOf(std::span<const float> weights, std::span<const float> stored) {
    ErrorSquares sum;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        const double difference = weights[i] - stored[i];
        sum.error += difference * difference;
        sum.weight += static_cast<double>(weights[i]) * weights[i];
    }
    return sum;
}

// Sixteen rows, or what is left of them, in the type and back in float32.
std::vector<float> throughBlocks(const PlainRows& source, std::int64_t panel, DType type) {
    std::vector<std::byte> packed(static_cast<std::size_t>(panelBytes(type, source.cols)));
    quantizePanel(source, panel, type, {}, packed);
    std::vector<float> values;
    const std::int64_t rows = std::min(kBlockRows, source.rows - panel * kBlockRows);
    for (std::int64_t r = 0; r < rows; ++r) {
        for (std::int64_t c = 0; c < source.cols; c += kBlockCols) {
            std::array<float, kBlockCols> block;
            blockWeights(type, packed.data(), source.cols, r, c / kBlockCols, block);
            const std::int64_t count = std::min(kBlockCols, source.cols - c);
            values.insert(values.end(), block.begin(), block.begin() + count);
        }
    }
    return values;
}

std::vector<float> throughNf4(std::span<const float> weights, bool nested) {
    std::vector<std::uint8_t> codes((weights.size() + 1) / 2);
    std::vector<float> absmax(
        static_cast<std::size_t>(nf4Blocks(static_cast<std::int64_t>(weights.size()))));
    quantizeNf4(weights, codes, absmax);
    NestedNf4Scales scales;
    Nf4Scales view{.absmax = absmax.data()};
    if (nested) {
        scales = nestNf4Scales(absmax);
        view = {.absmax = nullptr,
                .absmaxCode = scales.code.data(),
                .nestedAbsmax = scales.absmax.data(),
                .nestedMap = nf4NestedMap().data(),
                .offset = scales.offset};
    }
    std::vector<float> values(weights.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
        const unsigned code = i % 2 == 0 ? codes[i / 2] >> 4U : codes[i / 2] & 0xfU;
        values[i] = kNf4Levels[code] * view.at(static_cast<std::int64_t>(i) / kNf4BlockWeights);
    }
    return values;
}

ErrorSquares squaresOfPanel(const PlainRows& source, std::int64_t panel, DType type, bool nested) {
    const std::int64_t firstRow = panel * kBlockRows;
    const std::int64_t rows = std::min(kBlockRows, source.rows - firstRow);
    std::vector<float> weights(static_cast<std::size_t>(rows * source.cols));
    readWeights(source, firstRow * source.cols, std::span<float>(weights));
    if (isBlocked(type)) return squaresOf(weights, throughBlocks(source, panel, type));
    if (type == DType::NF4) return squaresOf(weights, throughNf4(weights, nested));
    std::vector<float> rounded(weights.size());
    for (std::size_t i = 0; i < weights.size(); ++i)
        rounded[i] = toFloat(toBFloat16(weights[i]));
    return squaresOf(weights, rounded);
}

}  // namespace

std::string_view partName(TensorKind kind) {
    switch (kind) {
        case TensorKind::Embedding:
            return "embedding";
        case TensorKind::Query:
        case TensorKind::Key:
        case TensorKind::Value:
        case TensorKind::AttentionOutput:
            return "attention";
        case TensorKind::DenseGate:
        case TensorKind::DenseUp:
        case TensorKind::DenseDown:
            return "dense MLP";
        case TensorKind::ExpertGate:
        case TensorKind::ExpertUp:
        case TensorKind::ExpertDown:
            return "routed experts";
        case TensorKind::SharedGate:
        case TensorKind::SharedUp:
        case TensorKind::SharedDown:
            return "shared experts";
        case TensorKind::Head:
            return "head";
        case TensorKind::InputNorm:
        case TensorKind::PostAttentionNorm:
        case TensorKind::FinalNorm:
        case TensorKind::Router:
            return "";
    }
    return "";
}

Result<FormatErrors> formatErrors(const Checkpoint& checkpoint, const ModelConfig& config,
                                  Preset preset, ThreadPool& pool) {
    struct Sample {
        std::string_view part;
        DType type;
        PlainRows source;
        std::int64_t panel;
    };
    std::vector<Sample> samples;
    for (const TensorSpec& spec : tensorTable(config)) {
        if (staysPlain(spec.kind)) continue;
        const auto stored = findStored(checkpoint, spec);
        if (!stored) return tl::unexpected(stored.error());
        if (!isPlain(stored->type)) {
            return failure(ErrorCode::Unsupported, ReasonCode::ErrorsOfConverted,
                           {checkpoint.listName()});
        }
        const PlainRows source{stored->data.data(), stored->type, spec.rows, spec.cols};
        const std::int64_t panels = blockPanels(spec.rows);
        const std::int64_t step = std::max<std::int64_t>(1, panels / kPanelsPerTensor);
        for (std::int64_t panel = 0; panel < panels; panel += step)
            samples.push_back({partName(spec.kind), storedType(spec.kind, preset), source, panel});
    }
    std::vector<ErrorSquares> squares(samples.size());
    pool.run(
        static_cast<std::int64_t>(samples.size()), 1, [&](std::int64_t begin, std::int64_t end) {
            for (auto i = static_cast<std::size_t>(begin); i < static_cast<std::size_t>(end); ++i) {
                const Sample& s = samples[i];
                squares[i] = squaresOfPanel(s.source, s.panel, s.type, hasNestedScales(preset));
            }
        });
    std::map<std::string_view, ErrorSquares> sums;
    for (std::size_t i = 0; i < samples.size(); ++i) {
        sums[samples[i].part].error += squares[i].error;
        sums[samples[i].part].weight += squares[i].weight;
    }
    FormatErrors errors;
    for (const auto& [part, sum] : sums)
        errors[part] = sum.weight > 0 ? std::sqrt(sum.error / sum.weight) : 0;
    return errors;
}

}  // namespace dsm
