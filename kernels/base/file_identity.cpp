#include "kernels/base/file_identity.h"

#include <cerrno>

#include "kernels/base/file.h"
#include "kernels/base/system_calls.h"

namespace dsm {

Result<FileIdentity> identityOf(const std::filesystem::path& path) {
    struct stat status {};
    if (sys::stat(path.c_str(), &status) != 0) return systemFailure("read", path, errno);
    return FileIdentity{status.st_dev, status.st_ino};
}

}  // namespace dsm
