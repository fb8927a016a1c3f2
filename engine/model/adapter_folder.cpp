#include "engine/model/adapter_folder.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <span>
#include <system_error>
#include <unordered_map>

#include "engine/format/atomic_file.h"
#include "engine/format/safetensors_writer.h"
#include "engine/format/sha256.h"
#include "engine/model/adapter_settings.h"
#include "kernels/base/check.h"

namespace dsm {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPrefix = "base_model.model.";
constexpr std::string_view kWeight = ".weight";

std::string moduleOf(const TensorSpec& spec) {
    return spec.name.substr(0, spec.name.size() - kWeight.size());
}

std::vector<std::string> savedNames(const LoraAdapter& adapter) {
    std::vector<std::string> names;
    for (const SavedModule& saved : adapter.savedModules)
        names.push_back(saved.name.substr(saved.name.rfind('.') + 1));
    std::sort(names.begin(), names.end());
    return names;
}

AdapterSettings settingsOf(const LoraAdapter& adapter) {
    AdapterSettings settings;
    settings.lora = adapter.settings;
    settings.baseModel = adapter.baseModel;
    for (const LoraModule& module : adapter.modules) {
        if (module.rank != settings.lora.rank) settings.rankPattern[module.name] = module.rank;
        if (settings.scalingOf(module.name, module.rank) == module.scaling) continue;
        const auto rank = static_cast<double>(module.rank);
        settings.alphaPattern[module.name] =
            static_cast<double>(module.scaling) *
            (settings.lora.rankStabilised ? std::sqrt(rank) : rank);
    }
    return settings;
}

struct NamedNumbers {
    TensorDeclaration declaration;
    const std::vector<float>* numbers;  // empty: they lie elsewhere
};

std::vector<NamedNumbers> tensorsOf(const LoraAdapter& adapter) {
    std::vector<NamedNumbers> tensors;
    const auto add = [&](const std::string& name, std::int64_t rows, std::int64_t cols,
                         const std::vector<float>& numbers) {
        tensors.push_back({{std::string(kPrefix) + name, "F32", {rows, cols}}, &numbers});
    };
    for (const LoraModule& module : adapter.modules) {
        add(module.name + ".lora_A.weight", module.rank, module.inputs, module.a);
        add(module.name + ".lora_B.weight", module.outputs, module.rank, module.b);
    }
    for (const SavedModule& saved : adapter.savedModules)
        add(saved.name + ".weight", saved.rows, saved.cols, saved.weight);
    std::sort(tensors.begin(), tensors.end(), [](const auto& left, const auto& right) {
        return left.declaration.name < right.declaration.name;
    });
    return tensors;
}

}  // namespace

bool isAdapterFolder(const std::filesystem::path& folder) {
    std::error_code ignored;
    return fs::exists(folder / kAdapterConfigName, ignored) &&
           fs::exists(folder / kAdapterWeightsName, ignored);
}

Result<void> writeAdapter(const std::filesystem::path& folder, const LoraAdapter& adapter,
                          const ModelConfig& config) {
    return writeAdapter(folder, adapter, config, {});
}

Result<void> writeAdapter(const std::filesystem::path& folder, const LoraAdapter& adapter,
                          const ModelConfig& config, const AdapterNumbers& numbers) {
    std::error_code error;
    fs::create_directories(folder, error);
    if (error) {
        return failure(ErrorCode::Io,
                       "Cannot make " + folder.string() + ": " + error.message() + ".");
    }
    const std::vector<NamedNumbers> tensors = tensorsOf(adapter);
    std::vector<TensorDeclaration> declarations;
    for (const NamedNumbers& tensor : tensors)
        declarations.push_back(tensor.declaration);
    auto writer = SafetensorsWriter::create(folder / kAdapterWeightsName, declarations);
    if (!writer) return tl::unexpected(writer.error());
    for (const NamedNumbers& tensor : tensors) {
        const std::span<const float> own =
            numbers ? numbers(tensor.declaration.name.substr(kPrefix.size())) : *tensor.numbers;
        DSM_CHECK(own.size_bytes() == tensor.declaration.sizeBytes());
        if (auto written = writer->append(std::as_bytes(own)); !written) return written;
    }
    if (auto finished = writer->finish(); !finished) return finished;
    const std::string text = writeAdapterSettings(
        settingsOf(adapter), targetModules(adapter, config), savedNames(adapter));
    return writeFile(folder / kAdapterConfigName, std::as_bytes(std::span(text)));
}

std::vector<std::string> targetModules(const LoraAdapter& adapter, const ModelConfig& config) {
    // Every end of a name, with how many matrices of the model and of the adapter it means.
    struct Meant {
        std::int64_t ofModel = 0;
        std::int64_t ofAdapter = 0;
    };
    std::unordered_map<std::string, Meant> ends;
    const auto endsOf = [](const std::string& name) {  // from the shortest on
        std::vector<std::string> all;
        for (std::size_t dot = name.rfind('.'); dot != std::string::npos && dot > 0;
             dot = name.rfind('.', dot - 1))
            all.push_back(name.substr(dot + 1));
        all.push_back(name);
        return all;
    };
    for (const TensorSpec& spec : tensorTable(config)) {
        if (spec.isNorm()) continue;
        for (const std::string& end : endsOf(moduleOf(spec)))
            ++ends[end].ofModel;
    }
    for (const LoraModule& module : adapter.modules) {
        for (const std::string& end : endsOf(module.name))
            ++ends[end].ofAdapter;
    }
    std::map<std::string, bool> targets;  // sorted
    for (const LoraModule& module : adapter.modules) {
        for (const std::string& end : endsOf(module.name)) {
            if (ends[end].ofModel > ends[end].ofAdapter) continue;
            targets[end] = true;
            break;
        }
    }
    std::vector<std::string> names;
    for (const auto& [name, ignored] : targets)
        names.push_back(name);
    return names;
}

std::string fingerprintOf(const LoraAdapter& adapter) {
    Sha256 hash;
    const auto add = [&](const auto& value) { hash.update(std::as_bytes(std::span(value))); };
    for (const LoraModule& module : adapter.modules) {
        add(module.name);
        hash.update(std::as_bytes(std::span(&module.scaling, 1)));
        add(module.a);
        add(module.b);
    }
    for (const SavedModule& saved : adapter.savedModules) {
        add(saved.name);
        add(saved.weight);
    }
    return hash.finish();
}

}  // namespace dsm
