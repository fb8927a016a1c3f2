// What is taken out of a run's folder, on a disk and in a system that fail at every call there is.
#include <gtest/gtest.h>

#include <filesystem>
#include <map>

#include "app/services/training/results/export_work.h"
#include "engine/model/adapter/adapter_folder.h"
#include "tests/support/fault_walk.h"
#include "tests/support/folder_contents.h"
#include "tests/support/small_config.h"
#include "tests/support/sparse_model.h"

namespace dsm {
namespace {

namespace fs = std::filesystem;

using Contents = std::map<std::string, std::string>;

// Without the record of a conversion, which knows its source by the times of its files.
Contents exportIn(const fs::path& folder) {
    Contents contents = contentsOf(folder);
    contents.erase("conversion.json");
    return contents;
}

class ExportFaultWalk : public testing::TestWithParam<RunExportKind> {
  protected:
    void SetUp() override {
        test::writeSparseModel(model_, test::smallConfig(), true);
        ASSERT_TRUE(writeAdapter(adapter_, test::smallAdapter(), test::smallConfig()));
    }

    Result<void> exportTo(const fs::path& out) const {
        RunExportTask task;
        task.kind = GetParam();
        task.adapterFolder = QString::fromStdString(adapter_.string());
        task.modelFolder = QString::fromStdString(model_.string());
        task.preset = QStringLiteral("q4");
        task.out = QString::fromStdString(out.string());
        task.note = QStringLiteral("of a walk");
        return makeExport(task, [](double) {}, {});
    }

    TemporaryFolder folder_{test::placeForWalks()};
    const fs::path model_ = folder_ / "model";
    const fs::path adapter_ = folder_ / "adapter";
    const fs::path out_ = folder_ / "out";
};

TEST_P(ExportFaultWalk, MakesAllOfItOrNothingAndLeavesTheRunAlone) {
    ASSERT_EQ(test::messageOf(exportTo(out_)), std::nullopt);
    const Contents whole = exportIn(out_);
    ASSERT_GE(whole.size(), 3U);
    const Contents run = exportIn(adapter_);
    const test::FaultWalk walk{.prepare = [&] { fs::remove_all(out_); },
                               .operation =
                                   [&] {
                                       fs::remove_all(out_);
                                       return test::messageOf(exportTo(out_));
                                   },
                               .check = [&](bool hasFailed) -> std::string {
                                   if (exportIn(adapter_) != run) return "the run has changed";
                                   if (!hasFailed)
                                       return exportIn(out_) == whole ? "" : "not the same files";
                                   return exportIn(out_).empty() ? "" : "something is left";
                               },
                               .leastCalls = 40,
                               .named = {folder_.path()}};
    EXPECT_EQ(walk.run(), "");
}

std::string nameOf(const testing::TestParamInfo<RunExportKind>& kind) {
    if (kind.param == RunExportKind::Adapter) return "Adapter";
    return kind.param == RunExportKind::Model ? "Model" : "Converted";
}

INSTANTIATE_TEST_SUITE_P(Kinds, ExportFaultWalk,
                         testing::Values(RunExportKind::Adapter, RunExportKind::Model,
                                         RunExportKind::Converted),
                         nameOf);

}  // namespace
}  // namespace dsm
