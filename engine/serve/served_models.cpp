#include "engine/serve/served_models.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "engine/model/adapter/adapter_file.h"
#include "kernels/base/reason.h"

namespace dsm {

std::string servedName(const std::string& base, const AdapterChoice& adapter) {
    const auto folder = adapter.folder.lexically_normal();
    return base + ':' + (folder.has_filename() ? folder : folder.parent_path()).filename().string();
}

std::vector<std::string> servedNames(const std::string& base,
                                     std::span<const AdapterChoice> adapters) {
    std::vector<std::string> names;
    for (const AdapterChoice& adapter : adapters)
        names.push_back(servedName(base, adapter));
    names.push_back(base);
    return names;
}

AdapterUse adapterOf(LanguageModel& model) {
    if (!model.adapter()) return {};
    return {.adapter = model.model().adapter(), .scale = model.adapter()->scale};
}

Result<std::vector<ServedModel>> servedModels(LanguageModel& model, const std::string& base,
                                              std::span<const AdapterChoice> adapters) {
    if (adapters.empty()) return std::vector<ServedModel>{{base, adapterOf(model)}};
    std::vector<ServedModel> served;
    for (const AdapterChoice& choice : adapters) {
        ServedModel one{.name = servedName(base, choice), .adapter = {}};
        if (std::ranges::find(served, one.name, &ServedModel::name) != served.end())
            return failure(ErrorCode::Unsupported, ReasonCode::AdaptersOfOneName, {one.name});
        auto read = readAdapter(choice.folder, model.config());
        if (!read) return tl::unexpected(read.error());
        one.adapter = {.adapter = std::make_shared<const LoraAdapter>(std::move(*read)),
                       .scale = choice.scale};
        served.push_back(std::move(one));
    }
    served.push_back({.name = base, .adapter = {}});
    return served;
}

}  // namespace dsm
