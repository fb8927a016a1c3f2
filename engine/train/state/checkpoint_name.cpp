#include "engine/train/state/checkpoint_name.h"

#include <charconv>
#include <system_error>

namespace dsm {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPrefix = "checkpoint-";
constexpr std::string_view kUnfinished = ".unfinished-";

}  // namespace

std::string checkpointName(std::int64_t step) {
    return std::string(kPrefix) + std::to_string(step);
}

std::optional<std::int64_t> stepOfCheckpoint(std::string_view name) {
    if (!name.starts_with(kPrefix)) return std::nullopt;
    std::int64_t step = 0;
    const char* end = name.data() + name.size();
    const auto [stop, error] = std::from_chars(name.data() + kPrefix.size(), end, step);
    if (error != std::errc() || stop != end || step < 0) return std::nullopt;
    return step;
}

bool isCheckpoint(std::string_view name) {
    return stepOfCheckpoint(name).has_value();
}

bool isUnfinished(std::string_view name) {
    return name.starts_with(kUnfinished);
}

fs::path unfinishedFolder(const fs::path& output, const std::string& name) {
    return output / (std::string(kUnfinished) + name);
}

}  // namespace dsm
