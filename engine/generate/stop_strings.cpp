#include "engine/generate/stop_strings.h"

#include <algorithm>
#include <utility>

namespace dsm {

StopStrings::StopStrings(std::vector<std::string> strings) : strings_(std::move(strings)) {
    std::erase(strings_, std::string());
}

std::size_t StopStrings::firstStop() const {
    std::size_t first = std::string::npos;
    for (const std::string& stop : strings_)
        first = std::min(first, pending_.find(stop));
    return first;
}

// The length of the longest end of the pending text that begins a stop string.
std::size_t StopStrings::heldBack() const {
    std::size_t longest = 0;
    for (const std::string& stop : strings_) {
        for (std::size_t n = std::min(stop.size() - 1, pending_.size()); n > longest; --n) {
            if (std::string_view(pending_).ends_with(std::string_view(stop).substr(0, n))) {
                longest = n;
            }
        }
    }
    return longest;
}

std::string StopStrings::push(std::string_view text) {
    if (found_) return {};
    pending_ += text;
    std::size_t shown = firstStop();
    if (shown != std::string::npos) {
        found_ = true;
    } else {
        shown = pending_.size() - heldBack();
    }
    std::string result = pending_.substr(0, shown);
    pending_.erase(0, shown);
    return result;
}

std::string StopStrings::finish() {
    return found_ ? std::string() : std::exchange(pending_, {});
}

}  // namespace dsm
