#include "engine/model/adapter/adapter_file.h"

#include <new>
#include <system_error>

#include "engine/model/adapter/adapter_content.h"
#include "engine/model/adapter/adapter_folder.h"
#include "kernels/base/reason.h"

namespace dsm {
namespace {

namespace fs = std::filesystem;

constexpr const char* kPickleName = "adapter_model.bin";

// Weights that trainers write beside an adapter, and without which it computes something else:
// pickles of embeddings and norms (LongLoRA) or of whatever else was trained (DeepSpeed, LLaVA).
constexpr const char* kMoreWeights[] = {"trainable_params.bin", "non_lora_trainables.bin",
                                        "non_lora_state_dict.bin", "new_embeddings.safetensors"};

Result<void> checkBeside(const fs::path& folder) {
    for (const char* name : kMoreWeights) {
        std::error_code ignored;
        if (!fs::exists(fs::symlink_status(folder / name, ignored))) continue;
        return failure(ErrorCode::Unsupported, ReasonCode::AdapterWithOthers,
                       {(folder / name).string()});
    }
    return {};
}

// What is missing where a folder has no weights that can be read.
tl::unexpected<Error> noWeights(const fs::path& folder, const Error& error) {
    std::error_code ignored;
    if (error.code != ErrorCode::NotFound || !fs::exists(folder / kPickleName, ignored))
        return tl::unexpected(error);
    return failure(ErrorCode::Unsupported, ReasonCode::AdapterIsPickle,
                   {(folder / kPickleName).string(), std::string(kAdapterWeightsName)});
}

}  // namespace

AdapterFile::AdapterFile(std::unique_ptr<AdapterContent> content) : content_(std::move(content)) {}
AdapterFile::AdapterFile(AdapterFile&&) noexcept = default;
AdapterFile& AdapterFile::operator=(AdapterFile&&) noexcept = default;
AdapterFile::~AdapterFile() = default;

Result<AdapterFile> AdapterFile::open(const fs::path& folder, const ModelConfig& config) {
    const fs::path configFile = folder / kAdapterConfigName;
    auto settings = readAdapterSettings(configFile);
    if (!settings) return tl::unexpected(settings.error());
    if (auto alone = checkBeside(folder); !alone) return tl::unexpected(alone.error());
    auto file = SafetensorsFile::open(folder / kAdapterWeightsName);
    if (!file) return noWeights(folder, file.error());
    auto content = std::make_unique<AdapterContent>(std::move(*file), std::move(*settings),
                                                    configFile.string(), config);
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

bool AdapterFile::holdsWhole(const TensorSpec& spec) const {
    return content_->holdsWhole(spec);
}

Result<LoraAdapter> readAdapter(const fs::path& folder, const ModelConfig& config) {
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
        return failure(ErrorCode::OutOfMemory, ReasonCode::NoMemoryForAdapter, {folder.string()});
    }
}

}  // namespace dsm
