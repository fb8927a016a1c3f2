// Salvage: a new file out of what can be read in a damaged one, and of the newest intact backup
// what cannot.
//
// Where the first page is gone, with it the header and the list of tables, that of a backup is
// put in its place in a copy: tables keep their places in a file for as long as it lives.
//
// Where no new file can be made (no room, a folder that may not be written, sectors that cannot be
// read), the same goes into memory, to be shown: the damaged file stays as it is, and nothing is
// written anywhere.
//
// Threads   One at a time for a file. Others may read the file meanwhile, not write it.
// Errors    SQLite::Exception where the new file cannot be written; the damaged one is as it was.
//           salvageFile() gives a sentence for people instead; Cancelled where `stop` ended it.
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <filesystem>
#include <optional>
#include <stop_token>

#include "app/store/base/schema_steps.h"
#include "kernels/base/result.h"

namespace dsm {

struct Salvaged {
    Carried fromDamaged;
    Carried fromBackup;
    std::optional<std::filesystem::path> backup;  // the one that was used
};

// Writes <file>.restored, a whole file; `file` is only read.
Salvaged salvage(const std::filesystem::path& file, const Schema& schema,
                 const std::stop_token& stop = {});
// Into an empty database in memory, whose full-text index is made, too. Throws only for want of
// memory or because of `stop`: what cannot be read is left out.
Salvaged salvageInto(SQLite::Database& memory, const std::filesystem::path& file,
                     const Schema& schema, const std::stop_token& stop = {});
Result<Salvaged> salvageFile(const std::filesystem::path& file, const Schema& schema,
                             const std::stop_token& stop = {});

}  // namespace dsm
