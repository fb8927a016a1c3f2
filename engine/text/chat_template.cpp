#include "engine/text/chat_template.h"

#include <utility>

#include "engine/text/jinja_source.h"
#include "engine/text/tokenizer_config.h"

namespace dsm {
namespace {

// Older copies of the template begin like this; newer callers always define the variable.
constexpr std::string_view kPreamble =
    "{% if not add_generation_prompt is defined %}{% set add_generation_prompt = false %}"
    "{% endif %}";

constexpr std::string_view kOpening = "{{ bos_token }}{% for message in messages %}";
constexpr std::string_view kUser =
    "{% if message['role'] == 'user' %}{{ 'User: ' + message['content'] + '\n\n' }}";
constexpr std::string_view kAssistant =
    "{% elif message['role'] == 'assistant' %}{{ 'Assistant: ' + message['content'] + eos_token }}";
constexpr std::string_view kSystem =
    "{% elif message['role'] == 'system' %}{{ message['content'] + '\n\n' }}";
constexpr std::string_view kEnding =
    "{% endif %}{% endfor %}{% if add_generation_prompt %}{{ 'Assistant:' }}{% endif %}";

template <class... Parts>
std::string canonical(Parts... parts) {
    return canonicalJinja((std::string() + ... + std::string(parts)));
}

bool isDeepSeekTemplate(std::string_view source) {
    const std::string found = canonicalJinja(source);
    for (const std::string_view system : {kSystem, std::string_view()}) {
        for (const std::string_view preamble : {kPreamble, std::string_view()}) {
            if (found == canonical(preamble, kOpening, kUser, kAssistant, system, kEnding)) {
                return true;
            }
        }
    }
    return false;
}

// Calls text(part), reply(message) and eos() in the order in which the template puts them.
template <class Text, class Reply, class Eos>
void walk(std::span<const ChatMessage> messages, bool addGenerationPrompt, const Text& text,
          const Reply& reply, const Eos& eos) {
    for (const ChatMessage& message : messages) {
        switch (message.role) {
            case ChatMessage::Role::System:
                text(message.content + "\n\n");
                break;
            case ChatMessage::Role::User:
                text("User: " + message.content + "\n\n");
                break;
            case ChatMessage::Role::Assistant:
                text("Assistant:");
                reply(message);
                eos();
                break;
        }
    }
    if (addGenerationPrompt) text("Assistant:");
}

}  // namespace

Result<std::optional<ChatTemplate>> ChatTemplate::load(const std::filesystem::path& folder) {
    const Result<TokenizerConfig> config = readTokenizerConfig(folder);
    if (!config) return tl::unexpected(config.error());
    if (!config->chatTemplate) return std::nullopt;
    if (isDeepSeekTemplate(*config->chatTemplate)) return ChatTemplate();
    return failure(ErrorCode::Unsupported,
                   config->file + ": chat_template: this is not the template of DeepSeekMoE Chat.");
}

std::vector<TokenId> ChatTemplate::render(std::span<const ChatMessage> messages,
                                          const Tokenizer& tokenizer,
                                          bool addGenerationPrompt) const {
    std::vector<TokenId> ids;
    std::string pending;
    const auto flush = [&] {
        tokenizer.encode(pending, ids);
        pending.clear();
    };
    if (tokenizer.bosId() >= 0) ids.push_back(tokenizer.bosId());
    walk(
        messages, addGenerationPrompt, [&](const std::string& text) { pending += text; },
        [&](const ChatMessage& message) {
            if (message.ids.empty()) {
                pending += " " + message.content;
                return;
            }
            // A generated reply continues "Assistant:" and brings its own first space.
            flush();
            ids.insert(ids.end(), message.ids.begin(), message.ids.end());
        },
        [&] {
            flush();
            if (tokenizer.eosId() >= 0) ids.push_back(tokenizer.eosId());
        });
    flush();
    return ids;
}

std::string ChatTemplate::renderText(std::span<const ChatMessage> messages,
                                     const Tokenizer& tokenizer, bool addGenerationPrompt) const {
    std::string rendered = tokenizer.tokenText(tokenizer.bosId());
    walk(
        messages, addGenerationPrompt, [&](const std::string& text) { rendered += text; },
        [&](const ChatMessage& message) { rendered += " " + message.content; },
        [&] { rendered += tokenizer.tokenText(tokenizer.eosId()); });
    return rendered;
}

}  // namespace dsm
