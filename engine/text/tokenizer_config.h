// TokenizerConfig: what tokenizer_config.json says that this program uses, or that must agree with
// the tokenizer's own file.
//
// Where it has no added_tokens_decoder, two older files beside it count, and where it has one they
// do not: special_tokens_map.json names the tokens that begin and end a text, before what
// tokenizer_config.json names, and added_tokens.json gives tokens by their ids.
//
// Source  PreTrainedTokenizerBase._from_pretrained of transformers 4 and 5.
// Errors  Malformed and Unsupported (tokenizer_keys.h), naming the file and the key. A folder
//         without the file gives the defaults.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/text/vocabulary.h"
#include "kernels/base/result.h"

namespace dsm {

inline constexpr std::string_view kTokenizerConfigName = "tokenizer_config.json";
inline constexpr std::size_t kMaximumTokenizerConfigBytes = 16 << 20;

struct NamedToken {
    std::string name;  // as its file spells it
    bool special = false;
};

struct TokenizerConfig {
    struct Added {
        std::string place;  // for messages: the file, and the key in it
        TokenId id = -1;
        std::string name;
        std::optional<bool> special;  // without a value: whatever the tokenizer's file says
    };
    struct Special {
        std::string place;
        std::string name;
    };

    std::string file;  // for messages
    // Names of tokens; without a value the tokenizer's own file decides.
    std::optional<Special> bos;
    std::optional<Special> eos;
    std::optional<bool> addBos;  // without a value: true, unless the tokenizer's file says no
    std::optional<bool> addPrefixSpace;
    std::vector<Added> added;       // added_tokens_decoder, or added_tokens.json
    std::vector<Special> specials;  // additional_special_tokens and extra_special_tokens
};

Result<TokenizerConfig> readTokenizerConfig(const std::filesystem::path& folder);

// Sets bos, eos and addBos of `vocabulary` by the names in `config`; a name that is no special
// token is Malformed. What `config` does not name stays as it is.
Result<void> applyConfig(const TokenizerConfig& config, Vocabulary& vocabulary);

// Malformed where the configuration has a token that the tokenizer's `file` lacks, or has under
// another name or kind: transformers would add it. `tokenAt` gives the file's own added ones.
Result<void> checkAddedTokens(const TokenizerConfig& config,
                              const std::function<std::optional<NamedToken>(TokenId)>& tokenAt,
                              std::string_view file);

// Malformed where add_prefix_space contradicts what the tokenizer's `file` does.
Result<void> checkPrefixSpace(const TokenizerConfig& config, bool addsSpace, std::string_view file);

}  // namespace dsm
