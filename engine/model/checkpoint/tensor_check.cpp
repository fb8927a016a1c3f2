#include "engine/model/checkpoint/tensor_check.h"

#include <charconv>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/model/checkpoint/stored_tensor.h"
#include "engine/model/checkpoint/tensor_table.h"
#include "kernels/base/log.h"
#include "kernels/base/reason.h"

namespace dsm {
namespace {

// Weights that one operation multiplies with the same inputs are of one type: inputs are rounded
// once for all of them, or not at all.
class TogetherCheck {
  public:
    Result<void> check(const Checkpoint& checkpoint, const TensorSpec& spec, DType type);

  private:
    struct First {
        std::string name;
        DType type;
    };
    // Which weights of a layer belong together; none for a weight that stands alone.
    static std::optional<int> groupOf(TensorKind kind) {
        switch (kind) {
            case TensorKind::ExpertGate:
            case TensorKind::ExpertUp:
                return 0;
            case TensorKind::ExpertDown:
                return 1;
            case TensorKind::DenseGate:
            case TensorKind::DenseUp:
            case TensorKind::SharedGate:
            case TensorKind::SharedUp:
                return 2;
            default:
                return std::nullopt;
        }
    }

    std::map<std::pair<int, int>, First> first_;  // by layer and group
};

Result<void> TogetherCheck::check(const Checkpoint& checkpoint, const TensorSpec& spec,
                                  DType type) {
    const auto group = groupOf(spec.kind);
    if (!group) return {};
    const auto [first, isNew] = first_.try_emplace({spec.layer, *group}, First{spec.name, type});
    if (first->second.type == type) return {};
    return failure(ErrorCode::Unsupported, ReasonCode::TensorsOfTwoTypes,
                   {checkpoint.listName(), spec.name, std::string(name(type)), first->second.name,
                    std::string(name(first->second.type))});
}

// Buffers that old versions of the transformers library saved; they follow from rope_theta.
bool isLeftover(std::string_view name) {
    return name.ends_with(".rotary_emb.inv_freq") || name.ends_with(".rotary_emb.cos_cached") ||
           name.ends_with(".rotary_emb.sin_cached");
}

// The number between `before` and the next dot of a tensor's name.
std::optional<std::int64_t> numberAfter(std::string_view name, std::string_view before) {
    const std::size_t at = name.find(before);
    if (at == std::string_view::npos) return std::nullopt;
    const char* const begin = name.data() + at + before.size();
    const char* const end = name.data() + name.size();
    std::int64_t number = 0;
    const auto parsed = std::from_chars(begin, end, number);
    if (parsed.ec != std::errc() || parsed.ptr == end || *parsed.ptr != '.') return std::nullopt;
    return number;
}

// Why a tensor that the table lacks must not be left out of the computation; empty where it may.
Reason whyNeeded(std::string_view name, const ModelConfig& config) {
    const auto beyond = [](std::string_view what, std::int64_t number, std::string_view key,
                           std::int64_t count) {
        return Reason(ReasonCode::TensorBeyond, {std::string(what), std::to_string(number),
                                                 std::string(key), std::to_string(count)});
    };
    if (name.ends_with("bias")) return ReasonCode::TensorIsBias;
    const auto layer = numberAfter(name, "model.layers.");
    if (!layer) return {};
    if (*layer >= config.layers) {
        return beyond("layer", *layer, "num_hidden_layers", config.layers);
    }
    const auto expert = numberAfter(name, ".mlp.experts.");
    if (expert && *expert >= config.routedExperts) {
        return beyond("expert", *expert, "n_routed_experts", config.routedExperts);
    }
    return {ReasonCode::TensorOfOtherModel, {std::to_string(*layer)}};
}

}  // namespace

Result<void> checkTensors(const Checkpoint& checkpoint, const ModelConfig& config) {
    const std::vector<TensorSpec> table = tensorTable(config);
    std::set<std::string> known;
    TogetherCheck together;
    for (const TensorSpec& spec : table) {
        Result<StoredTensor> stored = findStored(checkpoint, spec);
        if (!stored) return tl::unexpected(stored.error());
        if (auto checked = together.check(checkpoint, spec, stored->type); !checked) return checked;
        known.insert(stored->names.begin(), stored->names.end());
    }
    for (const std::string& name : checkpoint.names()) {
        if (known.contains(name) || isLeftover(name)) continue;
        if (const Reason why = whyNeeded(name, config); !why.empty()) {
            Reason reason(ReasonCode::AtTensor, {checkpoint.listName(), "tensor " + name});
            reason.add(why);
            return failure(ErrorCode::Unsupported, reason);
        }
        logMessage(LogLevel::Warning,
                   checkpoint.listName() + ": tensor " + name + " is unknown and not used.");
    }
    return {};
}

}  // namespace dsm
