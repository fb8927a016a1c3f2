// What is in the library: the folders that were added, those of the program, and the caches of the
// Hub's layout, read from the disk.
//
// A snapshot in a cache is listed where its config.json is that of a model this program runs, or,
// while that file has not come yet, where the catalogue has its repository; the rest of a cache is
// nobody's business here. A snapshot whose files are not all there is listed as partial, unless a
// complete one of the same repository is.
//
// For model_library.cpp only.
#pragma once

#include <QList>
#include <QString>
#include <QStringList>
#include <stop_token>

#include "app/services/library/library_types.h"
#include "app/services/library/model_scan.h"

namespace dsm {

// In a folder that was copied here, with the name of the one it came from.
inline const QString kImportMark = QStringLiteral(".deepseekmoe-imported");

struct ConvertedFolder {
    QString folder;
    QString source;
};

// All that a reading needs to know; it shares nothing with the main thread.
struct ReadingOrder {
    QString demoFolder;
    QStringList addedFolders;
    QString modelsFolder;
    QStringList cacheFolders;
    QStringList hiddenFolders;  // snapshots the user took from the list
    QList<ConvertedFolder> finished;
    QStringList unfinished;  // folders of conversions
    ContextChoice context;
};

QList<LibraryModel> readLibrary(const ReadingOrder& order, const std::stop_token& stop);

bool isSameFolder(const QString& a, const QString& b);
bool holdsModel(const QString& folder);

}  // namespace dsm
