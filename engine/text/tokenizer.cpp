#include "engine/text/tokenizer.h"

#include <utility>

#include "engine/text/utf8.h"

namespace dsm {

namespace {

LiteralMatcher specialsOf(const Vocabulary& vocabulary) {
    std::vector<LiteralMatcher::Literal> specials;
    TokenId id = 0;
    for (const Token& token : vocabulary.tokens) {
        if (token.special && !token.name.empty()) specials.push_back({token.name, id});
        ++id;
    }
    return LiteralMatcher(std::move(specials));
}

thread_local std::optional<Error> lastFailure;

}  // namespace

Tokenizer::Tokenizer(Vocabulary vocabulary)
    : vocabulary_(std::move(vocabulary)), specials_(specialsOf(vocabulary_)) {}

std::optional<Error> Tokenizer::takeFailure() {
    return std::exchange(lastFailure, std::nullopt);
}

void Tokenizer::noteFailure(Error error) {
    if (!lastFailure) lastFailure = std::move(error);
}

std::vector<TokenId> Tokenizer::encode(std::string_view text) const {
    std::vector<TokenId> ids;
    encode(text, ids);
    return ids;
}

void Tokenizer::encodeWithSpecials(std::string_view text, std::vector<TokenId>& out) const {
    std::size_t at = 0;
    while (at < text.size()) {
        const LiteralMatcher::Match match = specials_.find(text, at);
        if (match.begin > at) encode(text.substr(at, match.begin - at), out);
        if (match.id >= 0) out.push_back(match.id);
        at = match.end;
    }
}

std::string_view Tokenizer::tokenBytes(TokenId id) const {
    if (!isKnown(id)) return {};
    return vocabulary_.tokens[static_cast<std::size_t>(id)].bytes;
}

std::string Tokenizer::tokenText(TokenId id) const {
    if (isSpecial(id)) return vocabulary_.tokens[static_cast<std::size_t>(id)].name;
    std::string text;
    std::string_view rest = tokenBytes(id);
    while (!rest.empty()) {
        const Utf8Character character = readUtf8(rest);
        const bool valid = character.state == Utf8Character::State::Valid;
        text += valid ? rest.substr(0, character.sizeBytes) : kReplacementCharacter;
        rest.remove_prefix(character.sizeBytes);
    }
    return text;
}

std::string Tokenizer::decode(std::span<const TokenId> ids) const {
    std::string text;
    for (const TokenId id : ids)
        text += tokenBytes(id);
    return text;
}

std::int32_t Tokenizer::vocabSize() const {
    return static_cast<std::int32_t>(vocabulary_.tokens.size());
}

bool Tokenizer::isSpecial(TokenId id) const {
    return isKnown(id) && vocabulary_.tokens[static_cast<std::size_t>(id)].special;
}

std::optional<TokenId> Tokenizer::specialId(std::string_view name) const {
    const LiteralMatcher::Match match = specials_.find(name, 0);
    if (match.id < 0 || match.begin != 0 || match.end != name.size()) return std::nullopt;
    return match.id;
}

}  // namespace dsm
