// Any bytes as what a model's server sends: cut at a place that the first byte names, or byte by byte, they have
// the events that they have in one piece, none longer than its bound and none with half an end of a line.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/format/event_stream.h"
#include "kernels/base/check.h"

namespace {

struct Found {
    std::vector<std::string> events;
    bool isBroken = false;

    bool operator==(const Found&) const = default;
};

void append(Found& found, std::vector<std::string> events) {
    for (std::string& event : events)
        found.events.push_back(std::move(event));
}

// In pieces of so many bytes each, the last of what is left.
Found readIn(std::string_view bytes, std::size_t piece) {
    dsm::EventStream stream;
    Found found;
    while (!bytes.empty()) {
        append(found, stream.take(bytes.substr(0, piece)));
        bytes.remove_prefix(std::min(piece, bytes.size()));
    }
    append(found, stream.end());
    found.isBroken = stream.isBroken();
    return found;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    const Found whole = readIn(bytes, size);
    DSM_CHECK(!whole.isBroken);  // an input is shorter than the bound
    DSM_CHECK(readIn(bytes, 1) == whole);
    DSM_CHECK(readIn(bytes, std::size_t(data[0]) + 1) == whole);
    std::size_t total = 0;
    for (const std::string& event : whole.events) {
        DSM_CHECK(event.find('\r') == std::string::npos);
        total += event.size();
    }
    DSM_CHECK(total <= bytes.size());
    // Written down again as the standard says, the events are the same.
    std::string again;
    for (const std::string& event : whole.events) {
        std::size_t begin = 0;
        for (std::size_t end = 0; end != std::string::npos; begin = end + 1) {
            end = event.find('\n', begin);
            again += "data: " + event.substr(begin, end - begin) + "\r\n";
            if (end == std::string::npos) break;
        }
        again += "\r\n";
    }
    DSM_CHECK(readIn(again, again.size() + 1).events == whole.events);
    return 0;
}
