// DataStudy: what a data set would teach, read in the background.
//
// study() first reads the first rows, so that there is something to see at once, and then all; each
// time changed() is said. The texts stay on the disk as tokens, in a file without a name: rows are
// shown from there, at any place of a set of any size, as they would be fed. What a maximum length
// does is known for every length without reading again.
//
// Memory   70 bytes for each row that can be read, 96 more for each of the first million.
// Threads  Main thread; reading has a thread of its own, which is stopped by stop(), by another
//          study, and by the end of this object. Rows are read on another.
// Errors   error(): a sentence for people that names the file and the line; what was known stays.
#pragma once

#include <QObject>
#include <functional>
#include <memory>

#include "app/services/training/data/data_types.h"

namespace dsm {

class DataStudy : public QObject {
    Q_OBJECT

  public:
    explicit DataStudy(QObject* parent = nullptr);
    ~DataStudy() override;

    // Opens each and reads its first rows; looked() follows, with all of them in this order.
    void look(const QStringList& files);

    // Begins anew. Without files or without a model's folder there is nothing to know.
    void study(const DataRequest& request);
    void stop();

    // Whether the request is the one that is known or being read, with all edits: to study it again
    // would tell nothing new.
    bool isKnown(const DataRequest& request) const;
    bool isStudying() const;
    double share() const;  // of the bytes read, 0 to 1
    ReasonShown error() const;
    const DataRequest& request() const;

    // Of the request; examples is 0 where nothing is known yet.
    const DataFindings& findings() const;
    DataAtLength atLength(qint64 maximumTokens) const;
    // How many rows have 1 to `width` tokens, the next `width`, ..; the last holds all longer ones.
    QList<qint64> histogram(int bars, qint64 width) const;

    // rowsRead() follows, with at most `count` examples from `first` on, cut at the length.
    void readRows(qint64 first, int count, qint64 maximumTokens);

    // sourceRead() follows: what the example was made from.
    void readSource(qint64 index);
    // The same of any row of the request's files, also of one that cannot be used.
    void readSource(const QString& path, qint64 number);
    // Keeps a change beside the file, or leaves the row out; edited() follows. Where all rows are
    // known, only this one is read again, and changed() follows; else isKnown() is false.
    void edit(const DataSource& source);
    void leaveOut(qint64 index);
    // changesRead() follows, with all changes of the request's files.
    void readChanges();
    // The row is read as its file holds it; edited() follows.
    void takeBack(const QString& path, qint64 number);
    void removeEdits();

    using ReasonWords = std::function<QString(const ReasonShown&)>;
    // Writes each refused row as file, line and reason: CSV, by these words, which are asked for on
    // another thread. refusedExported() follows.
    void exportRefused(const QString& file, const ReasonWords& words);

  Q_SIGNALS:
    void looked(const QList<dsm::DataFile>& files);
    void progressed(double share);
    void changed();  // findings(), error() or isStudying()
    void rowsRead(const QList<dsm::DataRow>& rows);
    void sourceRead(const dsm::DataSource& source);
    void refusedExported(const QString& file, const QString& error);  // "": written
    void changesRead(const QList<dsm::DataChange>& changes);
    // Empty: kept; then whether there are changes beside any of the request's files.
    void edited(const dsm::ReasonShown& error, bool hasChanges);

  private:
    class State;
    std::unique_ptr<State> state_;
};

}  // namespace dsm
