// How a run is worded for the reader.
//
// Threads  Main thread (translations).
#pragma once

#include <QJsonObject>
#include <QString>
#include <QStringList>

#include "app/services/training/training_service.h"
#include "ui/widgets/pill.h"

namespace dsm {

struct RunStateWording {
    Pill::Tone tone;
    QString text;
};
// Queued, and for a time that is yet to come.
bool isPlanned(const TrainingJob& job);
// Finished before the last of its planned steps: it was told to, or gained no more.
bool hasEndedEarly(const TrainingJob& job);
RunStateWording presentRunState(const TrainingJob& job);
// What is done before the first step; "" afterwards.
QString presentPhase(const TrainingJob& job);
QString presentRunStep(const TrainingJob& job);  // "step 3 of 20"; "" before it is known
// What becomes of it where the program ends now; `savedStep` is that of its last checkpoint.
QString presentSafety(const TrainingJob& job, qint64 savedStep);
// What a run that failed can go on from.
QString presentWhatIsLeft(qint64 savedStep);
QString presentSpan(double seconds);  // "2 h 5 min", "40 s"
QString presentLoss(double loss);
QString presentPerplexity(double perplexity);

QJsonObject settingsOf(const TrainingJob& job);
QString baseOf(const QJsonObject& settings);           // the name of the model's folder
QString dataOf(const QJsonObject& settings);           // names of the files
QStringList dataFilesOf(const QJsonObject& settings);  // their paths
QStringList filesIn(const QJsonValue& value);          // of a setting that names one, or a list

// A name as a folder may have it, in any file system; "" where nothing of it can be kept.
QString folderNameOf(const QString& name);
// `name` in the folder, with a number where that is taken.
QString freeFolderIn(const QString& parent, const QString& name);

// Settings that were chosen in any of the jobs, in the order of a job; without those that name
// files of the run itself.
QStringList chosenKeys(const QList<QJsonObject>& jobs);
QString presentSettingName(const QString& key);
// What the job has, by itself or chosen.
QString presentSetting(const QString& key, const QJsonObject& job);
// All settings of the job, but for defaults: it says what it learns from. Of a run that another program
// has made, only some are known.
bool areAllKnown(const QJsonObject& settings);

}  // namespace dsm
