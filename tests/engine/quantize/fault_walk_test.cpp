// Conversion and merge, on a disk and in a system that fail at every call there is.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "engine/model/adapter/adapter_folder.h"
#include "engine/quantize/convert.h"
#include "engine/quantize/merge.h"
#include "tests/support/fault_walk.h"
#include "tests/support/folder_contents.h"
#include "tests/support/small_config.h"
#include "tests/support/sparse_model.h"

namespace dsm {
namespace {

namespace fs = std::filesystem;

using Contents = std::map<std::string, std::string>;

bool holdsPartial(const Contents& contents) {
    return std::any_of(contents.begin(), contents.end(),
                       [](const auto& file) { return file.first.ends_with(".partial"); });
}

class FaultWalk : public testing::Test {
  protected:
    void SetUp() override {
        test::writeSparseModel(model_, test::smallConfig(), true);
        ASSERT_TRUE(writeAdapter(adapter_, test::smallAdapter(), test::smallConfig()));
    }

    Result<void> convert(const fs::path& out) const {
        return convertCheckpoint({.source = model_,
                                  .preset = Preset::Q4,
                                  .out = out,
                                  .threads = 1,
                                  .maximumShardBytes = 16'000},
                                 {}, {});
    }
    Result<void> merge(const fs::path& out) const {
        return mergeAdapter({.model = model_,
                             .adapter = adapter_,
                             .out = out,
                             .threads = 1,
                             .maximumShardBytes = 40'000},
                            {}, {});
    }

    TemporaryFolder folder_{test::placeForWalks()};
    const fs::path model_ = folder_ / "model";
    const fs::path adapter_ = folder_ / "adapter";
    const fs::path out_ = folder_ / "out";
};

// What was converted before a failure is gone on with, and becomes the same model. Until it is
// whole, the folder is none.
TEST_F(FaultWalk, OfAConversionLosesNothing) {
    ASSERT_EQ(test::messageOf(convert(folder_ / "whole")), std::nullopt);
    const Contents whole = contentsOf(folder_ / "whole");
    ASSERT_TRUE(whole.contains("model.safetensors.index.json"));
    const test::FaultWalk walk{
        .prepare = [&] { fs::remove_all(out_); },
        .operation = [&] { return test::messageOf(convert(out_)); },
        .check = [&](bool hasFailed) -> std::string {
            const Contents now = contentsOf(out_);
            if (holdsPartial(now)) return "a temporary file is left";
            if (!hasFailed) return now == whole ? "" : "not the same model";
            if (now.contains("config.json") && now.at("config.json") != whole.at("config.json"))
                return "a wrong configuration";
            for (const auto& [name, content] : now) {
                if (name != "conversion.json" && content != whole.at(name)) return "half " + name;
            }
            return "";
        },
        .leastCalls = 300,
        .named = {folder_.path()}};
    EXPECT_EQ(walk.run(), "");
}

// A finished conversion is looked at once more: whatever fails then, it stays.
TEST_F(FaultWalk, OfAFinishedConversionLeavesItAlone) {
    ASSERT_EQ(test::messageOf(convert(out_)), std::nullopt);
    const Contents whole = contentsOf(out_);
    const auto written = fs::last_write_time(out_ / "config.json");
    const test::FaultWalk walk{.prepare = [] {},
                               .operation = [&] { return test::messageOf(convert(out_)); },
                               .check =
                                   [&](bool) {
                                       const bool isSame =
                                           contentsOf(out_) == whole &&
                                           fs::last_write_time(out_ / "config.json") == written;
                                       return isSame ? "" : "the model was made anew";
                                   },
                               .leastCalls = 30,
                               .named = {folder_.path()}};
    EXPECT_EQ(walk.run(), "");
}

TEST_F(FaultWalk, OfAMergeIsAllOrNothing) {
    ASSERT_EQ(test::messageOf(merge(folder_ / "whole")), std::nullopt);
    const Contents whole = contentsOf(folder_ / "whole");
    ASSERT_TRUE(whole.contains("model.safetensors.index.json"));
    const test::FaultWalk walk{.prepare = [&] { fs::remove_all(out_); },
                               .operation = [&] { return test::messageOf(merge(out_)); },
                               .check = [&](bool hasFailed) -> std::string {
                                   if (!hasFailed)
                                       return contentsOf(out_) == whole ? "" : "not the same model";
                                   return fs::exists(out_) ? "something is left" : "";
                               },
                               .leastCalls = 200,
                               .named = {folder_.path()}};
    EXPECT_EQ(walk.run(), "");
}

}  // namespace
}  // namespace dsm
