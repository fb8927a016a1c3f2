// Paths: where the program keeps its files and finds those it ships with.
//
//   data     conversations, state         $XDG_DATA_HOME/deepseekmoe
//   config   settings                     $XDG_CONFIG_HOME/deepseekmoe
//   cache    what can be made again       $XDG_CACHE_HOME/deepseekmoe
//   log      the program's log            data/log
//
// With DSM_DATA_DIR (or `root`) all four lie below that one folder.
// The demo model is where engine/generate/demo_model.h finds it.
//
// Threads  Plain values.
// Errors   A folder that cannot be made is reported by whoever opens a file in it.
#pragma once

#include <QString>

namespace dsm {

struct Paths {
    QString dataFolder;
    QString configFolder;
    QString cacheFolder;
    QString logFolder;
    QString demoModelFolder;  // "" when there is none

    QString databaseFile() const;
    QString settingsFile() const;
    QString modelsFolder() const;       // what the program makes of models
    QString contextsFolder() const;     // what models have read of conversations
    QString modelListFile() const;      // the folders the user added
    QString downloadsFile() const;      // what is being downloaded
    QString connectionsFile() const;    // that the program has made
    QString enginesFile() const;        // models at addresses
    QString engineKeysFile() const;     // their keys, where a person wants them there
    QString draftsFile() const;         // what is written to chats and not sent
    QString trashFile() const;          // deletions that can be undone
    QString textsFile() const;          // raw texts
    QString benchmarksFile() const;     // what models answered to benchmarks
    QString ownWordsFile() const;       // that are spelt right
    QString trainingFile() const;       // training jobs
    QString tuningDraftFile() const;    // a training run that is being prepared
    QString adaptersFolder() const;     // what training makes
    QString examplesFolder() const;     // what training reads of the user's conversations
    QString evaluationsFolder() const;  // what was measured of models, beside no run

    // Creates the folders, readable by this user only. `root` overrides DSM_DATA_DIR.
    static Paths find(const QString& root = {});
};

}  // namespace dsm
