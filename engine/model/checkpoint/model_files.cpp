#include "engine/model/checkpoint/model_files.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <span>
#include <sstream>
#include <system_error>
#include <vector>

#include "engine/format/json_file.h"
#include "engine/format/model_file.h"
#include "engine/model/checkpoint/config.h"
#include "kernels/base/atomic_file.h"
#include "kernels/base/folder.h"
#include "kernels/base/mapped_file.h"

namespace dsm {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::size_t kMostConfigBytes = 16 << 20;
constexpr std::size_t kMostFileBytes = std::size_t{256} << 20;
constexpr std::size_t kMostCodeFiles = 64;

constexpr std::array kKnown{
    "generation_config.json",  "tokenizer.json",    "tokenizer.model", "tokenizer_config.json",
    "special_tokens_map.json", "added_tokens.json", "vocab.json",      "merges.txt",
    "chat_template.jinja",     "chat_template.json"};
// Of templates by other names, and of one that counts more than chat_template.jinja.
constexpr std::string_view kTemplateFolder = "additional_chat_templates";
constexpr std::array<std::string_view, 2> kLegalBeginnings{"notice", "copying"};

bool isIdentifier(std::string_view name) {
    return !name.empty() && std::all_of(name.begin(), name.end(), [](unsigned char c) {
        return std::isalnum(c) != 0 || c == '_';
    });
}

// "modeling_deepseek" of "modeling_deepseek.DeepseekForCausalLM"; nothing of code that another
// repository holds ("owner/name--module.Class").
std::optional<std::string> moduleOf(const json& reference) {
    if (!reference.is_string()) return std::nullopt;
    const auto text = reference.get<std::string>();
    const std::string module = text.substr(0, text.find('.'));
    if (module.size() == text.size() || !isIdentifier(module)) return std::nullopt;
    return module;
}

void addModules(const json& config, std::vector<std::string>& modules) {
    if (!config.is_object() || !config.contains("auto_map")) return;
    const json& map = config["auto_map"];
    if (!map.is_object()) return;
    for (const auto& item : map.items()) {
        // A tokenizer has a slow and a fast class.
        const json& value = item.value();
        const std::vector<json> all =
            value.is_array() ? value.get<std::vector<json>>() : std::vector<json>{value};
        for (const json& one : all) {
            if (auto module = moduleOf(one)) modules.push_back(std::move(*module));
        }
    }
}

// Of "from .configuration_deepseek import DeepseekConfig".
std::vector<std::string> importsOf(std::string_view code) {
    std::vector<std::string> modules;
    std::istringstream lines{std::string(code)};
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        std::string from, module;
        words >> from >> module;
        if (from != "from" || !module.starts_with('.')) continue;
        module.erase(0, 1);
        if (isIdentifier(module)) modules.push_back(module);
    }
    return modules;
}

std::string_view textOf(const MappedFile& file) {
    return {reinterpret_cast<const char*>(file.bytes().data()), file.bytes().size()};
}

bool isLegal(std::string name) {
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    for (const std::string_view word : {"license", "licence"}) {
        if (name.find(word) != std::string::npos) return true;
    }
    return std::any_of(kLegalBeginnings.begin(), kLegalBeginnings.end(),
                       [&](std::string_view word) { return name.starts_with(word); });
}

Result<void> addLegal(const fs::path& folder, std::set<std::string>& names) {
    const auto all = namesIn(folder);
    if (!all) return tl::unexpected(all.error());
    for (const std::string& name : *all) {
        if (!isLegal(name)) continue;
        const auto kind = kindOf(folder / name);
        if (!kind) return tl::unexpected(kind.error());
        if (*kind == PathKind::File) names.insert(name);
    }
    return {};
}

Result<void> addTemplates(const fs::path& folder, std::set<std::string>& names) {
    const auto kind = kindOf(folder / kTemplateFolder);
    if (!kind) return tl::unexpected(kind.error());
    if (*kind != PathKind::Folder) return {};
    const auto all = namesIn(folder / kTemplateFolder);
    if (!all) return tl::unexpected(all.error());
    for (const std::string& name : *all) {
        if (name.ends_with(".jinja")) names.insert((fs::path(kTemplateFolder) / name).string());
    }
    return {};
}

Result<void> addCode(const fs::path& folder, std::set<std::string>& names) {
    std::vector<std::string> modules;
    for (const std::string_view name :
         {kConfigFileName, std::string_view("tokenizer_config.json")}) {
        const auto config = readJson(folder / name, kMostConfigBytes);
        if (!config && config.error().code == ErrorCode::NotFound) continue;
        if (!config) return tl::unexpected(config.error());
        addModules(*config, modules);
    }
    for (std::size_t i = 0; i < modules.size() && i < kMostCodeFiles; ++i) {
        const std::string name = modules[i] + ".py";
        const auto kind = kindOf(folder / name);
        if (!kind) return tl::unexpected(kind.error());
        if (*kind != PathKind::File || !names.insert(name).second) continue;
        const auto code = openModelFile(folder / name, kMostFileBytes);
        if (!code) return tl::unexpected(code.error());
        for (std::string& module : importsOf(textOf(*code)))
            modules.push_back(std::move(module));
    }
    return {};
}

Result<void> copyOne(const fs::path& from, const fs::path& to) {
    const auto content = openModelFile(from, kMostFileBytes);
    if (!content) return tl::unexpected(content.error());
    if (auto written = writeFile(to, content->bytes()); !written) return written;
    if (content->isChanged()) return tl::unexpected(fileWasChanged(from));
    return {};
}

}  // namespace

Result<void> copyModelFiles(const fs::path& from, const fs::path& to) {
    std::set<std::string> names;
    for (const char* name : kKnown) {
        const auto kind = kindOf(from / name);
        if (!kind) return tl::unexpected(kind.error());
        if (*kind != PathKind::Missing) names.insert(name);
    }
    if (auto ok = addLegal(from, names); !ok) return ok;
    if (auto ok = addTemplates(from, names); !ok) return ok;
    if (auto ok = addCode(from, names); !ok) return ok;
    for (const std::string& name : names) {
        if (auto made = makeFolders((to / name).parent_path()); !made)
            return tl::unexpected(made.error());
        if (auto ok = copyOne(from / name, to / name); !ok) return ok;
    }
    return {};
}

Result<void> copyConfigOfType(const fs::path& from, const fs::path& to, const std::string& type) {
    auto config = readJson(from / kConfigFileName, kMostConfigBytes);
    if (!config) return tl::unexpected(config.error());
    // Newer files call it dtype; older readers know torch_dtype alone.
    (*config)["torch_dtype"] = type;
    if (config->contains("dtype")) (*config)["dtype"] = type;
    const std::string text = config->dump(2) + "\n";
    return writeFile(to / kConfigFileName, std::as_bytes(std::span(text)));
}

}  // namespace dsm
