// Column: the entries of one column of a row group, page by page. Private to this folder.
//
// An entry is a value, or the place where one is missing: its repetition level says which list it
// goes on with (0: it begins a row), its definition level how much of the way to it is there.
//
// Memory    One page and the dictionary.
// Ownership Borrows file and node.
// Errors    BrokenParquet; what the disk refuses is thrown as such, too.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "engine/train/data/rows/input_file.h"
#include "engine/train/data/rows/parquet/values.h"

namespace dsm::parquet {

class Column {
  public:
    Column(const InputFile& file, const Node& node, const Chunk& chunk)
        : file_(file),
          node_(node),
          chunk_(chunk),
          offset_(chunk.offset),
          end_(chunk.offset + chunk.bytes),
          entriesLeft_(chunk.values) {}

    const Node& node() const { return node_; }
    bool isAtEnd() { return !hasEntry_ && !readEntry(); }
    int repetition() { return need(), repetition_; }
    int definition() { return need(), definition_; }
    // The entry's value, null where it is missing; goes on to the next.
    nlohmann::json take();

  private:
    void need() {
        if (isAtEnd()) throw BrokenParquet("it has fewer values than rows");
    }
    bool readEntry();
    bool readPage();
    void readDictionary(const PageHeader& header, std::string page);
    void beginData(const PageHeader& header, std::string_view stored);
    PageHeader readHeader();
    std::string readBytes(std::uint64_t offset, std::uint64_t count) const;

    const InputFile& file_;
    const Node& node_;
    Chunk chunk_;
    std::uint64_t offset_;  // of the next page
    std::uint64_t end_;
    std::int64_t entriesLeft_;  // of the chunk
    std::int64_t pageLeft_ = 0;
    std::string page_;
    Levels repetitions_, definitions_, places_;
    Values values_;
    bool isOfDictionary_ = false;
    std::optional<std::vector<nlohmann::json>> dictionary_;
    bool hasEntry_ = false;
    int repetition_ = 0, definition_ = 0;
};

}  // namespace dsm::parquet
