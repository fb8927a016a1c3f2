#include "app/services/model/model_host.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QFileInfo>
#include <QSocketNotifier>
#include <QTimer>
#include <algorithm>
#include <random>

#include "app/services/model/answer_author.h"
#include "app/services/model/model_worker.h"
#include "app/services/model/prompt_measure.h"
#include "app/services/program/bell.h"
#include "app/services/program/private_file.h"
#include "app/services/program/settings.h"
#include "engine/generate/demo_model.h"

namespace dsm {
namespace {

using namespace worker_event;

constexpr int kFlushMs = 25;

QString fromUtf8(const std::string& text) {
    return QString::fromStdString(text);
}

ModelState toState(WorkerStatus::State state) {
    switch (state) {
        case WorkerStatus::State::Empty:
            return ModelState::Empty;
        case WorkerStatus::State::Loading:
            return ModelState::Loading;
        case WorkerStatus::State::Ready:
            return ModelState::Ready;
        case WorkerStatus::State::Generating:
            return ModelState::Generating;
        case WorkerStatus::State::Failed:
            return ModelState::Failed;
    }
    return ModelState::Failed;
}

ChatMessage toChatMessage(const PromptMessage& message) {
    ChatMessage result;
    result.role = message.role;
    result.content = message.text.toStdString();
    result.ids.assign(message.tokenIds.begin(), message.tokenIds.end());
    return result;
}

QList<int> toList(const std::vector<TokenId>& ids) {
    return QList<int>(ids.begin(), ids.end());
}

GenerationOutcome toOutcome(const WriteEnded& ended) {
    GenerationOutcome outcome;
    outcome.end = ended.generation.reason;
    outcome.statistics = ended.generation.statistics;
    outcome.droppedMessages = ended.droppedMessages;
    if (ended.error) outcome.error = fromUtf8(ended.error->message);
    outcome.modelName = fromUtf8(ended.modelName);
    return outcome;
}

bool isSameFolder(const QString& a, const QString& b) {
    return !a.isEmpty() && !b.isEmpty() && QDir(a) == QDir(b);
}

// Reads the mark of an earlier start once: what crashed two starts ago is no reason to be careful.
QString takeCrashMark(const QString& file) {
    QFile mark(file);
    if (!mark.open(QIODevice::ReadOnly)) return {};
    const QString folder = QString::fromUtf8(mark.readAll());
    mark.close();
    mark.remove();
    return folder;
}

}  // namespace

class ModelHost::Worker {
  public:
    Worker(const QString& crashMark, const QString& contextFolder, ModelHost* host)
        : crashedFolder(takeCrashMark(crashMark)),
          notifier(bell.descriptor(), QSocketNotifier::Read),
          worker(toPath(crashMark), ContextStore(toPath(contextFolder)), [this] { bell.ring(); }) {
        flush.setSingleShot(true);
        flush.setTimerType(Qt::PreciseTimer);
        connect(&flush, &QTimer::timeout, host, &ModelHost::takeUpdates);
        connect(&notifier, &QSocketNotifier::activated, host, [this, host] {
            bell.silence();
            host->takeUpdates();
        });
    }

    const QString crashedFolder;
    bool isDemo = false;
    QElapsedTimer sinceFlush;
    QTimer flush;
    Bell bell;
    QSocketNotifier notifier;
    ModelWorker worker;  // last: it rings while the others exist
};

ModelHost::ModelHost(const QString& stateFolder, const QString& contextFolder, QObject* parent)
    : TextGenerator(parent) {
    QDir().mkpath(stateFolder);
    worker_ = std::make_unique<Worker>(stateFolder + QStringLiteral("/model-in-doubt"),
                                       contextFolder, this);
}

ModelHost::~ModelHost() {
    for (; underWay_ > 0; --underWay_)
        lease_->giveBack(EngineLease::Holder::Chat);
}

void ModelHost::share(EngineLease& lease) {
    Q_ASSERT(lease_ == nullptr && underWay_ == 0);
    lease_ = &lease;
    connect(&lease, &EngineLease::lent, this, &ModelHost::takeLoan);
}

bool ModelHost::take(qsizetype count) {
    if (lease_ == nullptr) return true;
    for (qsizetype i = 0; i < count; ++i) {
        if (!lease_->take(EngineLease::Holder::Chat)) return false;  // the first, or none
        ++underWay_;
    }
    return true;
}

void ModelHost::ask(Wish wish) {
    if (take(wish.ids.size())) return wish.begin(wish.ids);
    if (lease_->ask()) {
        wishes_.append(std::move(wish));
        Q_EMIT statusChanged();
        return;
    }
    for (const quint64 id : wish.ids)
        refuse(wish, id, lease_->refusal(EngineLease::Holder::Chat));
}

// Not at once: who asked expects to have asked first.
void ModelHost::refuse(const Wish& wish, quint64 id, const QString& reason) {
    QMetaObject::invokeMethod(
        this, [refused = wish.refused, id, reason] { refused(id, reason); }, Qt::QueuedConnection);
}

void ModelHost::takeLoan() {
    for (const Wish& wish : std::exchange(wishes_, {}))
        ask(wish);
    Q_EMIT statusChanged();
}

void ModelHost::end() {
    if (lease_ == nullptr || underWay_ == 0) return;
    --underWay_;
    lease_->giveBack(EngineLease::Holder::Chat);
}

void ModelHost::load(const ModelLoadChoices& choices) {
    if (!take(1)) {
        const QString reason = lease_->refusal(EngineLease::Holder::Chat);
        QMetaObject::invokeMethod(
            this, [this, reason] { Q_EMIT loadFinished(false, reason); }, Qt::QueuedConnection);
        return;
    }
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
    worker_->isDemo = choices.isDemo || isDemoModel(options.folder);
    worker_->worker.load(options);
}

void ModelHost::cancelLoad() {
    worker_->worker.cancelLoad();
}

void ModelHost::unload() {
    worker_->worker.unload();
}

void ModelHost::useAdapter(const QString& folder, double scale) {
    std::optional<AdapterChoice> choice;
    if (!folder.isEmpty()) choice = AdapterChoice{toPath(folder), static_cast<float>(scale)};
    worker_->worker.useAdapter(std::move(choice));
}

QStringList ModelHost::adaptersIn(const QString& folder) {
    QStringList folders;
    for (const std::filesystem::path& path : findAdapters(toPath(folder)))
        folders.append(QString::fromStdString(path.string()));
    return folders;
}

QString ModelHost::folderThatCrashed() const {
    return worker_->crashedFolder;
}

ModelStatus ModelHost::status() const {
    const WorkerStatus now = worker_->worker.status();
    ModelStatus status;
    status.state = toState(now.state);
    status.name = fromUtf8(now.name);
    status.folder = QString::fromStdString(now.options.folder.string());
    status.isDemo = worker_->isDemo && status.state != ModelState::Empty;
    status.isChat = now.isChat;
    status.templateProblem = QString::fromStdString(now.templateProblem);
    if (now.adapter) {
        status.adapterFolder = QString::fromStdString(now.adapter->folder.string());
        status.adapterScale = static_cast<double>(now.adapter->scale);
    }
    status.backend = fromUtf8(now.backend);
    status.fallback = fromUtf8(now.fallback);
    status.gpuFailed = now.gpuFailed;
    status.gpuBytes = now.gpuBytes;
    status.gpuTotalBytes = now.gpuTotalBytes;
    status.gpuIndex = now.gpuIndex;
    status.gpuFreeBytes = now.gpuFreeBytes;
    status.memoryBytes = now.memoryBytes;
    status.ownMemoryBytes = now.ownMemoryBytes;
    status.contextUsed = now.contextUsed;
    status.contextLimit = now.contextLimit;
    status.contextConversation = now.contextConversation;
    status.promptTokens = now.promptTokens;
    status.promptRead = std::min(now.promptRead, now.promptTokens);
    status.tokensPerSecond = now.tokensPerSecond;
    status.loadProgress = now.loadProgress;
    status.error = fromUtf8(now.error);
    status.isWaiting = !wishes_.isEmpty();
    return status;
}

namespace {

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

}  // namespace

void ModelHost::refuseReply(quint64 id, const QString& reason) {
    GenerationOutcome outcome;
    outcome.error = reason;
    if (reason.isEmpty()) outcome.end = StopReason::Cancelled;
    Q_EMIT generationFinished(id, outcome);
}

void ModelHost::generate(const GenerationRequest& request) {
    ask({.ids = {request.id},
         .begin = [this,
                   request](const QList<quint64>&) { worker_->worker.write(toOrder(request)); },
         .refused = [this](quint64 id, const QString& reason) { refuseReply(id, reason); }});
}

void ModelHost::generateTogether(const QList<GenerationRequest>& requests) {
    if (requests.isEmpty()) return;
    QList<quint64> all;
    for (const GenerationRequest& request : requests)
        all.append(request.id);
    const auto begin = [this, requests](const QList<quint64>& ids) {
        WriteOrder order = toOrder(requests.front());
        for (const GenerationRequest& request : requests) {
            if (!ids.contains(request.id)) continue;
            const std::uint64_t drawn = std::random_device{}();
            order.answers.push_back(
                {.id = request.id, .seed = request.choices.seed.value_or(drawn)});
        }
        worker_->worker.write(std::move(order));
    };
    ask({.ids = all, .begin = begin, .refused = [this](quint64 id, const QString& reason) {
             refuseReply(id, reason);
         }});
}

void ModelHost::compare(const GenerationRequest& request, const QString& adapterFolder,
                        double scale) {
    ask({.ids = {request.id},
         .begin =
             [=, this](const QList<quint64>&) {
                 worker_->worker.compare(
                     {.question = toOrder(request),
                      .adapter = {toPath(adapterFolder), static_cast<float>(scale)}});
             },
         .refused = [this](quint64 id,
                           const QString& reason) { Q_EMIT compared(id, {}, {}, reason); }});
}

void ModelHost::stop(quint64 id) {
    for (Wish& wish : wishes_) {
        if (wish.ids.removeOne(id)) refuse(wish, id, {});
    }
    wishes_.removeIf([](const Wish& wish) { return wish.ids.isEmpty(); });
    worker_->worker.stop(id);
}

void ModelHost::openConversation(qint64 conversationId) {
    worker_->worker.openConversation(conversationId);
}

void ModelHost::forgetConversation(qint64 conversationId) {
    worker_->worker.forgetConversation(conversationId);
}

PromptFit ModelHost::promptFit(const GenerationRequest& request) const {
    const auto measure = worker_->worker.status().measure;
    if (!measure) return {};
    const PromptSize size = measure->measure(toOrder(request));
    return {size.tokens, std::max<qint64>(1, size.room), size.read, size.leftOut};
}

QString ModelHost::modelName() const {
    const WorkerStatus now = worker_->worker.status();
    const bool loaded =
        now.state == WorkerStatus::State::Ready || now.state == WorkerStatus::State::Generating;
    if (!loaded) return {};
    return fromUtf8(answerAuthor(now.name, now.adapter ? now.adapter->folder : ""));
}

void ModelHost::takeUpdates() {
    if (worker_->flush.isActive()) return;
    const bool recent = worker_->sinceFlush.isValid() && worker_->sinceFlush.elapsed() < kFlushMs;
    if (recent) {
        worker_->flush.start(kFlushMs - static_cast<int>(worker_->sinceFlush.elapsed()));
        return;
    }
    worker_->sinceFlush.start();
    bool changed = false;
    for (const WorkerEvent& event : worker_->worker.takeEvents()) {
        if (const auto* ended = std::get_if<LoadEnded>(&event)) {
            changed = true;
            end();
            const bool quiet = !ended->error || ended->error->code == ErrorCode::Cancelled;
            Q_EMIT loadFinished(!ended->error, quiet ? QString() : fromUtf8(ended->error->message));
        } else if (const auto* began = std::get_if<WriteBegan>(&event)) {
            Q_EMIT generationStarted(began->id);
        } else if (const auto* wrote = std::get_if<Wrote>(&event)) {
            Q_EMIT piecesArrived(wrote->id, fromUtf8(wrote->text), toList(wrote->ids));
        } else if (const auto* written = std::get_if<WriteEnded>(&event)) {
            end();
            Q_EMIT generationFinished(written->id, toOutcome(*written));
        } else if (const auto* lost = std::get_if<GpuLost>(&event)) {
            changed = true;
            Q_EMIT gpuLost(fromUtf8(lost->error));
        } else if (const auto* adapted = std::get_if<AdapterEnded>(&event)) {
            changed = true;
            Q_EMIT adapterChanged(!adapted->error,
                                  adapted->error ? fromUtf8(adapted->error->message) : QString());
        } else if (const auto* both = std::get_if<Compared>(&event)) {
            changed = true;
            end();
            Q_EMIT compared(both->id, fromUtf8(both->base), fromUtf8(both->tuned),
                            both->error ? fromUtf8(both->error->message) : QString());
        } else {
            changed = true;
        }
    }
    if (changed) Q_EMIT statusChanged();
}

StartModel chooseStartModel(const QString& askedFolder, const QString& lastFolder,
                            const QString& crashedFolder, const QString& demoFolder) {
    StartModel start;
    if (!askedFolder.isEmpty()) {
        start.choices.folder = askedFolder;
    } else if (isSameFolder(lastFolder, crashedFolder)) {
        start.notice = ModelHost::tr(
                           "The program ended unexpectedly while it worked with the "
                           "model in %1, so that model was not loaded again by itself.")
                           .arg(QDir::toNativeSeparators(lastFolder));
    } else if (!lastFolder.isEmpty() && QFileInfo(lastFolder).isDir()) {
        start.choices.folder = lastFolder;
    } else if (!lastFolder.isEmpty()) {
        start.standsIn = true;
        start.notice = ModelHost::tr(
                           "The model folder %1 is not there now. It is loaded again at the next "
                           "start, once its disk is connected.")
                           .arg(QDir::toNativeSeparators(lastFolder));
    }
    if (start.choices.folder.isEmpty()) start.choices.folder = demoFolder;
    start.choices.isDemo = isSameFolder(start.choices.folder, demoFolder);
    return start;
}

}  // namespace dsm
