// Row edits: what a person changed of the rows of a data set's file, kept beside the file and never
// in it, so that the file stays what it was and a change can be taken back.
//
//   FILE.edits.json   {"format": 1, "rows": {"12": {"was": "9f86d081884c7d65", "row": {..}},
//                                            "15": {"was": "60303ae22b998861", "row": null}}}
//
// The keys are the places of rows as RawRow::line counts them. "row" is read in the row's place, an
// object of columns; null leaves it out. "was" is the beginning of the SHA-256 of the row's text as
// the file held it: where that is another now, the edit is of a row that is no more.
//
// Threads   One at a time.
// Errors    load(): NotFound and Io but for a file that is not there, which has no edits;
//           Malformed, naming the file and the row. save(): those of atomic_file.h.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "kernels/base/result.h"

namespace dsm {

class RowEdits {
  public:
    struct Edit {
        std::string was;
        nlohmann::json row;  // null: left out

        bool isLeftOut() const { return row.is_null(); }
    };

    // Of the file of data, whose name ends in .edits.json then.
    static std::filesystem::path pathFor(const std::filesystem::path& data);
    static Result<RowEdits> load(const std::filesystem::path& data);
    // Removes the file where there is no edit left.
    Result<void> save() const;

    const std::map<std::int64_t, Edit>& rows() const { return rows_; }
    const Edit* find(std::int64_t line) const;
    void replace(std::int64_t line, std::string_view text, nlohmann::json row);
    void leaveOut(std::int64_t line, std::string_view text) { replace(line, text, nullptr); }
    void takeBack(std::int64_t line) { rows_.erase(line); }

    // Malformed, with the reason alone, where the row's text is none that was edited.
    static Result<void> check(const Edit& edit, std::string_view text);

  private:
    std::filesystem::path path_;
    std::map<std::int64_t, Edit> rows_;
};

}  // namespace dsm
