// DiskSpace: how much is free where models go.
//
// Threads  Any; a disk may take long to answer.
#pragma once

#include <QString>

namespace dsm {

struct DiskSpace {
    qint64 downloadsFree = -1;  // bytes, for this user; -1: not known
    qint64 modelsFree = -1;     // in the program's own folder
    bool isOneDisk = true;      // the two share their space

    bool operator==(const DiskSpace&) const = default;
};

// Of the folder's disk, or, while it has not been made, of the one it will be made on.
qint64 freeBytesOf(const QString& folder);
// Whether a folder can be made there, and files in it, as far as rights and names tell.
bool canBeWritten(const QString& folder);
DiskSpace measureSpace(const QString& downloadsFolder, const QString& modelsFolder);

}  // namespace dsm
