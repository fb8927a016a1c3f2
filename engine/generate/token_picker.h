// Token picker: gives the tokens of one reply, one after the other: chosen on the host from logits,
// some of them read before they were chosen (look_ahead.h), or by a GPU that has the model and is a
// token ahead. All choose the same (sampling.h).
//
// Ownership Borrows the model, whose context holds the prompt. After the picker's end the context
//           holds the prompt and all tokens but the last one given.
// Threads   The model's.
// Errors    A GPU that failed: Model::failure().
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>

#include "engine/generate/sampling.h"
#include "engine/model/model.h"
#include "kernels/base/result.h"

namespace dsm {

class TokenPicker {
  public:
    virtual ~TokenPicker() = default;
    // nullopt when asked to stop, or when the GPU failed; kNotFinite (sample.h), once, where the
    // logits are no finite numbers. The context has room for the token before it (CHECK).
    virtual std::optional<TokenId> next(const std::stop_token& stop) = 0;
};

struct ReplyPlan {
    const SampleSettings& sampling;
    std::span<const TokenId> prompt;
    std::int64_t vocabSize = 0;      // ids from there on are padding
    std::int64_t maximumTokens = 0;  // more are not asked for
    bool looksAhead = true;          // where the host chooses
};

// Malformed where every token is as likely as every other, as weights that are zeros have it: there
// is nothing to choose by. `logits` are those of the prompt's last token, of the model called `name`.
Result<void> checkChoice(std::span<const float> logits, std::int64_t vocabSize,
                         const std::string& name);

// `logits` are those of the prompt's last token.
std::unique_ptr<TokenPicker> pickTokens(Model& model, const ReplyPlan& plan,
                                        std::span<float> logits);

}  // namespace dsm
