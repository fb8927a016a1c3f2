#include "engine/text/literal_matcher.h"

#include <algorithm>
#include <utility>

#include "kernels/base/check.h"

namespace dsm {
namespace {

unsigned char byteAt(const LiteralMatcher::Literal& literal, std::size_t at) {
    return static_cast<unsigned char>(literal.text[at]);
}

}  // namespace

LiteralMatcher::LiteralMatcher(std::vector<Literal> literals) : literals_(std::move(literals)) {
    std::sort(literals_.begin(), literals_.end(),
              [](const Literal& a, const Literal& b) { return a.text < b.text; });
    for (std::uint32_t i = 0; i < literals_.size(); ++i) {
        DSM_CHECK(!literals_[i].text.empty());
        Range& range = byFirstByte_[byteAt(literals_[i], 0)];
        if (range.end == 0) range.begin = i;
        range.end = i + 1;
    }
}

// Among sorted strings, those that begin like the text are one range, which each byte narrows; of
// these, one that ends there comes first.
const LiteralMatcher::Literal* LiteralMatcher::longestAt(std::string_view text) const {
    const Range range = byFirstByte_[static_cast<unsigned char>(text[0])];
    auto begin = literals_.begin() + range.begin;
    auto end = literals_.begin() + range.end;
    const Literal* longest = nullptr;
    for (std::size_t length = 1; begin != end; ++length) {
        if (begin->text.size() == length) longest = &*begin++;
        if (length == text.size()) break;
        const auto byte = static_cast<unsigned char>(text[length]);
        begin = std::partition_point(
            begin, end, [&](const Literal& one) { return byteAt(one, length) < byte; });
        end = std::partition_point(begin, end,
                                   [&](const Literal& one) { return byteAt(one, length) == byte; });
    }
    return longest;
}

LiteralMatcher::Match LiteralMatcher::find(std::string_view text, std::size_t from) const {
    if (empty()) return {text.size(), text.size(), -1};
    for (std::size_t begin = from; begin < text.size(); ++begin) {
        const Literal* const literal = longestAt(text.substr(begin));
        if (literal != nullptr) return {begin, begin + literal->text.size(), literal->id};
    }
    return {text.size(), text.size(), -1};
}

}  // namespace dsm
