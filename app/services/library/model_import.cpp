#include "app/services/library/model_import.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFileInfo>
#include <algorithm>
#include <optional>
#include <utility>

#include "app/services/downloads/known_hashes.h"
#include "app/services/library/import_copy.h"
#include "app/services/library/model_library.h"
#include "app/services/library/model_name.h"
#include "app/services/program/disk_space.h"
#include "app/services/program/private_file.h"
#include "app/services/program/work_thread.h"
#include "kernels/base/folder.h"

namespace dsm {
namespace {

constexpr qint64 kReportMs = 100;
const QString kTemporary = QStringLiteral(".importing-");

ImportOffer offerOf(const QString& folder, const QString& modelsFolder,
                    const ModelImport::SpaceReader& space) {
    ImportOffer offer;
    offer.folder = QDir::cleanPath(QDir(snapshotToTake(folder)).absolutePath());
    offer.name = modelName(offer.folder);
    offer.problem = whyNoModel(offer.folder);
    if (!offer.problem.isEmpty()) return offer;
    const QList<CachedFile> files = filesOfModel(offer.folder);
    offer.bytes = bytesOf(files);
    offer.isVerified = std::any_of(files.begin(), files.end(),
                                   [](const CachedFile& file) { return file.hash.has_value(); });
    offer.freeBytes = space(modelsFolder);
    offer.canCopy = offer.freeBytes < 0 ||
                    static_cast<quint64>(offer.freeBytes) >= offer.bytes + kImportReserveBytes;
    return offer;
}

bool removeCopy(const QString& folder) {
    const auto removed = removeTree(toPath(folder));
    if (!removed) qWarning("%s", removed.error().message.c_str());
    return removed.has_value();
}

void removeLeftovers(const QString& modelsFolder) {
    QDir models(modelsFolder);
    for (const QString& name :
         models.entryList({kTemporary + u'*'}, QDir::Dirs | QDir::Hidden | QDir::NoDotAndDotDot)) {
        removeCopy(models.filePath(name));
    }
}

// A name that nothing in the program's folder has.
QString newFolder(const QString& modelsFolder, const QString& name) {
    QString plain = name;
    while (plain.startsWith(u'.'))
        plain.remove(0, 1);
    if (plain.isEmpty()) plain = QStringLiteral("model");
    const QString base = modelsFolder + u'/' + plain;
    QString folder = base;
    for (int number = 2; QFileInfo::exists(folder); ++number)
        folder = QStringLiteral("%1-%2").arg(base).arg(number);
    return folder;
}

struct ImportEnd {
    QString folder;
    QString error;
    bool isCopy = false;  // that has its name
};

}  // namespace

class ModelImport::State {
  public:
    State(ModelImport* service, ModelLibrary& library, QString modelsFolder, SpaceReader space)
        : service_(service),
          library_(library),
          modelsFolder_(std::move(modelsFolder)),
          space_(space ? std::move(space) : SpaceReader(&freeBytesOf)) {
        importing_.post(
            service_,
            [folder = modelsFolder_] {
                removeLeftovers(folder);
                return 0;
            },
            [](int) {});
    }
    ~State() { stop_.request_stop(); }
    State(const State&) = delete;
    State& operator=(const State&) = delete;

    const QList<Import>& list() const { return list_; }
    Import* find(qint64 id);
    void look(const QString& folder);
    qint64 add(const QString& folder, ImportKind kind);
    void retry(qint64 id);
    void cancel(qint64 id);

  private:
    void next();
    ImportEnd run(const Import& import, const std::stop_token& stop);
    void takeProgress(qint64 id, quint64 done, quint64 total);
    void takeEnd(qint64 id, bool wasStopped, const ImportEnd& end);
    void remove(const QString& copy);

    ModelImport* service_;
    ModelLibrary& library_;
    QString modelsFolder_;
    SpaceReader space_;
    QList<Import> list_;
    qint64 lastId_ = 0;
    qint64 running_ = 0;
    std::stop_source stop_;
    WorkThread looking_;
    WorkThread importing_;  // last: its jobs use the rest
};

Import* ModelImport::State::find(qint64 id) {
    const auto found = std::find_if(list_.begin(), list_.end(),
                                    [id](const Import& import) { return import.id == id; });
    return found == list_.end() ? nullptr : &*found;
}

void ModelImport::State::look(const QString& folder) {
    looking_.post(
        service_,
        [folder, models = modelsFolder_, space = space_] { return offerOf(folder, models, space); },
        [this](ImportOffer offer) {
            offer.isListed = !library_.model(offer.folder).folder.isEmpty() ||
                             library_.formIn(offer.folder).isPresent();
            Q_EMIT service_->looked(offer);
        });
}

qint64 ModelImport::State::add(const QString& folder, ImportKind kind) {
    Import import;
    import.id = ++lastId_;
    import.kind = kind;
    import.source = QDir::cleanPath(QDir(folder).absolutePath());
    import.name = modelName(import.source);
    list_.append(import);
    next();
    Q_EMIT service_->importsChanged();
    return lastId_;
}

void ModelImport::State::retry(qint64 id) {
    Import* import = find(id);
    if (import == nullptr || import->state != ImportState::Failed) return;
    import->state = ImportState::Waiting;
    import->error.clear();
    import->doneBytes = 0;
    next();
    Q_EMIT service_->importsChanged();
}

void ModelImport::State::cancel(qint64 id) {
    if (id == running_) {
        stop_.request_stop();  // takeEnd() takes it from the list
        return;
    }
    if (list_.removeIf([id](const Import& import) { return import.id == id; }) > 0)
        Q_EMIT service_->importsChanged();
}

void ModelImport::State::next() {
    if (running_ != 0) return;
    const auto waiting = std::find_if(list_.begin(), list_.end(), [](const Import& import) {
        return import.state == ImportState::Waiting;
    });
    if (waiting == list_.end()) return;
    waiting->state = ImportState::Running;
    running_ = waiting->id;
    stop_ = {};
    const std::stop_token stop = stop_.get_token();
    importing_.post(
        service_, [this, import = *waiting, stop] { return run(import, stop); },
        [this, id = running_, stop](const ImportEnd& end) {
            takeEnd(id, stop.stop_requested(), end);
        });
}

// On the worker, which this object outlives.
ImportEnd ModelImport::State::run(const Import& import, const std::stop_token& stop) {
    QElapsedTimer sinceReport;
    const ImportProgress progress = [&](quint64 done, quint64 total) {
        if (sinceReport.isValid() && sinceReport.elapsed() < kReportMs && done < total) return;
        sinceReport.start();
        QMetaObject::invokeMethod(
            service_, [this, id = import.id, done, total] { takeProgress(id, done, total); },
            Qt::QueuedConnection);
    };
    const QString problem = whyNoModel(import.source);
    if (!problem.isEmpty()) return {{}, problem};
    if (import.kind == ImportKind::Link)
        return {import.source, verifyFiles(filesOfModel(import.source), progress, stop)};
    ImportCopy order;
    order.source = import.source;
    order.target = newFolder(modelsFolder_, import.name);
    order.temporary = modelsFolder_ + u'/' + kTemporary + QString::number(import.id);
    order.freeBytes = space_(modelsFolder_);
    const QString error = copyModel(order, progress, stop);
    return {order.target, error, error.isEmpty() && QFileInfo::exists(order.target)};
}

void ModelImport::State::takeProgress(qint64 id, quint64 done, quint64 total) {
    Import* import = find(id);
    if (import == nullptr || import->state != ImportState::Running) return;
    import->doneBytes = done;
    import->totalBytes = total;
    Q_EMIT service_->progressed(id);
}

void ModelImport::State::takeEnd(qint64 id, bool wasStopped, const ImportEnd& end) {
    running_ = 0;
    Import* import = find(id);
    const bool isFinished = end.error.isEmpty() && !wasStopped;
    if (!end.error.isEmpty() && !wasStopped) {
        import->state = ImportState::Failed;
        import->error = end.error;
    } else {
        if (isFinished && import->kind == ImportKind::Link) library_.addFolder(end.folder);
        list_.removeIf([id](const Import& other) { return other.id == id; });
        // It was complete before the cancel was heard.
        if (wasStopped && end.isCopy) remove(end.folder);
        library_.refresh();
    }
    next();
    Q_EMIT service_->importsChanged();
    if (isFinished) Q_EMIT service_->finished(id, end.folder);
}

void ModelImport::State::remove(const QString& copy) {
    importing_.post(
        service_, [copy] { return removeCopy(copy); }, [this](bool) { library_.refresh(); });
}

ModelImport::ModelImport(ModelLibrary& library, const QString& modelsFolder, SpaceReader space,
                         QObject* parent)
    : QObject(parent),
      state_(std::make_unique<State>(this, library, modelsFolder, std::move(space))) {}

ModelImport::~ModelImport() = default;

const QList<Import>& ModelImport::imports() const {
    return state_->list();
}

Import ModelImport::import(qint64 id) const {
    const Import* found = state_->find(id);
    return found != nullptr ? *found : Import{};
}

void ModelImport::look(const QString& folder) {
    state_->look(folder);
}

qint64 ModelImport::start(const QString& folder, ImportKind kind) {
    return state_->add(folder, kind);
}

void ModelImport::retry(qint64 id) {
    state_->retry(id);
}

void ModelImport::cancel(qint64 id) {
    state_->cancel(id);
}

}  // namespace dsm
