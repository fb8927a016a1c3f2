#include "app/services/remote/remote_request.h"

#include <QJsonArray>
#include <QRegularExpression>

namespace dsm {
namespace {

constexpr const char* kContinue = "continue_final_message";

// Without these a reply is another one, perhaps, but one; the longer of two names first.
constexpr const char* kCanGo[] = {"repetition_penalty",
                                  "repeat_penalty",
                                  "presence_penalty",
                                  "frequency_penalty",
                                  "add_generation_prompt",
                                  kContinue,
                                  "stream_options",
                                  "max_completion_tokens",
                                  "max_tokens",
                                  "temperature",
                                  "top_p",
                                  "top_k",
                                  "min_p",
                                  "seed",
                                  "stop"};

const char* wordFor(ChatRole role) {
    switch (role) {
        case ChatRole::System:
            return "system";
        case ChatRole::User:
            return "user";
        case ChatRole::Assistant:
            break;
    }
    return "assistant";
}

QJsonObject messageOf(ChatRole role, const QString& text) {
    return {{QStringLiteral("role"), QLatin1String(wordFor(role))},
            {QStringLiteral("content"), text}};
}

QJsonArray messagesOf(const GenerationRequest& request) {
    QJsonArray messages;
    for (const PromptMessage& message : request.messages)
        messages.append(messageOf(message.role, message.text));
    if (!request.replySoFar.text.isEmpty())
        messages.append(messageOf(ChatRole::Assistant, request.replySoFar.text));
    return messages;
}

QJsonArray stopsOf(const std::vector<std::string>& stops) {
    QJsonArray all;
    for (const std::string& stop : stops)
        all.append(QString::fromStdString(stop));
    return all;
}

class Fields {
  public:
    Fields(QJsonObject& body, const QStringList& refused) : body_(body), refused_(refused) {}

    bool takes(const char* name) const { return !refused_.contains(QLatin1String(name)); }
    void put(const char* name, const QJsonValue& value) {
        if (takes(name)) body_[QLatin1String(name)] = value;
    }
    template <class T>
    void put(const char* name, const std::optional<T>& value) {
        if (value) put(name, QJsonValue(static_cast<double>(*value)));
    }

  private:
    QJsonObject& body_;
    const QStringList& refused_;
};

void putChoices(const GenerationChoices& choices, const RemoteEngine& engine, Fields& fields) {
    fields.put("temperature", choices.temperature);
    fields.put("top_p", choices.topP);
    // Neutral values are left out: who has no word for them would refuse the whole.
    if (choices.topK.value_or(0) > 0) fields.put("top_k", choices.topK);
    if (choices.minP.value_or(0) > 0) fields.put("min_p", choices.minP);
    const bool isLlama = engine.kind == QLatin1String("llamacpp");
    if (choices.repetitionPenalty.value_or(1) != 1)
        fields.put(isLlama ? "repeat_penalty" : "repetition_penalty", choices.repetitionPenalty);
    if (choices.presencePenalty != 0) fields.put("presence_penalty", choices.presencePenalty);
    if (choices.frequencyPenalty != 0) fields.put("frequency_penalty", choices.frequencyPenalty);
    fields.put(fields.takes("max_tokens") ? "max_tokens" : "max_completion_tokens",
               choices.maximumTokens);
    // What many take for a seed is a positive number of 32 bits with a sign.
    if (choices.seed)
        fields.put("seed", QJsonValue(static_cast<qint64>(*choices.seed & 0x7fff'ffffU)));
    if (!choices.stopStrings.empty()) fields.put("stop", stopsOf(choices.stopStrings));
}

}  // namespace

RemoteRequest remoteRequest(const GenerationRequest& request, const RemoteEngine& engine,
                            const QStringList& refused) {
    RemoteRequest made;
    Fields fields(made.body, refused);
    made.body[QStringLiteral("model")] = engine.model;
    made.body[QStringLiteral("stream")] = true;
    fields.put("stream_options", QJsonObject{{QStringLiteral("include_usage"), true}});
    putChoices(request.choices, engine, fields);
    if (request.messages.isEmpty()) {
        made.what = QStringLiteral("completions");
        made.body[QStringLiteral("prompt")] = request.rawText;
        return made;
    }
    made.what = QStringLiteral("chat/completions");
    made.body[QStringLiteral("messages")] = messagesOf(request);
    if (!request.replySoFar.text.isEmpty()) {
        fields.put(kContinue, true);
        fields.put("add_generation_prompt", false);
    }
    return made;
}

QString refusedField(const QJsonObject& body, const QString& words) {
    for (const char* name : kCanGo) {
        const QString field = QLatin1String(name);
        const QRegularExpression whole(QStringLiteral("(?<![a-z_])%1(?![a-z_])").arg(field));
        if (body.contains(field) && whole.match(words).hasMatch()) return field;
    }
    return {};
}

}  // namespace dsm
