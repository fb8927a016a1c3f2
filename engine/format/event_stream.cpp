#include "engine/format/event_stream.h"

#include <algorithm>
#include <utility>

namespace dsm {

std::vector<std::string> EventStream::take(std::string_view bytes) {
    std::vector<std::string> events;
    while (!bytes.empty() && !isBroken_) {
        // "\r\n" is one end of a line, also where it came in two pieces.
        if (std::exchange(endedWithReturn_, false) && bytes.front() == '\n') {
            bytes.remove_prefix(1);
            continue;
        }
        const std::size_t length = std::min(bytes.find_first_of("\r\n"), bytes.size());
        if (line_.size() + length > kMostBytes) {
            isBroken_ = true;
            break;
        }
        line_.append(bytes.substr(0, length));
        if (length == bytes.size()) break;
        endedWithReturn_ = bytes[length] == '\r';
        takeLine(line_, events);
        line_.clear();
        bytes.remove_prefix(length + 1);
    }
    return events;
}

std::vector<std::string> EventStream::end() {
    std::vector<std::string> events;
    if (isBroken_) return events;
    takeLine(std::exchange(line_, {}), events);
    finishEvent(events);
    return events;
}

void EventStream::takeLine(std::string_view line, std::vector<std::string>& events) {
    constexpr std::string_view kByteOrderMark("\xEF\xBB\xBF");
    if (!std::exchange(hasLine_, true) && line.starts_with(kByteOrderMark))
        line.remove_prefix(kByteOrderMark.size());
    if (line.empty()) return finishEvent(events);
    constexpr std::string_view kField("data:");
    if (!line.starts_with(kField)) return;
    line.remove_prefix(kField.size());
    if (line.starts_with(' ')) line.remove_prefix(1);
    if (data_.size() + line.size() > kMostBytes) {
        isBroken_ = true;
        return;
    }
    if (std::exchange(hasData_, true)) data_.push_back('\n');
    data_.append(line);
}

void EventStream::finishEvent(std::vector<std::string>& events) {
    if (std::exchange(hasData_, false)) events.push_back(std::exchange(data_, {}));
}

}  // namespace dsm
