// Data reading: the engine's side of the study of a data set. For data_study.cpp alone.
//
// Threads  Any, one at a time for each StudiedData.
#pragma once

#include <QDataStream>
#include <QTemporaryFile>
#include <functional>
#include <memory>
#include <stop_token>

#include "app/services/training/data_types.h"
#include "engine/train/data/text_dataset.h"

namespace dsm {

// The refused rows in a file that goes with the object: there may be millions.
class RefusedRows {
  public:
    void add(const DataRefusal& row);
    // At most DataFindings::kRefusalsListed.
    const QList<DataRefusal>& first() const { return first_; }
    // As CSV, "file,line,reason", each field quoted where it has to be. Returns "" or what went
    // wrong. An empty list is written as its heading alone.
    QString writeTo(const QString& file, const std::function<QString(const ReasonShown&)>& words);

  private:
    QTemporaryFile file_;
    QDataStream rows_;
    QList<DataRefusal> first_;
    QString failure_;
};

struct StudiedData {
    std::unique_ptr<Tokenizer> tokenizer;
    std::unique_ptr<TextDataset> dataset;  // nullptr where none of the rows can be read
    SampleTemplate sampleTemplate = SampleTemplate::Chat;
    std::shared_ptr<RefusedRows> refused = std::make_shared<RefusedRows>();
    DataFindings findings;
    ReasonShown error;
    bool isCancelled = false;
};

DataFile lookAt(const QString& path);

// `mostRows` 0: all.
std::shared_ptr<StudiedData> readData(const DataRequest& request, qint64 mostRows,
                                      const std::function<void(double)>& progress,
                                      const std::stop_token& stop);

// What an example was made from.
DataSource sourceOf(const StudiedData& data, const DataRequest& request, qint64 index);
// Keeps beside its file what the row is to be read as; without columns it is left out. Returns what
// went wrong, if anything did.
ReasonShown keepEdit(const DataSource& source);
// All changes that lie beside the files; those that cannot be read are none.
QList<DataChange> changesOf(const QStringList& files);
bool haveEdits(const QStringList& files);
ReasonShown takeBack(const QString& file, qint64 number);
// Removes all edits of the files.
ReasonShown removeEdits(const QStringList& files);

// What was asked first in a sample, on one line; "" where nothing is, or not on one.
QString promptOf(const StudiedData& data, const TrainingSample& sample);
QList<DataRow> rowsOf(const StudiedData& data, qint64 first, int count, qint64 maximumTokens);

}  // namespace dsm
