#include "engine/train/state/event_file.h"
#include "engine/train/state/event_reader.h"

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

TEST(EventReader, ReadsWhatIsWritten) {
    const TemporaryFolder folder;
    auto events = EventFile::create(folder.path(), [] { return 1700000000.0; });
    ASSERT_TRUE(events.has_value());
    for (std::int64_t step = 1; step <= 300; ++step) {
        const std::array<EventValue, 2> values{
            {{"train/loss", 2.0F / static_cast<float>(step)}, {"eval/loss", 0.5F}}};
        ASSERT_TRUE(events->write(step, values).has_value());
    }
    const auto read = readEvents(events->path());
    ASSERT_TRUE(read.has_value()) << read.error().message;
    ASSERT_EQ(read->size(), 600U);
    EXPECT_EQ((*read)[598], (EventScalar{300, "train/loss", 2.0F / 300.0F}));
    EXPECT_EQ((*read)[3], (EventScalar{2, "eval/loss", 0.5}));
}

TEST(EventReader, ReadsATensorOfOneFloatAndPassesOverTexts) {
    // Summary.Value {tag, tensor {dtype DT_FLOAT, tensor_content}}, and one of DT_STRING.
    const std::string content("\x08\x01\x22\x04\x00\x00\xa0\x3f", 8);
    const std::string text("\x08\x07\x42\x02hi", 6);
    const auto record = [](const std::string& tensor) {
        const std::string value =
            "\x0a\x01"
            "a" +
            std::string("\x42") + static_cast<char>(tensor.size()) + tensor;
        const std::string summary =
            "\x0a" + std::string(1, static_cast<char>(value.size())) + value;
        const std::string event =
            "\x10\x05\x2a" + std::string(1, static_cast<char>(summary.size())) + summary;
        return framedEvent(event);
    };
    const auto read = parseEvents(versionRecord(1) + record(text) + record(content), "f");
    ASSERT_TRUE(read.has_value()) << read.error().message;
    ASSERT_EQ(read->size(), 1U);
    EXPECT_EQ((*read)[0], (EventScalar{5, "a", 1.25}));
}

TEST(EventReader, TakesWhatStandsBeforeAnEndThatIsCut) {
    const std::string first = versionRecord(1) + valueRecord(2, 1, {"train/loss", 3});
    const std::string whole = first + valueRecord(2, 2, {"train/loss", 2});
    for (std::size_t size = first.size(); size < whole.size(); ++size) {
        const auto read = parseEvents(std::string_view(whole).substr(0, size), "f");
        ASSERT_TRUE(read.has_value()) << size;
        EXPECT_EQ(read->size(), 1U) << size;
    }
}

TEST(EventReader, RefusesWhatIsDamagedAndNamesThePlace) {
    const std::string first = versionRecord(1);
    const std::string whole = first + valueRecord(2, 1, {"train/loss", 3});
    // A length that is changed may also look like an end that is cut: its checksum says which.
    for (std::size_t at = 0; at < whole.size(); ++at) {
        std::string damaged = whole;
        damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
        const auto read = parseEvents(damaged, "events.x");
        ASSERT_FALSE(read.has_value()) << at;
        const std::string place =
            at < first.size() ? "byte 0" : "byte " + std::to_string(first.size());
        EXPECT_NE(read.error().message.find("events.x: the record at " + place), std::string::npos);
    }
}

}  // namespace
}  // namespace dsm
