#include "engine/text/token_ranges.h"

#include <algorithm>

namespace dsm {
namespace {

bool isInside(std::string_view text, std::size_t at) {
    constexpr unsigned kMask = 0xC0, kContinuation = 0x80;
    return at < text.size() && (static_cast<unsigned char>(text[at]) & kMask) == kContinuation;
}

}  // namespace

std::vector<TokenRange> tokenRanges(const Tokenizer& tokenizer, std::string_view text,
                                    std::span<const TokenId> ids) {
    std::size_t spelled = 0;
    for (const TokenId id : ids)
        spelled += tokenizer.tokenBytes(id).size();
    // The space that an encoder puts before a text is none of it.
    std::size_t added = spelled == text.size() + 1 ? 1 : 0;
    std::vector<TokenRange> ranges;
    std::size_t at = 0;
    for (const TokenId id : ids) {
        std::size_t size = tokenizer.tokenBytes(id).size();
        if (size > 0 && added > 0) {
            --size;
            added = 0;
        }
        std::size_t begin = std::min(at, text.size());
        std::size_t end = std::min(at + size, text.size());
        at += size;
        if (begin < end) {
            while (isInside(text, begin))
                --begin;
            while (isInside(text, end))
                ++end;
        } else {
            while (isInside(text, begin))
                --begin;
            end = begin;
        }
        ranges.push_back({begin, end});
    }
    return ranges;
}

}  // namespace dsm
