// TokenizerConfig: what tokenizer_config.json says that this program uses, or that must agree with
// the tokenizer's own file.
//
// Errors  Malformed and Unsupported (tokenizer_keys.h), naming the file and the key. A folder
//         without the file gives the defaults.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
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
        std::string key;  // for messages
        TokenId id = -1;
        NamedToken token;
    };

    std::string file;  // for messages
    // Names of tokens; without a value the tokenizer's own file decides.
    std::optional<std::string> bosToken;
    std::optional<std::string> eosToken;
    std::optional<bool> addBos;  // without a value: true, unless the tokenizer's file says no
    std::optional<bool> addPrefixSpace;
    std::vector<Added> added;  // added_tokens_decoder
    // The names under additional_special_tokens and extra_special_tokens, each after its key.
    std::vector<std::pair<std::string, std::string>> specials;
};

Result<TokenizerConfig> readTokenizerConfig(const std::filesystem::path& folder);

// Sets bos, eos and addBos of `vocabulary` by the names in `config`; a name that is no special
// token is Malformed. What `config` does not name stays as it is.
Result<void> applyConfig(const TokenizerConfig& config, Vocabulary& vocabulary);

// Malformed where added_tokens_decoder names a token that the tokenizer's `file` lacks, or has
// under another name or kind: transformers would add it. `tokenAt` gives the file's own.
Result<void> checkAddedTokens(const TokenizerConfig& config,
                              const std::function<std::optional<NamedToken>(TokenId)>& tokenAt,
                              std::string_view file);

// Malformed where add_prefix_space contradicts what the tokenizer's `file` does.
Result<void> checkPrefixSpace(const TokenizerConfig& config, bool addsSpace, std::string_view file);

}  // namespace dsm
