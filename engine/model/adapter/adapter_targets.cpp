#include "engine/model/adapter/adapter_targets.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <nlohmann/json.hpp>

namespace dsm {
namespace {

Result<std::vector<std::string>> readStrings(const JsonField& field) {
    return field.isNull() ? std::vector<std::string>() : field.strings();
}

// "a.b.c", "b.c", "c": calls each until one says yes.
template <class Holds>
bool anyEnd(std::string_view name, const Holds& holds) {
    for (;;) {
        if (holds(name)) return true;
        const std::size_t dot = name.find('.');
        if (dot == std::string_view::npos) return false;
        name.remove_prefix(dot + 1);
    }
}

// Where `words` stands in the name as whole components, from `from` on.
std::size_t findWords(std::string_view name, std::string_view words, std::size_t from = 0) {
    for (std::size_t at = name.find(words, from); at != name.npos; at = name.find(words, at + 1)) {
        const std::size_t end = at + words.size();
        if ((at == 0 || name[at - 1] == '.') && (end == name.size() || name[end] == '.')) return at;
    }
    return name.npos;
}

// The number that a name goes on with from `at`, before another dot.
std::optional<std::int64_t> numberAt(std::string_view name, std::size_t at) {
    std::int64_t number = 0;
    const char* const end = name.data() + name.size();
    if (at >= name.size()) return std::nullopt;
    const auto [stop, problem] = std::from_chars(name.data() + at, end, number);
    if (problem != std::errc() || stop == end || *stop != '.' || name[at] == '-')
        return std::nullopt;
    return number;
}

// The numbers of a name that have two words before them, in its order.
std::vector<std::int64_t> numbersIn(std::string_view name) {
    std::vector<std::int64_t> all;
    std::size_t dot = name.find('.');
    while (dot != name.npos) {
        dot = name.find('.', dot + 1);
        if (dot == name.npos) break;
        if (const auto number = numberAt(name, dot + 1)) all.push_back(*number);
    }
    return all;
}

// The numbers that stand behind `words` in the name.
std::vector<std::int64_t> numbersBehind(std::string_view name, std::string_view words) {
    std::vector<std::int64_t> all;
    for (std::size_t at = findWords(name, words); at != name.npos;
         at = findWords(name, words, at + 1)) {
        if (const auto number = numberAt(name, at + words.size() + 1)) all.push_back(*number);
    }
    return all;
}

}  // namespace

Result<ModuleNames> ModuleNames::read(const JsonField& field) {
    ModuleNames names;
    if (field.isNull()) return names;
    if (!field.value().is_string()) {
        const auto list = readStrings(field);
        if (!list) return tl::unexpected(list.error());
        names.list_.emplace(list->begin(), list->end());
        return names;
    }
    auto pattern = NamePattern::ofWhole(*field.string());
    if (!pattern && pattern.error().code == ErrorCode::Malformed)
        return field.malformed(reasonOf(pattern.error()));
    if (!pattern) return field.unsupported(reasonOf(pattern.error()));
    names.pattern_ = std::move(*pattern);
    return names;
}

Result<bool> ModuleNames::contains(std::string_view module) const {
    if (pattern_) return pattern_->matches(module);
    if (!list_) return false;
    return anyEnd(module, [&](std::string_view end) { return list_->contains(std::string(end)); });
}

bool ModuleNames::holdsWhole(std::string_view module) const {
    return list_ && list_->contains(std::string(module));
}

Result<void> AdapterTargets::readLayers(const JsonField& root, AdapterTargets& targets) {
    const JsonField layers = *root.maybe("layers_to_transform");
    std::vector<JsonField> numbers;
    if (layers.value().is_array()) {
        numbers = *layers.elements();
    } else if (!layers.isNull()) {
        numbers = {layers};
    }
    if (numbers.empty()) return {};
    if (!targets.names_.isList()) return layers.malformed(ReasonCode::AdapterListMissing);
    targets.layers_.emplace();
    for (const JsonField& one : numbers) {
        const auto number = one.integer();
        if (!number) return tl::unexpected(number.error());
        targets.layers_->insert(*number);
    }
    const JsonField patterns = *root.maybe("layers_pattern");
    if (patterns.value().is_string()) {
        targets.layersPatterns_ = {*patterns.string()};
    } else {
        auto list = readStrings(patterns);
        if (!list) return tl::unexpected(list.error());
        targets.layersPatterns_ = std::move(*list);
    }
    std::erase(targets.layersPatterns_, std::string());
    for (const std::string& words : targets.layersPatterns_) {
        const bool isPlain = std::all_of(words.begin(), words.end(), [](unsigned char c) {
            return std::isalnum(c) != 0 || c == '_' || c == '.';
        });
        if (!isPlain) return patterns.unsupported(ReasonCode::AdapterPatternOfLayers);
    }
    return {};
}

Result<AdapterTargets> AdapterTargets::read(const JsonField& root) {
    AdapterTargets targets;
    const JsonField names = *root.maybe("target_modules");
    targets.allLinear_ = names.value().is_string() && *names.string() == "all-linear";
    if (!targets.allLinear_) {
        auto read = ModuleNames::read(names);
        if (!read) return tl::unexpected(read.error());
        targets.names_ = std::move(*read);
    }
    auto excluded = ModuleNames::read(*root.maybe("exclude_modules"));
    if (!excluded) return tl::unexpected(excluded.error());
    targets.excluded_ = std::move(*excluded);
    if (auto layers = readLayers(root, targets); !layers) return tl::unexpected(layers.error());
    auto saved = readStrings(*root.maybe("modules_to_save"));
    if (!saved) return tl::unexpected(saved.error());
    targets.saved_ = std::move(*saved);
    std::erase(targets.saved_, std::string());
    return targets;
}

bool AdapterTargets::saves(std::string_view module) const {
    return std::any_of(saved_.begin(), saved_.end(), [&](const std::string& words) {
        return findWords(module, words) != module.npos;
    });
}

// PEFT takes the first number since 0.20, and took the last before: that of an expert.
AdapterTargets::LayerChoice AdapterTargets::choiceOf(std::string_view module) const {
    if (!layers_ || names_.holdsWhole(module)) return {true, true};
    std::vector<std::int64_t> numbers;
    if (layersPatterns_.empty()) numbers = numbersIn(module);
    for (const std::string& words : layersPatterns_) {
        numbers = numbersBehind(module, words);
        if (!numbers.empty()) break;
    }
    if (numbers.empty()) return {false, false};
    return {layers_->contains(numbers.front()), layers_->contains(numbers.back())};
}

bool AdapterTargets::isCertain(std::string_view module) const {
    const LayerChoice choice = choiceOf(module);
    return choice.now == choice.before;
}

Result<bool> AdapterTargets::targets(std::string_view module) const {
    const auto excluded = excluded_.contains(module);
    if (!excluded || *excluded) return excluded.map([](bool) { return false; });
    if (saves(module)) return false;
    if (allLinear_) return module != "lm_head";
    const auto named = names_.contains(module);
    if (!named || !*named) return named;
    const LayerChoice choice = choiceOf(module);
    return choice.now || choice.before;
}

}  // namespace dsm
