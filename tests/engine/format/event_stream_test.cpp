#include "engine/format/event_stream.h"

#include <gtest/gtest.h>

namespace dsm {
namespace {

using Events = std::vector<std::string>;

void append(Events& found, const Events& more) {
    found.insert(found.end(), more.begin(), more.end());
}

const std::string kStream =
    "data: {\"a\":\"好\"}\r\n\r\n: comment\ndata:x\ndata: y\n\nevent: z\nid: 3\n\ndata: [DONE]";
const Events kEvents{"{\"a\":\"好\"}", "x\ny", "[DONE]"};

TEST(EventStream, HasTheSameEventsWhereverItIsCut) {
    for (std::size_t cut = 0; cut <= kStream.size(); ++cut) {
        EventStream stream;
        Events found = stream.take(std::string_view(kStream).substr(0, cut));
        append(found, stream.take(std::string_view(kStream).substr(cut)));
        append(found, stream.end());
        EXPECT_EQ(found, kEvents) << cut;
    }
}

TEST(EventStream, HasTheSameEventsByteByByte) {
    EventStream stream;
    Events found;
    for (const char& c : kStream)
        append(found, stream.take({&c, 1}));
    append(found, stream.end());
    EXPECT_EQ(found, kEvents);
}

TEST(EventStream, PassesOverAByteOrderMarkAtItsBeginAlone) {
    EventStream stream;
    EXPECT_EQ(stream.take("\xEF\xBB\xBF"
                          "data: a\n\n\xEF\xBB\xBF"
                          "data: b\n\n"),
              Events{"a"});
}

TEST(EventStream, BreaksAtALineWithoutEnd) {
    const std::string much(EventStream::kMostBytes / 2 + 100, 'a');
    EventStream stream;
    stream.take(much);
    EXPECT_FALSE(stream.isBroken());
    stream.take(much);
    EXPECT_TRUE(stream.isBroken());
}

TEST(EventStream, BreaksAtAnEventWithoutEndAndReadsNothingMore) {
    const std::string much(EventStream::kMostBytes / 2 + 100, 'a');
    EventStream stream;
    stream.take("data: " + much + "\ndata: " + much + "\n");
    EXPECT_TRUE(stream.isBroken());
    EXPECT_TRUE(stream.take("\n\ndata: a\n\n").empty());
    EXPECT_TRUE(stream.end().empty());
}

}  // namespace
}  // namespace dsm
