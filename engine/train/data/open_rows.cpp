#include "engine/train/data/open_rows.h"

#include <string>
#include <utility>

#include "engine/text/utf8.h"
#include "engine/train/data/rows/parquet/parquet_rows.h"
#include "engine/train/data/rows/rows.h"

namespace dsm {

Result<std::unique_ptr<RowFile>> openRows(const std::filesystem::path& path) {
    const std::string ending = inLowerCase(path.extension().string());
    if (ending == ".parquet") return openParquet(path);
    Result<InputFile> file = InputFile::open(path);
    if (!file) return tl::unexpected(file.error());
    if (ending == ".jsonl" || ending == ".ndjson" || ending == ".json") {
        return openJson(std::move(*file));
    }
    if (ending == ".csv") return openCsv(std::move(*file), ',');
    if (ending == ".tsv") return openCsv(std::move(*file), '\t');
    return failure(ErrorCode::Unsupported, ReasonCode::FileOtherEnding, {path.string()});
}

}  // namespace dsm
