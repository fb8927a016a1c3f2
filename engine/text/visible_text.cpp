#include "engine/text/visible_text.h"

#include <cstdint>

#include "engine/text/utf8.h"

namespace dsm {
namespace {

void appendHex(std::uint32_t value, int digits, std::string& out) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    for (int at = digits - 1; at >= 0; --at)
        out += kDigits[value >> (4 * at) & 15U];
}

void appendBytes(std::string_view bytes, std::string& out) {
    for (const char byte : bytes) {
        out += "\\x";
        appendHex(static_cast<unsigned char>(byte), 2, out);
    }
}

bool isControl(char32_t c) {
    return (c < 0x20 && c != '\t' && c != '\n') || c == 0x7f;
}

bool commandsATerminal(char32_t c) {
    return (c >= 0x80 && c < 0xa0) || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

}  // namespace

std::string VisibleText::push(std::string_view text) {
    std::string all = pending_ + std::string(text);
    pending_.clear();
    std::string shown;
    shown.reserve(all.size());
    for (std::string_view rest = all; !rest.empty();) {
        const Utf8Character next = readUtf8(rest);
        const std::string_view bytes = rest.substr(0, next.sizeBytes);
        if (next.state == Utf8Character::State::Incomplete) {
            pending_ = rest;
            break;
        }
        if (next.state == Utf8Character::State::Invalid || isControl(next.codePoint)) {
            appendBytes(bytes, shown);
        } else if (commandsATerminal(next.codePoint)) {
            shown += "\\u";
            appendHex(next.codePoint, 4, shown);
        } else {
            shown += bytes;
        }
        rest.remove_prefix(next.sizeBytes);
    }
    return shown;
}

std::string VisibleText::finish() {
    std::string shown;
    appendBytes(pending_, shown);
    pending_.clear();
    return shown;
}

}  // namespace dsm
