#include "finetune_ui/data/data_draft.h"

#include <QJsonArray>
#include <QJsonObject>
#include <algorithm>

#include "app/services/training/job/job_draft.h"

namespace dsm {
namespace {

using namespace data_key;

constexpr int kDefaultLength = 1024;  // a job's

const QString kModel = QStringLiteral("model");
const QString kEvalData = QStringLiteral("eval_data");
const QString kEvalShare = QStringLiteral("eval_share");
const QString kSeed = QStringLiteral("seed");

// Fields that a row is read from.
const QString kMessages = QStringLiteral("messages");
const QString kConversations = QStringLiteral("conversations");
const QString kInstruction = QStringLiteral("instruction");
const QString kInput = QStringLiteral("input");
const QString kOutput = QStringLiteral("output");
const QString kText = QStringLiteral("text");

// One path, or a list of them.
QStringList pathsIn(const QJsonValue& value) {
    if (value.isString()) return {value.toString()};
    QStringList paths;
    for (const QJsonValue& one : value.toArray())
        paths.append(one.toString());
    return paths;
}

bool holds(const QList<DataColumn>& columns, const QString& name) {
    return std::any_of(columns.begin(), columns.end(),
                       [&](const DataColumn& column) { return column.name == name; });
}

}  // namespace

bool decidesStudy(const QString& key) {
    return QStringList{kColumns, kTemplate, kSystem, kEdits, kModel, kEvalData, kEvalShare, kSeed}
        .contains(key);
}

QStringList filesOf(const JobDraft& draft) {
    return pathsIn(draft.value(kData));
}

void chooseFiles(JobDraft& draft, const QStringList& files) {
    QJsonValue value = QJsonArray::fromStringList(files);
    if (files.isEmpty()) value = QJsonValue::Undefined;
    if (files.size() == 1) value = files.first();
    draft.choose(kData, value);
}

QMap<QString, QString> columnsOf(const JobDraft& draft) {
    QMap<QString, QString> columns;
    const QJsonObject object = draft.value(kColumns).toObject();
    for (auto it = object.begin(); it != object.end(); ++it)
        columns[it.key()] = it.value().toString();
    return columns;
}

void chooseColumns(JobDraft& draft, const QMap<QString, QString>& columns) {
    QJsonObject object;
    for (auto it = columns.begin(); it != columns.end(); ++it)
        object.insert(it.key(), it.value());
    draft.choose(kColumns, object.isEmpty() ? QJsonValue(QJsonValue::Undefined) : object);
}

int lengthOf(const JobDraft& draft) {
    return draft.value(kLength).toInt(kDefaultLength);
}

DataRequest requestOf(const JobDraft& draft, const QList<DataFile>& files) {
    DataRequest request;
    for (const DataFile& file : files) {
        if (file.error.isEmpty()) request.files.append(file.path);
    }
    request.columns = columnsOf(draft);
    request.sampleTemplate = draft.value(kTemplate).toString(kChatTemplate);
    request.systemText = draft.value(kSystem).toString();
    request.trainsHistory =
        draft.value(QStringLiteral("history")).toString() != QLatin1String("context");
    request.appliesEdits = draft.value(kEdits).toBool();
    request.evaluationFiles = pathsIn(draft.value(kEvalData));
    request.evaluationShare = draft.value(kEvalShare).toDouble();
    request.seed =
        static_cast<quint64>(draft.value(kSeed).toInteger(static_cast<qint64>(request.seed)));
    request.modelFolder = draft.value(kModel).toString();
    return request;
}

QList<DataColumn> columnsIn(const QList<DataFile>& files) {
    QList<DataColumn> columns;
    for (const DataFile& file : files) {
        for (const DataColumn& column : file.columns) {
            if (!holds(columns, column.name)) columns.append(column);
        }
    }
    return columns;
}

QString lackedColumn(const DataFile& file, const QMap<QString, QString>& chosen) {
    const auto isThere = [&](const QString& field) {
        const QString column = chosen.value(field, field);
        return !column.isEmpty() && holds(file.columns, column);
    };
    for (const QString& whole : {kMessages, kConversations}) {
        if (isThere(whole)) return {};
    }
    if (isThere(kOutput)) {
        const bool isAsked = isThere(kInstruction) || isThere(kInput);
        return isAsked ? QString() : chosen.value(kInstruction);
    }
    if (isThere(kText)) return {};
    for (const QString& field : {kMessages, kConversations, kOutput, kText}) {
        const QString column = chosen.value(field);
        if (!column.isEmpty()) return column;
    }
    return {};
}

bool fits(const QMap<QString, QString>& chosen, const QList<DataColumn>& columns) {
    return std::all_of(chosen.begin(), chosen.end(),
                       [&](const QString& name) { return name.isEmpty() || holds(columns, name); });
}

}  // namespace dsm
