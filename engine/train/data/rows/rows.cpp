#include "engine/train/data/rows/rows.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "engine/format/json_file.h"
#include "engine/text/utf8.h"

namespace dsm {
namespace {

// Of a row that is no JSON: the caller knows the line.
Reason reasonWithoutPlace(const Error& error) {
    if (error.code == ErrorCode::OutOfMemory) return ReasonCode::RowNoMemory;
    Reason reason = reasonOf(error);
    if (reason.parts.size() > 1) reason.parts.erase(reason.parts.begin());
    return reason;
}

}  // namespace

Result<std::string> TextRows::textOf(const Result<std::optional<RawRow>>& row,
                                     std::int64_t line) const {
    if (!row) return tl::unexpected(row.error());
    if (*row && (*row)->problem.empty()) return std::string((*row)->text);
    return failure(ErrorCode::Malformed, {countsRows_ ? ReasonCode::RowGone : ReasonCode::LineGone,
                                          {name(), std::to_string(line)}});
}

std::optional<Reason> whyNotUtf8(std::string_view text) {
    const std::size_t valid = validUtf8Prefix(text);
    if (valid == text.size()) return std::nullopt;
    const std::string_view before = text.substr(0, valid);
    const auto breaks = std::count(before.begin(), before.end(), '\n');
    const std::size_t begin = breaks == 0 ? 0 : before.rfind('\n') + 1;
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    const auto byte = static_cast<unsigned char>(text[valid]);
    const std::string place = std::to_string(valid - begin + 1);
    const std::string value{kDigits[byte >> 4], kDigits[byte & 15]};
    if (breaks == 0) return Reason(ReasonCode::RowNotUtf8, {place, value});
    return Reason(ReasonCode::RowNotUtf8InLine, {place, value, std::to_string(breaks + 1)});
}

Result<nlohmann::json> parseJsonRow(std::string_view text) {
    if (const auto bytes = whyNotUtf8(text)) return failure(ErrorCode::Malformed, *bytes);
    Result<nlohmann::json> row = parseJson(text, "row");
    if (!row) return failure(row.error().code, reasonWithoutPlace(row.error()));
    if (row->is_object()) return row;
    return failure(ErrorCode::Malformed,
                   row->is_array() ? ReasonCode::RowIsArray : ReasonCode::RowNoObject);
}

Reason tooLong() {
    return {ReasonCode::RowTooLong, {std::to_string(kMaximumRowBytes >> 20)}};
}

Result<std::uint64_t> byteOrderMarkBytes(const InputFile& file) {
    std::array<char, 4> head{};
    const Result<std::size_t> got = file.readAt(0, head);
    if (!got) return tl::unexpected(got.error());
    const std::string_view text(head.data(), *got);
    if (text.starts_with(kByteOrderMark)) return kByteOrderMark.size();
    // With its mark, or with the zeros that each letter of ASCII has there.
    const bool hasMark = text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF");
    const bool hasZeros = text.size() >= 2 && (text[0] == '\0') != (text[1] == '\0');
    if (hasMark || hasZeros) {
        const bool isWide = text.find(std::string_view("\0\0", 2)) != std::string_view::npos;
        return failure(ErrorCode::Malformed, ReasonCode::FileOtherEncoding,
                       {file.name(), isWide ? "UTF-32" : "UTF-16"});
    }
    if (text.starts_with("\x1F\x8B") || text.starts_with("PK\x03\x04") ||
        text.starts_with("\x28\xB5\x2F\xFD")) {
        return failure(ErrorCode::Unsupported, ReasonCode::FileCompressed, {file.name()});
    }
    return 0;
}

}  // namespace dsm
