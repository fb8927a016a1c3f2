#include "app/services/model/model_host.h"

#include <QDir>
#include <QElapsedTimer>
#include <QSocketNotifier>
#include <QTimer>
#include <algorithm>
#include <random>

#include "app/services/model/answer_author.h"
#include "app/services/model/host_values.h"
#include "app/services/model/model_worker.h"
#include "app/services/model/prompt_measure.h"
#include "app/services/model/serving_place.h"
#include "app/services/program/bell.h"
#include "app/services/program/path_text.h"
#include "app/services/program/private_file.h"
#include "engine/generate/demo_model.h"
#include "kernels/base/folder.h"

namespace dsm {
namespace {

using namespace worker_event;

constexpr int kFlushMs = 25;
constexpr qint64 kMostMarkBytes = 64 * 1024;

// Reads the mark of an earlier start once: what crashed two starts ago is no reason to be careful.
QString takeCrashMark(const QString& file) {
    const QString folder = QString::fromUtf8(readSmallFile(file, kMostMarkBytes));
    if (const auto removed = removePath(toPath(file)); !removed)
        qWarning("%s", removed.error().message.c_str());
    return folder;
}

}  // namespace

// The worker, and the bell by which it is heard.
class ModelHost::WorkerLink {
  public:
    WorkerLink(const QString& crashMark, const QString& contextFolder,
               std::shared_ptr<ServingPlace> place, ModelHost* host)
        : crashedFolder(takeCrashMark(crashMark)),
          notifier(bell.descriptor(), QSocketNotifier::Read),
          worker(
              toPath(crashMark), ContextStore(toPath(contextFolder)), [this] { bell.ring(); },
              std::move(place)) {
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
    bool isBare = false;
    QElapsedTimer sinceFlush;
    QTimer flush;
    Bell bell;
    QSocketNotifier notifier;
    ModelWorker worker;  // last: it rings while the others exist
};

ModelHost::ModelHost(const QString& stateFolder, const QString& contextFolder, QObject* parent)
    : TextGenerator(parent), servingPlace_(std::make_shared<ServingPlace>()) {
    connect(this, &ModelHost::loadFinished, this, &ModelHost::modelChanged);
    connect(this, &ModelHost::adapterChanged, this, &ModelHost::modelChanged);
    if (const auto made = makeFolders(toPath(stateFolder)); !made)
        qWarning("%s", made.error().message.c_str());
    link_ = std::make_unique<WorkerLink>(stateFolder + QStringLiteral("/model-in-doubt"),
                                         contextFolder, servingPlace_, this);
}

ModelHost::~ModelHost() {
    while (underWay_ > 0)
        end();
}

void ModelHost::share(EngineLease& lease) {
    Q_ASSERT(lease_ == nullptr && underWay_ == 0);
    lease_ = &lease;
    connect(&lease, &EngineLease::lent, this, &ModelHost::takeLoan);
}

bool ModelHost::take(qsizetype count) {
    for (qsizetype i = 0; i < count; ++i) {
        const bool isTaken = lease_ == nullptr || lease_->take(EngineLease::Holder::Chat);
        if (!isTaken) return false;  // the first, or none
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
    if (underWay_ == 0) return;
    --underWay_;
    if (lease_ != nullptr) lease_->giveBack(EngineLease::Holder::Chat);
}

void ModelHost::load(const ModelLoadChoices& choices) {
    if (!take(1)) {
        const QString reason = lease_->refusal(EngineLease::Holder::Chat);
        QMetaObject::invokeMethod(
            this, [this, reason] { Q_EMIT loadFinished(false, reason); }, Qt::QueuedConnection);
        return;
    }
    const LoadOptions options = toOptions(choices);
    link_->isDemo = choices.isDemo || isDemoModel(options.folder);
    link_->isBare = choices.isBare;
    link_->worker.load(options);
}

void ModelHost::cancelLoad() {
    link_->worker.cancelLoad();
}

void ModelHost::unload() {
    link_->worker.unload();
}

void ModelHost::useAdapter(const QString& folder, double scale) {
    std::optional<AdapterChoice> choice;
    if (!folder.isEmpty()) choice = AdapterChoice{toPath(folder), static_cast<float>(scale)};
    link_->worker.useAdapter(std::move(choice));
}

QString ModelHost::folderThatCrashed() const {
    return link_->crashedFolder;
}

ModelStatus ModelHost::status() const {
    ModelStatus status = toStatus(link_->worker.status());
    status.isDemo = link_->isDemo && status.state != ModelState::Empty;
    status.isBare = link_->isBare;
    status.isWaiting = !wishes_.isEmpty();
    return status;
}

void ModelHost::refuseReply(quint64 id, const QString& reason) {
    GenerationOutcome outcome;
    outcome.error = reason;
    if (reason.isEmpty()) outcome.end = StopReason::Cancelled;
    Q_EMIT generationFinished(id, outcome);
}

void ModelHost::generate(const GenerationRequest& request) {
    ask({.ids = {request.id},
         .begin = [this, request](const QList<quint64>&) { link_->worker.write(toOrder(request)); },
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
        link_->worker.write(std::move(order));
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
                 link_->worker.compare(
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
    link_->worker.stop(id);
}

void ModelHost::openConversation(qint64 conversationId) {
    link_->worker.openConversation(conversationId);
}

void ModelHost::forgetConversation(qint64 conversationId) {
    link_->worker.forgetConversation(conversationId);
}

PromptFit ModelHost::promptFit(const GenerationRequest& request) const {
    const auto measure = link_->worker.status().measure;
    if (!measure) return {};
    const PromptSize size = measure->measure(toOrder(request));
    return {size.tokens, std::max<qint64>(1, size.room), size.read, size.leftOut};
}

QList<TextToken> ModelHost::tokensOf(const QString& text) const {
    const auto measure = link_->worker.status().measure;
    if (!measure) return {};
    const std::string bytes = text.toStdString();
    std::vector<TokenScore> tokens;
    for (const TokenId id : measure->tokenizer().encode(bytes))
        tokens.push_back({.id = id});
    Tokenizer::takeFailure();
    return toTextTokens(measure->tokenizer(), bytes, tokens);
}

void ModelHost::study(const TextStudyRequest& request) {
    if (take(1)) {
        link_->worker.study(
            {.id = request.id,
             .text = request.text.toStdString(),
             .likeliest = static_cast<std::size_t>(std::max(0, request.likeliest))});
        return;
    }
    TextStudyResult refused;
    refused.error = lease_->refusal(EngineLease::Holder::Chat);
    QMetaObject::invokeMethod(
        this, [this, id = request.id, refused] { Q_EMIT studied(id, refused); },
        Qt::QueuedConnection);
}

void ModelHost::offerToPrograms(bool isOffered) {
    servingPlace_->setWanted(isOffered);
    link_->worker.offer();
}

// Once for all that is asked until nothing is left.
void ModelHost::serve() {
    const auto serving = servingPlace_->current();
    if (isServing_ || serving == nullptr || !serving->queue().hasWork()) return;
    isServing_ = true;
    ask({.ids = {newRequestId()},
         .begin = [this](const QList<quint64>&) { link_->worker.serve(); },
         .refused =
             [this, serving](quint64, const QString& reason) {
                 isServing_ = false;
                 serving->queue().refuse({ErrorCode::OutOfMemory, reason.toStdString()});
             }});
}

QString ModelHost::modelName() const {
    const WorkerStatus now = link_->worker.status();
    if (!now.isLoaded()) return {};
    return fromUtf8(answerAuthor(now.name, now.adapter ? now.adapter->folder : ""));
}

void ModelHost::takeUpdates() {
    if (link_->flush.isActive()) return;
    const bool recent = link_->sinceFlush.isValid() && link_->sinceFlush.elapsed() < kFlushMs;
    if (recent) {
        link_->flush.start(kFlushMs - static_cast<int>(link_->sinceFlush.elapsed()));
        return;
    }
    link_->sinceFlush.start();
    bool changed = false;
    for (const WorkerEvent& event : link_->worker.takeEvents()) {
        if (const auto* ended = std::get_if<LoadEnded>(&event)) {
            changed = true;
            end();
            const bool quiet = !ended->error || ended->error->isCancel();
            Q_EMIT loadFinished(!ended->error, quiet ? QString() : words(*ended->error));
        } else if (const auto* began = std::get_if<WriteBegan>(&event)) {
            Q_EMIT generationStarted(began->id);
        } else if (const auto* wrote = std::get_if<Wrote>(&event)) {
            Q_EMIT piecesArrived(wrote->id, fromUtf8(wrote->text), toList(wrote->ids));
        } else if (const auto* written = std::get_if<WriteEnded>(&event)) {
            end();
            Q_EMIT generationFinished(written->id, toOutcome(*written));
        } else if (const auto* found = std::get_if<Studied>(&event)) {
            end();
            Q_EMIT studied(found->id, toStudy(*found));
        } else if (std::holds_alternative<ServeWanted>(event)) {
            serve();
        } else if (std::holds_alternative<ServeEnded>(event)) {
            end();
            isServing_ = false;
            serve();
        } else if (const auto* lost = std::get_if<GpuLost>(&event)) {
            changed = true;
            Q_EMIT gpuLost(words(lost->error));
        } else if (const auto* adapted = std::get_if<AdapterEnded>(&event)) {
            changed = true;
            Q_EMIT adapterChanged(!adapted->error,
                                  adapted->error ? words(*adapted->error) : QString());
        } else if (const auto* both = std::get_if<Compared>(&event)) {
            changed = true;
            end();
            Q_EMIT compared(both->id, fromUtf8(both->base), fromUtf8(both->tuned),
                            both->error ? words(*both->error) : QString());
        } else {
            changed = true;
        }
    }
    if (changed) Q_EMIT statusChanged();
}

}  // namespace dsm
