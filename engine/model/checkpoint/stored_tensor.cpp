#include "engine/model/checkpoint/stored_tensor.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <nlohmann/json.hpp>
#include <utility>

#include "engine/format/json_field.h"
#include "engine/format/json_file.h"
#include "kernels/base/check.h"
#include "kernels/base/reason.h"
#include "kernels/base/weight_blocks.h"

namespace dsm {
namespace {

constexpr std::string_view kAbsmax = ".absmax";
constexpr std::string_view kNestedAbsmax = ".nested_absmax";
constexpr std::string_view kNestedMap = ".nested_quant_map";
constexpr std::string_view kLevels = ".quant_map";
constexpr std::string_view kState = ".quant_state.bitsandbytes__nf4";

constexpr std::size_t kMaximumStateBytes = 1U << 16;
constexpr std::int64_t kNestedMapSize = 256;

using Shape = std::vector<std::int64_t>;

std::string joined(const std::string& name, std::string_view suffix) {
    return name + std::string(suffix);
}

std::string describe(const Shape& shape) {
    std::string text = "[";
    for (const std::int64_t extent : shape) {
        if (text.size() > 1) text += ", ";
        text += std::to_string(extent);
    }
    return text + "]";
}

Shape blockedShape(const TensorSpec& spec, DType type) {
    return {blockPanels(spec.rows), panelBytes(type, spec.cols)};
}

std::string placeOf(const Checkpoint::Found& found) {
    return found.file->name() + ": tensor " + found.info->name;
}

std::span<const std::byte> bytesOf(const Checkpoint::Found& found) {
    return found.file->bytes(*found.info);
}

std::optional<DType> plainType(std::string_view dtypeName) {
    for (const DType type : {DType::F32, DType::F16, DType::BF16}) {
        if (dtypeName == name(type)) return type;
    }
    return std::nullopt;
}

StoredTensor inOneTensor(DType type, const Checkpoint::Found& found) {
    StoredTensor stored;
    stored.type = type;
    stored.data = bytesOf(found);
    stored.names = {found.info->name};
    return stored;
}

// Reads the tensors that make up one NF4 weight.
class Nf4Reader {
  public:
    Nf4Reader(const Checkpoint& checkpoint, const TensorSpec& spec)
        : checkpoint_(checkpoint), spec_(spec), weights_(spec.rows * spec.cols) {}

    Result<StoredTensor> read(const Checkpoint::Found& codes);

  private:
    // A tensor beside the weight, in the shape and type it must have.
    Result<std::span<const std::byte>> beside(std::string_view suffix, std::string_view dtypeName,
                                              const Shape& shape);
    Result<bool> scalesAreNested() const;
    Result<void> checkLevels();
    // Checks the JSON beside the weight; returns the nested offset, 0 where there is none.
    Result<float> readState(bool nested);

    const Checkpoint& checkpoint_;
    const TensorSpec& spec_;
    std::int64_t weights_;
    StoredTensor result_;
};

Result<std::span<const std::byte>> Nf4Reader::beside(std::string_view suffix,
                                                     std::string_view dtypeName,
                                                     const Shape& shape) {
    const std::string name = joined(spec_.name, suffix);
    const auto found = checkpoint_.find(name);
    if (!found) {
        return failure(ErrorCode::NotFound, ReasonCode::TensorMissingOfNf4,
                       {checkpoint_.listName(), name});
    }
    if (found->info->dtypeName != dtypeName || found->info->shape != shape) {
        return failure(ErrorCode::Malformed, ReasonCode::TensorIsOther,
                       {placeOf(*found), found->info->dtypeName, describe(found->info->shape),
                        std::string(dtypeName), describe(shape)});
    }
    result_.names.push_back(name);
    return bytesOf(*found);
}

Result<bool> Nf4Reader::scalesAreNested() const {
    const auto found = checkpoint_.find(joined(spec_.name, kAbsmax));
    return found && found->info->dtypeName == "U8";
}

Result<void> Nf4Reader::checkLevels() {
    const auto levels = beside(kLevels, "F32", {static_cast<std::int64_t>(std::size(kNf4Levels))});
    if (!levels) return tl::unexpected(levels.error());
    for (std::size_t i = 0; i < std::size(kNf4Levels); ++i) {
        float level = 0;
        std::memcpy(&level, levels->data() + i * sizeof level, sizeof level);
        if (std::abs(level - kNf4Levels[i]) <= 1e-6F) continue;
        return failure(ErrorCode::Unsupported, ReasonCode::TensorOtherLevels,
                       {checkpoint_.listName(), joined(spec_.name, kLevels)});
    }
    return {};
}

Result<float> Nf4Reader::readState(bool nested) {
    const std::string name = joined(spec_.name, kState);
    const auto found = checkpoint_.find(name);
    if (!found) {
        return failure(ErrorCode::NotFound, ReasonCode::TensorMissingOfNf4,
                       {checkpoint_.listName(), name});
    }
    const std::span<const std::byte> bytes = bytesOf(*found);
    const std::string place = placeOf(*found);
    if (found->info->dtypeName != "U8" || bytes.size() > kMaximumStateBytes) {
        return failure(ErrorCode::Malformed, ReasonCode::TensorNoJson, {place});
    }
    result_.names.push_back(name);
    const auto document =
        parseJson({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, place);
    if (!document) return tl::unexpected(document.error());
    const JsonField root(*document, place);
    const auto expect = [&](const char* key, const nlohmann::json& value) -> Result<void> {
        const auto field = root.at(key);
        if (!field) return tl::unexpected(field.error());
        if (field->value() == value) return {};
        return field->unsupported(
            {ReasonCode::ValueCannotBeRead, {shown(field->value()), value.dump()}});
    };
    for (const auto& [key, value] : {std::pair<const char*, nlohmann::json>("quant_type", "nf4"),
                                     {"blocksize", kNf4BlockWeights},
                                     {"shape", Shape{spec_.rows, spec_.cols}}}) {
        if (const auto checked = expect(key, value); !checked) {
            return tl::unexpected(checked.error());
        }
    }
    if (!nested) return 0.0F;
    if (const auto checked = expect("nested_blocksize", kNf4NestedBlock); !checked) {
        return tl::unexpected(checked.error());
    }
    const auto field = root.at("nested_offset");
    if (!field) return tl::unexpected(field.error());
    const auto offset = field->number();
    if (!offset) return tl::unexpected(offset.error());
    return static_cast<float>(*offset);
}

Result<StoredTensor> Nf4Reader::read(const Checkpoint::Found& codes) {
    result_.type = DType::NF4;
    result_.data = bytesOf(codes);
    result_.names.push_back(spec_.name);
    const auto nested = scalesAreNested();
    if (!nested) return tl::unexpected(nested.error());
    const auto take = [](Result<std::span<const std::byte>> part,
                         std::span<const std::byte>& place) -> Result<void> {
        if (!part) return tl::unexpected(part.error());
        place = *part;
        return {};
    };
    const Shape blocks{nf4Blocks(weights_)};
    Result<void> taken;
    if (*nested) {
        taken = take(beside(kAbsmax, "U8", blocks), result_.absmaxCode);
        if (taken) {
            taken = take(beside(kNestedAbsmax, "F32", {nf4NestedBlocks(weights_)}),
                         result_.nestedAbsmax);
        }
        if (taken) taken = take(beside(kNestedMap, "F32", {kNestedMapSize}), result_.nestedMap);
    } else {
        taken = take(beside(kAbsmax, "F32", blocks), result_.absmax);
    }
    if (taken) taken = checkLevels();
    if (!taken) return tl::unexpected(taken.error());
    const Result<float> offset = readState(*nested);
    if (!offset) return tl::unexpected(offset.error());
    result_.offset = *offset;
    return std::move(result_);
}

}  // namespace

std::uint64_t weightBytes(const TensorSpec& spec, DType type, bool nestedScales) {
    const std::int64_t weights = spec.rows * spec.cols;
    if (isPlain(type)) return static_cast<std::uint64_t>(weights) * sizeBytes(type);
    if (isBlocked(type))
        return static_cast<std::uint64_t>(blockedBytes(type, spec.rows, spec.cols));
    const std::int64_t scaleBytes =
        nestedScales ? nf4Blocks(weights) + 4 * (nf4NestedBlocks(weights) + kNestedMapSize)
                     : 4 * nf4Blocks(weights);
    return static_cast<std::uint64_t>((weights + 1) / 2 + scaleBytes);
}

std::vector<TensorDeclaration> declareStored(const TensorSpec& spec, DType type,
                                             bool nestedScales) {
    if (isPlain(type)) return {{spec.name, std::string(name(type)), spec.shape()}};
    if (isBlocked(type)) return {{spec.name, "U8", blockedShape(spec, type)}};
    const std::int64_t weights = spec.rows * spec.cols;
    std::vector<TensorDeclaration> parts{{spec.name, "U8", {(weights + 1) / 2, 1}}};
    const auto add = [&](std::string_view suffix, const char* dtypeName, std::int64_t count) {
        parts.push_back({joined(spec.name, suffix), dtypeName, {count}});
    };
    add(kAbsmax, nestedScales ? "U8" : "F32", nf4Blocks(weights));
    if (nestedScales) {
        add(kNestedAbsmax, "F32", nf4NestedBlocks(weights));
        add(kNestedMap, "F32", kNestedMapSize);
    }
    add(kLevels, "F32", static_cast<std::int64_t>(std::size(kNf4Levels)));
    add(kState, "U8", static_cast<std::int64_t>(kQuantStateBytes));
    return parts;
}

bool keepsBoundary(const TensorSpec& spec, DType type, bool nestedScales) {
    const auto parts = declareStored(spec, type, nestedScales);
    return std::all_of(parts.begin(), parts.end(), [](const TensorDeclaration& part) {
        return part.sizeBytes() % kTensorBoundary == 0;
    });
}

std::string nf4QuantState(const TensorSpec& spec, const std::string& dtypeName,
                          std::optional<float> nestedOffset) {
    nlohmann::ordered_json state = {{"quant_type", "nf4"},
                                    {"blocksize", kNf4BlockWeights},
                                    {"dtype", dtypeName},
                                    {"shape", Shape{spec.rows, spec.cols}}};
    if (nestedOffset) {
        state["nested_blocksize"] = kNf4NestedBlock;
        state["nested_dtype"] = "float32";
        // As the float64 it is in Python: the shortest text of the float32 would be another number.
        state["nested_offset"] = static_cast<double>(*nestedOffset);
    }
    std::string text = state.dump();
    DSM_CHECK(text.size() <= kQuantStateBytes);
    text.resize(kQuantStateBytes, ' ');
    return text;
}

Result<StoredTensor> findStored(const Checkpoint& checkpoint, const TensorSpec& spec) {
    const auto found = checkpoint.find(spec.name);
    if (!found) {
        return failure(ErrorCode::NotFound, ReasonCode::TensorMissing,
                       {checkpoint.listName(), spec.name});
    }
    const TensorInfo& info = *found->info;
    if (info.dtypeName == "U8" && !staysPlain(spec.kind)) {
        for (const DType type : {DType::Q8, DType::Q4}) {
            if (info.shape == blockedShape(spec, type)) {
                return inOneTensor(type, *found);
            }
        }
        if (info.shape == Shape{(spec.rows * spec.cols + 1) / 2, 1}) {
            return Nf4Reader(checkpoint, spec).read(*found);
        }
        return failure(
            ErrorCode::Malformed, ReasonCode::TensorShapeOfNoFormat,
            {placeOf(*found), describe(info.shape), describe(spec.shape()),
             describe(blockedShape(spec, DType::Q8)), describe(blockedShape(spec, DType::Q4)),
             describe({(spec.rows * spec.cols + 1) / 2, 1})});
    }
    if (info.shape != spec.shape()) {
        return failure(ErrorCode::Malformed, ReasonCode::TensorShape,
                       {placeOf(*found), describe(info.shape), describe(spec.shape())});
    }
    const auto type = plainType(info.dtypeName);
    if (!type) {
        return failure(
            ErrorCode::Unsupported,
            staysPlain(spec.kind) ? ReasonCode::TensorType : ReasonCode::TensorTypeOfWeight,
            {placeOf(*found), info.dtypeName});
    }
    return inOneTensor(*type, *found);
}

}  // namespace dsm
