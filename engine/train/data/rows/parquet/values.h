// Values: those of one page or dictionary, one by one, as JSON has them. Private to this folder.
//
// Source  Apache Parquet, Encodings.md: PLAIN, RLE (booleans), DELTA_BINARY_PACKED,
//         DELTA_LENGTH_BYTE_ARRAY, DELTA_BYTE_ARRAY, BYTE_STREAM_SPLIT.
// Ownership Borrows the page's bytes.
// Errors  BrokenParquet; also for an encoding that is not read.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "engine/train/data/rows/parquet/levels.h"
#include "engine/train/data/rows/parquet/metadata.h"

namespace dsm::parquet {

class Values {
  public:
    Values() = default;
    // `count`: at most so many are there.
    Values(std::string_view text, int encoding, const Node& column, std::uint64_t count);

    nlohmann::json next();

  private:
    nlohmann::json plain();
    nlohmann::json bitOfPlain();
    std::string_view ofStreams(std::size_t size);

    const Node* column_ = nullptr;
    int encoding_ = 0;
    Bytes bytes_;
    std::string_view text_;  // of BYTE_STREAM_SPLIT
    std::uint64_t at_ = 0;
    Levels bits_;                        // of booleans
    std::vector<std::int64_t> numbers_;  // that were written as differences
    std::vector<std::int64_t> prefixes_;
    std::string last_;
    std::string scratch_;
};

}  // namespace dsm::parquet
