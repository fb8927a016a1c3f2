// Assembly: rows out of the entries of columns. Private to this folder.
//
// A map is an object; keys that are no texts are named by their JSON. Where a column is in a form that
// is not read, that stands in its place (not_read.h).
//
// Source  Dremel (Melnik and others, 2010), and the forms of lists and maps in Parquet's
//         LogicalTypes.md.
// Errors  BrokenParquet, naming the column; also for a row of more than kMaximumRowBytes, and where
//         no column is read.
#pragma once

#include <vector>

#include "engine/train/data/rows/parquet/column.h"

namespace dsm::parquet {

class Assembly {
  public:
    Assembly(const InputFile& file, const Metadata& metadata, const RowGroup& group);

    // The next row, an object of columns.
    nlohmann::json next();
    // Throws where a column has more than the rows.
    void finish();

  private:
    nlohmann::json columnOf(std::size_t child);
    nlohmann::json valueOf(const Node& node);
    nlohmann::json present(const Node& node);
    nlohmann::json listOf(const Node& repeated, bool isWrapped);
    void skip(const Node& node);
    nlohmann::json takeOf(std::size_t leaf);
    int definitionOf(const Node& node);
    template <class Ask>
    auto named(std::size_t leaf, const Ask& ask);

    std::vector<Column> columns_;
    const Node& root_;
    std::vector<bool> isRead_;  // of the root's children
    std::size_t left_ = 0;      // bytes that the row may still have
};

}  // namespace dsm::parquet
