// Stands in for parquet_arrow.cpp in a build without Apache Arrow.
#include "engine/train/data/input_file.h"
#include "engine/train/data/parquet_rows.h"

namespace dsm {

bool readsParquet() {
    return false;
}

Result<std::unique_ptr<RowFile>> openParquet(const std::filesystem::path& path) {
    if (const Result<InputFile> file = InputFile::open(path); !file) {
        return tl::unexpected(file.error());
    }
    return failure(ErrorCode::Unsupported,
                   path.string() +
                       ": this build cannot read Parquet, because Apache Arrow was missing when it "
                       "was built. Convert the file to JSON Lines, in Python with "
                       "pandas.read_parquet(\"data.parquet\").to_json(\"data.jsonl\", "
                       "orient=\"records\", lines=True), or install libarrow-dev and "
                       "libparquet-dev and build again.");
}

}  // namespace dsm
