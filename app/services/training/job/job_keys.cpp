#include "app/services/training/job/job_keys.h"

#include <QDir>
#include <QJsonArray>
#include <QJsonDocument>
#include <algorithm>

#include "app/services/program/path_text.h"
#include "engine/train/job/job.h"
#include "engine/train/job/job_keys.h"

namespace dsm {
namespace {

QString fromView(std::string_view text) {
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

QJsonValue fallbackOf(const JobKey& key) {
    switch (key.type) {
        case JobKeyType::Whole:
        case JobKeyType::Number:
            return key.fallback;
        case JobKeyType::Switch:
            return key.fallback != 0;
        case JobKeyType::Choice:
        case JobKeyType::ChoiceOrSet:
            return fromView(key.words.front());
        default:
            return QJsonValue::Undefined;
    }
}

JobKeyInfo infoOf(const JobKey& key) {
    JobKeyInfo info;
    info.name = fromView(key.name);
    info.type = static_cast<JobKeyInfo::Type>(key.type);
    info.group = static_cast<JobKeyInfo::Group>(key.group);
    info.least = key.least;
    info.most = key.most;
    info.fallback = fallbackOf(key);
    for (const std::string_view word : key.words)
        info.words.append(fromView(word));
    info.isOfLora = key.isOfLora;
    return info;
}

// The enumerations name the same things in the same order.
static_assert(static_cast<int>(JobKeyType::Map) == static_cast<int>(JobKeyInfo::Type::Map));
static_assert(static_cast<int>(JobKeyGroup::Remark) == static_cast<int>(JobKeyInfo::Group::Remark));

}  // namespace

const QList<JobKeyInfo>& jobKeyInfos() {
    static const QList<JobKeyInfo> all = [] {
        QList<JobKeyInfo> infos;
        for (const JobKey& key : jobKeys())
            infos.append(infoOf(key));
        return infos;
    }();
    return all;
}

JobKeyInfo jobKeyInfo(const QString& name) {
    const auto& all = jobKeyInfos();
    const auto found = std::find_if(all.begin(), all.end(),
                                    [&](const JobKeyInfo& info) { return info.name == name; });
    return found == all.end() ? JobKeyInfo() : *found;
}

ReasonShown problemOfJob(const QString& json, const QString& folder) {
    const auto job = parseJob(json.toStdString(), "job", toPath(folder));
    return job ? ReasonShown() : shown(job.error());
}

QJsonObject readJobText(const QByteArray& json, const QString& folder, ReasonShown& problem) {
    QJsonParseError error{};
    const QJsonDocument document = QJsonDocument::fromJson(json, &error);
    // What the trainer says of a text names line and key; what a part of a job lacks is not wrong.
    QJsonObject values = document.object();
    QJsonObject whole = values;
    for (const char* key : {"model", "data", "output"}) {
        if (!whole.contains(QLatin1String(key))) whole[QLatin1String(key)] = QStringLiteral("-");
    }
    const bool lacksSome = document.isObject() && whole != values;
    problem = problemOfJob(
        lacksSome ? QString::fromUtf8(QJsonDocument(whole).toJson()) : QString::fromUtf8(json),
        folder);
    if (!problem.isEmpty()) return {};
    const QDir from(folder);
    for (const JobKeyInfo& key : jobKeyInfos()) {
        const bool isPath =
            key.type == JobKeyInfo::Type::Path || key.type == JobKeyInfo::Type::Paths;
        const QJsonValue named = values.value(key.name);
        if (isPath && named.isString()) values[key.name] = from.absoluteFilePath(named.toString());
        if (!isPath || !named.isArray()) continue;
        QJsonArray files;
        for (const QJsonValue& file : named.toArray())
            files.append(from.absoluteFilePath(file.toString()));
        values[key.name] = files;
    }
    return values;
}

}  // namespace dsm
