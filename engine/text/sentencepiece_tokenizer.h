// SentencePieceTokenizer: a tokenizer.model, read and run by the SentencePiece library.
//
// Control tokens are special, and the library never finds them in a text. Characters that the
// model does not know become byte tokens where it has those, else its unknown token.
//
// Threads  Immutable.
// Errors   See readSentencePieceTokenizer().
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/text/tokenizer.h"
#include "engine/text/tokenizer_config.h"

namespace sentencepiece {
class SentencePieceProcessor;
}

namespace dsm {

class SentencePieceTokenizer final : public Tokenizer {
  public:
    SentencePieceTokenizer(Vocabulary vocabulary,
                           std::unique_ptr<sentencepiece::SentencePieceProcessor> processor);
    ~SentencePieceTokenizer() override;

    using Tokenizer::encode;
    void encode(std::string_view text, std::vector<TokenId>& out) const override;
    std::string decode(std::span<const TokenId> ids) const override;

    // Whether the model puts a space before every text.
    bool addsPrefixSpace() const { return addsPrefixSpace_; }

  private:
    std::unique_ptr<sentencepiece::SentencePieceProcessor> processor_;
    bool addsPrefixSpace_;
};

// `file` holds a whole tokenizer.model. Malformed, naming `name`, where the library refuses it.
Result<std::unique_ptr<Tokenizer>> readSentencePieceTokenizer(std::span<const std::byte> file,
                                                              const std::string& name,
                                                              const TokenizerConfig& config);

}  // namespace dsm
