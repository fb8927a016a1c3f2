// Broken variants of data sets in every format: rows, or reasons that name the file; never a crash.
//
// DSM_MUTATIONS=1000000 walks that many of each file; a failing one prints its seed.
#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <string>

#include "engine/train/data/example.h"
#include "engine/train/data/open_rows.h"
#include "tests/support/mutation.h"
#include "tests/support/temporary_folder.h"

namespace dsm {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kEveryRun = 100;

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

void walk(const fs::path& good) {
    const TemporaryFolder folder;
    const std::string content = contentOf(good);
    ASSERT_FALSE(content.empty()) << good;
    const std::string name = "mutated" + good.extension().string();
    ASSERT_EQ(faultOf(folder.write(name, content)), "") << good;
    for (std::uint64_t seed = 0; seed < mutationRounds(kEveryRun); ++seed) {
        const fs::path path = folder.write(name, Mutation(seed)(content));
        ASSERT_EQ(faultOf(path), "") << good << ", seed " << seed;
    }
}

TEST(DataMutation, OfTextIsRowsOrReasons) {
    const TemporaryFolder folder;
    const std::string row =
        R"({"messages": [{"role": "user", "content": "你好"}, {"role": "assistant", "content": "x", "weight": 0}], "id": 1})";
    const std::string other =
        R"({"instruction": "a", "output": "b", "history": [["q", "a"]], "system": "s"})";
    walk(folder.write("a.jsonl", row + "\n" + other + "\n" + row + "\n"));
    walk(folder.write("b.jsonl", "{\n \"text\": \"a\"\n}\n" + other + row));
    walk(folder.write("a.json", "[" + row + ",\n" + other + "]"));
    walk(folder.write("b.json", "{\"version\": 1, \"data\": [\n" + row + ",\n" + other + "]}"));
    walk(folder.write("a.csv", ",instruction,output\n0,\"two\nlines, \"\"x\"\"\",b\n1,c,d\n"));
    walk(folder.write("a.tsv", "instruction\toutput\na\tb\n\"c\"\td\n"));
}

TEST(DataMutation, OfParquetIsRowsOrReasons) {
    const fs::path golden = fs::path(DSM_SOURCE_DIR) / "tests/golden";
    walk(golden / "rows.parquet");
    int files = 0;
    for (const auto& entry : fs::directory_iterator(golden / "parquet")) {
        if (entry.path().extension() != ".parquet") continue;
        walk(entry.path());
        ++files;
    }
    EXPECT_GE(files, 10);
}

}  // namespace
}  // namespace dsm
