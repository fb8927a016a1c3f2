// Small files that the program keeps for this user: written as a whole or not at all, readable by
// this user only; and read so that what cannot be read is not written over.
//
// Threads  Any; a disk may take long.
#pragma once

#include <QByteArray>
#include <QJsonArray>
#include <QJsonObject>
#include <QString>
#include <optional>

#include "app/services/program/path_text.h"

namespace dsm {

// "" where it was written, else why not.
QString writePrivateFile(const QString& path, const QByteArray& bytes);

// Adds a line at the end. One before it that was left half is ended first, so that it takes no other
// with it; where this one cannot be written whole, the file stays as it was. "" or why not.
QString appendLine(const QString& path, const QByteArray& line);

// Keeps what cannot be read, a folder too, as PATH.damaged, in the place of an earlier one, and says so
// in the log. That path; "" where it cannot be moved.
QString setAside(const QString& path, const QString& reason);

// Empty where there is no such file, or another thing than a file, whose opening may wait for ever;
// or one with more bytes.
QByteArray readSmallFile(const QString& path, qint64 mostBytes);

// The first bytes of a file; nothing of what is no regular file, or cannot be read.
std::optional<QByteArray> beginningOf(const QString& path, qint64 mostBytes);

// Empty where there is no such file. One that cannot be read, is larger than any that the program
// writes, or holds something else, is set aside.
QJsonObject readKeptObject(const QString& path);
QJsonArray readKeptArray(const QString& path);

}  // namespace dsm
