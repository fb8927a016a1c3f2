// BpeTokenizer: byte-level byte-pair encoding, as tokenizer.json of DeepSeekMoE describes it.
//
//   1. Added tokens are found in the raw text, first those matched before normalisation, then the
//      rest; special ones are not looked for.
//   2. What lies between them is cut into pieces (PreTokenizer).
//   3. The bytes of each piece are merged (BpeModel).
//
// Added tokens decode to their literal text, not through the byte symbols.
//
// Source   https://huggingface.co/docs/tokenizers/pipeline
// Threads  Immutable.
// Errors   See readBpeTokenizer(). encode(): a pattern at its limits, as takeFailure().
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/format/json_field.h"
#include "engine/text/bpe_model.h"
#include "engine/text/pre_tokenizer.h"
#include "engine/text/tokenizer.h"
#include "engine/text/tokenizer_config.h"

namespace dsm {

class BpeTokenizer final : public Tokenizer {
  public:
    // An added token that is not special.
    struct Literal {
        std::string text;
        TokenId id;
        bool normalized;
    };

    BpeTokenizer(Vocabulary vocabulary, std::vector<Literal> literals, PreTokenizer preTokenizer,
                 BpeModel model);

    using Tokenizer::encode;
    void encode(std::string_view text, std::vector<TokenId>& out) const override;

  private:
    struct Run;

    std::string replaceUnspellable(std::string_view text) const;

    LiteralMatcher rawLiterals_;
    LiteralMatcher normalizedLiterals_;
    PreTokenizer preTokenizer_;
    BpeModel model_;
};

// `document` is a whole tokenizer.json. Unsupported names the feature that is not; Malformed the
// key: holes and duplicates among the ids, ids out of range, merges that name no token.
Result<std::unique_ptr<Tokenizer>> readBpeTokenizer(const JsonField& document,
                                                    const TokenizerConfig& config);

}  // namespace dsm
