// Order: what somebody asks of a batch (batch.h), and who hears of it.
//
// Ownership The batch holds the order and shares the sink.
// Threads   An order is a plain value. All calls of a sink come from the batch's thread, but for
//           those that its owner makes.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/generate/generation.h"
#include "engine/generate/token_scores.h"
#include "engine/model/adapter/adapter.h"
#include "kernels/base/result.h"

namespace dsm {

struct AdapterUse {
    std::shared_ptr<const LoraAdapter> adapter = nullptr;  // nullptr: the model alone
    float scale = 1;

    bool operator==(const AdapterUse&) const = default;
};

struct Order {
    std::vector<TokenId> prompt;  // not empty, shorter than the context
    GenerationSettings settings;  // as LanguageModel::settingsFor() gives them
    bool writes = true;           // false: the prompt is scored, and nothing follows
    bool scoresPrompt = false;
    // So many likeliest tokens beside each score; none: what is written has no scores.
    std::optional<std::size_t> likeliest = std::nullopt;
    // Added to the logits of these ids before a token is chosen; scores are those without.
    std::vector<std::pair<TokenId, float>> bias = {};
    AdapterUse adapter = {};  // that it is computed with
};

class OrderSink {
  public:
    virtual ~OrderSink() = default;
    // False ends the order within a token; asked before each pass.
    virtual bool isWanted() const = 0;
    // One score for each id of the prompt, before anything is written.
    virtual void promptScored(std::vector<TokenScore> scores) = 0;
    // As PieceSink, with its score where one was asked for. The token that ends a text comes too,
    // with no text.
    virtual void wrote(std::string_view text, TokenId id, std::optional<TokenScore> score) = 0;
    // The last call. Errors  Those of LanguageModel::generate().
    virtual void ended(Result<Generation> generation) = 0;
};

}  // namespace dsm
