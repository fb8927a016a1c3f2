// Levels: numbers of few bits, as repetition and definition levels and places in a dictionary are
// stored: runs of one number and packed groups of eight, read one by one. Private to this folder.
//
// Source  Apache Parquet, Encodings.md: RLE/bit-packed hybrid, and the older BIT_PACKED.
// Errors  BrokenParquet.
#pragma once

#include "engine/train/data/rows/parquet/bytes.h"

namespace dsm::parquet {

class Levels {
  public:
    // Of width 0 all are 0.
    Levels() = default;
    Levels(std::string_view text, int width) : bytes_(text), width_(width) { check(); }
    static Levels packed(std::string_view text, int width);  // BIT_PACKED, from the highest bit on

    std::uint32_t next();

  private:
    void check() const;
    void beginRun();

    Bytes bytes_;
    int width_ = 0;
    bool isOldPacking_ = false;
    std::uint64_t runLeft_ = 0;
    bool isPacked_ = false;
    std::uint32_t value_ = 0;  // of the run
    std::string_view pack_;
    std::uint64_t bit_ = 0;  // in pack_
};

// Bits that tell the numbers from 0 to `most` apart.
int widthOf(int most);

}  // namespace dsm::parquet
