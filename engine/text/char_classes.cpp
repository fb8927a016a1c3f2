#include "engine/text/char_classes.h"

#include <algorithm>
#include <string>

#include "engine/text/utf8.h"

namespace dsm {
namespace {

constexpr char32_t kCodePoints = 0x110000;
constexpr char32_t kFirstSurrogate = 0xD800;
constexpr char32_t kLastSurrogate = 0xDFFF;

// Every character there is, in order.
std::string allCharacters() {
    std::string text;
    text.reserve(4500000);
    for (char32_t c = 0; c < kCodePoints; ++c) {
        if (c < kFirstSurrogate || c > kLastSurrogate) appendUtf8(c, text);
    }
    return text;
}

char32_t characterBefore(std::string_view text, std::size_t end) {
    std::size_t begin = end - 1;
    while ((static_cast<unsigned char>(text[begin]) & 0xC0) == 0x80)
        --begin;
    return readUtf8(text.substr(begin)).codePoint;
}

}  // namespace

CharClasses::CharClasses() : blockOf_(kCodePoints / kBlockSize, 0), blocks_(1, Block{}) {}

Result<std::optional<CharClasses::Mask>> CharClasses::add(std::string_view pattern) {
    const auto known = std::find(patterns_.begin(), patterns_.end(), pattern);
    const auto bit = static_cast<Mask>(1u << (known - patterns_.begin()));
    if (known != patterns_.end()) return bit;
    if (bit == kContinuation) return std::nullopt;
    // Possessive, so that a run of a million characters needs no stack.
    const Result<Regex> run = Regex::compile(std::string(pattern) + "++");
    if (!run) return tl::unexpected(run.error());
    const std::string text = allCharacters();
    Regex::Scratch scratch;
    Regex::Match match;
    while (run->find(text, match.end, scratch, match)) {
        const char32_t first = readUtf8(std::string_view(text).substr(match.begin)).codePoint;
        setRange(first, characterBefore(text, match.end), bit);
    }
    patterns_.emplace_back(pattern);
    return bit;
}

void CharClasses::setRange(char32_t first, char32_t last, Mask bit) {
    for (char32_t c = first; c <= last; ++c) {
        std::uint16_t& block = blockOf_[c / kBlockSize];
        if (block == 0) {
            block = static_cast<std::uint16_t>(blocks_.size());
            blocks_.emplace_back();
        }
        blocks_[block][c % kBlockSize] |= bit;
    }
}

void CharClasses::classify(std::string_view text, std::vector<Mask>& masks) const {
    masks.resize(text.size());
    const Block& ascii = blocks_[blockOf_[0]];
    std::size_t at = 0;
    while (at < text.size()) {
        const auto first = static_cast<unsigned char>(text[at]);
        if (first < 0x80) {
            masks[at++] = ascii[first];
            continue;
        }
        const Utf8Character character = readUtf8(text.substr(at));
        masks[at] = lookUp(character.codePoint);
        std::fill_n(masks.begin() + static_cast<std::ptrdiff_t>(at) + 1, character.sizeBytes - 1,
                    kContinuation);
        at += character.sizeBytes;
    }
}

}  // namespace dsm
