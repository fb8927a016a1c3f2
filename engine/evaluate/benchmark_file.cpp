#include "engine/evaluate/benchmark_file.h"

#include <fcntl.h>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/format/json_file.h"

namespace dsm {
namespace {

using nlohmann::json;

constexpr std::size_t kReadBytes = std::size_t{1} << 20U;

struct FileContents {
    std::optional<json> benchmark;  // none: not even its first line is whole
    std::uint64_t wholeBytes = 0;   // of lines that are whole
};

// Reads a file's lines; only those that end with a line feed.
class LineWalk {
  public:
    LineWalk(const File& file, const ItemVisit& visit) : file_(file), visit_(visit) {}

    Result<FileContents> walk() {
        std::vector<std::byte> some(kReadBytes);
        std::string pending;
        for (std::uint64_t offset = 0;;) {
            const auto read = file_.readAt(offset, some);
            if (!read) return tl::unexpected(read.error());
            if (*read == 0) return std::move(found_);
            pending.append(reinterpret_cast<const char*>(some.data()), *read);
            offset += *read;
            std::size_t begin = 0;
            for (std::size_t end; (end = pending.find('\n', begin)) != std::string::npos;
                 begin = end + 1) {
                if (auto ok = take(std::string_view(pending).substr(begin, end - begin)); !ok)
                    return tl::unexpected(ok.error());
            }
            found_.wholeBytes += begin;
            pending.erase(0, begin);
            if (pending.size() > kMostLineBytes)
                return failure(ErrorCode::Malformed, place() + ": the line is too long.");
        }
    }

  private:
    std::string place() const {
        return file_.path().string() + ", line " + std::to_string(line_ + 1);
    }

    Result<void> take(std::string_view line) {
        const std::string where = place();
        const auto parsed = parseJson(line, where);
        if (!parsed) return tl::unexpected(parsed.error());
        const JsonField field(*parsed, where);
        ++line_;
        if (line_ == 1) {
            const auto header = field.at("benchmark");
            if (!header) return tl::unexpected(header.error());
            found_.benchmark = header->value();
            return {};
        }
        auto item = itemFrom(field);
        if (!item) return tl::unexpected(item.error());
        if (visit_) visit_(std::move(*item));
        return {};
    }

    const File& file_;
    const ItemVisit& visit_;
    FileContents found_;
    std::int64_t line_ = 0;
};

// "task, model", the keys in which they differ.
std::string differences(const json& there, const json& wanted) {
    std::string keys;
    for (const auto& [key, value] : wanted.items()) {
        const auto other = there.is_object() ? there.find(key) : there.end();
        if (other != there.end() && *other == value) continue;
        keys += (keys.empty() ? "" : ", ") + key;
    }
    return keys;
}

Result<void> writeLine(File& file, const json& line) {
    const std::string text = line.dump(-1, ' ', false, json::error_handler_t::replace) + '\n';
    return file.write(std::as_bytes(std::span(text)));
}

}  // namespace

Result<BenchmarkFile> BenchmarkFile::open(const std::filesystem::path& path, const json& benchmark,
                                          const ItemVisit& visit) {
    auto file = File::open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC);
    if (!file) return tl::unexpected(file.error());
    const auto isOurs = file->tryLock();
    if (!isOurs) return tl::unexpected(isOurs.error());
    if (!*isOurs)
        return failure(ErrorCode::Unsupported,
                       path.string() + ": another program is writing this file.");
    const auto found = LineWalk(*file, visit).walk();
    if (!found) return tl::unexpected(found.error());
    if (found->benchmark && *found->benchmark != benchmark)
        return failure(ErrorCode::Unsupported, path.string() +
                                                   ": the file is of another benchmark (" +
                                                   differences(*found->benchmark, benchmark) +
                                                   "). Name another one to begin anew.");
    const auto size = file->sizeBytes();
    if (!size) return tl::unexpected(size.error());
    if (!found->benchmark && *size > kMostLineBytes)
        return failure(ErrorCode::Malformed, path.string() + ": this is no file of a benchmark.");
    if (*size > found->wholeBytes) {
        if (auto cut = file->truncate(found->wholeBytes); !cut) return tl::unexpected(cut.error());
    }
    if (!found->benchmark) {
        if (auto ok = writeLine(*file, {{"benchmark", benchmark}}); !ok)
            return tl::unexpected(ok.error());
    }
    return BenchmarkFile(std::move(*file));
}

Result<void> BenchmarkFile::add(const BenchmarkItem& item) {
    return writeLine(file_, itemJson(item));
}

Result<json> readBenchmarkFile(const std::filesystem::path& path, const ItemVisit& visit) {
    const auto file = File::openRegular(path);
    if (!file) return tl::unexpected(file.error());
    const auto found = LineWalk(*file, visit).walk();
    if (!found) return tl::unexpected(found.error());
    if (!found->benchmark)
        return failure(ErrorCode::Malformed, path.string() + ": this is no file of a benchmark.");
    return *found->benchmark;
}

}  // namespace dsm
