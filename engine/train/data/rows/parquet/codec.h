// Codec: a page as it was before it was compressed. Private to this folder.
//
// Source  Apache Parquet, Compression.md; Snappy, zlib, Zstandard, LZ4 and Brotli do the work.
// Errors  BrokenParquet: damaged, of another size than was said, or of a codec that is not read.
#pragma once

#include <string>
#include <string_view>

namespace dsm::parquet {

// Refuses a size that no page has.
std::string decompressed(std::string_view stored, int codec, std::uint64_t wholeBytes);

}  // namespace dsm::parquet
