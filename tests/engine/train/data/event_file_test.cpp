#include "engine/train/event_file.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "tests/support/temporary_folder.h"

namespace dsm {
namespace {

std::string hex(const std::string& bytes) {
    std::string text;
    for (const unsigned char byte : bytes) {
        text += "0123456789abcdef"[byte >> 4];
        text += "0123456789abcdef"[byte & 15];
    }
    return text;
}

TEST(EventFile, ChecksumsAsTheStandardSays) {
    EXPECT_EQ(crc32c("123456789"), 0xe3069283U);
    EXPECT_EQ(crc32c(""), 0U);
}

// Vectors made by TensorBoard's own writer.
TEST(EventFile, WritesTheBytesOfTensorBoard) {
    EXPECT_EQ(hex(versionRecord(1700000000.0)),
              "1800000000000000a37f4b220900000040fc54d9411a0d627261696e2e4576656e743a32eced8f9d");
    EXPECT_EQ(hex(valueRecord(1700000001.5, 10, {"train/loss", 1.25F})),
              "200000000000000029eda9500900006040fc54d941100a2a130a110a0a747261696e2f6c6f7373150000"
              "a03f0ec9f32b");
}

TEST(EventFile, WritesEachRecordAtOnce) {
    const TemporaryFolder folder;
    auto events = EventFile::create(folder / "runs", [] { return 1700000001.5; });
    ASSERT_TRUE(events.has_value()) << events.error().message;
    EXPECT_TRUE(events->path().filename().string().starts_with("events.out.tfevents.1700000001."));
    std::string expected = versionRecord(1700000001.5);
    EXPECT_EQ(contentOf(events->path()), expected);
    const std::array<EventValue, 2> values{{{"train/loss", 2}, {"train/learning_rate", 1e-4F}}};
    ASSERT_TRUE(events->write(300, values).has_value());
    for (const EventValue& value : values)
        expected += valueRecord(1700000001.5, 300, value);
    EXPECT_EQ(contentOf(events->path()), expected);
}

TEST(EventFile, NeverWritesIntoAnother) {
    const TemporaryFolder folder;
    const auto clock = [] { return 1700000000.0; };
    const auto first = EventFile::create(folder.path(), clock);
    const auto second = EventFile::create(folder.path(), clock);
    ASSERT_TRUE(first.has_value() && second.has_value());
    EXPECT_NE(first->path(), second->path());
}

TEST(EventFile, SaysWhichFolderCannotBeMade) {
    const TemporaryFolder folder;
    const auto refused = EventFile::create(folder.write("file", "") / "runs");
    ASSERT_FALSE(refused.has_value());
    EXPECT_NE(refused.error().message.find("file/runs"), std::string::npos);
}

}  // namespace
}  // namespace dsm
