// The rows of a file as a list.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "engine/train/data/open_rows.h"
#include "tests/support/temporary_folder.h"

namespace dsm::test {

struct SeenRow {
    std::int64_t line;
    nlohmann::json columns;  // null where it was refused
    std::string problem;
};

inline Result<std::vector<SeenRow>> rowsOf(const std::filesystem::path& path) {
    const auto file = openRows(path);
    if (!file) return tl::unexpected(file.error());
    std::vector<SeenRow> rows;
    const auto scanned = (*file)->scan(
        [&](const RawRow& row, double) {
            rows.push_back({row.line, nullptr, row.problem.text()});
            if (!row.problem.empty()) return;
            auto columns = (*file)->parse(row.text);
            if (columns) rows.back().columns = std::move(*columns);
            if (!columns) rows.back().problem = columns.error().message;
        },
        {});
    if (!scanned) return tl::unexpected(scanned.error());
    return rows;
}

// The same of a file of this text.
inline std::vector<SeenRow> rows(const TemporaryFolder& folder, const char* name,
                                 const std::string& text) {
    auto result = rowsOf(folder.write(name, text));
    EXPECT_TRUE(result.has_value()) << result.error().message;
    return result ? *result : std::vector<SeenRow>();
}

}  // namespace dsm::test
