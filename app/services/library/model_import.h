// ModelImport: brings models that a person has into the library: used where they are, or copied.
//
//   look   config, tensors and tokenizer, through the engine; sizes and free space
//   link   the files are hashed where their published hashes are known (known_hashes.h), then the
//          folder joins the library's list. They stay the user's: nothing here ever deletes them.
//   copy   into <models>/.importing-<n>, hashed on the way and flushed; then one rename makes it a
//          model of the program's own folder, which it may delete, after asking
//
// Imports run one at a time, in their order. A copy that is cancelled, fails, or was under way when
// the program ended leaves nothing.
//
// Ownership Borrows the library, which outlives it; owns its list and its threads.
// Threads   Main thread; the disk is waited for on threads of its own. The destructor cancels.
// Errors    ImportOffer::problem and Import::error: one or two sentences that say what to do.
#pragma once

#include <QList>
#include <QObject>
#include <QString>
#include <functional>
#include <memory>

namespace dsm {

class ModelLibrary;

struct ImportOffer {
    QString folder = {};  // of the model: of a repository of a cache, its snapshot
    QString name = {};
    quint64 bytes = 0;        // of the files a model needs
    qint64 freeBytes = -1;    // where a copy would go; -1: not known
    bool canCopy = false;     // there is room
    bool isListed = false;    // in the library already
    bool isVerified = false;  // published hashes are known, and will be compared
    QString problem = {};     // why it cannot be used; "": it can
};

enum class ImportKind { Link, Copy };
enum class ImportState { Waiting, Running, Finished, Failed };

struct Import {
    qint64 id = 0;
    ImportKind kind = ImportKind::Link;
    ImportState state = ImportState::Waiting;
    QString source = {};
    QString name = {};
    quint64 doneBytes = 0;
    quint64 totalBytes = 0;  // 0: not known yet
    QString error = {};      // of Failed
};

class ModelImport : public QObject {
    Q_OBJECT

  public:
    // Free bytes of a folder's disk, -1 unknown.
    using SpaceReader = std::function<qint64(const QString& folder)>;

    // Without a reader the disk is asked.
    ModelImport(ModelLibrary& library, const QString& modelsFolder, SpaceReader space = {},
                QObject* parent = nullptr);
    ~ModelImport() override;

    const QList<Import>& imports() const;  // oldest first; finished ones have left
    Import import(qint64 id) const;        // id 0: none

    // Ends in looked().
    void look(const QString& folder);
    qint64 start(const QString& folder, ImportKind kind);
    void retry(qint64 id);
    // Ends a running one; takes a failed one from the list.
    void cancel(qint64 id);

  Q_SIGNALS:
    void looked(const dsm::ImportOffer& offer);
    void importsChanged();
    void progressed(qint64 id);  // at most ten times a second
    void finished(qint64 id, const QString& folder);

  private:
    class State;
    std::unique_ptr<State> state_;
};

}  // namespace dsm
