// PromptMeasure: what a model would read for an order, counted without the model.
//
// Of a conversation everything but a system message, the last question and a reply that was begun
// can be left out (LanguageModel::encodeChat()): only those have to fit. A model without a chat
// template reads all of it.
//
// Ownership Keeps the tokenizer; the model may go.
// Threads   Immutable: any thread, also while the model works.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/generate/language_model.h"

namespace dsm {

struct WriteOrder;

struct PromptSize {
    std::int64_t tokens = 0;   // of what may not be left out
    std::int64_t room = 0;     // beside what is kept free for the reply
    std::int64_t read = 0;     // of all that is read
    std::int64_t leftOut = 0;  // the oldest messages, for which there is no room

    bool fits() const { return tokens <= room; }
};

class PromptMeasure {
  public:
    explicit PromptMeasure(const LanguageModel& model);

    PromptSize measure(const WriteOrder& order) const;
    const Tokenizer& tokenizer() const { return *tokenizer_; }

  private:
    std::shared_ptr<const Tokenizer> tokenizer_;
    std::optional<ChatTemplate> template_;
    GenerationSettings ownSettings_;
    std::int64_t limit_;
};

// Of a reply that was begun.
std::vector<TokenId> idsOfReply(const Tokenizer& tokenizer, const ChatMessage& reply);

// What a model without a chat template goes on with: for a conversation, its texts as one.
std::string rawTextOf(const WriteOrder& order);

// Kept free for the reply to such an order, without what of it is there.
std::int64_t reserveFor(const WriteOrder& order, const GenerationSettings& own, std::int64_t limit);

}  // namespace dsm
