// Tokenizer: text to token ids and back, the same for byte-level BPE and SentencePiece.
//
//   decode(encode(text)) == text      for valid UTF-8; SentencePiece makes U+2581 a space, and
//                                     normalises as its model says
//
// User text is not trusted: encode() never produces a special token, whatever the text spells. BOS
// is never added here; the chat template and the caller of a raw completion add it (addBos()).
//
// Source    tokenizer.json of Hugging Face tokenizers; tokenizer.model of SentencePiece.
// Ownership Views returned live as long as the tokenizer.
// Threads   Immutable after loading: every method may be called from any thread at once.
// Errors    Loading: NotFound, Io, Malformed or Unsupported, naming the file and the key. The
//           methods have none but takeFailure(): an unknown id prints nothing, invalid UTF-8 is
//           encoded byte by byte where the vocabulary has the byte and as U+FFFD where it has not.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/text/vocabulary.h"
#include "kernels/base/result.h"

namespace dsm {

class Tokenizer {
  public:
    virtual ~Tokenizer() = default;
    Tokenizer(const Tokenizer&) = delete;
    Tokenizer& operator=(const Tokenizer&) = delete;

    // Appends the ids of `text` taken as plain text. Added tokens that are not special ("ö") match.
    virtual void encode(std::string_view text, std::vector<TokenId>& out) const = 0;
    std::vector<TokenId> encode(std::string_view text) const;

    // The same for trusted text: names of special tokens in it become their ids.
    void encodeWithSpecials(std::string_view text, std::vector<TokenId>& out) const;

    // Why a text that this thread encoded since it last asked is not all encoded: the pattern that
    // cuts it reached the library's limits (regex.h). Like errno: whoever encodes texts from
    // outside asks before using the ids.
    static std::optional<Error> takeFailure();

    // The bytes a token stands for; they may be part of a character (see StreamDecoder). Added
    // tokens stand for their literal text; special tokens and unknown ids for nothing.
    std::string_view tokenBytes(TokenId id) const;

    // For showing one token: special tokens by name, incomplete characters as U+FFFD, unknown ids
    // as "".
    std::string tokenText(TokenId id) const;

    // The bytes of all tokens; a space that encode() itself puts before a text is taken off again.
    virtual std::string decode(std::span<const TokenId> ids) const;

    TokenId bosId() const { return vocabulary_.bos; }  // -1 when there is none
    TokenId eosId() const { return vocabulary_.eos; }  // -1 when there is none
    bool addBos() const { return vocabulary_.addBos; }

    // Ids run from 0 to vocabSize() - 1. A model may have more rows (padding): never sample those.
    std::int32_t vocabSize() const;
    bool isKnown(TokenId id) const { return id >= 0 && id < vocabSize(); }
    bool isSpecial(TokenId id) const;
    std::optional<TokenId> specialId(std::string_view name) const;

  protected:
    static void noteFailure(Error error);
    explicit Tokenizer(Vocabulary vocabulary);

    const Vocabulary& vocabulary() const { return vocabulary_; }

  private:
    Vocabulary vocabulary_;
    LiteralMatcher specials_;  // of the vocabulary
};

}  // namespace dsm
