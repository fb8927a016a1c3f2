// Row rendering: a row of a data set as the sample that it becomes, or why it becomes none. Private
// to engine/train/data.
//
// Ownership Borrows options and tokenizer.
// Threads   Any; throws nothing.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "engine/train/data/dataset_report.h"
#include "engine/train/data/rows/row_file.h"
#include "engine/train/data/text_dataset_options.h"

namespace dsm {

struct RenderedRow {
    RowPlace place = {};
    std::uint64_t offset = 0;  // in its file
    std::string text = {};
    std::optional<nlohmann::json> edited = {};  // the columns in place of the text's
    // What is made of it.
    Reason problem = {};
    bool trainsNothing = false;
    RenderedSample rendered = {};
    bool spellsSpecial = false;
    bool hasHistory = false;
    std::optional<WordSketch> sketch = {};
    std::vector<std::string> unusedColumns = {};
    std::vector<std::string> mappedColumns = {};  // of those that the options name

    ReportedExample reported() const {
        return {place, rendered, spellsSpecial, sketch, unusedColumns, hasHistory};
    }
};

class RowRenderer {
  public:
    RowRenderer(const TextDatasetOptions& options, const Tokenizer& tokenizer);

    // One that has a problem stays as it is.
    void render(RenderedRow& row, const RowFile& file) const;

  private:
    bool spellsSpecial(const Example& example) const;

    const TextDatasetOptions& options_;
    const Tokenizer& tokenizer_;
    std::vector<std::string> specialNames_;
};

}  // namespace dsm
