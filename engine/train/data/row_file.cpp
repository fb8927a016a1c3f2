#include "engine/train/data/row_file.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "engine/format/json_file.h"
#include "engine/train/data/parquet_rows.h"
#include "engine/train/data/rows.h"

namespace dsm {
namespace {

std::string lowerCase(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

// The first character that is no white space; 0 in a file without one near its start.
Result<char> firstCharacter(const InputFile& file) {
    std::array<char, 4096> head{};
    const Result<std::uint64_t> mark = byteOrderMarkBytes(file);
    if (!mark) return tl::unexpected(mark.error());
    const Result<std::size_t> got = file.readAt(*mark, head);
    if (!got) return tl::unexpected(got.error());
    const std::string_view text(head.data(), *got);
    const std::size_t at = text.find_first_not_of(" \t\r\n");
    return at == std::string_view::npos ? '\0' : text[at];
}

Result<std::unique_ptr<RowFile>> openJson(InputFile file) {
    const Result<char> first = firstCharacter(file);
    if (!first) return tl::unexpected(first.error());
    if (*first == '[') return openJsonArray(std::move(file));
    return openJsonLines(std::move(file));
}

}  // namespace

Result<std::unique_ptr<RowFile>> RowFile::open(const std::filesystem::path& path) {
    const std::string ending = lowerCase(path.extension().string());
    if (ending == ".parquet") return openParquet(path);
    Result<InputFile> file = InputFile::open(path);
    if (!file) return tl::unexpected(file.error());
    if (ending == ".jsonl" || ending == ".ndjson") return openJsonLines(std::move(*file));
    if (ending == ".json") return openJson(std::move(*file));
    if (ending == ".csv") return openCsv(std::move(*file), '\0');
    if (ending == ".tsv") return openCsv(std::move(*file), '\t');
    return failure(ErrorCode::Unsupported,
                   path.string() + ": data sets end in .jsonl, .json, .csv, .tsv or .parquet.");
}

Result<nlohmann::json> parseJsonRow(std::string_view text) {
    Result<nlohmann::json> row = parseJson(text, "row");
    if (!row) {
        std::string message = row.error().message;
        for (const std::string_view part : {"row: ", "line "}) {  // the caller knows the line
            if (message.starts_with(part)) message.erase(0, message.find(": ") + 2);
        }
        return failure(row.error().code, message);
    }
    if (row->is_object()) return row;
    return failure(ErrorCode::Malformed,
                   std::string("a row is an object of columns, but this is ") +
                       (row->is_array() ? "an array." : "a single value."));
}

std::string tooLong() {
    return "longer than " + std::to_string(kMaximumRowBytes >> 20) + " MB.";
}

Result<std::uint64_t> byteOrderMarkBytes(const InputFile& file) {
    std::array<char, 4> head{};
    const Result<std::size_t> got = file.readAt(0, head);
    if (!got) return tl::unexpected(got.error());
    const std::string_view text(head.data(), *got);
    if (text.starts_with(kByteOrderMark)) return kByteOrderMark.size();
    if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) {
        return failure(ErrorCode::Malformed,
                       file.name() + " is not UTF-8 but UTF-16. Save it as UTF-8.");
    }
    return 0;
}

}  // namespace dsm
