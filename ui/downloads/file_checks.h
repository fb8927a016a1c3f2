// FileChecks: what reading the files of models again has found, for all who show it.
//
// Ownership  Borrows the downloads, which read.
// Threads    Main thread.
#pragma once

#include <QHash>
#include <QObject>
#include <QString>
#include <QStringList>

namespace dsm {

class DownloadService;

struct FileCheck {
    enum class State { None, Running, Sound, Damaged };
    State state = State::None;
    qint64 bytesDone = 0;
    qint64 bytesTotal = 0;
    QStringList damaged = {};
    QStringList unknown = {};  // files whose published hashes are not known here
};

// A sentence; "" where nothing was checked.
QString presentCheck(const FileCheck& check);

class FileChecks : public QObject {
    Q_OBJECT

  public:
    explicit FileChecks(DownloadService& downloads, QObject* parent = nullptr);

    FileCheck of(const QString& folder) const;
    void start(const QString& folder);
    // The files are about to change.
    void forget(const QString& folder);

  Q_SIGNALS:
    void changed(const QString& folder);

  private:
    void take(const QString& folder, const FileCheck& check);

    DownloadService& downloads_;
    QHash<QString, FileCheck> checks_;  // by folder
};

}  // namespace dsm
