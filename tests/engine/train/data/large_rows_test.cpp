// Files of rows that are large: what is too long, what has no end, and memory. Sanitizers would take two
// minutes for what is small in row_file_test.

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <chrono>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stop_token>
#include <thread>

#include "engine/train/data/open_rows.h"
#include "tests/engine/train/data/row_fixture.h"
#include "tests/support/temporary_folder.h"

namespace dsm {
namespace {

using nlohmann::json;
using test::rows;
using test::rowsOf;

TEST(JsonLines, RefusesALineTooLongAndReadsTheNext) {
    const TemporaryFolder folder;
    const auto found = rows(
        folder, "a.jsonl", "{\"a\": \"" + std::string(kMaximumRowBytes, 'x') + "\"}\n{\"b\": 2}\n");
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].problem, "longer than 16 MB.");
    EXPECT_EQ(found[1].line, 2);
    EXPECT_EQ(found[1].columns, json::parse(R"({"b": 2})"));
}

TEST(Json, FindsRowsInAListThatIsLargerThanARow) {
    const TemporaryFolder folder;
    std::string text = "{\"data\": [{\"n\": 0}";
    const std::string filling(1 << 20, 'x');
    for (int i = 1; i < 20; ++i)
        text += ",\n" + json{{"n", i}, {"text", filling}}.dump();
    EXPECT_EQ(rows(folder, "a.json", text + "]}").size(), 20U);
    EXPECT_FALSE(rowsOf(folder.write("b.json", text)).has_value());
}

TEST(Json, GivesUpSoonOnAFileWhereEveryLineIsCut) {
    const TemporaryFolder folder;
    std::string text;
    for (int i = 0; i < 20'000; ++i)
        text += "{\"messages\": [{\"role\": \"user\"},\n";
    const auto found = rows(folder, "a.jsonl", text);
    ASSERT_EQ(found.size(), 20'000U);
    EXPECT_NE(found.back().problem, "");
}

TEST(RowFile, StopsWithinARowThatHasNoEnd) {
    const TemporaryFolder folder;
    for (const char* name : {"a.jsonl", "b.jsonl", "c.csv"}) {
        const std::string begin = std::string(name) == "b.jsonl" ? "{\"a\": \"" : "a,b\n1,";
        const auto path = folder.write(name, begin);
        std::filesystem::resize_file(path, std::uintmax_t{1} << 42);
        const auto file = openRows(path);
        ASSERT_TRUE(file.has_value()) << name << file.error().message;
        std::stop_source stop;
        std::jthread asks([&stop] {
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
            stop.request_stop();
        });
        const auto scanned = (*file)->scan([](const RawRow&, double) {}, stop.get_token());
        ASSERT_FALSE(scanned.has_value()) << name;
        EXPECT_EQ(scanned.error().code, ErrorCode::Cancelled) << name;
        EXPECT_FALSE((*file)->textAt(1, 0).has_value() && std::string(name) == "b.jsonl");
    }
    const auto header = folder.write("d.csv", "names");
    std::filesystem::resize_file(header, std::uintmax_t{1} << 42);
    const auto refused = openRows(header);
    ASSERT_FALSE(refused.has_value());
    EXPECT_NE(refused.error().message.find("16 MB"), std::string::npos) << refused.error().message;
}

TEST(RowFile, TakesNoMoreMemoryForALargeFile) {
    const TemporaryFolder folder;
    const auto peakBytes = [] {
        rusage usage{};
        ::getrusage(RUSAGE_SELF, &usage);
        return usage.ru_maxrss * 1024;
    };
    constexpr std::size_t kFileBytes = 64 << 20;
    const std::string line = json{{"instruction", std::string(400, 'a')}, {"output", "b"}}.dump();
    for (const char* name : {"a.jsonl", "a.json"}) {
        const bool isArray = std::string(name) == "a.json";
        {
            std::ofstream file(folder / name);
            if (isArray) file << "[" << line;
            for (std::size_t bytes = 0; bytes < kFileBytes; bytes += line.size())
                file << (isArray ? "," : "") << line << "\n";
            if (isArray) file << "]";
        }
        const auto before = peakBytes();
        const auto file = openRows(folder / name);
        std::size_t seen = 0;
        ASSERT_TRUE((*file)->scan([&](const RawRow& row, double) { seen += row.text.size(); }, {}));
        EXPECT_GE(seen, kFileBytes);
        EXPECT_LT(peakBytes() - before, 8 << 20) << name;
    }
}

}  // namespace
}  // namespace dsm
