#include "engine/train/data/open_rows.h"

#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "engine/format/model_file.h"
#include "engine/text/utf8.h"
#include "engine/train/data/example_keys.h"
#include "engine/train/data/rows/json_rows.h"
#include "engine/train/data/rows/parquet/parquet_rows.h"
#include "engine/train/data/rows/rows.h"
#include "engine/train/example_columns.h"

namespace dsm {

namespace {

// What lies in place of a file that was not fetched.
Result<void> refusePlaceholder(const InputFile& file) {
    std::array<char, 4096> head{};
    const Result<std::size_t> got = file.readAt(0, head);
    if (!got) return tl::unexpected(got.error());
    const std::string_view text(head.data(), *got);
    if (isLfsPointer(text))
        return failure(ErrorCode::Malformed, ReasonCode::FileIsPointer, {file.name()});
    if (isWebPage(text))
        return failure(ErrorCode::Malformed, ReasonCode::FileIsWebPage, {file.name()});
    return {};
}

// A key that means something in each row.
bool isOfRows(std::string_view key) {
    return isExampleColumn(key) || isWeightKey(key);
}

}  // namespace

Result<std::unique_ptr<RowFile>> openRows(const std::filesystem::path& path) {
    const std::string ending = inLowerCase(path.extension().string());
    Result<InputFile> file = InputFile::open(path);
    if (!file) return tl::unexpected(file.error());
    if (auto own = refusePlaceholder(*file); !own) return tl::unexpected(own.error());
    if (ending == ".parquet") return openParquet(path);
    if (ending == ".jsonl" || ending == ".ndjson" || ending == ".json") {
        return openJson(std::move(*file), isOfRows);
    }
    if (ending == ".csv") return openCsv(std::move(*file), ',');
    if (ending == ".tsv") return openCsv(std::move(*file), '\t');
    return failure(ErrorCode::Unsupported, ReasonCode::FileOtherEnding, {path.string()});
}

}  // namespace dsm
