// DeletionPlan: what deleting a model would take off the disk, and what stays.
//
// A folder goes as a whole. Of a snapshot in a cache of the Hub's layout go the snapshot, the refs
// that point to it, and those blobs no other snapshot of the repository needs.
//
//   freed   blocks on the disk: holes are not counted, and a file counts once, whatever the number
//           of its names
//   kept    of blobs that other snapshots need, and of files with names outside of what goes
//
// Symbolic links are never followed: what they lead to elsewhere neither counts nor goes.
//
// Threads  Any; reads entries, never contents.
// Errors   What cannot be read counts nothing. No paths: there is nothing to delete.
#pragma once

#include <QMetaType>
#include <QSet>
#include <QString>
#include <QStringList>

namespace dsm {

struct DeletionPlan {
    QString folder = {};     // of the model
    QString disk = {};       // a folder beside the paths, where a trash can be made
    QStringList paths = {};  // absolute; go, with all that is in them
    QStringList mayBeEmpty =
        {};  // folders to take away afterwards, deepest first, if nothing is in
    qint64 files = 0;
    quint64 freedBytes = 0;
    quint64 keptBytes = 0;
    qint64 filesOfOthers = 0;  // of a cache: put there by another program
};

// `ownFiles` are the real paths of files this program put into caches.
DeletionPlan planDeletion(const QString& folder, const QSet<QString>& ownFiles);

}  // namespace dsm

Q_DECLARE_METATYPE(dsm::DeletionPlan)
