#include "engine/train/data/rows/input_file.h"

namespace dsm {

Result<InputFile> InputFile::open(const std::filesystem::path& path) {
    Result<File> file = File::openRegular(path);
    if (!file) return tl::unexpected(file.error());
    return InputFile(std::move(*file));
}

Result<std::size_t> InputFile::readAt(std::uint64_t offset, std::span<char> out) const {
    return file_.readAt(offset, std::as_writable_bytes(out));
}

}  // namespace dsm
