// FolderList: the folders that the user added to the library, and those of caches that the user took
// from it, kept in a file.
//
// Threads  One thread at a time.
// Errors   A file that cannot be read is an empty list; save() says why it was not written.
#pragma once

#include <QString>
#include <QStringList>

namespace dsm {

class FolderList {
  public:
    explicit FolderList(const QString& file);

    const QString& file() const { return file_; }
    const QStringList& added() const { return added_; }
    const QStringList& hidden() const { return hidden_; }

    qsizetype placeOf(const QString& folder) const;  // among the added ones; -1: none
    // At a place among the added ones, -1 last; one that is there stays where it is.
    void add(const QString& folder, int place);
    void replace(qsizetype place, const QString& folder);
    void removeAt(qsizetype place);
    void hide(const QString& folder);
    // False: it was not hidden.
    bool unhide(const QString& folder);

    // "" where it was written, else why not.
    QString save() const;

  private:
    const QString file_;
    QStringList added_;
    QStringList hidden_;
};

}  // namespace dsm
