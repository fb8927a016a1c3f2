// What the benchmarks' service tells of tasks, runs and answers.
//
// Threads  Plain values.
#pragma once

#include <QDateTime>
#include <QList>
#include <QString>
#include <QStringList>

namespace dsm {

struct BenchmarkTask {
    QString name = {};     // as lm-eval calls it
    QString title = {};    // as the paper does
    QString source = {};   // whose prompts these are
    QString columns = {};  // that its files have
    int shots = 0;         // in the paper
    bool isJudged = true;  // false: programs are written, and not run
};

// What the model's makers published of a task, in percent; below 0: nothing.
struct PublishedResult {
    double base = -1;
    double chat = -1;
};

struct BenchmarkWish {
    QString task;
    QStringList files;
    QStringList shotFiles;
    int shots = 0;
    QString subject;   // "": by the rows or the file's name
    qint64 limit = 0;  // of questions; 0: all
    QString modelFolder;
    QString modelName;
    QString adapterFolder;  // "": none
    QString adapterName;
};

struct BenchmarkFigure {
    QString name;       // of the measure
    double value = 0;   // a share, or what else the measure is
    double error = -1;  // standard error; below 0: there is none
    bool isShare = true;
};

struct BenchmarkRunInfo {
    enum class State { Running, Stopped, Finished, Failed };

    qint64 id = 0;
    QString task;
    QString model;
    QString format;
    QString adapter;  // "": none
    QString machine;
    QDateTime made;
    State state = State::Running;
    QString error;
    qint64 questions = 0;
    qint64 answered = 0;
    int shots = 0;
    double seconds = 0;
    QList<BenchmarkFigure> figures;  // of what is answered; the first says what is right
};

enum class Judgement { None, Right, Wrong };

struct BenchmarkAnswerInfo {
    qint64 number = 0;
    QString question;  // its beginning
    Judgement judgement = Judgement::None;
};

struct BenchmarkChoiceShown {
    QString text;
    double logLikelihood = 0;
    bool isRight = false;
    bool isChosen = false;
};

struct BenchmarkAnswerShown {
    QString place;   // "piqa.jsonl, line 3"
    QString prompt;  // all of it
    QList<BenchmarkChoiceShown> choices;
    QString written;
    QStringList targets;
    QStringList taken;  // of what was written
    Judgement judgement = Judgement::None;
    bool isCut = false;
};

struct BenchmarkCompared {
    qint64 questions = 0;
    qint64 onlyFirst = 0;
    qint64 onlySecond = 0;
    double difference = 0;  // of the second to the first
    double error = 0;
    double chance = 1;  // McNemar's
};

}  // namespace dsm
