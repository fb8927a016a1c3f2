#include "engine/model/adapter/adapter_folder.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <set>
#include <span>
#include <system_error>
#include <unordered_map>

#include "engine/format/safetensors_writer.h"
#include "engine/format/sha256.h"
#include "engine/model/adapter/adapter_names.h"
#include "engine/model/adapter/adapter_settings.h"
#include "kernels/base/atomic_file.h"
#include "kernels/base/check.h"
#include "kernels/base/folder.h"

namespace dsm {
namespace {

namespace fs = std::filesystem;

// From the shortest on.
std::vector<std::string> endsOf(const std::string& name) {
    std::vector<std::string> all;
    for (std::size_t dot = name.rfind('.'); dot != std::string::npos && dot > 0;
         dot = name.rfind('.', dot - 1))
        all.push_back(name.substr(dot + 1));
    all.push_back(name);
    return all;
}

WrittenSettings settingsOf(const LoraAdapter& adapter, const ModelConfig& config) {
    WrittenSettings settings{.lora = adapter.settings,
                             .baseModel = adapter.baseModel,
                             .alphas = {},
                             .ranks = {},
                             .targets = targetModules(adapter, config),
                             .savedModules = modulesToSave(adapter, config)};
    for (const LoraModule& module : adapter.modules) {
        LoraSettings own = adapter.settings;
        own.rank = module.rank;
        if (module.rank != adapter.settings.rank) settings.ranks[module.name] = module.rank;
        if (own.scaling() == module.scaling) continue;
        const auto rank = static_cast<double>(module.rank);
        settings.alphas[module.name] =
            static_cast<double>(module.scaling) * (own.rankStabilised ? std::sqrt(rank) : rank);
    }
    return settings;
}

struct NamedNumbers {
    TensorDeclaration declaration;
    const std::vector<float>* numbers;  // empty: they lie elsewhere
};

std::vector<NamedNumbers> tensorsOf(const LoraAdapter& adapter, const ModelConfig& config) {
    std::vector<NamedNumbers> tensors;
    const auto add = [&](const std::string& name, std::vector<std::int64_t> shape,
                         const std::vector<float>& numbers) {
        tensors.push_back(
            {{std::string(kAdapterPrefix) + name, "F32", std::move(shape)}, &numbers});
    };
    for (const LoraModule& module : adapter.modules) {
        add(module.name + ".lora_A.weight", {module.rank, module.inputs}, module.a);
        add(module.name + ".lora_B.weight", {module.outputs, module.rank}, module.b);
    }
    std::unordered_map<std::string, std::vector<std::int64_t>> shapes;
    for (const TensorSpec& spec : tensorTable(config))
        shapes.emplace(spec.module(), spec.shape());
    for (const SavedModule& saved : adapter.savedModules)
        add(saved.name + ".weight", shapes.at(saved.name), saved.weight);
    std::sort(tensors.begin(), tensors.end(), [](const auto& left, const auto& right) {
        return left.declaration.name < right.declaration.name;
    });
    return tensors;
}

}  // namespace

bool isAdapterFolder(const std::filesystem::path& folder) {
    std::error_code ignored;
    return fs::exists(folder / kAdapterConfigName, ignored);
}

Result<void> writeAdapter(const std::filesystem::path& folder, const LoraAdapter& adapter,
                          const ModelConfig& config) {
    return writeAdapter(folder, adapter, config, {});
}

Result<void> writeAdapter(const std::filesystem::path& folder, const LoraAdapter& adapter,
                          const ModelConfig& config, const AdapterNumbers& numbers) {
    if (auto made = makeFolders(folder); !made) return tl::unexpected(made.error());
    const std::vector<NamedNumbers> tensors = tensorsOf(adapter, config);
    std::vector<TensorDeclaration> declarations;
    for (const NamedNumbers& tensor : tensors)
        declarations.push_back(tensor.declaration);
    auto writer = SafetensorsWriter::create(folder / kAdapterWeightsName, declarations);
    if (!writer) return tl::unexpected(writer.error());
    for (const NamedNumbers& tensor : tensors) {
        const std::span<const float> own =
            numbers ? numbers(tensor.declaration.name.substr(kAdapterPrefix.size()))
                    : *tensor.numbers;
        DSM_CHECK(own.size_bytes() == tensor.declaration.sizeBytes());
        if (auto written = writer->append(std::as_bytes(own)); !written) return written;
    }
    if (auto finished = writer->finish(); !finished) return finished;
    const std::string text = writeAdapterSettings(settingsOf(adapter, config));
    return writeFile(folder / kAdapterConfigName, std::as_bytes(std::span(text)));
}

std::vector<std::string> targetModules(const LoraAdapter& adapter, const ModelConfig& config) {
    // Every end of a name, with how many matrices of the model and of the adapter it means.
    struct Meant {
        std::int64_t ofModel = 0;
        std::int64_t ofAdapter = 0;
    };
    std::unordered_map<std::string, Meant> ends;
    for (const TensorSpec& spec : tensorTable(config)) {
        if (spec.isNorm()) continue;
        for (const std::string& end : endsOf(spec.module()))
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

std::vector<std::string> modulesToSave(const LoraAdapter& adapter, const ModelConfig& config) {
    const std::vector<TensorSpec> table = tensorTable(config);
    const auto countEnding = [](const auto& list, const auto& nameOf, const std::string& end) {
        return std::count_if(list.begin(), list.end(),
                             [&](const auto& one) { return nameOf(one).ends_with(end); });
    };
    const auto savedName = [](const SavedModule& one) { return one.name; };
    std::set<std::string> names;
    for (const SavedModule& saved : adapter.savedModules) {
        for (const std::string& end : endsOf(saved.name)) {
            if (names.contains(end)) break;
            if (countEnding(table, std::mem_fn(&TensorSpec::module), end) !=
                countEnding(adapter.savedModules, savedName, end))
                continue;
            names.insert(end);
            break;
        }
    }
    return {names.begin(), names.end()};
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
