// Broken variants of data sets in every format: rows, or reasons that name the file; never a crash.
//
// tests/support/attack.h says how the long run is asked for; a kind's seeds take turns.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "engine/train/data/example.h"
#include "engine/train/data/open_rows.h"
#include "tests/support/attack.h"
#include "tests/support/mutation.h"
#include "tests/support/temporary_folder.h"

namespace dsm {
namespace {

namespace fs = std::filesystem;

// Reads all of a file; what is wrong with how that went, "" where nothing is.
std::string faultOf(const fs::path& path) {
    const auto file = openRows(path);
    if (!file) {
        const bool isNamed = file.error().message.find(path.string()) != std::string::npos;
        return isNamed ? "" : "refused without its name: " + file.error().message;
    }
    std::string fault;
    std::int64_t last = 0;
    const auto scanned = (*file)->scan(
        [&](const RawRow& row, double share) {
            if (row.line < last || share < 0 || share > 1) fault = "rows out of order";
            last = row.line;
            if (!row.problem.empty()) return;
            const auto columns = (*file)->parse(row.text);
            const auto example =
                columns ? readExample(*columns, {}) : tl::unexpected<Error>(columns.error());
            if (!example && !example.error().message.ends_with('.')) {
                fault = "a reason that does not end: " + example.error().message;
            }
            if (example && example->messages.empty() && example->text.empty()) {
                fault = "an example of nothing";
            }
        },
        {});
    if (!scanned && scanned.error().message.find(path.string()) == std::string::npos) {
        return "refused without its name: " + scanned.error().message;
    }
    return fault;
}

// Of the good files of one kind, whose names end alike.
template <class Break>
void walk(const std::string& ending, std::uint64_t everyRun, const std::vector<std::string>& good,
          const Break& spoil) {
    const TemporaryFolder folder(fastFolder());
    const std::string name = "mutated" + ending;
    for (const std::string& content : good)
        ASSERT_EQ(faultOf(folder.write(name, content)), "") << content;
    Attack("data" + ending, everyRun)
        .walk(
            [&](std::uint64_t seed) {
                return spoil(seed, good[seed % good.size()],
                             good[seed / good.size() % good.size()]);
            },
            [&](const std::string& variant) {
                const std::string fault = faultOf(folder.write(name, variant));
                EXPECT_EQ(fault, "");
                return fault.empty();
            });
}

std::string broken(std::uint64_t seed, const std::string& good, const std::string& other) {
    return Mutation(seed)(good, other);
}

// What a Parquet file says of itself stands behind its data, with its length: two of three variants
// are of that alone, and of what lies before it with the rest as it was.
std::string brokenParquet(std::uint64_t seed, const std::string& good, const std::string&) {
    const auto byteAt = [&](std::size_t at) {
        return std::size_t{static_cast<unsigned char>(good[at])};
    };
    const std::size_t end = good.size() - 8;  // length and magic
    const std::size_t begin = end - (byteAt(end) | byteAt(end + 1) << 8 | byteAt(end + 2) << 16);
    if (seed % 3 == 0) return Mutation(seed)(good);
    if (seed % 3 == 1)
        return Mutation(seed)(good.substr(0, begin)).append(begin, '\0').substr(0, begin) +
               good.substr(begin);
    const std::string said = Mutation(seed)(good.substr(begin, end - begin));
    std::string length(4, '\0');
    for (std::size_t i = 0; i < 4; ++i)
        length[i] = static_cast<char>(said.size() >> (8 * i));
    return good.substr(0, begin) + said + length + good.substr(end + 4);
}

const std::string kRow =
    R"({"messages": [{"role": "user", "content": "你好"}, {"role": "assistant", "content": "x", "weight": 0}], "id": 1})";
const std::string kOther =
    R"({"instruction": "a", "output": "b", "history": [["q", "a"]], "system": "s"})";

TEST(DataMutation, OfLinesIsRowsOrReasons) {
    walk(".jsonl", 200,
         {kRow + "\n" + kOther + "\n" + kRow + "\n", "{\n \"text\": \"a\"\n}\n" + kOther + kRow},
         broken);
}

TEST(DataMutation, OfJsonIsRowsOrReasons) {
    walk(".json", 200,
         {"[" + kRow + ",\n" + kOther + "]",
          "{\"version\": 1, \"data\": [\n" + kRow + ",\n" + kOther + "]}"},
         broken);
}

TEST(DataMutation, OfTablesIsRowsOrReasons) {
    walk(".csv", 100, {",instruction,output\n0,\"two\nlines, \"\"x\"\"\",b\n1,c,d\n"}, broken);
    walk(".tsv", 100, {"instruction\toutput\na\tb\n\"c\"\td\n"}, broken);
}

TEST(DataMutation, OfParquetIsRowsOrReasons) {
    const fs::path golden = fs::path(DSM_SOURCE_DIR) / "tests/golden";
    std::vector<std::string> good{contentOf(golden / "rows.parquet"),
                                  contentOf(golden / "other_columns.parquet")};
    for (const auto& entry : fs::directory_iterator(golden / "parquet")) {
        if (entry.path().extension() == ".parquet") good.push_back(contentOf(entry.path()));
    }
    EXPECT_GE(good.size(), 11U);
    // The folder's order is not that of other machines.
    std::sort(good.begin(), good.end());
    walk(".parquet", 1500, good, brokenParquet);
}

}  // namespace
}  // namespace dsm
