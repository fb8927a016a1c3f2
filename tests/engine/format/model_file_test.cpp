// What lies in place of a model's file is told by name, in every opener.
#include "engine/format/model_file.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <nlohmann/json.hpp>

#include "engine/format/checkpoint.h"
#include "engine/format/json_file.h"
#include "tests/engine/format/refusal.h"
#include "tests/support/temporary_folder.h"

namespace dsm {
namespace {

constexpr std::string_view kPointer =
    "version https://git-lfs.github.com/spec/v1\n"
    "oid sha256:3d1f0c4b3c1b3a5e7f9d2b6a8c0e1f2d3c4b5a69788796a5b4c3d2e1f0a9b8c7\n"
    "size 11283456\n";
constexpr std::string_view kPage = "\n<!DOCTYPE HTML><html><body>Log in</body></html>";

TEST(ModelFile, SaysThatAPointerIsNotTheFileAndHowToGetIt) {
    const TemporaryFolder folder;
    const auto path = folder.write("model.safetensors", kPointer);
    const std::vector<std::string> says{path.string(), "Git LFS pointer", "11283456 bytes",
                                        "git lfs pull"};
    expectRefused(SafetensorsFile::open(path), {"weights", ErrorCode::Malformed, says});
    expectRefused(Checkpoint::open(folder.path()), {"checkpoint", ErrorCode::Malformed, says});
    expectRefused(readJson(path, 1000), {"json", ErrorCode::Malformed, says});
    expectRefused(readTextFile(path, 1000), {"text", ErrorCode::Malformed, says});
}

TEST(ModelFile, SaysSoOfAShardAndAnIndexToo) {
    const TemporaryFolder folder;
    const auto index = folder.write("model.safetensors.index.json", kPointer);
    expectRefused(Checkpoint::open(folder.path()),
                  {"index", ErrorCode::Malformed, {index.string(), "Git LFS pointer"}});
    folder.write("model.safetensors.index.json", R"({"weight_map": {"a": "model-1.safetensors"}})");
    const auto shard = folder.write("model-1.safetensors", kPointer);
    expectRefused(Checkpoint::open(folder.path()),
                  {"shard", ErrorCode::Malformed, {shard.string(), "Git LFS pointer"}});
}

TEST(ModelFile, SaysThatAWebPageIsNotTheFile) {
    const TemporaryFolder folder;
    const auto path = folder.write("config.json", kPage);
    expectRefused(readJson(path, 1000),
                  {"page", ErrorCode::Malformed, {path.string(), "web page"}});
}

// What a model may lack was taken for missing, and its template or end ids with it.
TEST(ModelFile, IsNotMissingWhereItsLinkLeadsToNothing) {
    const TemporaryFolder folder;
    const auto path = folder / "generation_config.json";
    std::filesystem::create_symlink("../../blobs/f00", path);
    const std::vector<std::string> says{path.string(), "link to ../../blobs/f00", "not there"};
    expectRefused(readJson(path, 1000), {"json", ErrorCode::Io, says});
    expectRefused(readTextFile(path, 1000), {"text", ErrorCode::Io, says});
    std::filesystem::remove(path);
    EXPECT_EQ(readJson(path, 1000).error().code, ErrorCode::NotFound);
}

TEST(ModelFile, TakesNoOtherContentForAPointer) {
    EXPECT_FALSE(isLfsPointer("version 2"));
    EXPECT_FALSE(isLfsPointer(std::string(kPointer) + std::string(2000, ' ')));
    const std::string text = "<HTML class=plain>";
    EXPECT_FALSE(placeholderIn({}, "empty").has_value());
    EXPECT_TRUE(placeholderIn(std::as_bytes(std::span(text)), "page").has_value());
}

TEST(ModelFile, RefusesOneThatIsTooLargeForItsKind) {
    const TemporaryFolder folder;
    const auto path = folder.write("chat_template.jinja", "12345");
    EXPECT_EQ(readTextFile(path, 5).value_or(""), "12345");
    expectRefused(readTextFile(path, 4), {"large", ErrorCode::Malformed, {path.string(), "4"}});
    std::filesystem::resize_file(path, std::uintmax_t{3} << 30);  // takes no room
    expectRefused(openModelFile(path, 256 << 20),
                  {"sparse", ErrorCode::Malformed, {path.string(), "3221225472 bytes"}});
}

TEST(ModelFile, RefusesANamedPipeAtOnce) {
    const TemporaryFolder folder;
    ASSERT_EQ(::mkfifo((folder / "config.json").c_str(), 0600), 0);
    expectRefused(readJson(folder / "config.json", 1000),
                  {"pipe", ErrorCode::Io, {(folder / "config.json").string(), "named pipe"}});
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
// The library's destructor allocates: where nothing is left, it ended the program.
TEST(JsonFile, SaysWhenItTakesMoreMemoryThanThereIs) {
    std::string text = "[[";
    for (int i = 0; i < 8'000'000; ++i)
        text += "0,";
    text += "0]]";
    const auto refusedForMemory = [&] {
        const rlimit limit{128U << 20, 128U << 20};
        if (::setrlimit(RLIMIT_AS, &limit) != 0) std::_Exit(2);
        const auto document = parseJson(text, "large.json");
        const bool isRight = !document && document.error().code == ErrorCode::OutOfMemory &&
                             document.error().message.find("large.json") != std::string::npos;
        std::_Exit(isRight ? 0 : 1);
    };
    GTEST_FLAG_SET(death_test_style, "fast");
    EXPECT_EXIT(refusedForMemory(), testing::ExitedWithCode(0), "");
}
#endif

}  // namespace
}  // namespace dsm
