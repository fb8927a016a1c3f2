// StoreNotice: what happened to the history that its user must hear of.
#pragma once

#include <cstdint>
#include <filesystem>

#include "kernels/base/reason.h"

namespace dsm {

struct StoreNotice {
    enum class Kind {
        BackupRestored,  // the file was damaged; what it lacked came from `backup`
        Salvaged,        // the file was damaged; what could be read was carried over
        StartedEmpty,    // the file was damaged, and neither it nor a backup could be read
        BackupOffered,   // the file is new or empty, beside `backup`, which holds more
        NewerVersion,    // a newer program wrote the file: opened for reading only
        NotWritable,     // the file or its folder cannot be written: opened for reading only
        DiskFull,        // no room to write: opened for reading only until there is
        BackupFailed,    // the backup that is due could not be made
    };

    Kind kind = Kind::BackupRestored;
    std::filesystem::path damaged = {};  // where the damaged file is now
    std::filesystem::path backup = {};
    std::int64_t fromDamaged = 0;  // messages carried over from the damaged file
    std::int64_t fromBackup = 0;   // messages that only the backup held
    Reason reason = {};            // why it cannot be written; a whole sentence
};

}  // namespace dsm
