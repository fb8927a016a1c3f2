// What the draft of a job says of its data, read and written.
//
// Threads  Main thread.
#pragma once

#include <QJsonValue>

#include "app/services/training/data/data_types.h"

namespace dsm {

class JobDraft;

// Keys of a job that the page of the data chooses.
namespace data_key {
inline const QString kData = QStringLiteral("data");
inline const QString kColumns = QStringLiteral("columns");
inline const QString kTemplate = QStringLiteral("template");
inline const QString kSystem = QStringLiteral("system");
inline const QString kEdits = QStringLiteral("edits");
inline const QString kLength = QStringLiteral("max_length");
}  // namespace data_key

inline const QString kChatTemplate = QStringLiteral("chat");

// Where something else is to be studied when the key changes.
bool decidesStudy(const QString& key);

QStringList filesOf(const JobDraft& draft);
void chooseFiles(JobDraft& draft, const QStringList& files);
QMap<QString, QString> columnsOf(const JobDraft& draft);
void chooseColumns(JobDraft& draft, const QMap<QString, QString>& columns);
int lengthOf(const JobDraft& draft);

// Of the files that can be read.
DataRequest requestOf(const JobDraft& draft, const QList<DataFile>& files);

// Of all files, each once.
QList<DataColumn> columnsIn(const QList<DataFile>& files);
// The column that was chosen and without which no row of the file can be read; "": none is missing.
// What such a file has of its own is no help: see engine/train/data/example.h.
QString lackedColumn(const DataFile& file, const QMap<QString, QString>& chosen);
// All that were chosen are there.
bool fits(const QMap<QString, QString>& chosen, const QList<DataColumn>& columns);

}  // namespace dsm
