#include "kernels/selftest/selftest.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "kernels/backend.h"
#include "kernels/cpu/simd.h"

namespace dsm::selftest {
namespace {

constexpr std::int64_t kFewTokens[] = {1, 3};

std::vector<SelftestRow> rowsOf(const OpTable& ops, std::string_view op, bool* ok = nullptr) {
    std::vector<SelftestRow> rows;
    const bool all = runSelftest(
        {{.name = "tried", .ops = &ops}}, [&](const SelftestRow& row) { rows.push_back(row); }, op,
        kFewTokens);
    if (ok != nullptr) *ok = all;
    return rows;
}

// Moves the last number of an output by a hundredth of its size.
void spoil(const Matrix<float>& output) {
    if (output.size() == 0) return;
    float& last = output.data[output.size() - 1];
    last += 0.01F * std::max(std::abs(last), 1.0F);
}

// An op table with one wrong operation, and where in the self-test it must show.
struct Broken {
    std::string_view op;
    OpTable table;
};

std::vector<Broken> everyBrokenTable() {
    const OpTable& right = opTable(Backend::Cpu);
    std::vector<Broken> all;
    const auto add = [&](std::string_view op, auto member, auto wrong) {
        all.push_back({op, right});
        all.back().table.*member = wrong;
    };
    add(
        "embed", &OpTable::embed, +[](OpContext& context, const EmbedArgs& args) {
            cpu::embed(context, args);
            spoil(args.x);
        });
    add(
        "norm", &OpTable::norm, +[](OpContext& context, const NormArgs& args) {
            cpu::norm(context, args);
            spoil(args.out);
        });
    add(
        "attentionInput", &OpTable::attentionInput,
        +[](OpContext& context, const AttentionInputArgs& args) {
            cpu::attentionInput(context, args);
            spoil(args.q);
        });
    add(
        "attend", &OpTable::attend, +[](OpContext& context, const AttendArgs& args) {
            cpu::attend(context, args);
            spoil(args.out);
        });
    add(
        "attentionOutput", &OpTable::attentionOutput,
        +[](OpContext& context, const AttentionOutputArgs& args) {
            cpu::attentionOutput(context, args);
            spoil(args.x);
        });
    add(
        "route", &OpTable::route, +[](OpContext& context, const RouteArgs& args) {
            cpu::route(context, args);
            spoil(args.weight);
        });
    add(
        "experts", &OpTable::expertsInput, +[](OpContext& context, const ExpertsInputArgs& args) {
            cpu::expertsInput(context, args);
            spoil(args.sharedHidden);
        });
    add(
        "experts", &OpTable::expertsOutput, +[](OpContext& context, const ExpertsOutputArgs& args) {
            cpu::expertsOutput(context, args);
            spoil(args.x);
        });
    add(
        "logits", &OpTable::logits, +[](OpContext& context, const LogitsArgs& args) {
            cpu::logits(context, args);
            spoil(args.logits);
        });
    return all;
}

TEST(Selftest, FailsInEveryTypeWhereAnOperationIsWrong) {
    for (const Broken& broken : everyBrokenTable()) {
        SCOPED_TRACE(broken.op);
        bool ok = true;
        const std::vector<SelftestRow> rows = rowsOf(broken.table, broken.op, &ok);
        EXPECT_FALSE(ok);
        ASSERT_FALSE(rows.empty());
        for (const SelftestRow& row : rows) {
            EXPECT_FALSE(row.ok()) << row.type;
            EXPECT_GT(row.error, row.tolerance);
            EXPECT_NE(selftestLine(row).find("FAILED at"), std::string::npos);
        }
    }
}

TEST(Selftest, FindsTheOperationsOfThisMachineRight) {
    static int calls = 0;  // of those tried, not of the reference
    OpTable counted = opTable(Backend::Cpu);
    counted.norm = +[](OpContext& context, const NormArgs& args) {
        ++calls;
        cpu::norm(context, args);
    };
    bool ok = false;
    const std::vector<SelftestRow> rows = rowsOf(counted, "norm", &ok);
    EXPECT_TRUE(ok);
    EXPECT_EQ(calls, 20);
    ASSERT_EQ(rows.size(), 2U);  // F32 and BF16
    for (const SelftestRow& row : rows) {
        EXPECT_EQ(row.op, "norm");
        EXPECT_EQ(row.cases, 10);
        EXPECT_LE(row.error, 1e-5);
        EXPECT_TRUE(selftestLine(row).ends_with("ok"));
    }
}

TEST(Selftest, FailsWhereAnOperationWritesBesideItsOutput) {
    OpTable table = opTable(Backend::Cpu);
    table.norm = +[](OpContext& context, const NormArgs& args) {
        cpu::norm(context, args);
        args.out.data[args.out.size()] = 0;
    };
    for (const SelftestRow& row : rowsOf(table, "norm")) {
        EXPECT_FALSE(row.ok());
        EXPECT_TRUE(std::isnan(row.error));
    }
}

TEST(Selftest, FailsWhereAnOperationWritesAnotherPositionOfTheCache) {
    OpTable table = opTable(Backend::Cpu);
    table.attentionInput = +[](OpContext& context, const AttentionInputArgs& args) {
        cpu::attentionInput(context, args);
        const CacheRun& run = args.runs.back();
        const std::vector<float> ones(static_cast<std::size_t>(run.cache.width()), 1.0F);
        run.cache.storeValues(run.end(), ones.data());
    };
    for (const SelftestRow& row : rowsOf(table, "attentionInput"))
        EXPECT_FALSE(row.ok());
}

TEST(Selftest, FailsWhereAnOperationLeavesItsOutputUnwritten) {
    OpTable table = opTable(Backend::Cpu);
    table.logits = +[](OpContext&, const LogitsArgs&) {};
    for (const SelftestRow& row : rowsOf(table, "logits"))
        EXPECT_FALSE(row.ok());
}

TEST(Selftest, FailsWhereGroupsAreNotThoseOfTheChoice) {
    OpTable table = opTable(Backend::Cpu);
    table.route = +[](OpContext& context, const RouteArgs& args) {
        cpu::route(context, args);
        if (args.groups.slots.size() > 1)
            std::swap(args.groups.slots.front(), args.groups.slots.back());
    };
    for (const SelftestRow& row : rowsOf(table, "route"))
        EXPECT_FALSE(row.ok());
}

TEST(Selftest, TriesEveryInstructionSetOfThisMachine) {
    const std::vector<Subject> subjects = everySubject();
    for (const cpu::Simd* simd : cpu::everySimd()) {
        const bool tried = std::any_of(subjects.begin(), subjects.end(), [&](const Subject& s) {
            return s.simd == simd && s.name == "cpu " + std::string(simd->name);
        });
        EXPECT_TRUE(tried) << simd->name;
    }
}

TEST(RelativeError, IsTheLargestDifferenceOverTheLargestNumberOfItsOutput) {
    EXPECT_DOUBLE_EQ(relativeError({{4, 1}, {10}}, {{4, 2}, {10}}), 0.25);
    EXPECT_DOUBLE_EQ(relativeError({{4, 2}, {0}}, {{4, 2}, {8}}), 1);
    EXPECT_EQ(relativeError({{}}, {{}}), 0);
}

TEST(RelativeError, OfNoNumberOrAnotherSizeIsNoNumber) {
    const float missing = std::numeric_limits<float>::quiet_NaN();
    EXPECT_TRUE(std::isnan(relativeError({{missing, 1}}, {{1, 1}})));
    EXPECT_TRUE(std::isnan(relativeError({{1}}, {{1, 1}})));
    EXPECT_TRUE(std::isnan(relativeError({}, {{1}})));
}

}  // namespace
}  // namespace dsm::selftest
