#include "engine/text/utf8.h"

#include <cstdint>
#include <cstring>

namespace dsm {
namespace {

using State = Utf8Character::State;

struct Lead {
    std::size_t following = 0;  // 0: no sequence begins like this
    unsigned char low = 0x80;   // bounds of the second byte
    unsigned char high = 0xBF;
};

Lead classifyLead(unsigned char byte) {
    if (byte >= 0xC2 && byte <= 0xDF) return {1};
    if (byte == 0xE0) return {2, 0xA0, 0xBF};
    if (byte == 0xED) return {2, 0x80, 0x9F};
    if (byte >= 0xE1 && byte <= 0xEF) return {2};
    if (byte == 0xF0) return {3, 0x90, 0xBF};
    if (byte >= 0xF1 && byte <= 0xF3) return {3};
    if (byte == 0xF4) return {3, 0x80, 0x8F};
    return {};
}

}  // namespace

Utf8Character readUtf8(std::string_view text) {
    const auto first = static_cast<unsigned char>(text[0]);
    if (first < 0x80) return {State::Valid, first, 1};
    const Lead lead = classifyLead(first);
    if (lead.following == 0) return {State::Invalid, 0, 1};
    auto codePoint = static_cast<char32_t>(first & (0x3F >> lead.following));
    for (std::size_t i = 1; i <= lead.following; ++i) {
        if (i == text.size()) return {State::Incomplete, 0, i};
        const auto byte = static_cast<unsigned char>(text[i]);
        const unsigned char low = i == 1 ? lead.low : 0x80;
        const unsigned char high = i == 1 ? lead.high : 0xBF;
        if (byte < low || byte > high) return {State::Invalid, 0, i};
        codePoint = (codePoint << 6) | (byte & 0x3F);
    }
    return {State::Valid, codePoint, lead.following + 1};
}

std::size_t validUtf8Prefix(std::string_view text) {
    constexpr std::uint64_t kHighBits = 0x8080808080808080;
    std::size_t at = 0;
    while (at < text.size()) {
        std::uint64_t word = kHighBits;
        if (text.size() - at >= sizeof word) std::memcpy(&word, text.data() + at, sizeof word);
        if ((word & kHighBits) == 0) {
            at += sizeof word;
            continue;
        }
        const Utf8Character character = readUtf8(text.substr(at));
        if (character.state != State::Valid) return at;
        at += character.sizeBytes;
    }
    return at;
}

void appendUtf8(char32_t codePoint, std::string& out) {
    const auto append = [&out](char32_t byte) { out.push_back(static_cast<char>(byte)); };
    if (codePoint < 0x80) {
        append(codePoint);
    } else if (codePoint < 0x800) {
        append(0xC0 | (codePoint >> 6));
        append(0x80 | (codePoint & 0x3F));
    } else if (codePoint < 0x10000) {
        append(0xE0 | (codePoint >> 12));
        append(0x80 | ((codePoint >> 6) & 0x3F));
        append(0x80 | (codePoint & 0x3F));
    } else {
        append(0xF0 | (codePoint >> 18));
        append(0x80 | ((codePoint >> 12) & 0x3F));
        append(0x80 | ((codePoint >> 6) & 0x3F));
        append(0x80 | (codePoint & 0x3F));
    }
}

std::string inLowerCase(std::string text) {
    for (char& c : text) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return text;
}

}  // namespace dsm
