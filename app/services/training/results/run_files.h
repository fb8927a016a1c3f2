// What a run left in its folder: what of it can be tried, and the room it takes.
//
// Threads  Any. Reads names and sizes, and the short record of the run.
#pragma once

#include <QList>
#include <QString>

namespace dsm {

struct RunResult {
    QString folder;
    qint64 step = 0;       // 0: the result of the whole run
    bool isModel = false;  // a whole one; else an adapter
};

struct RunFiles {
    // Of the whole run first, then checkpoints, the newest first, without the one that equals it.
    QList<RunResult> results;
    int checkpoints = 0;
    qint64 lastStep = 0;  // of the checkpoint that the run goes on after; 0: there is none
    quint64 bytes = 0;    // of everything that a run writes
    bool isOwn = false;   // a run of this program wrote there; of others nothing is ever deleted
};

RunFiles filesOfRun(const QString& folder);

// Deletes on a thread of its own what a run has written, and the folder where nothing else is in
// it. What cannot be deleted stays, with a line in the log of the program.
void deleteFilesOfRun(const QString& folder);

}  // namespace dsm
