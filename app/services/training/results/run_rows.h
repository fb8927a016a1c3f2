// What a run keeps beside it for people to look at: the rows that its last evaluation found easiest
// and hardest, and the first batch as it was fed (engine/train/run/evaluated_rows.h and
// first_batch.h).
//
// Threads  Any.
// Errors   What is not there, or not whole, is empty.
#pragma once

#include <QJsonObject>
#include <QList>
#include <QString>

#include "app/services/training/data/data_types.h"

namespace dsm {

struct EvaluatedRowShown {
    DataPlace place;
    double loss = 0;
    qint64 trainedTokens = 0;
    QList<DataTurn> turns;
};

struct EvaluatedRowsShown {
    qint64 step = 0;
    qint64 rows = 0;                       // that were evaluated; 0: nothing was
    QList<EvaluatedRowShown> best, worst;  // the first is the best, the worst
};

// One sample of a batch, as one stretch of tokens.
struct FedSample {
    qint64 tokens = 0;
    qint64 trained = 0;  // of them
    QList<DataPart> parts;
};

struct FedBatch {
    QList<QList<FedSample>> batches;  // micro-batches, one after the other
    qint64 samples = 0;
    qint64 leftOut = 0;  // of them, not kept
};

EvaluatedRowsShown evaluatedRowsOf(const QString& folder);
// The "best" and "worst" of a JSON object.
void readEvaluatedRows(const QJsonObject& object, EvaluatedRowsShown& rows);
FedBatch firstBatchOf(const QString& folder);

}  // namespace dsm
