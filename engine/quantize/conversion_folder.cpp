#include "engine/quantize/conversion_folder.h"

#include <algorithm>
#include <string>
#include <vector>

#include "engine/format/checkpoint.h"
#include "engine/model/checkpoint/model_files.h"
#include "engine/quantize/conversion_state.h"
#include "kernels/base/atomic_file.h"
#include "kernels/base/folder.h"
#include "kernels/base/reason.h"

namespace dsm {
namespace fs = std::filesystem;
namespace {

// Of a conversion that was killed.
bool isLeftover(const std::string& name) {
    return name.ends_with(kPartialSuffix);
}

}  // namespace

Result<void> prepareFolder(const fs::path& folder) {
    if (const auto made = makeFolders(folder); !made) return tl::unexpected(made.error());
    auto names = namesIn(folder);
    if (!names) return tl::unexpected(names.error());
    const bool holdsState =
        std::find(names->begin(), names->end(), kConversionFileName) != names->end();
    std::erase_if(*names, isLeftover);
    if (holdsState || names->empty()) return {};
    return failure(ErrorCode::Io, ReasonCode::ConversionFolderTaken, {folder.string()});
}

Result<File> lockFolder(const fs::path& folder) {
    auto lock = File::openFolder(folder);
    if (!lock) return lock;
    const auto isOurs = lock->tryLock();
    if (!isOurs) return tl::unexpected(isOurs.error());
    if (*isOurs) return lock;
    return failure(ErrorCode::Io, ReasonCode::ConversionUnderWay, {folder.string()});
}

Result<bool> isModel(const fs::path& folder) {
    const auto config = kindOf(folder / kConfigFileName);
    if (!config) return tl::unexpected(config.error());
    if (*config == PathKind::Missing) return false;
    const auto opened = Checkpoint::open(folder);
    if (!opened && opened.error().systemReason != 0 && opened.error().code != ErrorCode::NotFound)
        return tl::unexpected(opened.error());
    return opened.has_value();
}

void removeLeftovers(const fs::path& folder) {
    for (const std::string& name : namesIn(folder).value_or(std::vector<std::string>{})) {
        if (isLeftover(name)) static_cast<void>(removePath(folder / name));
    }
}

}  // namespace dsm
