// The keys of a training job (engine/train/job/job_keys.h), for pages; and whether a whole job can be
// read.
//
// Threads  Any.
#pragma once

#include <QJsonObject>
#include <QJsonValue>
#include <QList>
#include <QString>
#include <QStringList>

#include "app/services/program/reason_shown.h"

namespace dsm {

struct JobKeyInfo {
    enum class Type {
        Text,
        Path,
        Paths,
        Whole,
        Number,
        Switch,
        Choice,
        ChoiceOrSet,
        Set,
        Texts,
        Map
    };
    enum class Group { Files, Data, Method, Learning, Batches, Check, Keeping, Computer, Remark };

    QString name;  // "": no such key
    Type type = Type::Text;
    Group group = Group::Remark;
    double least = 0;                             // of numbers
    double most = 0;                              // of numbers; how many of Texts
    QJsonValue fallback = QJsonValue::Undefined;  // what holds by itself; of others Undefined
    QStringList words;                            // of choices
    bool isOfLora = false;                        // means nothing where all weights learn
};

const QList<JobKeyInfo>& jobKeyInfos();  // in the order in which a job is told
JobKeyInfo jobKeyInfo(const QString& name);

// "" where a trainer can read the job, else what is wrong with it: the key, what was expected, what
// stands there. Paths that are not absolute count from `folder`.
ReasonShown problemOfJob(const QString& json, const QString& folder);

// What others wrote, as a draft takes it: relative paths made absolute from `folder`. Empty, with
// the problem, where it cannot be read; a job that only lacks model, data or output is one.
QJsonObject readJobText(const QByteArray& json, const QString& folder, ReasonShown& problem);

}  // namespace dsm
