#include "engine/generate/adapter_choice.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <system_error>

#include "engine/model/adapter_folder.h"

namespace dsm {
namespace {

namespace fs = std::filesystem;

constexpr int kDepth = 2;  // a job's folder, and its checkpoints

void collect(const fs::path& folder, int depth, std::vector<fs::path>& found) {
    if (isAdapterFolder(folder)) found.push_back(folder);
    if (depth == kDepth) return;
    std::error_code ignored;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, ignored)) {
        if (entry.is_directory(ignored)) collect(entry.path(), depth + 1, found);
    }
}

}  // namespace

AdapterChoice parseAdapterChoice(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos) return {fs::path(text), 1};
    const std::string_view number = text.substr(colon + 1);
    float scale = 0;
    const auto [end, problem] =
        std::from_chars(number.data(), number.data() + number.size(), scale);
    const bool isScale =
        problem == std::errc() && end == number.data() + number.size() && std::isfinite(scale);
    if (!isScale) return {fs::path(text), 1};
    return {fs::path(text.substr(0, colon)), scale};
}

std::vector<fs::path> findAdapters(const fs::path& folder) {
    std::vector<fs::path> found;
    collect(folder, 0, found);
    std::sort(found.begin(), found.end());
    return found;
}

}  // namespace dsm
