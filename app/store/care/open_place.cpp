#include "app/store/care/open_place.h"

#include "app/store/care/backup_name.h"

namespace dsm {

void OpenPlace::note(const std::filesystem::path& file) {
    parts_.clear();
    for (const std::filesystem::path& path : {file, withSuffix(file, "-wal")}) {
        if (const auto identity = identityOf(path)) parts_.push_back({path, *identity});
    }
}

std::optional<std::filesystem::path> OpenPlace::lost() const {
    for (const Part& part : parts_) {
        const auto now = identityOf(part.path);
        const bool isThere = now ? *now == part.identity : now.error().code != ErrorCode::NotFound;
        if (!isThere) return part.path;
    }
    return std::nullopt;
}

}  // namespace dsm
