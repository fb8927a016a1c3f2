// FileHasher: hashes a file from its beginning, as far as it is there.
//
// While a file grows, the hash follows the part without gaps, so that little is left to do when
// the last byte arrives; the bytes come from the page cache. A restart costs one reading.
//
// Threads  The thread of the WorkThread's owner; reading and hashing happen on the WorkThread, in
//          slices, so that several files share it.
// Errors   As disk.h.
#pragma once

#include <QObject>
#include <memory>

#include "app/services/downloads/file/content_hash.h"
#include "app/services/downloads/file/disk.h"
#include "app/services/program/work_thread.h"

namespace dsm {

class FileHasher : public QObject {
    Q_OBJECT

  public:
    FileHasher(const QString& path, HashKind kind, qint64 sizeBytes, WorkThread& worker);
    ~FileHasher() override;

    // Bytes [0, end) may be read. Reaching the file's size ends in finished(), for an empty file,
    // too.
    void setAvailable(qint64 end);
    // Begins again from nothing available: the bytes are going to change.
    void restart();

    qint64 hashedBytes() const { return hashed_; }

  Q_SIGNALS:
    void progressed();
    void finished(const dsm::ContentHash& hash);
    void failed(const dsm::DownloadError& error);

  private:
    struct Work;

    void goOn();

    QString path_;
    HashKind kind_;
    qint64 sizeBytes_;
    WorkThread& worker_;
    std::shared_ptr<Work> work_;  // shared with the slice under way
    qint64 available_ = 0;
    qint64 hashed_ = 0;
    bool isWorking_ = false;
    bool isFinished_ = false;
    bool isAvailable_ = false;
};

}  // namespace dsm
