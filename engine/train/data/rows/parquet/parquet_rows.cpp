#include "engine/train/data/rows/parquet/parquet_rows.h"

#include <algorithm>
#include <new>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "engine/train/data/rows/not_read.h"
#include "engine/train/data/rows/parquet/assembly.h"
#include "engine/train/data/rows/rows.h"
#include "kernels/base/reason.h"

namespace dsm {
namespace {

using nlohmann::json;
using parquet::BrokenParquet;

constexpr std::uint64_t kTailBytes = 8;  // the footer's length, and the magic
constexpr std::uint32_t kMostFooterBytes = 64 << 20;

tl::unexpected<Error> brokenAt(const std::string& file, const BrokenParquet& error) {
    const ErrorCode code = error.isUnsupported() ? ErrorCode::Unsupported : ErrorCode::Malformed;
    return failure(code, file + ": " + error.what() + ".");
}

std::string readFooter(const InputFile& file) {
    const auto read = [&](std::uint64_t offset, std::uint64_t count) {
        std::string text(count, '\0');
        const Result<std::size_t> got = file.readAt(offset, text);
        if (!got) throw BrokenParquet(got.error().message);
        if (*got < count) throw BrokenParquet("the file became shorter");
        return text;
    };
    const std::uint64_t size = file.sizeBytes();
    if (size < 4 + kTailBytes) throw BrokenParquet("it is too short for a Parquet file");
    const std::string head = read(0, 4);
    const std::string tail = read(size - kTailBytes, kTailBytes);
    if (tail.ends_with("PARE") || head == "PARE") throw BrokenParquet("it is encrypted", true);
    if (head != "PAR1") throw BrokenParquet("it is no Parquet file");
    if (!tail.ends_with("PAR1")) {
        throw BrokenParquet("it does not end like a Parquet file: it is cut off. Fetch it again");
    }
    const auto bytes = parquet::Bytes(tail).number<std::uint32_t>();
    if (bytes > kMostFooterBytes || bytes > size - 4 - kTailBytes) {
        throw BrokenParquet("its footer is longer than the file");
    }
    return read(size - kTailBytes - bytes, bytes);
}

// Bytes stand in columns that no example is made of: pictures, sums.
void replaceBytes(json& value) {
    if (value.is_structured()) {
        for (json& part : value)
            replaceBytes(part);
        return;
    }
    if (!value.is_string()) return;
    const auto& text = value.get_ref<const std::string&>();
    if (whyNotUtf8(text)) value = notRead(NotRead::Bytes);
}

std::string textOf(json row) {
    try {
        return row.dump();
    } catch (const json::exception&) {
        replaceBytes(row);
        return row.dump();
    }
}

class ParquetRows : public RowFile {
  public:
    ParquetRows(InputFile file, parquet::Metadata metadata)
        : file_(std::move(file)), metadata_(std::move(metadata)) {}

    const std::string& name() const override { return file_.name(); }
    bool countsRows() const override { return true; }
    RowLayout layout() const override { return {RowFormat::Parquet}; }
    Result<void> scan(const Visit& visit, const std::stop_token& stop) const override;
    Result<std::string> textAt(std::int64_t line, std::uint64_t offset) const override;
    Result<json> parse(std::string_view row) const override { return parseJsonRow(row); }

  private:
    // False where it was stopped.
    bool scanGroup(const parquet::RowGroup& group, const Visit& visit, const std::stop_token& stop,
                   std::int64_t& line) const;

    InputFile file_;
    parquet::Metadata metadata_;
};

bool ParquetRows::scanGroup(const parquet::RowGroup& group, const Visit& visit,
                            const std::stop_token& stop, std::int64_t& line) const {
    if (group.rows == 0) return true;
    parquet::Assembly rows(file_, metadata_, group);
    std::string text;
    for (std::int64_t i = 0; i < group.rows; ++i) {
        if (stop.stop_requested()) return false;
        ++line;
        json columns = rows.next();
        RawRow row;
        row.line = line;
        try {
            text = textOf(std::move(columns));
            row.text = text;
        } catch (const json::exception&) {
            row.problem = ReasonCode::ParquetNotUtf8;
        }
        if (text.size() > kMaximumRowBytes) row.problem = tooLong();
        visit(row, static_cast<double>(line) / static_cast<double>(metadata_.rows));
    }
    rows.finish();
    return true;
}

Result<void> ParquetRows::scan(const Visit& visit, const std::stop_token& stop) const {
    std::int64_t line = 0;
    try {
        for (const parquet::RowGroup& group : metadata_.groups) {
            if (!scanGroup(group, visit, stop, line)) return cancelled();
        }
    } catch (const BrokenParquet& error) {
        return brokenAt(name() + ": row " + std::to_string(std::max<std::int64_t>(line, 1)), error);
    } catch (const std::bad_alloc&) {
        return failure(ErrorCode::OutOfMemory, ReasonCode::NoMemoryToRead, {name()});
    }
    return {};
}

Result<std::string> ParquetRows::textAt(std::int64_t line, std::uint64_t) const {
    std::int64_t before = 0;
    try {
        for (const parquet::RowGroup& group : metadata_.groups) {
            if (line > before && line <= before + group.rows) {
                parquet::Assembly rows(file_, metadata_, group);
                for (std::int64_t i = before + 1; i < line; ++i)
                    rows.next();
                return textOf(rows.next());
            }
            before += group.rows;
        }
    } catch (const BrokenParquet& error) {
        return brokenAt(name() + ": row " + std::to_string(line), error);
    } catch (const json::exception&) {
        return failure(ErrorCode::Malformed, ReasonCode::ParquetNotUtf8);
    } catch (const std::bad_alloc&) {
        return failure(ErrorCode::OutOfMemory, ReasonCode::NoMemoryToRead, {name()});
    }
    return failure(ErrorCode::Malformed, {ReasonCode::RowGone, {name(), std::to_string(line)}});
}

}  // namespace

Result<std::unique_ptr<RowFile>> openParquet(const std::filesystem::path& path) {
    Result<InputFile> file = InputFile::open(path);
    if (!file) return tl::unexpected(file.error());
    try {
        parquet::Metadata metadata = parquet::readMetadata(readFooter(*file), file->sizeBytes());
        return std::make_unique<ParquetRows>(std::move(*file), std::move(metadata));
    } catch (const BrokenParquet& error) {
        return brokenAt(path.string(), error);
    } catch (const std::bad_alloc&) {
        return failure(ErrorCode::OutOfMemory, ReasonCode::NoMemoryToRead, {path.string()});
    }
}

}  // namespace dsm
