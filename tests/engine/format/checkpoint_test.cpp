#include "engine/format/checkpoint.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "engine/format/checkpoint_writer.h"
#include "tests/engine/format/refusal.h"
#include "tests/support/temporary_folder.h"

namespace dsm {
namespace {

namespace fs = std::filesystem;

const fs::path kMalformedFolder = DSM_SOURCE_DIR "/tests/malformed/checkpoint";
const fs::path kGolden = DSM_SOURCE_DIR "/tests/golden";

std::vector<Refusal> refusals() {
    constexpr auto kMalformed = ErrorCode::Malformed;
    const std::string index = "model.safetensors.index.json";
    const std::string second = "model-00002-of-00002.safetensors";
    std::vector<Refusal> all{
        {"shard_missing", ErrorCode::NotFound, {second}},
        {"tensor_not_in_its_shard", ErrorCode::NotFound, {index, "weight_map.y", second}},
        {"tensor_in_the_other_shard", ErrorCode::NotFound, {index, "weight_map.y", second}},
        {"tensor_in_two_shards",
         kMalformed,
         {"Tensor y", "model-00001-of-00002.safetensors", second}},
        {"shard_cut_off", kMalformed, {second, "tensor y", "incomplete"}},
        {"weight_map_missing", kMalformed, {index, "weight_map", "missing"}},
        {"weight_map_not_an_object", kMalformed, {index, "weight_map"}},
        {"weight_map_empty", kMalformed, {index, "weight_map"}},
        {"index_not_json", kMalformed, {index, "not valid JSON"}},
        {"index_lists_twice", kMalformed, {index, "\"x\"", "twice"}},
        {"no_checkpoint", ErrorCode::NotFound, {"no_checkpoint", "model.safetensors", index}},
    };
    for (const char* name : {"parent", "absolute", "subfolder", "backslash", "dots", "other_kind",
                             "nothing", "number", "nul"}) {
        all.push_back({"shard_name_" + std::string(name), kMalformed, {index, "weight_map.x"}});
    }
    return all;
}

TEST(MalformedCheckpoint, IsRefusedWithFileAndReason) {
    for (Refusal refusal : refusals()) {
        const fs::path folder = kMalformedFolder / refusal.file;
        refusal.says.push_back(folder.string());
        expectRefused(Checkpoint::open(folder), refusal);
    }
}

// Those that begin with "model_" open; they contradict their config.json, which is the business of
// the tensor table's test.
TEST(MalformedCheckpoint, EachHasACase) {
    std::set<std::string> cases;
    for (const Refusal& refusal : refusals())
        cases.insert(refusal.file);
    for (const auto& entry : fs::directory_iterator(kMalformedFolder)) {
        const std::string name = entry.path().filename().string();
        if (name.starts_with("model_")) {
            EXPECT_TRUE(Checkpoint::open(entry.path())) << name;
        } else {
            EXPECT_TRUE(cases.contains(name)) << name;
        }
    }
}

TEST(Checkpoint, FindsTensorsInTheirShards) {
    const auto opened = Checkpoint::open(kGolden / "tiny");
    ASSERT_TRUE(opened) << opened.error().message;
    EXPECT_EQ(opened->fileCount(), 2U);
    EXPECT_EQ(opened->totalBytes(), 1392768U);
    const auto embedding = opened->find("model.embed_tokens.weight");
    const auto head = opened->find("lm_head.weight");
    ASSERT_TRUE(embedding && head);
    EXPECT_NE(embedding->file, head->file);
    EXPECT_EQ(embedding->info->shape, (std::vector<std::int64_t>{352, 64}));
    EXPECT_EQ(embedding->file->bytes(*embedding->info).size(), 352U * 64U * 2U);
    EXPECT_FALSE(opened->find("model.embed_tokens.bias"));
    const std::vector<std::string> names = opened->names();
    EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
    EXPECT_EQ(names.size(),
              opened->find(names[0])->file->tensors().size() + head->file->tensors().size());
}

TEST(Checkpoint, ReadsASingleFileToo) {
    const auto opened = Checkpoint::open(kGolden / "tiny_gqa");
    ASSERT_TRUE(opened) << opened.error().message;
    EXPECT_EQ(opened->fileCount(), 1U);
    EXPECT_TRUE(opened->find("lm_head.weight"));
}

TEST(Checkpoint, KeepsWhatItGaveWhereItIsMovedTo) {
    auto opened = Checkpoint::open(kGolden / "tiny");
    ASSERT_TRUE(opened);
    const auto before = opened->find("lm_head.weight");
    const Checkpoint moved = std::move(*opened);
    const auto after = moved.find("lm_head.weight");
    ASSERT_TRUE(before && after);
    EXPECT_EQ(before->info, after->info);
    EXPECT_EQ(before->file, after->file);
}

std::vector<TensorDeclaration> fiveTensors() {
    return {{"a", "U8", {4}},
            {"b", "U8", {3}},
            {"none", "U8", {0}},
            {"c", "U8", {9}},
            {"d", "U8", {1}}};
}

void writeFive(const fs::path& folder, std::uint64_t shardBytes) {
    CheckpointWriter writer(folder, fiveTensors(), shardBytes);
    const std::string data = "aaaabbbcccccccccd";
    for (std::size_t i = 0; i < data.size(); i += 5) {  // pieces that cross tensors and shards
        const std::string piece = data.substr(i, 5);
        const auto written = writer.append(std::as_bytes(std::span(piece)));
        ASSERT_TRUE(written) << written.error().message;
    }
    const auto finished = writer.finish();
    ASSERT_TRUE(finished) << finished.error().message;
}

void expectFive(const fs::path& folder, std::size_t files) {
    const auto opened = Checkpoint::open(folder);
    ASSERT_TRUE(opened) << opened.error().message;
    EXPECT_EQ(opened->fileCount(), files);
    EXPECT_EQ(opened->totalBytes(), 17U);
    for (const TensorDeclaration& tensor : fiveTensors()) {
        const auto found = opened->find(tensor.name);
        ASSERT_TRUE(found) << tensor.name;
        for (const std::byte byte : found->file->bytes(*found->info)) {
            EXPECT_EQ(static_cast<char>(byte), tensor.name[0]);
        }
    }
}

TEST(CheckpointWriter, WritesOneFileWhereAllFits) {
    const TemporaryFolder folder;
    writeFive(folder.path(), 17);
    EXPECT_EQ(folder.fileCount(), 1U);
    expectFive(folder.path(), 1);
}

TEST(CheckpointWriter, SplitsIntoShardsThatTheIndexNames) {
    const TemporaryFolder folder;
    writeFive(folder.path(), 7);  // a + b + none | c, larger than a shard | d
    EXPECT_EQ(folder.fileCount(), 4U);
    EXPECT_TRUE(fs::exists(folder / "model-00003-of-00003.safetensors"));
    expectFive(folder.path(), 3);
}

TEST(CheckpointWriter, IsNoCheckpointUntilItIsFinished) {
    const TemporaryFolder folder;
    {
        CheckpointWriter writer(folder.path(), fiveTensors(), 7);
        const std::string data = "aaaabbbccccccccc";
        ASSERT_TRUE(writer.append(std::as_bytes(std::span(data))));
    }
    const auto opened = Checkpoint::open(folder.path());
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, ErrorCode::NotFound);
}

TEST(CheckpointWriter, RefusesAFolderThatHoldsACheckpoint) {
    const TemporaryFolder folder;
    writeFive(folder.path(), 17);
    CheckpointWriter writer(folder.path(), fiveTensors());
    const std::string data = "a";
    expectRefused(writer.append(std::as_bytes(std::span(data))),
                  {"folder", ErrorCode::Io, {"model.safetensors", "already"}});
    expectFive(folder.path(), 1);
}

}  // namespace
}  // namespace dsm
