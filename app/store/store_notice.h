// StoreNotice: what happened while the history was opened that its user must hear of.
#pragma once

#include <filesystem>

namespace dsm {

struct StoreNotice {
    enum class Kind {
        BackupRestored,  // the file was damaged; `backup` took its place
        StartedEmpty,    // the file was damaged and there was no backup
        NewerVersion,    // a newer program wrote the file: opened for reading only
        NotWritable,     // the file or its folder cannot be written: opened for reading only
    };

    Kind kind = Kind::BackupRestored;
    std::filesystem::path damaged;  // where the damaged file is now
    std::filesystem::path backup;
};

}  // namespace dsm
