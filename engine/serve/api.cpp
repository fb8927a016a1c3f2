#include "engine/serve/api.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <random>
#include <utility>

namespace dsm {
namespace {

using nlohmann::json;

constexpr const char* kTooMany =
    "Too many requests wait already. Ask again later, or start the server with a larger --waiting.";

tl::unexpected<Refusal> refused(const Error& error) {
    return tl::unexpected(Refusal{statusOf(error), error});
}

tl::unexpected<Refusal> refused(ErrorCode code, std::string message) {
    return refused(Error{code, std::move(message)});
}

std::int64_t secondsNow() {
    using std::chrono::system_clock;
    return std::chrono::duration_cast<std::chrono::seconds>(system_clock::now().time_since_epoch())
        .count();
}

std::uint64_t randomNumber() {
    std::random_device device;
    return (std::uint64_t{device()} << 32) | device();
}

std::string newId(bool isChat) {
    std::array<char, 17> hex{};
    std::snprintf(hex.data(), hex.size(), "%016llx",
                  static_cast<unsigned long long>(randomNumber()));
    return (isChat ? "chatcmpl-" : "cmpl-") + std::string(hex.data());
}

std::string nameOrNothing(const Tokenizer& tokenizer, TokenId id) {
    return id < 0 ? std::string() : tokenizer.tokenText(id);
}

std::string withoutSpaceBefore(const std::string& text) {
    const auto first = text.find_first_not_of(" \t\r\n");
    return first == std::string::npos ? std::string() : text.substr(first);
}

void addMetric(std::string& text, const char* name, const char* type, const char* help,
               std::uint64_t value) {
    text += "# HELP deepseekmoe_" + std::string(name) + ' ' + help + "\n# TYPE deepseekmoe_" +
            name + ' ' + type + "\ndeepseekmoe_" + name + ' ' + std::to_string(value) + '\n';
}

}  // namespace

Api::Api(const LanguageModel& model, BatchQueue& batch, std::vector<ServedModel> models)
    : model_(model), batch_(batch), models_(std::move(models)) {}

Answered<ServedModel> Api::served(const std::string& asked) const {
    if (asked.empty()) return models_.front();
    const auto found = std::ranges::find(models_, asked, &ServedModel::name);
    if (found != models_.end()) return *found;
    std::string names;
    for (const ServedModel& model : models_)
        names += (names.empty() ? "" : ", ") + json(model.name).dump(-1, ' ', true);
    return refused(ErrorCode::NotFound, "There is no model " + json(asked).dump(-1, ' ', true) +
                                            " here, only " + names + ".");
}

Answered<std::vector<TokenId>> Api::idsOf(const PromptForm& prompt) const {
    std::vector<TokenId> ids;
    if (const auto* text = std::get_if<std::string>(&prompt)) {
        ids = model_.encodeText(*text);
        if (auto failed = Tokenizer::takeFailure()) return refused(*failed);
    } else {
        ids = std::get<std::vector<TokenId>>(prompt);
    }
    if (ids.empty())
        return refused(ErrorCode::Unsupported, "prompt: an empty text has nothing to go on from.");
    for (const TokenId id : ids) {
        if (!model_.tokenizer().isKnown(id))
            return refused(ErrorCode::Unsupported,
                           "prompt: this model has no token " + std::to_string(id) + ".");
    }
    return ids;
}

Answered<void> Api::checkBias(const ReplyRequest& request) const {
    for (const auto& [id, bias] : request.bias) {
        if (!model_.tokenizer().isKnown(id))
            return refused(ErrorCode::Unsupported,
                           "logit_bias: this model has no token " + std::to_string(id) + ".");
    }
    return {};
}

Answered<void> Api::addOrders(const ReplyRequest& request, std::vector<TokenId> prompt, bool scores,
                              std::vector<Order>& orders) const {
    GenerationChoices choices = request.choices;
    const std::int64_t most = request.maximumTokens.value_or(model_.contextLimit());
    choices.maximumTokens = std::max<std::int64_t>(1, most);
    if (!choices.seed) choices.seed = randomNumber();
    auto settings = model_.settingsFor(prompt, overridden(model_.ownSettings(), choices));
    if (!settings) return refused(settings.error());
    for (std::int64_t choice = 0; choice < request.choicesWanted; ++choice) {
        orders.push_back({.prompt = prompt,
                          .settings = *settings,
                          .writes = most > 0,
                          .scoresPrompt = scores,
                          .likeliest = request.logProbabilities,
                          .bias = request.bias});
        ++settings->sampling.seed;
    }
    return {};
}

Answered<Submitted> Api::submit(std::vector<Order> orders, const ReplyRequest& request,
                                const ServedModel& model, bool isChat) {
    Submitted submitted{.head = {.id = newId(isChat),
                                 .created = secondsNow(),
                                 .model = model.name,
                                 .tokenizer = &model_.tokenizer(),
                                 .isChat = isChat,
                                 .goesOn = false,
                                 .hasScores = request.logProbabilities.has_value()},
                        .board = std::make_shared<ReplyBoard>(orders.size()),
                        .choices = static_cast<std::size_t>(request.choicesWanted),
                        .echoed = {},
                        .streams = request.streams,
                        .tellsUsage = request.tellsUsage};
    std::vector<std::pair<Order, std::shared_ptr<OrderSink>>> all;
    for (std::size_t i = 0; i < orders.size(); ++i) {
        orders[i].adapter = model.adapter;
        all.emplace_back(std::move(orders[i]), submitted.board->sink(i));
    }
    if (!batch_.submit(std::move(all)))
        return tl::unexpected(Refusal{429, {ErrorCode::OutOfMemory, kTooMany}});
    return submitted;
}

Answered<Submitted> Api::complete(const json& body) {
    const auto request = readCompletionRequest(body);
    if (!request) return refused(request.error());
    const auto model = served(request->model);
    if (!model) return tl::unexpected(model.error());
    if (const auto checked = checkBias(*request); !checked) return tl::unexpected(checked.error());
    std::vector<Order> orders;
    std::vector<std::string> echoed;
    const bool scores = request->echoes && request->logProbabilities.has_value();
    for (const PromptForm& prompt : request->prompts) {
        auto ids = idsOf(prompt);
        if (!ids) return tl::unexpected(ids.error());
        const auto* text = std::get_if<std::string>(&prompt);
        if (request->echoes)
            echoed.push_back(text != nullptr ? *text : model_.tokenizer().decode(*ids));
        if (auto added = addOrders(*request, std::move(*ids), scores, orders); !added)
            return tl::unexpected(added.error());
    }
    auto submitted = submit(std::move(orders), *request, *model, false);
    if (submitted) submitted->echoed = std::move(echoed);
    return submitted;
}

Answered<Submitted> Api::chat(const json& body) {
    const auto request = readChatRequest(body);
    if (!request) return refused(request.error());
    const auto model = served(request->model);
    if (!model) return tl::unexpected(model.error());
    if (const auto checked = checkBias(*request); !checked) return tl::unexpected(checked.error());
    std::vector<TokenId> begun;
    // The model's own replies begin with the space that follows "Assistant:".
    if (!request->replySoFar.empty())
        begun = model_.tokenizer().encode(' ' + withoutSpaceBefore(request->replySoFar));
    if (auto failed = Tokenizer::takeFailure()) return refused(*failed);
    const auto reserve = static_cast<std::int64_t>(begun.size()) + 1;
    auto prompt = model_.encodeChat(request->messages, reserve);
    if (!prompt) return refused(prompt.error());
    if (prompt->droppedMessages > 0)
        return refused(ErrorCode::Unsupported,
                       "messages: they are longer than this model's context, which holds " +
                           std::to_string(model_.contextLimit()) +
                           " tokens. Leave the oldest out.");
    prompt->ids.insert(prompt->ids.end(), begun.begin(), begun.end());
    std::vector<Order> orders;
    if (auto added = addOrders(*request, prompt->ids, false, orders); !added)
        return tl::unexpected(added.error());
    auto submitted = submit(std::move(orders), *request, *model, true);
    if (submitted) submitted->head.goesOn = !begun.empty();
    return submitted;
}

Answered<json> Api::tokenize(const json& body) const {
    const auto request = readTokenizeRequest(body);
    if (!request) return refused(request.error());
    const std::vector<TokenId> ids = request->addsSpecial
                                         ? model_.encodeText(request->text)
                                         : model_.tokenizer().encode(request->text);
    if (auto failed = Tokenizer::takeFailure()) return refused(*failed);
    return json{{"tokens", ids}, {"count", ids.size()}, {"max_model_len", model_.contextLimit()}};
}

Answered<json> Api::detokenize(const json& body) const {
    const auto ids = readDetokenizeRequest(body);
    if (!ids) return refused(ids.error());
    for (const TokenId id : *ids) {
        if (!model_.tokenizer().isKnown(id))
            return refused(ErrorCode::Unsupported,
                           "tokens: this model has no token " + std::to_string(id) + ".");
    }
    StreamDecoder decoder(model_.tokenizer());  // whole characters, whatever the ids are
    std::string text;
    for (const TokenId id : *ids)
        text += decoder.push(id);
    return json{{"prompt", text + decoder.finish()}};
}

json Api::tokenizerInfo() const {
    const Tokenizer& tokenizer = model_.tokenizer();
    return {{"bos_token", nameOrNothing(tokenizer, tokenizer.bosId())},
            {"eos_token", nameOrNothing(tokenizer, tokenizer.eosId())},
            {"pad_token", nameOrNothing(tokenizer, tokenizer.eosId())},
            {"chat_template", nullptr}};
}

std::string Api::metrics() const {
    const BatchFigures figures = batch_.figures();
    std::string text;
    addMetric(text, "writing", "gauge", "Answers that are written now.", figures.writing);
    addMetric(text, "reading", "gauge", "Prompts that are read now.", figures.reading);
    addMetric(text, "waiting", "gauge", "Orders that wait.", figures.waiting);
    addMetric(text, "passes_total", "counter", "Passes through the model.", figures.passes);
    addMetric(text, "prompt_tokens_total", "counter", "Tokens of prompts.", figures.promptTokens);
    addMetric(text, "reused_tokens_total", "counter", "Of these, found read.",
              figures.reusedTokens);
    addMetric(text, "written_tokens_total", "counter", "Tokens that were written.",
              figures.writtenTokens);
    return text;
}

}  // namespace dsm
