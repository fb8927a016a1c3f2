// How the settings of a job are worded for the reader.
//
// Threads  Main thread (translations).
#pragma once

#include <QJsonValue>
#include <QString>

#include "app/services/training/job/job_keys.h"

namespace dsm {

QString presentKey(const QString& key);      // "Learning rate"
QString presentKeyHelp(const QString& key);  // one sentence
QString presentChoice(const QString& key, const QString& word);
// "From 1 to 256; default 8."; "" where there is neither.
QString presentRange(const JobKeyInfo& key);
// A value of the key in a few words: "0.0002", "on", "all linear maps".
QString presentValue(const JobKeyInfo& key, const QJsonValue& value);

}  // namespace dsm
