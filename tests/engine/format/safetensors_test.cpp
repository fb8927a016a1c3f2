#include "engine/format/safetensors.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <string>

#include "engine/format/safetensors_writer.h"
#include "tests/support/temporary_folder.h"

namespace dsm {
namespace {

std::string pack(const std::string& header, const std::string& data) {
    std::string bytes(8, '\0');
    for (std::size_t i = 0; i < 8; ++i) {
        bytes[i] = static_cast<char>((static_cast<std::uint64_t>(header.size()) >> (8 * i)) & 0xff);
    }
    return bytes + header + data;
}

std::span<const std::byte> bytesOf(const std::string& text) {
    return std::as_bytes(std::span(text));
}

std::string textOf(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

TEST(Safetensors, GivesNamesShapesAndBytesInFileOrder) {
    const std::string file =
        pack(R"({"b": {"dtype": "U8", "shape": [2], "data_offsets": [0, 2]},)"
             R"( "a": {"dtype": "I16", "shape": [1, 2], "data_offsets": [2, 6]},)"
             R"( "__metadata__": {"format": "pt"}})",
             "xyABCD");
    const auto parsed = SafetensorsFile::parse(bytesOf(file), "x");
    ASSERT_TRUE(parsed) << parsed.error().message;
    ASSERT_EQ(parsed->tensors().size(), 2U);
    EXPECT_EQ(parsed->tensors()[0].name, "b");
    EXPECT_EQ(parsed->tensors()[1].shape, (std::vector<std::int64_t>{1, 2}));
    EXPECT_EQ(parsed->tensors()[1].dtypeName, "I16");
    ASSERT_NE(parsed->find("a"), nullptr);
    EXPECT_EQ(textOf(parsed->bytes(*parsed->find("a"))), "ABCD");
    EXPECT_EQ(textOf(parsed->bytes(*parsed->find("b"))), "xy");
    EXPECT_EQ(parsed->find("c"), nullptr);
    EXPECT_EQ(parsed->metadata().at("format"), "pt");
}

TEST(Safetensors, AllowsWhiteSpaceAroundTheHeader) {
    const std::string file =
        pack(" \n\t{\"a\": {\"dtype\": \"U8\", \"shape\": [1], \"data_offsets\": [0, 1]}}   ", "x");
    EXPECT_TRUE(SafetensorsFile::parse(bytesOf(file), "x"));
}

TEST(Safetensors, AllowsNoTensorsEmptyTensorsAndSingleNumbers) {
    EXPECT_TRUE(SafetensorsFile::parse(bytesOf(pack("{}", "")), "x"));
    const std::string file =
        pack(R"({"one": {"dtype": "F32", "shape": [], "data_offsets": [0, 4]},)"
             R"( "none": {"dtype": "F32", "shape": [3, 0], "data_offsets": [4, 4]},)"
             R"( "also none": {"dtype": "F32", "shape": [0], "data_offsets": [0, 0]}})",
             "1234");
    const auto parsed = SafetensorsFile::parse(bytesOf(file), "x");
    ASSERT_TRUE(parsed) << parsed.error().message;
    EXPECT_EQ(parsed->bytes(*parsed->find("none")).size(), 0U);
    EXPECT_EQ(parsed->bytes(*parsed->find("one")).size(), 4U);
}

TEST(Safetensors, KnowsTheSizesOfAllItsTypes) {
    struct Case {
        const char* dtype;
        std::uint64_t bytesOfEight;
    };
    for (const Case c :
         {Case{"BOOL", 8},    Case{"U8", 8},      Case{"I8", 8},      Case{"U16", 16},
          Case{"I16", 16},    Case{"U32", 32},    Case{"I32", 32},    Case{"U64", 64},
          Case{"I64", 64},    Case{"F4", 4},      Case{"F6_E2M3", 6}, Case{"F6_E3M2", 6},
          Case{"F8_E4M3", 8}, Case{"F8_E5M2", 8}, Case{"F8_E8M0", 8}, Case{"F16", 16},
          Case{"BF16", 16},   Case{"F32", 32},    Case{"F64", 64},    Case{"C64", 64}}) {
        EXPECT_EQ(tensorBytes(c.dtype, std::array<std::int64_t, 2>{2, 4}), c.bytesOfEight)
            << c.dtype;
    }
    EXPECT_EQ(tensorBytes("f32", std::array<std::int64_t, 1>{1}), std::nullopt);
    EXPECT_EQ(tensorBytes("F32", std::array<std::int64_t, 1>{-1}), std::nullopt);
}

// A file cut off anywhere is refused: nothing of it can be read by mistake.
TEST(Safetensors, RefusesEveryPrefixOfAFile) {
    const std::string file =
        pack(R"({"a": {"dtype": "U8", "shape": [3], "data_offsets": [0, 3]}})", "xyz");
    ASSERT_TRUE(SafetensorsFile::parse(bytesOf(file), "x"));
    for (std::size_t size = 0; size < file.size(); ++size) {
        EXPECT_FALSE(SafetensorsFile::parse(bytesOf(file).first(size), "x")) << size;
    }
}

TEST(Safetensors, StaysReadableWhereItIsMovedTo) {
    const TemporaryFolder folder;
    const auto path =
        folder.write("a.safetensors",
                     pack(R"({"a": {"dtype": "U8", "shape": [2], "data_offsets": [0, 2]}})", "xy"));
    auto opened = SafetensorsFile::open(path);
    ASSERT_TRUE(opened) << opened.error().message;
    const TensorInfo* info = opened->find("a");
    std::vector<SafetensorsFile> files;
    files.push_back(std::move(*opened));
    EXPECT_EQ(files[0].find("a"), info);
    EXPECT_EQ(textOf(files[0].bytes(*info)), "xy");
    EXPECT_EQ(files[0].name(), path.string());
}

TEST(Safetensors, SaysWhichFileIsNotThere) {
    const auto opened = SafetensorsFile::open("/no/such/file.safetensors");
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, ErrorCode::NotFound);
    EXPECT_NE(opened.error().message.find("/no/such/file.safetensors"), std::string::npos);
}

TEST(SafetensorsWriter, WritesWhatTheReaderReads) {
    const TemporaryFolder folder;
    const auto path = folder / "out.safetensors";
    const std::vector<TensorDeclaration> tensors{{"second \"name\" \xe5\xad\x97", "F32", {3}},
                                                 {"first", "U8", {2, 1}},
                                                 {"none", "BF16", {0, 7}}};
    auto writer = SafetensorsWriter::create(path, tensors, {{"made by", "a test"}});
    ASSERT_TRUE(writer) << writer.error().message;
    EXPECT_EQ(writer->remainingBytes(), 14U);
    const std::string data = "0123456789abXY";
    ASSERT_TRUE(writer->append(bytesOf(data).first(5)));
    ASSERT_TRUE(writer->append(bytesOf(data).subspan(5)));
    ASSERT_TRUE(writer->finish());

    const auto read = SafetensorsFile::open(path);
    ASSERT_TRUE(read) << read.error().message;
    ASSERT_EQ(read->tensors().size(), 3U);
    const TensorInfo* first = read->find(tensors[0].name);
    ASSERT_NE(first, nullptr);
    EXPECT_EQ(textOf(read->bytes(*first)), "0123456789ab");
    EXPECT_EQ(textOf(read->bytes(*read->find("first"))), "XY");
    EXPECT_EQ(read->find("none")->shape, (std::vector<std::int64_t>{0, 7}));
    EXPECT_EQ(read->metadata().at("made by"), "a test");
    // The first tensor lies on a boundary of 8 bytes.
    EXPECT_EQ((contentOf(path).size() - data.size()) % 8, 0U);
}

TEST(SafetensorsWriter, WritesMoreThanItGathers) {
    const TemporaryFolder folder;
    const auto path = folder / "out.safetensors";
    std::string data(5'000'000, '\0');
    for (std::size_t i = 0; i < data.size(); ++i)
        data[i] = static_cast<char>(i * 2654435761U >> 13);
    auto writer =
        SafetensorsWriter::create(path, {{"a", "U8", {static_cast<std::int64_t>(data.size())}}});
    ASSERT_TRUE(writer);
    // Pieces below, at and above the size that goes straight through.
    std::size_t done = 0;
    for (const std::size_t size : {7UL, 1UL << 20, 600'000UL, 600'000UL, 2'000'000UL}) {
        ASSERT_TRUE(writer->append(bytesOf(data).subspan(done, size)));
        done += size;
    }
    ASSERT_TRUE(writer->append(bytesOf(data).subspan(done)));
    ASSERT_TRUE(writer->finish());
    const auto read = SafetensorsFile::open(path);
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_TRUE(textOf(read->bytes(read->tensors()[0])) == data);
}

TEST(SafetensorsWriter, LeavesNothingBehindUnlessFinished) {
    const TemporaryFolder folder;
    folder.write("out.safetensors", "what was there before");
    {
        auto writer = SafetensorsWriter::create(folder / "out.safetensors", {{"a", "U8", {3}}});
        ASSERT_TRUE(writer);
        ASSERT_TRUE(writer->append(bytesOf("xy")));
    }
    EXPECT_EQ(folder.fileCount(), 1U);
    EXPECT_EQ(contentOf(folder / "out.safetensors"), "what was there before");
}

TEST(SafetensorsWriter, SaysWhereItCannotWrite) {
    const auto missing = SafetensorsWriter::create("/no/such/folder/a.safetensors", {});
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code, ErrorCode::NotFound);
    EXPECT_NE(missing.error().message.find("/no/such/folder/a.safetensors"), std::string::npos);
}

TEST(SafetensorsWriterDeathTest, ChecksTheDeclaredSize) {
    const TemporaryFolder folder;
    auto writer = SafetensorsWriter::create(folder / "out.safetensors", {{"a", "U8", {1}}});
    ASSERT_TRUE(writer);
    EXPECT_DEATH(static_cast<void>(writer->finish()), "broken contract");
    EXPECT_DEATH(static_cast<void>(writer->append(bytesOf("xy"))), "broken contract");
}

}  // namespace
}  // namespace dsm
