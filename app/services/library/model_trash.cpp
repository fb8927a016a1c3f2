#include "app/services/library/model_trash.h"

#include <QDir>
#include <QFileInfo>
#include <QHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <algorithm>
#include <cerrno>
#include <utility>

#include "app/services/downloads/file/disk.h"
#include "app/services/program/private_file.h"
#include "app/services/program/reason_words.h"
#include "app/services/program/said.h"
#include "app/services/program/work_thread.h"
#include "kernels/base/folder.h"

namespace dsm {
namespace {

const QString kPrefix = QStringLiteral(".deepseekmoe-trash-");

// One deletion.
struct Trash {
    QString folder;  // of the model
    QString place;   // the trash itself
    QStringList paths;
    QStringList mayBeEmpty;
    bool isComplete = false;

    // What it holds was below that.
    QString disk() const { return QFileInfo(place).path(); }
    QString inTrash(qsizetype i) const { return place + u'/' + QString::number(i); }
};

QStringList texts(const QJsonValue& value) {
    QStringList list;
    for (const QJsonValue& item : value.toArray())
        list.append(item.toString());
    return list;
}

QJsonObject toJson(const Trash& trash) {
    return {{QStringLiteral("folder"), trash.folder},
            {QStringLiteral("place"), trash.place},
            {QStringLiteral("paths"), QJsonArray::fromStringList(trash.paths)},
            {QStringLiteral("mayBeEmpty"), QJsonArray::fromStringList(trash.mayBeEmpty)},
            {QStringLiteral("isComplete"), trash.isComplete}};
}

Trash trashOf(const QJsonObject& object) {
    return {object[QStringLiteral("folder")].toString(), object[QStringLiteral("place")].toString(),
            texts(object[QStringLiteral("paths")]), texts(object[QStringLiteral("mayBeEmpty")]),
            object[QStringLiteral("isComplete")].toBool()};
}

bool isBelow(const QString& path, const QString& folder) {
    return QDir::isAbsolutePath(path) &&
           QDir::cleanPath(path).startsWith(QDir::cleanPath(folder) + u'/');
}

// Only what this class has named is ever deleted.
bool isOurs(const Trash& trash) {
    const QString name = QFileInfo(trash.place).fileName();
    bool isNumber = false;
    name.mid(kPrefix.size()).toInt(&isNumber);
    return name.startsWith(kPrefix) && isNumber && QDir::isAbsolutePath(trash.place);
}

bool isThere(const QString& path) {
    return QFileInfo::exists(path) || QFileInfo(path).isSymLink();
}

int rename(const QString& from, const QString& to) {
    const auto done = renamePath(toPath(from), toPath(to));
    return done ? 0 : done.error().systemReason;
}

QString newPlace(const QString& disk) {
    for (int number = 1;; ++number) {
        const QString place = disk + u'/' + kPrefix + QString::number(number);
        if (!isThere(place)) return place;
    }
}

// Whether all of it is gone.
bool removeTrash(const Trash& trash) {
    const auto removed = removeTree(toPath(trash.place));
    if (!removed) qWarning("%s", removed.error().message.c_str());
    for (const QString& folder : trash.mayBeEmpty) {
        if (isBelow(folder + QStringLiteral("/x"), trash.disk()))
            static_cast<void>(removeEmptyFolder(toPath(folder)));
    }
    return removed.has_value();
}

// Its disk is not there: what is on it can neither be put back nor removed, and is not forgotten.
bool isAway(const Trash& trash) {
    if (isThere(trash.place)) return false;
    if (!isThere(QFileInfo(trash.place).path())) return true;
    return !trash.isComplete && !std::all_of(trash.paths.begin(), trash.paths.end(), isThere);
}

// 0, or the system's reason.
int putBack(const QString& from, const QString& to) {
    if (isThere(to)) return EEXIST;
    if (const auto made = makeFolders(toPath(QFileInfo(to).path())); !made)
        return made.error().systemReason;
    return rename(from, to);
}

// The words, or "".
QString putAllBack(const Trash& trash) {
    QString problem;
    for (qsizetype i = 0; i < trash.paths.size(); ++i) {
        const QString& path = trash.paths[i];
        if (!isThere(trash.inTrash(i))) continue;
        const bool isFromThere = isBelow(path, trash.disk());  // a damaged list may say else
        const int error = isFromThere ? putBack(trash.inTrash(i), path) : EINVAL;
        if (error == 0) continue;
        problem = said(
            [] {
                return ModelTrash::tr(
                    "%1 cannot be put back (%2). It is kept as %3: move it yourself.");
            },
            {QDir::toNativeSeparators(path), presentSystemReason(error),
             QDir::toNativeSeparators(trash.inTrash(i))});
    }
    if (!problem.isEmpty() || !isThere(trash.place)) return problem;
    const auto removed = removeEmptyFolder(toPath(trash.place));
    if (removed) return {};
    qWarning("%s", removed.error().message.c_str());
    // It is empty, and tried again. But what a damaged list does not name is still somebody's.
    if (removed.error().systemReason != ENOTEMPTY) return {};
    return ModelTrash::tr("Files that were being deleted are kept in %1: move them yourself.")
        .arg(QDir::toNativeSeparators(trash.place));
}

}  // namespace

// Lives on the thread of the object; its jobs on the worker share nothing with it but the list,
// which is only touched there.
class ModelTrash::State {
  public:
    State(ModelTrash* trash, QString listFile) : trash_(trash), listFile_(std::move(listFile)) {
        post(
            [this] {
                endLastRun();
                return QString();
            },
            {});
    }
    ~State() {
        worker_.post(
            trash_,
            [this] {
                for (const qint64 id : list_.keys())
                    removeOrKeep(list_.take(id));
                save();
                return 0;
            },
            [](int) {});
    }
    State(const State&) = delete;
    State& operator=(const State&) = delete;

    qint64 move(const DeletionPlan& plan) {
        const qint64 id = ++lastId_;
        folders_[id] = plan.folder;
        post([this, id, plan] { return moveAll(id, plan); },
             [this, id](const QString& problem) { tell(id, problem, &ModelTrash::moved); });
        return id;
    }
    void putBack(qint64 id) {
        post([this, id] { return returnAll(list_.take(id)); },
             [this, id](const QString& problem) { tell(id, problem, &ModelTrash::returned); });
    }
    void empty(qint64 id) {
        post(
            [this, id] {
                if (list_.contains(id)) removeOrKeep(list_.take(id));
                save();
                return QString();
            },
            [this, id](const QString&) { Q_EMIT trash_->emptied(id); });
    }

  private:
    void post(std::function<QString()> job, std::function<void(const QString&)> then) {
        worker_.post(trash_, std::move(job), [then = std::move(then)](const QString& problem) {
            if (then) then(problem);
        });
    }
    void tell(qint64 id, const QString& problem, void (ModelTrash::*done)(qint64, const QString&)) {
        if (problem.isEmpty()) {
            Q_EMIT(trash_->*done)(id, folders_.value(id));
        } else {
            Q_EMIT trash_->failed(id, problem);
        }
    }

    // On the worker.
    QString save();
    void endLastRun();
    void removeOrKeep(const Trash& trash);
    QString returnAll(Trash trash);
    QString moveAll(qint64 id, const DeletionPlan& plan);

    ModelTrash* trash_;
    QString listFile_;
    qint64 lastId_ = 0;
    QHash<qint64, QString> folders_;
    QHash<qint64, Trash> list_;  // the worker's
    QList<Trash> later_;         // of an earlier run, for a later one; the worker's
    WorkThread worker_;          // last: its jobs use the rest
};

QString ModelTrash::State::save() {
    QJsonArray array;
    for (const Trash& trash : std::as_const(list_))
        array.append(toJson(trash));
    for (const Trash& trash : std::as_const(later_))
        array.append(toJson(trash));
    if (array.isEmpty() && !QFileInfo::exists(listFile_)) return {};
    auto saved = makeFolder(QFileInfo(listFile_).path());
    if (saved) saved = replaceFile(listFile_, QJsonDocument(array).toJson());
    return saved ? QString() : saved.error().message;
}

void ModelTrash::State::endLastRun() {
    for (const QJsonValue value : readKeptArray(listFile_)) {
        const Trash trash = trashOf(value.toObject());
        if (!isOurs(trash)) continue;
        if (isAway(trash)) {
            later_.append(trash);
        } else if (trash.isComplete) {
            removeOrKeep(trash);
        } else {
            const QString problem = putAllBack(trash);
            if (!problem.isEmpty()) qWarning("%s", qUtf8Printable(problem));
            if (isThere(trash.place)) later_.append(trash);
        }
    }
    save();
}

// What cannot be removed is tried again at the next start.
void ModelTrash::State::removeOrKeep(const Trash& trash) {
    if (!removeTrash(trash)) later_.append(trash);
}

// From now on it is no longer one that may be emptied, on the disk either: what cannot be put back
// now is put back at the next start.
QString ModelTrash::State::returnAll(Trash trash) {
    trash.isComplete = false;
    later_.append(trash);
    save();
    const QString problem = putAllBack(trash);
    if (!isThere(trash.place)) later_.removeLast();
    save();
    return problem;
}

QString ModelTrash::State::moveAll(qint64 id, const DeletionPlan& plan) {
    Trash trash{plan.folder, newPlace(plan.disk), plan.paths, plan.mayBeEmpty};
    if (const auto made = makeFolder(trash.place); !made) return made.error().message;
    list_.insert(id, trash);
    QString problem = save();
    for (qsizetype i = 0; i < plan.paths.size() && problem.isEmpty(); ++i) {
        const int error = rename(plan.paths[i], trash.inTrash(i));
        if (error == 0) continue;
        problem = said(
            [] {
                return ModelTrash::tr(
                    "%1 cannot be deleted (%2). Check the permissions of its folder.");
            },
            {QDir::toNativeSeparators(plan.paths[i]), presentSystemReason(error)});
    }
    if (problem.isEmpty()) {
        list_[id].isComplete = true;
        problem = save();
        if (problem.isEmpty()) return {};
    }
    list_.remove(id);
    const QString left = putAllBack(trash);
    if (isThere(trash.place)) later_.append(trash);
    save();
    return left.isEmpty() ? problem : problem + u' ' + left;
}

ModelTrash::ModelTrash(const QString& listFile, QObject* parent)
    : QObject(parent), state_(std::make_unique<State>(this, listFile)) {}

ModelTrash::~ModelTrash() = default;

qint64 ModelTrash::move(const DeletionPlan& plan) {
    return state_->move(plan);
}

void ModelTrash::putBack(qint64 id) {
    state_->putBack(id);
}

void ModelTrash::empty(qint64 id) {
    state_->empty(id);
}

}  // namespace dsm
