#include "engine/generate/adapter_choice.h"

#include <algorithm>
#include <charconv>
#include <string>
#include <system_error>

#include "engine/generate/setting_range.h"
#include "engine/model/adapter/adapter_folder.h"
#include "kernels/base/reason.h"

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

Result<AdapterChoice> parseAdapterChoice(std::string_view text) {
    const fs::path whole(text);
    std::error_code ignored;
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos || fs::exists(whole, ignored))
        return AdapterChoice{whole, 1};
    const std::string_view number = text.substr(colon + 1);
    float scale = 0;
    const auto [end, problem] =
        std::from_chars(number.data(), number.data() + number.size(), scale);
    // One that float32 cannot hold is written as a number nonetheless.
    const bool isNumber =
        problem != std::errc::invalid_argument && end == number.data() + number.size();
    if (!isNumber) return AdapterChoice{whole, 1};
    if (problem == std::errc() && kAdapterScaleRange.holds(static_cast<double>(scale)))
        return AdapterChoice{fs::path(text.substr(0, colon)), scale};
    return failure(ErrorCode::Unsupported, ReasonCode::ScaleNotInRange,
                   {std::string(text), std::string(number), inText(kAdapterScaleRange.least),
                    inText(kAdapterScaleRange.most)});
}

std::vector<fs::path> findAdapters(const fs::path& folder) {
    std::vector<fs::path> found;
    collect(folder, 0, found);
    std::sort(found.begin(), found.end());
    return found;
}

}  // namespace dsm
