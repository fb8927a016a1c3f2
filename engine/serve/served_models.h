// ServedModels: what requests may ask for by name: a model, and each of its adapters behind a colon.
//
// Threads  Plain values; servedModels() on the thread that has the model.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "engine/generate/adapter_choice.h"
#include "engine/generate/language_model.h"
#include "engine/serve/order.h"
#include "kernels/base/result.h"

namespace dsm {

struct ServedModel {
    std::string name;
    AdapterUse adapter;
};

// "base:adapter", the adapter by its folder's name.
std::string servedName(const std::string& base, const AdapterChoice& adapter);

// Of all that servedModels() gives.
std::vector<std::string> servedNames(const std::string& base,
                                     std::span<const AdapterChoice> adapters);

// The adapters in their order, then the model alone; without any, the model as it is now. The first
// is who answers where a request names none.
// Errors  Those of adapter_folder.h; Unsupported: two adapters of one name.
Result<std::vector<ServedModel>> servedModels(LanguageModel& model, const std::string& base,
                                              std::span<const AdapterChoice> adapters);

// What the model computes with now.
AdapterUse adapterOf(LanguageModel& model);

}  // namespace dsm
