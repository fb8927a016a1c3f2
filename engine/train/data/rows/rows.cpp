#include "engine/train/data/rows/rows.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "engine/format/json_file.h"
#include "engine/text/utf8.h"

namespace dsm {
std::optional<std::string> whyNotUtf8(std::string_view text) {
    const std::size_t valid = validUtf8Prefix(text);
    if (valid == text.size()) return std::nullopt;
    const std::string_view before = text.substr(0, valid);
    const auto breaks = std::count(before.begin(), before.end(), '\n');
    const std::size_t begin = breaks == 0 ? 0 : before.rfind('\n') + 1;
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    const auto byte = static_cast<unsigned char>(text[valid]);
    std::string place = "byte " + std::to_string(valid - begin + 1);
    if (breaks > 0) place += " of its line " + std::to_string(breaks + 1);
    return place + ", 0x" + kDigits[byte >> 4] + kDigits[byte & 15] +
           ", is not UTF-8. Save the file as UTF-8.";
}

Result<nlohmann::json> parseJsonRow(std::string_view text) {
    if (const auto bytes = whyNotUtf8(text)) return failure(ErrorCode::Malformed, *bytes);
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
    // With its mark, or with the zeros that each letter of ASCII has there.
    const bool hasMark = text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF");
    const bool hasZeros = text.size() >= 2 && (text[0] == '\0') != (text[1] == '\0');
    if (hasMark || hasZeros) {
        const bool isWide = text.find(std::string_view("\0\0", 2)) != std::string_view::npos;
        return failure(ErrorCode::Malformed, file.name() + " is not UTF-8 but " +
                                                 (isWide ? "UTF-32" : "UTF-16") +
                                                 ". Save it as UTF-8.");
    }
    if (text.starts_with("\x1F\x8B") || text.starts_with("PK\x03\x04") ||
        text.starts_with("\x28\xB5\x2F\xFD")) {
        return failure(ErrorCode::Unsupported,
                       file.name() + " is compressed. Unpack it and name the file inside.");
    }
    return 0;
}

}  // namespace dsm
