// Adapter targets: which modules of a model an adapter is for, as PEFT chooses them from
// target_modules, exclude_modules, layers_to_transform, layers_pattern and modules_to_save.
//
//   target_modules        a list of names or ends of names; a regular expression of whole names;
//                         "all-linear": every linear map but the head; null: not said
//   exclude_modules       likewise; wins over target_modules
//   layers_to_transform   of what the ends of names in a list target, the modules with these numbers:
//                         the first or the last in the name, or behind the words of layers_pattern
//   modules_to_save       modules saved whole, and all modules inside them
//
// Source  PEFT 0.10 to 0.21, check_target_module_exists().
// Errors  read(): Malformed or Unsupported, naming the file and the key. targets(): as
//         NamePattern::matches().
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "engine/format/json_field.h"
#include "engine/model/adapter/name_pattern.h"
#include "kernels/base/result.h"

namespace dsm {

// Modules, by a list or by a regular expression.
class ModuleNames {
  public:
    static Result<ModuleNames> read(const JsonField& field);

    bool isNull() const { return !pattern_ && !list_; }
    bool isList() const { return list_.has_value(); }
    Result<bool> contains(std::string_view module) const;
    // Whether the list has the very name.
    bool holdsWhole(std::string_view module) const;

  private:
    std::optional<NamePattern> pattern_;
    std::optional<std::unordered_set<std::string>> list_;
};

class AdapterTargets {
  public:
    static Result<AdapterTargets> read(const JsonField& root);

    // Whether PEFT puts factors there, of some version: nothing says which wrote the file. A module
    // that takes none is never asked for.
    Result<bool> targets(std::string_view module) const;
    // Whether every version chooses alike.
    bool isCertain(std::string_view module) const;
    // Whether the file says at all what it targets.
    bool areSaid() const { return allLinear_ || !names_.isNull(); }
    const std::vector<std::string>& savedModules() const { return saved_; }
    // Whether modules_to_save has the module, or one that holds it.
    bool saves(std::string_view module) const;

  private:
    static Result<void> readLayers(const JsonField& root, AdapterTargets& targets);
    struct LayerChoice {
        bool now = false;
        bool before = false;  // by PEFT until 0.19
    };
    LayerChoice choiceOf(std::string_view module) const;

    bool allLinear_ = false;
    ModuleNames names_, excluded_;
    std::optional<std::set<std::int64_t>> layers_;  // nothing: of all
    std::vector<std::string> layersPatterns_;
    std::vector<std::string> saved_;
};

}  // namespace dsm
