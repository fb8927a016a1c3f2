// What the study of a data set is asked and tells. Numbers of tokens count whole rows, before long
// ones lose their end, where nothing else is said.
#pragma once

#include <QHash>
#include <QList>
#include <QMap>
#include <QString>
#include <QStringList>

#include "app/services/program/reason_shown.h"

namespace dsm {

enum class DataFormat { JsonLines, JsonList, Csv, Parquet };

struct DataColumn {
    QString name;
    QString value;  // the first that is not empty, cut short
    bool isText = true;

    bool operator==(const DataColumn&) const = default;
};

// A file as its first rows show it.
struct DataFile {
    QString path;
    ReasonShown error;  // why it cannot be read; the rest is then empty
    qint64 sizeBytes = 0;
    DataFormat format = DataFormat::JsonLines;
    QChar delimiter;        // of CSV
    QString list;           // of JsonList: the key of the rows, or ""
    bool hasEdits = false;  // changes of its rows lie beside it
    QList<DataColumn> columns;
    // What its columns seem to be, by the names of a job's "columns"; empty where the names in the
    // file are those that are known.
    QMap<QString, QString> guessed;
};

// By the keys of a job (engine/train/job/job.h).
struct DataRequest {
    QStringList files;
    QMap<QString, QString> columns;
    QString sampleTemplate = QStringLiteral("chat");
    QString systemText;
    QStringList evaluationFiles;
    double evaluationShare = 0;
    quint64 seed = 42;
    QString modelFolder;        // whose tokenizer counts
    bool trainsHistory = true;  // all answers of a conversation, not the last alone
    bool appliesEdits = false;

    bool operator==(const DataRequest&) const = default;
};

struct DataPlace {
    QString file;        // its name
    bool isRow = false;  // the number counts rows (RowFile::countsRows); else lines of the file
    qint64 number = 0;   // from 1

    bool operator==(const DataPlace&) const = default;
};

struct DataRefusal {
    DataPlace place;
    ReasonShown reason;
    QString path = {};  // of its file
};

struct DataRepeat {
    DataPlace place;
    DataPlace first;  // the row it repeats
};

// What does not fit the model; a warning, or only worth knowing.
enum class DataNote {
    NeverEnds,      // the authors' template trains no end
    OtherForm,      // the authors' template, and a Chat model
    BaseModel,      // the template of a chat, and a Base model
    NoChatForm,     // the raw template, and a Chat model
    NoEndToken,     // the tokenizer has none
    OtherEndToken,  // than the model
};

struct DataFindings {
    static constexpr qsizetype kRefusalsListed = 1000;

    bool isWhole = false;  // else of the first rows alone
    qint64 rows = 0;
    qint64 edited = 0;    // rows that are read as they were changed
    qint64 leftOut = 0;   // by the user; not among the rows
    qint64 examples = 0;  // that can be read; some may be longer than a limit leaves anything of
    qint64 refused = 0;
    QList<DataRefusal> firstRefused;  // at most kRefusalsListed
    qint64 repeated = 0;
    QList<DataRepeat> firstRepeated;
    qint64 near = 0;  // nearly equal to an earlier row; not the repeated ones
    QList<DataRepeat> firstNear;
    qint64 nearCompared = 0;        // rows that were looked at for it
    qint64 evaluationExamples = 0;  // put aside, or of files of their own
    ReasonShown evaluationError;    // why files of their own cannot be evaluated with
    QStringList evaluationPrompts;  // questions of some of these, each on one line
    qint64 inEvaluation = 0;        // rows of the training that are there, too
    QList<DataPlace> firstInEvaluation;
    qint64 specialNames = 0;  // rows that spell a special token, which is plain text
    qint64 withHistory = 0;
    QMap<QString, qint64> unusedColumns;  // rows that hold something there
    QList<DataNote> notes;
    qint64 longest = 0;
    qint64 median = 0;
    qint64 keeps99 = 0;  // the length that leaves 99 of 100 rows whole
    qint64 modelPositions = 0;
};

// A change that a person made of a row, kept beside its file.
struct DataChange {
    QString path;  // of the file
    DataPlace place;
    bool isLeftOut = false;  // else it is read as it was changed
    QString text;            // of the row, as it was where it is left out, cut short
};

// What a maximum length does.
struct DataAtLength {
    qint64 examples = 0;      // that are trained on
    qint64 trainNothing = 0;  // rows of which nothing is left to train
    qint64 cut = 0;           // of the examples
    qint64 cutInsideAnswer = 0;
    qint64 tokens = 0;  // of the examples, after cutting
    qint64 trainedTokens = 0;
};

// A stretch of a row's text.
struct DataPart {
    QString text;
    bool isTrained = false;  // else only read
    bool isCut = false;      // beyond the maximum length
    bool isToken = false;    // a special token by its name

    bool operator==(const DataPart&) const = default;
};

struct DataTurn {
    enum class Speaker { System, User, Assistant, Text };
    Speaker speaker = Speaker::Text;
    QList<DataPart> parts;

    bool operator==(const DataTurn&) const = default;
};

// One example as the model gets it.
struct DataRow {
    qint64 index = 0;  // among the examples, from 0
    DataPlace place;
    qint64 tokens = 0;
    QList<DataTurn> turns;

    bool operator==(const DataRow&) const = default;
};

// A row as the file holds it, or as it was changed.
struct DataSource {
    struct Column {
        QString name;
        QString value;  // of what is no text: as JSON
        bool isText = true;
    };
    QString file;  // its path
    qint64 number = 0;
    QList<Column> columns;
    ReasonShown error;  // why it cannot be read
};

}  // namespace dsm
