#include "app/services/library/folder_list.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <algorithm>

#include "app/services/library/library_reading.h"
#include "app/services/program/private_file.h"

namespace dsm {
namespace {

const QString kFolders = QStringLiteral("folders");
const QString kHidden = QStringLiteral("hidden");

qsizetype placeIn(const QStringList& folders, const QString& folder) {
    const auto found = std::find_if(folders.begin(), folders.end(), [&](const QString& other) {
        return other == folder || isSameFolder(other, folder);
    });
    return found == folders.end() ? -1 : found - folders.begin();
}

}  // namespace

FolderList::FolderList(const QString& file) : file_(file) {
    const QJsonObject stored = readKeptObject(file_);
    const auto read = [&](const QString& key, QStringList& to) {
        for (const QJsonValue folder : stored[key].toArray()) {
            if (!folder.toString().isEmpty()) to.append(folder.toString());
        }
    };
    read(kFolders, added_);
    read(kHidden, hidden_);
}

qsizetype FolderList::placeOf(const QString& folder) const {
    return placeIn(added_, folder);
}

void FolderList::add(const QString& folder, int place) {
    if (placeOf(folder) >= 0) return;
    const bool isPlace = place >= 0 && place < added_.size();
    added_.insert(isPlace ? place : added_.size(), folder);
}

void FolderList::replace(qsizetype place, const QString& folder) {
    added_[place] = folder;
}

void FolderList::removeAt(qsizetype place) {
    added_.removeAt(place);
}

void FolderList::hide(const QString& folder) {
    hidden_.append(folder);
}

bool FolderList::unhide(const QString& folder) {
    const qsizetype place = placeIn(hidden_, folder);
    if (place >= 0) hidden_.removeAt(place);
    return place >= 0;
}

QString FolderList::save() const {
    const QJsonObject list{{kFolders, QJsonArray::fromStringList(added_)},
                           {kHidden, QJsonArray::fromStringList(hidden_)}};
    return writePrivateFile(file_, QJsonDocument(list).toJson());
}

}  // namespace dsm
