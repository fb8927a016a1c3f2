#include "engine/train/data/rows/not_read.h"

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>

namespace dsm {
namespace {

constexpr const char* kKey = "not read";
constexpr const char* kWhats[] = {"bytes that are not UTF-8",
                                  "a time, a decimal or another value that is not read",
                                  "in a form of Parquet that is not read"};

}  // namespace

nlohmann::json notRead(NotRead what) {
    return {{kKey, kWhats[static_cast<std::size_t>(what)]}};
}

const char* whyNotRead(const nlohmann::json& value) {
    if (!value.is_object() || value.size() != 1 || !value.contains(kKey)) return nullptr;
    const auto* const found = std::find_if(std::begin(kWhats), std::end(kWhats),
                                           [&](const char* what) { return value[kKey] == what; });
    return found == std::end(kWhats) ? nullptr : *found;
}

}  // namespace dsm
