#include "engine/text/literal_matcher.h"

#include <algorithm>
#include <utility>

#include "kernels/base/check.h"

namespace dsm {

void LiteralMatcher::add(std::string literal, TokenId id) {
    DSM_CHECK(!literal.empty());
    auto& bucket = byFirstByte_[static_cast<unsigned char>(literal[0])];
    const auto shorter = std::find_if(bucket.begin(), bucket.end(), [&](const Literal& other) {
        return other.text.size() < literal.size();
    });
    bucket.insert(shorter, Literal{std::move(literal), id});
    ++count_;
}

LiteralMatcher::Match LiteralMatcher::find(std::string_view text, std::size_t from) const {
    if (empty()) return {text.size(), text.size(), -1};
    for (std::size_t begin = from; begin < text.size(); ++begin) {
        const auto& bucket = byFirstByte_[static_cast<unsigned char>(text[begin])];
        for (const Literal& literal : bucket) {
            if (text.substr(begin).starts_with(literal.text)) {
                return {begin, begin + literal.text.size(), literal.id};
            }
        }
    }
    return {text.size(), text.size(), -1};
}

}  // namespace dsm
