// What a model found of a text, in the types of the windows.
#include <algorithm>
#include <cmath>

#include "app/services/model/host_values.h"
#include "engine/text/token_ranges.h"
#include "engine/text/utf8.h"

namespace dsm {
namespace {

// Of places in a text's bytes, each no lower than the one before, those in the characters of QString.
class Utf16Places {
  public:
    explicit Utf16Places(std::string_view text) : text_(text) {}

    qsizetype of(std::size_t byte) {
        while (byte_ < byte) {
            const Utf8Character character = readUtf8(text_.substr(byte_));
            byte_ += character.sizeBytes;
            place_ += character.codePoint > 0xFFFF ? 2 : 1;
        }
        return place_;
    }

  private:
    std::string_view text_;
    std::size_t byte_ = 0;
    qsizetype place_ = 0;
};

NextToken toNext(const Tokenizer& tokenizer, const LikelyToken& likely) {
    NextToken next;
    next.id = likely.id;
    next.probability = std::exp(likely.logProbability);
    next.text = fromUtf8(tokenizer.tokenText(likely.id));
    const std::string_view bytes = tokenizer.tokenBytes(likely.id);
    if (tokenizer.isSpecial(likely.id) || bytes.empty()) {
        next.kind = NextToken::Kind::EndOfText;
    } else if (validUtf8Prefix(bytes) != bytes.size()) {
        next.kind = NextToken::Kind::PartOfCharacter;
    }
    return next;
}

}  // namespace

QList<TextToken> toTextTokens(const Tokenizer& tokenizer, const std::string& text,
                              const std::vector<TokenScore>& scores) {
    std::vector<TokenId> ids;
    for (const TokenScore& score : scores)
        ids.push_back(score.id);
    const std::vector<TokenRange> ranges = tokenRanges(tokenizer, text, ids);
    Utf16Places begins(text), ends(text);
    QList<TextToken> tokens;
    for (std::size_t i = 0; i < scores.size(); ++i) {
        if (ranges[i].begin == ranges[i].end) continue;
        tokens.append({.id = scores[i].id,
                       .begin = begins.of(ranges[i].begin),
                       .end = ends.of(ranges[i].end),
                       .text = fromUtf8(tokenizer.tokenText(scores[i].id)),
                       .logProbability = scores[i].logProbability});
    }
    return tokens;
}

TextStudyResult toStudy(const worker_event::Studied& studied) {
    TextStudyResult result;
    result.isStopped = studied.error && studied.error->isCancel();
    if (studied.error && !result.isStopped) result.error = words(*studied.error);
    if (studied.error || !studied.tokenizer) return result;
    result.tokens = toTextTokens(*studied.tokenizer, studied.text, studied.scores);
    for (const LikelyToken& likely : studied.likeliest)
        result.likeliest.append(toNext(*studied.tokenizer, likely));
    return result;
}

}  // namespace dsm
