#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>
#include <new>
#include <span>
#include <unordered_map>

#include "engine/format/safetensors.h"
#include "engine/model/adapter_folder.h"
#include "engine/model/adapter_settings.h"
#include "kernels/base/dtype.h"
#include "kernels/base/log.h"
#include "kernels/base/mapped_file.h"

namespace dsm {
namespace {

constexpr std::string_view kPrefix = "base_model.model.";
constexpr std::string_view kWeight = ".weight";

// What a tensor of the file is.
struct Part {
    enum class Kind { A, B, Whole };
    Kind kind;
    std::string module;
};

std::string withoutEnd(std::string_view name, std::string_view end) {
    return std::string(name.substr(0, name.size() - end.size()));
}

// "base_model.model.X.lora_A.weight"; older versions put the adapter's name, "default", before
// ".weight", and "modules_to_save" after modules saved whole.
std::optional<Part> partNamed(std::string_view name) {
    if (!name.starts_with(kPrefix) || !name.ends_with(kWeight)) return std::nullopt;
    std::string path = withoutEnd(name.substr(kPrefix.size()), kWeight);
    if (path.ends_with(".default")) path = withoutEnd(path, ".default");
    if (path.ends_with(".lora_A")) return Part{Part::Kind::A, withoutEnd(path, ".lora_A")};
    if (path.ends_with(".lora_B")) return Part{Part::Kind::B, withoutEnd(path, ".lora_B")};
    if (path.ends_with(".modules_to_save")) path = withoutEnd(path, ".modules_to_save");
    return Part{Part::Kind::Whole, path};
}

// Matrices that may have factors; weights that may be replaced.
bool takesFactors(const TensorSpec& spec) {
    return !spec.isNorm() && spec.kind != TensorKind::Embedding;
}
bool isReplaceable(const TensorSpec& spec) {
    return spec.kind == TensorKind::Embedding || spec.kind == TensorKind::Head;
}

std::string moduleOf(const TensorSpec& spec) {
    return withoutEnd(spec.name, kWeight);
}

std::string shapeText(std::span<const std::int64_t> shape) {
    std::string text = "[";
    for (const std::int64_t extent : shape)
        text += (text.size() > 1 ? ", " : "") + std::to_string(extent);
    return text + "]";
}

}  // namespace

class AdapterFile::Content {
  public:
    Content(SafetensorsFile file, AdapterSettings settings, const ModelConfig& config)
        : file_(std::move(file)), settings_(std::move(settings)) {
        for (TensorSpec& spec : tensorTable(config)) {
            const std::string module = moduleOf(spec);
            specs_.emplace(module, std::move(spec));
        }
    }

    Result<void> check();
    const AdapterSettings& settings() const { return settings_; }
    Result<std::optional<LoraModule>> factorsOf(const TensorSpec& spec) const;
    Result<std::optional<SavedModule>> savedOf(const TensorSpec& spec) const;

  private:
    struct Parts {
        const TensorInfo* a = nullptr;
        const TensorInfo* b = nullptr;
        const TensorInfo* whole = nullptr;
    };

    Result<void> sort();
    Result<void> checkParts(const TensorSpec& spec, const Parts& parts) const;
    Result<std::vector<float>> numbers(const TensorInfo& info) const;
    Result<void> checkShape(const TensorInfo& info, std::int64_t rows, std::int64_t cols) const;
    tl::unexpected<Error> refuse(ErrorCode code, const std::string& tensor,
                                 const std::string& problem) const {
        return failure(code, file_.name() + ": " + tensor + ": " + problem);
    }

    SafetensorsFile file_;
    AdapterSettings settings_;
    std::unordered_map<std::string, TensorSpec> specs_;  // by their modules' names
    std::map<std::string, Parts> found_;                 // likewise
};

Result<void> AdapterFile::Content::sort() {
    std::size_t ignored = 0;
    std::string firstIgnored;
    for (const TensorInfo& info : file_.tensors()) {
        if (info.name.find("lora_embedding_") != std::string::npos) {
            return refuse(ErrorCode::Unsupported, info.name,
                          "adapters of the embedding are not supported.");
        }
        const std::optional<Part> part = partNamed(info.name);
        const auto spec = part ? specs_.find(part->module) : specs_.end();
        const bool isWhole = part && part->kind == Part::Kind::Whole;
        const bool isKnown = spec != specs_.end() &&
                             (isWhole ? isReplaceable(spec->second) : takesFactors(spec->second));
        if (!isKnown && part && !isWhole) {
            return refuse(ErrorCode::Malformed, info.name,
                          "the model has no such module: this adapter belongs to another model.");
        }
        if (!isKnown) {
            if (ignored++ == 0) firstIgnored = info.name;
            continue;
        }
        Parts& parts = found_[part->module];
        const TensorInfo*& place = part->kind == Part::Kind::A   ? parts.a
                                   : part->kind == Part::Kind::B ? parts.b
                                                                 : parts.whole;
        if (place != nullptr) {
            return refuse(ErrorCode::Malformed, info.name,
                          "it is there twice, as " + place->name + " too.");
        }
        place = &info;
    }
    if (ignored > 0) {
        logMessage(LogLevel::Warning,
                   file_.name() + ": " + std::to_string(ignored) +
                       " tensors are no part of an adapter and are ignored, the first is " +
                       firstIgnored + ".");
    }
    return {};
}

Result<void> AdapterFile::Content::checkShape(const TensorInfo& info, std::int64_t rows,
                                              std::int64_t cols) const {
    const std::vector<std::int64_t> expected{rows, cols};
    if (info.shape == expected) return {};
    return refuse(ErrorCode::Malformed, info.name,
                  "its shape is " + shapeText(info.shape) + ", but the model wants " +
                      shapeText(expected) + ".");
}

Result<std::vector<float>> AdapterFile::Content::numbers(const TensorInfo& info) const {
    const std::span<const std::byte> bytes = file_.bytes(info);
    const bool isFloat32 = info.dtypeName == "F32";
    if (!isFloat32 && info.dtypeName != "BF16" && info.dtypeName != "F16") {
        return refuse(ErrorCode::Unsupported, info.name,
                      "its type is " + info.dtypeName + "; F32, BF16 and F16 are read.");
    }
    std::vector<float> values(bytes.size() / (isFloat32 ? 4 : 2));
    if (isFloat32) std::memcpy(values.data(), bytes.data(), bytes.size());
    for (std::size_t i = 0; i < values.size() && !isFloat32; ++i) {
        std::uint16_t bits = 0;
        std::memcpy(&bits, bytes.data() + 2 * i, 2);
        values[i] = info.dtypeName == "BF16" ? toFloat(BFloat16{bits}) : halfToFloat(bits);
    }
    dropPages(bytes);
    const bool isFinite =
        std::all_of(values.begin(), values.end(), [](float value) { return std::isfinite(value); });
    if (isFinite) return values;
    return refuse(ErrorCode::Malformed, info.name,
                  "it holds numbers that are not finite: the training went wrong.");
}

Result<void> AdapterFile::Content::checkParts(const TensorSpec& spec, const Parts& parts) const {
    if (parts.whole != nullptr) {
        if (auto fits = checkShape(*parts.whole, spec.rows, spec.cols); !fits) return fits;
    }
    if (parts.a == nullptr && parts.b == nullptr) return {};
    if (parts.a == nullptr || parts.b == nullptr) {
        const TensorInfo& there = *(parts.a != nullptr ? parts.a : parts.b);
        return refuse(ErrorCode::NotFound, there.name,
                      "the other factor of this module is missing.");
    }
    const std::int64_t rank = parts.a->shape.empty() ? 0 : parts.a->shape.front();
    if (rank <= 0) return refuse(ErrorCode::Malformed, parts.a->name, "it has no rows.");
    if (auto fits = checkShape(*parts.a, rank, spec.cols); !fits) return fits;
    return checkShape(*parts.b, spec.rows, rank);
}

Result<void> AdapterFile::Content::check() {
    if (auto sorted = sort(); !sorted) return sorted;
    for (const auto& [module, parts] : found_) {
        if (auto fits = checkParts(specs_.at(module), parts); !fits) return fits;
    }
    if (!found_.empty()) return {};
    return failure(ErrorCode::Malformed, file_.name() + " holds nothing that fits this model.");
}

Result<std::optional<LoraModule>> AdapterFile::Content::factorsOf(const TensorSpec& spec) const {
    const auto found = found_.find(moduleOf(spec));
    if (found == found_.end() || found->second.a == nullptr) return std::nullopt;
    const auto& [a, b, whole] = found->second;
    LoraModule module;
    module.name = found->first;
    module.rank = a->shape.front();
    module.inputs = spec.cols;
    module.outputs = spec.rows;
    module.scaling = settings_.scalingOf(module.name, module.rank);
    auto in = numbers(*a);
    if (!in) return tl::unexpected(in.error());
    auto out = numbers(*b);
    if (!out) return tl::unexpected(out.error());
    module.a = std::move(*in);
    module.b = std::move(*out);
    return module;
}

Result<std::optional<SavedModule>> AdapterFile::Content::savedOf(const TensorSpec& spec) const {
    const auto found = found_.find(moduleOf(spec));
    if (found == found_.end() || found->second.whole == nullptr) return std::nullopt;
    auto weight = numbers(*found->second.whole);
    if (!weight) return tl::unexpected(weight.error());
    return SavedModule{found->first, spec.rows, spec.cols, std::move(*weight)};
}

AdapterFile::AdapterFile(std::unique_ptr<Content> content) : content_(std::move(content)) {}
AdapterFile::AdapterFile(AdapterFile&&) noexcept = default;
AdapterFile& AdapterFile::operator=(AdapterFile&&) noexcept = default;
AdapterFile::~AdapterFile() = default;

Result<AdapterFile> AdapterFile::open(const std::filesystem::path& folder,
                                      const ModelConfig& config) {
    auto settings = readAdapterSettings(folder / kAdapterConfigName);
    if (!settings) return tl::unexpected(settings.error());
    auto file = SafetensorsFile::open(folder / kAdapterWeightsName);
    if (!file) return tl::unexpected(file.error());
    auto content = std::make_unique<Content>(std::move(*file), std::move(*settings), config);
    if (auto checked = content->check(); !checked) return tl::unexpected(checked.error());
    return AdapterFile(std::move(content));
}

const LoraSettings& AdapterFile::settings() const {
    return content_->settings().lora;
}

const std::string& AdapterFile::baseModel() const {
    return content_->settings().baseModel;
}

Result<std::optional<LoraModule>> AdapterFile::factorsOf(const TensorSpec& spec) const {
    return content_->factorsOf(spec);
}

Result<std::optional<SavedModule>> AdapterFile::savedOf(const TensorSpec& spec) const {
    return content_->savedOf(spec);
}

Result<LoraAdapter> readAdapter(const std::filesystem::path& folder, const ModelConfig& config) {
    try {
        const auto file = AdapterFile::open(folder, config);
        if (!file) return tl::unexpected(file.error());
        LoraAdapter adapter;
        adapter.settings = file->settings();
        adapter.baseModel = file->baseModel();
        for (const TensorSpec& spec : tensorTable(config)) {
            auto saved = file->savedOf(spec);
            if (!saved) return tl::unexpected(saved.error());
            if (*saved) adapter.savedModules.push_back(std::move(**saved));
            auto factors = file->factorsOf(spec);
            if (!factors) return tl::unexpected(factors.error());
            if (*factors) adapter.modules.push_back(std::move(**factors));
        }
        return adapter;
    } catch (const std::bad_alloc&) {
        return failure(ErrorCode::OutOfMemory, "Not enough memory for the adapter in " +
                                                   folder.string() + ". Close other programs.");
    }
}

}  // namespace dsm
