#include "engine/text/char_classes.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <string>

#include "engine/text/utf8.h"

namespace dsm {
namespace {

constexpr char32_t kCodePoints = 0x110000;
constexpr char32_t kFirstSurrogate = 0xD800;
constexpr char32_t kLastSurrogate = 0xDFFF;

constexpr std::size_t kPatternsKept = 64;

struct Range {
    char32_t first, last;
};

// Every character there is, in order. Appending them one by one takes 10 ms more, for each pattern of a
// tokenizer, at each start of the program (Zen 4, 30 November 2026).
std::string allCharacters() {
    std::string text(4 * kCodePoints, '\0');
    char* to = text.data();
    const auto put = [&to](char32_t bits) { *to++ = static_cast<char>(bits); };
    for (char32_t c = 0; c < kCodePoints; ++c) {
        if (c < 0x80) {
            put(c);
        } else if (c < 0x800) {
            put(0xC0 | c >> 6);
            put(0x80 | (c & 0x3F));
        } else if (c < 0x10000) {
            if (c >= kFirstSurrogate && c <= kLastSurrogate) continue;
            put(0xE0 | c >> 12);
            put(0x80 | (c >> 6 & 0x3F));
            put(0x80 | (c & 0x3F));
        } else {
            put(0xF0 | c >> 18);
            put(0x80 | (c >> 12 & 0x3F));
            put(0x80 | (c >> 6 & 0x3F));
            put(0x80 | (c & 0x3F));
        }
    }
    text.resize(static_cast<std::size_t>(to - text.data()));
    return text;
}

char32_t characterBefore(std::string_view text, std::size_t end) {
    std::size_t begin = end - 1;
    while ((static_cast<unsigned char>(text[begin]) & 0xC0) == 0x80)
        --begin;
    return readUtf8(text.substr(begin)).codePoint;
}

Result<std::vector<Range>> findRanges(const std::string& pattern) {
    // Possessive, so that a run of a million characters needs no stack.
    const Result<Regex> run = Regex::compile(pattern + "++");
    if (!run) return tl::unexpected(run.error());
    const std::string text = allCharacters();
    std::vector<Range> ranges;
    Regex::Scratch scratch;
    Regex::Match match;
    while (run->find(text, match.end, scratch, match)) {
        const char32_t first = readUtf8(std::string_view(text).substr(match.begin)).codePoint;
        ranges.push_back({first, characterBefore(text, match.end)});
    }
    return ranges;
}

// The same, remembered for tokenizers that are read later: models share a few patterns.
Result<std::vector<Range>> rangesOf(const std::string& pattern) {
    static std::mutex mutex;
    static std::map<std::string, std::vector<Range>> known;
    {
        const std::lock_guard lock(mutex);
        if (const auto found = known.find(pattern); found != known.end()) return found->second;
    }
    Result<std::vector<Range>> ranges = findRanges(pattern);
    const std::lock_guard lock(mutex);
    if (ranges && known.size() < kPatternsKept) known.emplace(pattern, *ranges);
    return ranges;
}

}  // namespace

CharClasses::CharClasses() : blockOf_(kCodePoints / kBlockSize, 0), blocks_(1, Block{}) {}

Result<std::optional<CharClasses::Mask>> CharClasses::add(std::string_view pattern) {
    const auto known = std::find(patterns_.begin(), patterns_.end(), pattern);
    const auto bit = static_cast<Mask>(1u << (known - patterns_.begin()));
    if (known != patterns_.end()) return bit;
    if (bit == kContinuation) return std::nullopt;
    const Result<std::vector<Range>> ranges = rangesOf(std::string(pattern));
    if (!ranges) return tl::unexpected(ranges.error());
    for (const Range& range : *ranges)
        setRange(range.first, range.last, bit);
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
