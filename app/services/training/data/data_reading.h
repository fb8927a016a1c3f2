// Data reading: the engine's side of the study of a data set. For data_study.cpp alone.
//
// Threads  Any, one at a time for each StudiedData.
// Errors   tellFindings(): Cancelled; those of reading a sample again.
#pragma once

#include <QDataStream>
#include <QTemporaryFile>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

#include "app/services/training/data/data_types.h"
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

// Of files as they were when they were read.
struct FileStamp {
    std::uintmax_t bytes = 0;
    std::filesystem::file_time_type changed = {};

    bool operator==(const FileStamp&) const = default;
};

// What the study tells, for the thread that is asked.
struct StudyView {
    DataFindings findings;
    std::shared_ptr<const SampleShapes> shapes;  // nullptr: nothing is known
};

// Read, it belongs to the thread of the rows, which follows edits.
struct StudiedData {
    DataRequest request;
    std::unique_ptr<Tokenizer> tokenizer;
    std::optional<TrainedModel> model;
    std::unique_ptr<TextDataset> dataset;  // nullptr where none of the rows can be read
    SampleTemplate sampleTemplate = SampleTemplate::Chat;
    std::shared_ptr<RefusedRows> refused = std::make_shared<RefusedRows>();
    std::vector<FileStamp> stamps;
    std::vector<std::uint64_t> evaluationHashes;  // of files of their own
    StudyView view;
    ReasonShown error;
    bool isCancelled = false;
};

DataFile lookAt(const QString& path);

// `mostRows` 0: all.
std::shared_ptr<StudiedData> readData(const DataRequest& request, qint64 mostRows,
                                      const std::function<void(double)>& progress,
                                      const std::stop_token& stop);

// After the data set has changed.
Result<void> tellFindings(StudiedData& data, const std::stop_token& stop);

// What an example was made from.
DataSource sourceOf(const StudiedData& data, qint64 index);
// Of any row of the request's files, also of one that cannot be used.
DataSource sourceAt(const StudiedData& data, const QString& path, qint64 number);

struct EditOutcome {
    ReasonShown error;        // what went wrong; empty: nothing
    bool isFollowed = false;  // the data is what it would be, read anew; else that is needed
};
// Keeps beside its file what the row is to be read as; without columns it is left out.
EditOutcome keepEdit(StudiedData& data, const DataSource& source);
// All changes that lie beside the files; those that cannot be read are none.
QList<DataChange> changesOf(const QStringList& files);
bool haveEdits(const QStringList& files);
EditOutcome takeBack(StudiedData& data, const QString& file, qint64 number);
// Removes all edits of the files.
ReasonShown removeEdits(const QStringList& files);

// What was asked first in a sample, on one line; "" where nothing is, or not on one.
QString promptOf(const StudiedData& data, const TrainingSample& sample);
QList<DataRow> rowsOf(const StudiedData& data, qint64 first, int count, qint64 maximumTokens);

}  // namespace dsm
