// Near rows: finds the rows of a data set that are nearly equal to an earlier one.
//
//   words     runs of letters and digits, ASCII in lower case; each character of a script without
//             spaces is one. Punctuation and white space count for nothing
//   shingles  the pairs of words that follow each other, those with the row's edges included
//   sketch    of each of 32 hash functions the least value over the shingles (MinHash), 16 bits
//   near      26 or more of the 32 are equal: the sets of shingles overlap by about 80 % (Jaccard)
//
// Pairs are looked for among the rows that agree in one of eight groups of four values: a pair that
// overlaps by 80 % is found with a probability of 98 %, one of 90 % nearly always. Each row is
// compared with at most the first eight rows of its group that are not near to each other. A row of
// few words has no sketch.
//
// Source   A. Broder, On the resemblance and containment of documents (1997); banding as in J.
//          Leskovec, A. Rajaraman, J. Ullman, Mining of Massive Datasets, chapter 3.
// Memory   96 bytes for each row, of the first kMostRows.
// Threads  sketchOf() any; NearRows one at a time.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "engine/train/data/row_place.h"

namespace dsm {

using WordSketch = std::array<std::uint16_t, 32>;

// Takes the texts of a row one after the other.
class Sketcher {
  public:
    Sketcher() { least_.fill(UINT32_MAX); }
    void add(std::string_view text);
    // Nothing where there are fewer than six words.
    std::optional<WordSketch> finish();

  private:
    void endWord();
    void addWord(std::uint64_t word);

    std::array<std::uint32_t, 32> least_;
    std::uint64_t word_ = 0;  // hash of the letters so far
    bool isInWord_ = false;
    std::uint64_t before_ = 0;  // hash of the word before; 0 at the edge
    std::int64_t words_ = 0;
};

class NearRows {
  public:
    static constexpr std::size_t kMostRows = std::size_t{1} << 20;

    struct Row {
        WordSketch sketch;
        std::uint64_t hash;  // rows of one hash are equal, which is more than near
        PackedPlace place;
    };

    // In the order of the data set. Those after the first kMostRows are left out.
    void add(const Row& row) {
        if (rows_.size() < kMostRows) rows_.push_back(row);
    }
    // Where its place is; one beyond kMostRows is left out.
    void insert(const Row& row);
    void remove(const PackedPlace& place);
    std::int64_t size() const { return static_cast<std::int64_t>(rows_.size()); }

    // Calls found(row, the earlier row) for each row that is near to an earlier one; returns how
    // many there are.
    std::int64_t find(const std::function<void(const RowPlace&, const RowPlace&)>& found) const;

  private:
    std::vector<Row>::iterator from(const PackedPlace& place);

    std::vector<Row> rows_;
};

}  // namespace dsm
