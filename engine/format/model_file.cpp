#include "engine/format/model_file.h"
#include "kernels/base/reason.h"

#include <algorithm>
#include <cctype>
#include <system_error>
#include <utility>

namespace dsm {
namespace {

constexpr std::string_view kLfsVersion = "version https://git-lfs.github.com/spec/";
constexpr std::string_view kOldLfsVersion = "version http://git-media.io/v/";
constexpr std::size_t kMostPointerBytes = 1024;  // the format's own limit

std::string_view textOf(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// The digits behind "size " at the beginning of a line.
std::string sizeInPointer(std::string_view pointer) {
    constexpr std::string_view kKey = "\nsize ";
    const std::size_t at = pointer.find(kKey);
    if (at == std::string_view::npos) return "";
    const std::string_view rest = pointer.substr(at + kKey.size());
    return std::string(rest.substr(0, std::min(rest.find_first_not_of("0123456789"), rest.size())));
}

// A link to nothing is no file that a model may do without: the cache of the Hub's client is made
// of links, and what one led to has been removed.
Error missing(const std::filesystem::path& path, const Error& error) {
    std::error_code ignored;
    if (error.code != ErrorCode::NotFound || !std::filesystem::is_symlink(path, ignored))
        return error;
    const std::string target = std::filesystem::read_symlink(path, ignored).string();
    return {ErrorCode::Io, path.string() + " is a link to " + target +
                               ", which is not there. Download the file again."};
}

}  // namespace

bool isLfsPointer(std::string_view content) {
    return content.size() <= kMostPointerBytes &&
           (content.starts_with(kLfsVersion) || content.starts_with(kOldLfsVersion));
}

bool isWebPage(std::string_view content) {
    const std::size_t begin = content.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
    if (begin == std::string_view::npos) return false;
    std::string start(content.substr(begin, 14));
    std::transform(start.begin(), start.end(), start.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return start.starts_with("<!doctype html") || start.starts_with("<html");
}

std::optional<Error> placeholderIn(std::span<const std::byte> bytes, const std::string& name) {
    const std::string_view content = textOf(bytes);
    if (isLfsPointer(content)) {
        const std::string size = sizeInPointer(content);
        return (size.empty()
                    ? failure(ErrorCode::Malformed, ReasonCode::FileIsPointer, {name})
                    : failure(ErrorCode::Malformed, ReasonCode::FileIsPointerTo, {name, size}))
            .value();
    }
    if (isWebPage(content)) {
        return failure(ErrorCode::Malformed, ReasonCode::FileIsWebPage, {name}).value();
    }
    return std::nullopt;
}

Result<MappedFile> openModelFile(const std::filesystem::path& path, std::uint64_t maximumBytes) {
    Result<MappedFile> file = MappedFile::open(path);
    if (!file) return tl::unexpected(missing(path, file.error()));
    const std::span<const std::byte> bytes = file->bytes();
    if (bytes.size() > maximumBytes) {
        return failure(ErrorCode::Malformed, ReasonCode::ModelFileTooLong,
                       {path.string(), std::to_string(bytes.size()), std::to_string(maximumBytes)});
    }
    if (auto placeholder = placeholderIn(bytes, path.string()); placeholder) {
        return tl::unexpected(std::move(*placeholder));
    }
    return file;
}

Result<std::string> readTextFile(const std::filesystem::path& path, std::uint64_t maximumBytes) {
    const Result<MappedFile> file = openModelFile(path, maximumBytes);
    if (!file) return tl::unexpected(file.error());
    std::string text(textOf(file->bytes()));
    if (file->isChanged()) return tl::unexpected(fileWasChanged(path));
    return text;
}

}  // namespace dsm
