// TokenizerConfig: what tokenizer_config.json says that this program uses.
//
// Errors  Malformed, naming the file and the key. A folder without the file gives the defaults.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "engine/text/vocabulary.h"
#include "kernels/base/result.h"

namespace dsm {

inline constexpr std::string_view kTokenizerConfigName = "tokenizer_config.json";
inline constexpr std::size_t kMaximumTokenizerConfigBytes = 16 << 20;

struct TokenizerConfig {
    std::string file;  // for messages
    // Names of tokens; without a value the tokenizer's own file decides.
    std::optional<std::string> bosToken;
    std::optional<std::string> eosToken;
    bool addBos = true;
};

Result<TokenizerConfig> readTokenizerConfig(const std::filesystem::path& folder);

// Sets bos, eos and addBos of `vocabulary` by the names in `config`; a name that is no special
// token is Malformed. What `config` does not name stays as it is.
Result<void> applyConfig(const TokenizerConfig& config, Vocabulary& vocabulary);

}  // namespace dsm
