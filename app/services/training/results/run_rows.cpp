#include "app/services/training/results/run_rows.h"

#include <QJsonArray>
#include <QJsonDocument>

#include "app/services/program/private_file.h"

namespace dsm {
namespace {

constexpr qint64 kMostRowBytes = qint64{64} << 20;

QJsonObject readObject(const QString& path) {
    return QJsonDocument::fromJson(readSmallFile(path, kMostRowBytes)).object();
}

DataTurn::Speaker speakerNamed(const QString& name) {
    if (name == QLatin1String("system")) return DataTurn::Speaker::System;
    if (name == QLatin1String("user")) return DataTurn::Speaker::User;
    if (name == QLatin1String("assistant")) return DataTurn::Speaker::Assistant;
    return DataTurn::Speaker::Text;
}

QList<DataPart> partsOf(const QJsonArray& list) {
    QList<DataPart> parts;
    for (const QJsonValue& value : list) {
        const QJsonObject part = value.toObject();
        parts.append({part[QLatin1String("text")].toString(),
                      part[QLatin1String("trained")].toBool(), false,
                      part[QLatin1String("token")].toBool()});
    }
    return parts;
}

QList<EvaluatedRowShown> rowsOf(const QJsonArray& list) {
    QList<EvaluatedRowShown> rows;
    for (const QJsonValue& value : list) {
        const QJsonObject object = value.toObject();
        EvaluatedRowShown row;
        row.place = {object[QLatin1String("file")].toString(),
                     object[QLatin1String("unit")].toString() == QLatin1String("row"),
                     object[QLatin1String("number")].toInteger()};
        row.loss = object[QLatin1String("loss")].toDouble();
        row.trainedTokens = object[QLatin1String("trained_tokens")].toInteger();
        for (const QJsonValue& turn : object[QLatin1String("turns")].toArray()) {
            row.turns.append({speakerNamed(turn[QLatin1String("speaker")].toString()),
                              partsOf(turn[QLatin1String("parts")].toArray())});
        }
        rows.append(std::move(row));
    }
    return rows;
}

}  // namespace

void readEvaluatedRows(const QJsonObject& object, EvaluatedRowsShown& rows) {
    rows.best = rowsOf(object[QLatin1String("best")].toArray());
    rows.worst = rowsOf(object[QLatin1String("worst")].toArray());
}

EvaluatedRowsShown evaluatedRowsOf(const QString& folder) {
    const QJsonObject object = readObject(folder + QStringLiteral("/evaluation_rows.json"));
    EvaluatedRowsShown rows;
    rows.step = object[QLatin1String("step")].toInteger();
    rows.rows = object[QLatin1String("rows")].toInteger();
    readEvaluatedRows(object, rows);
    return rows;
}

FedBatch firstBatchOf(const QString& folder) {
    const QJsonObject object = readObject(folder + QStringLiteral("/first_batch.json"));
    FedBatch fed;
    fed.samples = object[QLatin1String("samples")].toInteger();
    fed.leftOut = object[QLatin1String("left_out")].toInteger();
    for (const QJsonValue& batch : object[QLatin1String("batches")].toArray()) {
        QList<FedSample> samples;
        for (const QJsonValue& sample : batch.toArray()) {
            samples.append({sample[QLatin1String("tokens")].toInteger(),
                            sample[QLatin1String("trained")].toInteger(),
                            partsOf(sample[QLatin1String("parts")].toArray())});
        }
        fed.batches.append(samples);
    }
    return fed;
}

}  // namespace dsm
