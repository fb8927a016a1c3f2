// ChatTemplate: a conversation as the token ids that DeepSeekMoE Chat was trained on.
//
//   <BOS>{system}\n\nUser: {question}\n\nAssistant: {answer}<EOS>User: {question}\n\nAssistant:
//
// The system part appears only where a System message is; the model was not trained with one.
// Text between two special tokens is encoded as one string, so that ids equal those of the whole
// rendered string; user text can never form a special token. A generated reply is given by its
// ids, because encoding its decoded text again does not always give the same ids.
//
// Source    The template of deepseek-moe-16b-chat and its README.
// Threads   Immutable.
// Errors    load(): Malformed for a broken tokenizer_config.json; Unsupported for a template of another
//           model, or one that cannot be read, which whoever needs no template goes on without.
//           Messages name the file.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/text/chat_values.h"
#include "engine/text/tokenizer.h"
#include "kernels/base/result.h"

namespace dsm {

struct ChatMessage {
    ChatRole role = ChatRole::User;
    std::string content;
    // Of a generated reply, without EOS; used instead of `content` when not empty.
    std::vector<TokenId> ids;
};

class ChatTemplate {
  public:
    // Looks where template_source.h says. No value: the folder has no template, so the model is a
    // Base model that completes raw text.
    static Result<std::optional<ChatTemplate>> load(const std::filesystem::path& folder);

    // Exactly one BOS, at the start (none where the tokenizer has none). With
    // `addGenerationPrompt` the ids end in "Assistant:", where the model's reply begins.
    std::vector<TokenId> render(std::span<const ChatMessage> messages, const Tokenizer& tokenizer,
                                bool addGenerationPrompt) const;

    // The same as one string, special tokens by name, replies by their content.
    std::string renderText(std::span<const ChatMessage> messages, const Tokenizer& tokenizer,
                           bool addGenerationPrompt) const;
};

}  // namespace dsm
