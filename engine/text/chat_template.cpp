#include "engine/text/chat_template.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "engine/text/jinja_source.h"
#include "engine/text/template_source.h"
#include "engine/text/tokenizer_config.h"
#include "kernels/base/reason.h"

namespace dsm {
namespace {

// Older copies of the template begin like this; newer callers always define the variable.
constexpr std::array<std::string_view, 3> kPreambles{
    "",
    "{% if not add_generation_prompt is defined %}{% set add_generation_prompt = false %}"
    "{% endif %}",
    "{% if add_generation_prompt is not defined %}{% set add_generation_prompt = false %}"
    "{% endif %}"};

constexpr std::string_view kOpening = "{{ bos_token }}{% for message in messages %}";
// The roles exclude each other: their order does not matter. Copies without the last are there.
constexpr std::array<std::string_view, 3> kRoles{
    "if message['role'] == 'user' %}{{ 'User: ' + message['content'] + '\n\n' }}",
    "if message['role'] == 'assistant' %}{{ 'Assistant: ' + message['content'] + eos_token }}",
    "if message['role'] == 'system' %}{{ message['content'] + '\n\n' }}"};
constexpr std::string_view kEnding =
    "{% endif %}{% endfor %}{% if add_generation_prompt %}{{ 'Assistant:' }}{% endif %}";

// The branches in each order of the roles, with and without a system's.
std::vector<std::string> branchesInAnyOrder() {
    std::vector<std::string> all;
    for (const std::size_t count : {kRoles.size() - 1, kRoles.size()}) {
        std::array<std::size_t, kRoles.size()> order{0, 1, 2};
        do {
            std::string branches;
            for (std::size_t i = 0; i < count; ++i)
                branches += (i == 0 ? "{% " : "{% el") + std::string(kRoles[order[i]]);
            all.push_back(std::move(branches));
        } while (std::next_permutation(order.begin(),
                                       order.begin() + static_cast<std::ptrdiff_t>(count)));
    }
    return all;
}

std::vector<std::string> canonicalForms() {
    std::vector<std::string> forms;
    for (const std::string& branches : branchesInAnyOrder()) {
        for (const std::string_view preamble : kPreambles) {
            forms.push_back(canonicalJinja(std::string(preamble) + std::string(kOpening) +
                                           branches + std::string(kEnding)));
        }
    }
    return forms;
}

bool isDeepSeekTemplate(std::string_view source, std::span<const JinjaVariable> tokens) {
    static const std::vector<std::string> forms = canonicalForms();
    return std::find(forms.begin(), forms.end(), canonicalJinja(source, tokens)) != forms.end();
}

// Copies that spell the tokens instead of naming them mean the same.
Result<std::vector<JinjaVariable>> tokenVariables(const std::filesystem::path& folder) {
    const Result<TokenizerConfig> config = readTokenizerConfig(folder);
    if (!config) return tl::unexpected(config.error());
    std::vector<JinjaVariable> variables;
    for (const auto& [name, value] :
         {std::pair("bos_token", &config->bos), std::pair("eos_token", &config->eos)}) {
        if (*value && !(*value)->name.empty()) variables.push_back({name, (*value)->name});
    }
    return variables;
}

// Calls text(part), reply(message) and eos() in the order in which the template puts them.
template <class Text, class Reply, class Eos>
void walk(std::span<const ChatMessage> messages, bool addGenerationPrompt, const Text& text,
          const Reply& reply, const Eos& eos) {
    for (const ChatMessage& message : messages) {
        switch (message.role) {
            case ChatRole::System:
                text(message.content + "\n\n");
                break;
            case ChatRole::User:
                text("User: " + message.content + "\n\n");
                break;
            case ChatRole::Assistant:
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
    const Result<std::optional<TemplateSource>> source = readTemplateSource(folder);
    if (!source) return tl::unexpected(source.error());
    if (!*source) return std::nullopt;
    const Result<std::vector<JinjaVariable>> tokens = tokenVariables(folder);
    if (!tokens) return tl::unexpected(tokens.error());
    if (isDeepSeekTemplate((*source)->text, *tokens)) return ChatTemplate();
    return failure(ErrorCode::Unsupported, ReasonCode::TemplateOfOtherModel, {(*source)->place});
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
