#include "app/services/model/host_values.h"

#include <QDir>
#include <algorithm>
#include <random>

#include "app/services/program/path_text.h"
#include "app/services/program/private_file.h"
#include "app/services/program/reason_words.h"
#include "app/services/program/settings.h"

namespace dsm {

QString fromUtf8(const std::string& text) {
    return QString::fromStdString(text);
}

namespace {

ChatMessage toChatMessage(const PromptMessage& message) {
    ChatMessage result;
    result.role = message.role;
    result.content = message.text.toStdString();
    result.ids.assign(message.tokenIds.begin(), message.tokenIds.end());
    return result;
}

}  // namespace

QString words(const ToldError& told) {
    return presentReason(shown(told.error, told.reason));
}

QList<int> toList(const std::vector<TokenId>& ids) {
    return QList<int>(ids.begin(), ids.end());
}

LoadOptions toOptions(const ModelLoadChoices& choices) {
    LoadOptions options;
    options.folder = toPath(QDir(choices.folder).absolutePath());
    if (!choices.backend.isEmpty()) options.backend = choices.backend.toStdString();
    if (choices.gpu >= 0 && choices.backend == QStringLiteral("cuda")) options.gpu = choices.gpu;
    if (choices.gpuLayers >= 0) options.gpuLayers = choices.gpuLayers;
    options.threads = choices.threads;
    options.contextLimit = choices.contextLimit;
    if (choices.contextIn8Bits) options.kv = KvType::Q8;
    if (choices.fromDisk) options.residency = Residency::OnDisk;
    if (!choices.adapterFolder.isEmpty()) {
        options.adapter =
            AdapterChoice{toPath(choices.adapterFolder), static_cast<float>(choices.adapterScale)};
    }
    return options;
}

ModelStatus toStatus(const WorkerStatus& now) {
    ModelStatus status;
    static_cast<ModelFigures&>(status) = now;
    status.promptRead = std::min(now.promptRead, now.promptTokens);
    status.name = fromUtf8(now.name);
    status.folder = pathText(now.options.folder);
    if (now.templateProblem) status.templateProblem = words(*now.templateProblem);
    if (now.adapter) {
        status.adapterFolder = pathText(now.adapter->folder);
        status.adapterScale = static_cast<double>(now.adapter->scale);
    }
    status.backend = fromUtf8(now.backend);
    status.gpuName = fromUtf8(now.gpuName);
    if (now.fallback) status.fallback = words(*now.fallback);
    if (now.error) status.error = words(*now.error);
    return status;
}

WriteOrder toOrder(const GenerationRequest& request) {
    WriteOrder order;
    order.id = request.id;
    order.conversation = request.conversationId;
    for (const PromptMessage& message : request.messages) {
        order.messages.push_back(toChatMessage(message));
    }
    order.replySoFar = toChatMessage(request.replySoFar);
    order.rawText = request.rawText.toStdString();
    order.choices = clamped(request.choices);
    if (!order.choices.seed) order.choices.seed = std::random_device{}();
    return order;
}

GenerationOutcome toOutcome(const worker_event::WriteEnded& ended) {
    GenerationOutcome outcome;
    outcome.end = ended.generation.reason;
    outcome.statistics = ended.generation.statistics;
    outcome.droppedMessages = ended.droppedMessages;
    if (ended.error) outcome.error = words(*ended.error);
    outcome.modelName = fromUtf8(ended.modelName);
    return outcome;
}

}  // namespace dsm
