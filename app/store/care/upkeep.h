// Upkeep: what a database file needs now and then, done beside its use: a check for damage, a
// backup, the full-text index made anew.
//
// It reads one state of the file and copies that; the check looks at the copy, so that nobody
// waits. The copy that passes becomes the backup. Where there is no room for a copy, the file
// itself is checked.
//
// Threads   Any, with a connection of its own; one upkeep at a time for a file.
// Errors    None: what could not be done is in the report. Damage is reported, never repaired
//           here: Database::open() does that.
#pragma once

#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>

#include "app/store/base/schema_steps.h"
#include "app/store/base/store_time.h"
#include "kernels/base/reason.h"

namespace dsm {

struct UpkeepTask {
    bool check = false;   // the last stop was not clean
    bool backup = false;  // none today, or much was written since
    bool index = false;   // the full-text index is stale
    bool isEmpty() const { return !check && !backup && !index; }
};

struct UpkeepReport {
    bool isChecked = false;  // to the end
    bool isDamaged = false;
    std::string damage;  // SQLite's words
    std::optional<std::filesystem::path> backup;
    Reason problem;  // why there is no backup, or no check; "" where all went well
};

UpkeepReport keepUp(const std::filesystem::path& file, const Schema& schema, const UpkeepTask& task,
                    StoreTime now, const std::stop_token& stop = {});

}  // namespace dsm
