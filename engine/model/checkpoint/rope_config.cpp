#include "engine/model/checkpoint/rope_config.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "engine/format/json_file.h"

namespace dsm {
namespace {

constexpr std::string_view kBase = "rope_theta";
constexpr std::string_view kLayerType = "full_attention";
constexpr double kLargestBase = 1e12;

class RopeReader {
  public:
    explicit RopeReader(const JsonField& root) : root_(root) {}

    Result<double> read() {
        if (auto took = takeBase(*root_.maybe(kBase)); !took) return tl::unexpected(took.error());
        for (const char* key : {"rope_scaling", "rope_parameters"}) {
            if (auto took = takeParameters(*root_.maybe(key)); !took) {
                return tl::unexpected(took.error());
            }
        }
        if (auto checked = checkLayerTypes(); !checked) return tl::unexpected(checked.error());
        if (base_) return *base_;
        auto missing =
            root_.maybe(kBase)->malformed({ReasonCode::KeyMissingAsIn, {"rope_parameters"}});
        missing.value().code = ErrorCode::NotFound;
        return missing;
    }

  private:
    Result<void> takeBase(const JsonField& field) {
        if (field.isNull()) return {};
        const Result<double> value = field.number();
        if (!value) return tl::unexpected(value.error());
        if (!(*value > 0 && *value <= kLargestBase)) {
            return field.malformed({ReasonCode::ValueOutOfRange, {shown(field.value())}});
        }
        if (base_ && *base_ != *value) {
            return field.malformed({ReasonCode::ValueContradicts,
                                    {shown(field.value()), shown(nlohmann::json(*base_))}});
        }
        base_ = *value;
        return {};
    }

    Result<void> takeParameters(const JsonField& field) {
        if (field.isNull()) return {};
        if (!field.value().is_object()) {
            return field.unsupported({ReasonCode::PositionsNoObject, {shown(field.value())}});
        }
        const auto& members = field.value();
        const bool isNested =
            !members.empty() && std::all_of(members.begin(), members.end(),
                                            [](const auto& member) { return member.is_object(); });
        if (!isNested) return takeOneKind(field, field);
        for (const auto& [name, member] : members.items()) {
            const JsonField kind = *field.maybe(name);
            if (name != kLayerType) {
                return kind.unsupported(
                    {ReasonCode::PositionsOtherLayers, {std::string(kLayerType)}});
            }
            if (auto took = takeOneKind(kind, field); !took) return took;
        }
        return {};
    }

    // `whole` is what messages about the kind name.
    Result<void> takeOneKind(const JsonField& kind, const JsonField& whole) {
        for (const char* name : {"rope_type", "type"}) {
            const JsonField type = *kind.maybe(name);
            if (type.isNull() || type.value() == "default") continue;
            return whole.unsupported({ReasonCode::PositionsScaled, {shown(type.value())}});
        }
        for (const auto& [name, value] : kind.value().items()) {
            if (name == kBase) {
                if (auto took = takeBase(*kind.maybe(name)); !took) return took;
            } else if (!value.is_null() && !saysNothing(name, value)) {
                return whole.unsupported({ReasonCode::PositionsOther, {name, shown(value)}});
            }
        }
        return {};
    }

    // What other types of scaling read, at the value that scales nothing.
    static bool saysNothing(std::string_view name, const nlohmann::json& value) {
        if (name == "rope_type" || name == "type") return true;       // looked at before
        if (name == "original_max_position_embeddings") return true;  // the default reads it not
        constexpr std::array<std::string_view, 3> kOnes{"factor", "partial_rotary_factor",
                                                        "attention_factor"};
        return std::find(kOnes.begin(), kOnes.end(), name) != kOnes.end() && value == 1;
    }

    Result<void> checkLayerTypes() {
        const JsonField types = *root_.maybe("layer_types");
        if (types.isNull()) return {};
        const auto elements = types.elements();
        if (!elements) return tl::unexpected(elements.error());
        for (const JsonField& type : *elements) {
            if (type.value() == kLayerType) continue;
            return type.unsupported({ReasonCode::ModelAsksOther,
                                     {shown(type.value()), "\"" + std::string(kLayerType) + "\""}});
        }
        return {};
    }

    const JsonField& root_;
    std::optional<double> base_;
};

}  // namespace

Result<double> readRopeTheta(const JsonField& root) {
    return RopeReader(root).read();
}

}  // namespace dsm
