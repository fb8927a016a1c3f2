// Followed rows: what a data set keeps beside its samples so that an edit of one row changes them
// and their report without reading its files again. Private to engine/train/data.
//
// Memory    32 bytes for each sample, and what near_rows.h says.
// Ownership Owns the files, which stay open; borrows the tokenizer.
// Threads   One at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "engine/train/data/dataset_report.h"
#include "engine/train/data/row_rendering.h"
#include "engine/train/data/rows/row_file.h"

namespace dsm {

struct FollowedRows {
    TextDatasetOptions options;
    const Tokenizer& tokenizer;
    std::vector<std::unique_ptr<RowFile>> files = {};
    ReportBuilder report;
    std::vector<std::uint64_t> offsets = {};  // of the row of each sample, in its file
    std::vector<std::uint64_t> hashes = {};   // of each sample
    std::int64_t edited = 0;
    std::int64_t leftOut = 0;
};

}  // namespace dsm
