#include "app/services/training/data/data_study.h"

#include <QFile>
#include <QSet>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

namespace dsm {

class DataStudyTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init();

    void looksAtFilesOfEachFormat();
    void saysWhatAReadingFound();
    void showsTheFirstRowsBeforeTheOthers();
    void knowsWhatEveryLengthDoes();
    void marksTheAnswersThatTheJobTrains();
    void showsRowsAsConversations();
    void showsWhatIsCutAndWhatIsOnlyRead();
    void showsEachTemplate_data();
    void showsEachTemplate();
    void countsRowsThatAreInTheEvaluation();
    void saysWhyAFileCannotBeEvaluatedWith();
    void keepsEveryRefusedRowForExport();
    void editsAndLeavesOutRowsBesideTheFile();
    void leavesOutTheRightOneOfRowsOnOneLine();
    void listsChangesAndPutsThemBack();
    void followsAnEditByReadingOneRow();
    void drawsPromptsFromTheEvaluation();
    void saysWhyNothingCanBeRead();
    void stopsAndBeginsAnew();
    void endsWhileItReads();

  private:
    QString write(const QString& name, const QByteArray& text) const;
    QString writeRows(const QString& name, int rows) const;
    static DataRequest requestFor(const QStringList& files);
    // Until all is read.
    static void study(DataStudy& study, const DataRequest& request);
    static QList<DataRow> rows(DataStudy& study, qint64 first, int count, qint64 length);
    static QString textOf(const DataRow& row);

    std::unique_ptr<QTemporaryDir> folder_;
};

void DataStudyTest::init() {
    folder_ = std::make_unique<QTemporaryDir>();
}

QString DataStudyTest::write(const QString& name, const QByteArray& text) const {
    QFile file(folder_->filePath(name));
    if (!file.open(QIODevice::WriteOnly)) qFatal("cannot write %s", qPrintable(name));
    file.write(text);
    return file.fileName();
}

QString DataStudyTest::writeRows(const QString& name, int rows) const {
    QByteArray text;
    for (int i = 0; i < rows; ++i)
        text += "{\"instruction\": \"What is " + QByteArray::number(i) +
                "?\", \"output\": \"It is " + QByteArray::number(i) + ".\"}\n";
    return write(name, text);
}

DataRequest DataStudyTest::requestFor(const QStringList& files) {
    DataRequest request;
    request.files = files;
    request.modelFolder = QStringLiteral(DSM_SOURCE_DIR "/tests/golden/tiny");
    return request;
}

void DataStudyTest::study(DataStudy& study, const DataRequest& request) {
    study.study(request);
    QTRY_VERIFY_WITH_TIMEOUT(!study.isStudying(), 30'000);
}

QList<DataRow> DataStudyTest::rows(DataStudy& study, qint64 first, int count, qint64 length) {
    QSignalSpy read(&study, &DataStudy::rowsRead);
    study.readRows(first, count, length);
    if (!read.wait(30'000)) return {};
    return read.first().first().value<QList<DataRow>>();
}

// "User(read) Assistant[learned]~cut~", so that a row is compared at a glance.
QString DataStudyTest::textOf(const DataRow& row) {
    static const QList<QString> kNames{QStringLiteral("S"), QStringLiteral("Q"),
                                       QStringLiteral("A"), QStringLiteral("T")};
    QString text;
    for (const DataTurn& turn : row.turns) {
        text += kNames.at(static_cast<int>(turn.speaker)) + u':';
        for (const DataPart& part : turn.parts) {
            QString shown = part.isToken ? QStringLiteral("<end>") : part.text;
            if (part.isTrained) shown = u'[' + shown + u']';
            if (part.isCut) shown = u'~' + shown + u'~';
            text += shown;
        }
        text += u' ';
    }
    return text.trimmed();
}

void DataStudyTest::looksAtFilesOfEachFormat() {
    DataStudy study;
    QSignalSpy looked(&study, &DataStudy::looked);
    study.look({write(QStringLiteral("a.csv"), "Frage;Antwort\nWo?;Da.\n"),
                write(QStringLiteral("b.json"), "[{\"question\": \"q\", \"answer\": \"a\"}]"),
                writeRows(QStringLiteral("c.jsonl"), 2),
                folder_->filePath(QStringLiteral("d.csv"))});
    QVERIFY(looked.wait(30'000));
    const auto files = looked.first().first().value<QList<DataFile>>();
    QCOMPARE(files.size(), 4);
    QCOMPARE(files[0].format, DataFormat::Csv);
    QCOMPARE(files[0].delimiter, QChar(u';'));
    QCOMPARE(files[0].columns.size(), 2);
    QCOMPARE(files[1].format, DataFormat::JsonList);
    QCOMPARE(files[1].guessed.value(QStringLiteral("instruction")), QStringLiteral("question"));
    QCOMPARE(files[2].format, DataFormat::JsonLines);
    QVERIFY(files[2].guessed.isEmpty());
    QVERIFY(files[3].error.text.contains(QStringLiteral("d.csv")));
}

void DataStudyTest::saysWhatAReadingFound() {
    const QByteArray text =
        "{\"instruction\": \"Where is the old town hall of this city?\", \"output\": \"At the "
        "market.\"}\n"
        "{\"instruction\": \"where is the old town hall of this city\", \"output\": \"at the "
        "market\"}\n"
        "{\"instruction\": \"Where is the old town hall of this city?\", \"output\": \"At the "
        "market.\"}\n"
        "{\"instruction\": \"q\", \"output\": \"\"}\n"
        "{\"instruction\": \"q\", \"output\": \"a\", \"id\": 7}\n";
    DataStudy study;
    this->study(study, requestFor({write(QStringLiteral("a.jsonl"), text)}));
    const DataFindings& found = study.findings();
    QVERIFY2(study.error().isEmpty(), qPrintable(study.error().text));
    QVERIFY(found.isWhole);
    QCOMPARE(found.rows, 5);
    QCOMPARE(found.examples, 4);
    QCOMPARE(found.refused, 1);
    QCOMPARE(found.firstRefused.first().place.number, 4);
    QCOMPARE(found.repeated, 1);
    QCOMPARE(found.firstRepeated.first().place.number, 3);
    QCOMPARE(found.firstRepeated.first().first.number, 1);
    QCOMPARE(found.near, 1);
    QCOMPARE(found.firstNear.first().place.number, 2);
    QCOMPARE(found.unusedColumns.value(QStringLiteral("id")), 1);
}

void DataStudyTest::showsTheFirstRowsBeforeTheOthers() {
    DataStudy study;
    QList<qint64> seen;
    QObject::connect(&study, &DataStudy::changed, &study, [&] {
        if (study.findings().examples > 0) seen.append(study.findings().examples);
    });
    this->study(study, requestFor({writeRows(QStringLiteral("a.jsonl"), 900)}));
    QCOMPARE(seen, (QList<qint64>{200, 900}));
}

void DataStudyTest::knowsWhatEveryLengthDoes() {
    DataStudy study;
    this->study(study, requestFor({writeRows(QStringLiteral("a.jsonl"), 50)}));
    const qint64 longest = study.findings().longest;
    const DataAtLength whole = study.atLength(longest);
    QCOMPARE(whole.examples, 50);
    QCOMPARE(whole.cut, 0);
    QVERIFY(whole.trainedTokens > 0 && whole.trainedTokens < whole.tokens);
    QVERIFY(study.atLength(longest - 1).cut > 0);
    QCOMPARE(study.atLength(2).trainNothing, 50);
    const QList<qint64> bars = study.histogram(4, 1000);
    QCOMPARE(bars, (QList<qint64>{50, 0, 0, 0}));
}

// It marked all answers as learnt where the job learns the last alone.
void DataStudyTest::marksTheAnswersThatTheJobTrains() {
    const QString file = write(QStringLiteral("a.jsonl"), R"({"messages": [
        {"role": "user", "content": "1?"}, {"role": "assistant", "content": "one"},
        {"role": "user", "content": "2?"}, {"role": "assistant", "content": "two"}]})");
    DataRequest request = requestFor({file});
    DataStudy study;
    this->study(study, request);
    const QString all = textOf(rows(study, 0, 1, 1000).value(0));
    QVERIFY2(all.contains(QStringLiteral("[one]")), qPrintable(all));
    QVERIFY2(all.contains(QStringLiteral("[two]")), qPrintable(all));
    request.trainsHistory = false;
    this->study(study, request);
    const QString last = textOf(rows(study, 0, 1, 1000).value(0));
    QVERIFY2(!last.contains(QStringLiteral("[one]")), qPrintable(last));
    QVERIFY2(last.contains(QStringLiteral("one")), qPrintable(last));
    QVERIFY2(last.contains(QStringLiteral("[two]")), qPrintable(last));
}

void DataStudyTest::showsRowsAsConversations() {
    DataStudy study;
    DataRequest request = requestFor({writeRows(QStringLiteral("a.jsonl"), 20)});
    request.systemText = QStringLiteral("Be kind.");
    this->study(study, request);
    const QList<DataRow> read = rows(study, 18, 5, 1024);
    QCOMPARE(read.size(), 2);
    QCOMPARE(read[0].place.number, 19);
    QCOMPARE(textOf(read[0]), QStringLiteral("S:Be kind. Q:What is 18? A:[It is 18.][<end>]"));
}

void DataStudyTest::showsWhatIsCutAndWhatIsOnlyRead() {
    const QByteArray text =
        "{\"messages\": [{\"role\": \"user\", \"content\": \"one\"}, {\"role\": \"assistant\", "
        "\"content\": "
        "\"two\", \"weight\": 0}, {\"role\": \"user\", \"content\": \"three\"}, {\"role\": "
        "\"assistant\", \"content\": \"four\"}]}\n";
    DataStudy study;
    this->study(study, requestFor({write(QStringLiteral("a.jsonl"), text)}));
    QList<DataRow> read = rows(study, 0, 1, 1024);
    QCOMPARE(read.size(), 1);
    QCOMPARE(textOf(read[0]), QStringLiteral("Q:one A:two<end> Q:three A:[four][<end>]"));
    read = rows(study, 0, 1, read[0].tokens - 1);
    QCOMPARE(textOf(read[0]), QStringLiteral("Q:one A:two<end> Q:three A:[four]~[<end>]~"));
}

void DataStudyTest::showsEachTemplate_data() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("shown");
    QTest::newRow("chat") << QStringLiteral("chat")
                          << QStringLiteral("Q:What is 0? A:[It is 0.][<end>]");
    QTest::newRow("raw") << QStringLiteral("raw")
                         << QStringLiteral("Q:What is 0? A:[It is 0.][<end>]");
}

void DataStudyTest::showsEachTemplate() {
    QFETCH(QString, name);
    QFETCH(QString, shown);
    DataStudy study;
    DataRequest request = requestFor({writeRows(QStringLiteral("a.jsonl"), 1)});
    request.sampleTemplate = name;
    this->study(study, request);
    QCOMPARE(textOf(rows(study, 0, 1, 1024).first()), shown);
    request.sampleTemplate = QStringLiteral("reference");
    this->study(study, request);
    const DataRow row = rows(study, 0, 1, 1024).first();
    QCOMPARE(row.turns.size(), 3);
    QCOMPARE(row.turns[1].parts.first().text, QStringLiteral("What is 0?"));
    QVERIFY(row.turns[2].parts.first().text.startsWith(QStringLiteral("It is 0.")));
    QVERIFY(study.findings().notes.contains(DataNote::NeverEnds));
}

void DataStudyTest::countsRowsThatAreInTheEvaluation() {
    DataStudy study;
    DataRequest request = requestFor({writeRows(QStringLiteral("a.jsonl"), 30)});
    request.evaluationFiles = {writeRows(QStringLiteral("b.jsonl"), 4)};
    this->study(study, request);
    QCOMPARE(study.findings().evaluationExamples, 4);
    QCOMPARE(study.findings().inEvaluation, 4);
    QCOMPARE(study.findings().firstInEvaluation.size(), 4);
    QCOMPARE(study.findings().firstInEvaluation.first(),
             (DataPlace{QStringLiteral("a.jsonl"), false, 1}));
    // Two equal files: whatever is put aside of one, most of it is in the other.
    request.evaluationFiles = {};
    request.files.append(writeRows(QStringLiteral("c.jsonl"), 30));
    request.evaluationShare = 0.1;
    this->study(study, request);
    QCOMPARE(study.findings().evaluationExamples, 6);
    QVERIFY(study.findings().inEvaluation > 0);
}

// What is learned from is no worse for it.
void DataStudyTest::saysWhyAFileCannotBeEvaluatedWith() {
    DataStudy study;
    DataRequest request = requestFor({writeRows(QStringLiteral("a.jsonl"), 30)});
    request.evaluationFiles = {write(QStringLiteral("b.csv"), "prompt,reply\nWho?,I.\n")};
    this->study(study, request);
    QCOMPARE(study.error().isEmpty(), true);
    QCOMPARE(study.findings().examples, 30);
    QVERIFY(study.findings().isWhole);
    QVERIFY(study.findings().evaluationError.text.contains(QStringLiteral("b.csv")));
    QVERIFY(!study.isKnown(request));  // the file may be repaired
    write(QStringLiteral("b.csv"), "instruction,output\nWho?,I.\n");
    this->study(study, request);
    QVERIFY(study.findings().evaluationError.isEmpty());
    QCOMPARE(study.findings().evaluationExamples, 1);
}

void DataStudyTest::keepsEveryRefusedRowForExport() {
    QByteArray text = "question,answer\nq,a\n";
    for (int i = 0; i < 300; ++i)
        text += "\"only, this\"\n";
    DataStudy study;
    DataRequest request = requestFor({write(QStringLiteral("a.csv"), text)});
    request.columns = {{QStringLiteral("instruction"), QStringLiteral("question")},
                       {QStringLiteral("output"), QStringLiteral("answer")}};
    this->study(study, request);
    QCOMPARE(study.findings().refused, 300);
    QCOMPARE(study.findings().firstRefused.size(), 300);
    QCOMPARE(study.findings().firstRefused.last().place.number, 302);
    const QString path = folder_->filePath(QStringLiteral("refused.csv"));
    QSignalSpy exported(&study, &DataStudy::refusedExported);
    const auto exportTo = [&](const QString& place) {
        study.exportRefused(place, [](const ReasonShown& reason) {
            return reason.sentences.value(0).code + u' ' + reason.text;
        });
        return exported.wait(30'000) ? exported.last().at(1).toString() : QStringLiteral("late");
    };
    QCOMPARE(exportTo(path), QString());
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QList<QByteArray> lines = file.readAll().trimmed().split('\n');
    QCOMPARE(lines.size(), 301);
    QCOMPARE(lines[0], QByteArray("file,line,reason"));
    QVERIFY2(lines[300].startsWith("a.csv,302,\"csv_one_field there is 1 field, but 2"),
             lines[300].constData());
    QVERIFY(!exportTo(folder_->filePath(QStringLiteral("no/such/folder"))).isEmpty());
}

void DataStudyTest::editsAndLeavesOutRowsBesideTheFile() {
    DataStudy study;
    const QString file = writeRows(QStringLiteral("a.jsonl"), 5);
    DataRequest request = requestFor({file});
    this->study(study, request);
    QSignalSpy sources(&study, &DataStudy::sourceRead);
    QSignalSpy edited(&study, &DataStudy::edited);
    study.readSource(1);
    QVERIFY(sources.wait(30'000));
    auto source = sources.first().first().value<DataSource>();
    QCOMPARE(source.number, 2);
    QCOMPARE(source.columns.size(), 2);
    QCOMPARE(source.columns[1].name, QStringLiteral("output"));
    source.columns[1].value = QStringLiteral("Changed.");
    study.edit(source);
    QVERIFY(edited.wait(30'000));
    QCOMPARE(edited.first().first().value<ReasonShown>(), ReasonShown());
    study.leaveOut(3);
    QVERIFY(edited.wait(30'000));
    request.appliesEdits = true;
    this->study(study, request);
    QCOMPARE(study.findings().edited, 1);
    QCOMPARE(study.findings().leftOut, 1);
    QCOMPARE(study.findings().rows, 4);
    QCOMPARE(textOf(rows(study, 1, 1, 1024).first()),
             QStringLiteral("Q:What is 1? A:[Changed.][<end>]"));
    // An edited row is shown as it was edited; put back as it was, it is no edit any more.
    study.readSource(1);
    QVERIFY(sources.wait(30'000));
    source = sources.last().first().value<DataSource>();
    QCOMPARE(source.columns[1].value, QStringLiteral("Changed."));
    source.columns[1].value = QStringLiteral("It is 1.");
    study.edit(source);
    QVERIFY(edited.wait(30'000));
    this->study(study, request);
    QCOMPARE(study.findings().edited, 0);
    QCOMPARE(study.findings().leftOut, 1);
    QVERIFY(edited.last().at(1).toBool());
    study.removeEdits();
    QVERIFY(edited.wait(30'000));
    QVERIFY(!edited.last().at(1).toBool());
    QVERIFY(!QFile::exists(file + QStringLiteral(".edits.json")));
}

void DataStudyTest::leavesOutTheRightOneOfRowsOnOneLine() {
    const QString file = write(QStringLiteral("a.json"),
                               "[{\"instruction\": \"1?\", \"output\": \"one\"}, "
                               "{\"instruction\": \"2?\", \"output\": \"two\"}, "
                               "{\"instruction\": \"3?\", \"output\": \"three\"}]");
    DataStudy data;
    study(data, requestFor({file}));
    data.leaveOut(1);
    QTRY_COMPARE(data.findings().leftOut, 1);
    QTRY_VERIFY(!data.isStudying() && data.findings().isWhole);
    // Also by reading all anew.
    for (const bool isAnew : {false, true}) {
        if (isAnew) {
            DataRequest request = requestFor({file});
            request.appliesEdits = true;
            study(data, request);
        }
        const QList<DataRow> left = rows(data, 0, 3, 100);
        QCOMPARE(left.size(), 2);
        QVERIFY(textOf(left[0]).contains(QStringLiteral("one")));
        QVERIFY(textOf(left[1]).contains(QStringLiteral("three")));
        QVERIFY(left[1].place.isRow);
        QCOMPARE(left[1].place.number, 3);
    }
}

void DataStudyTest::listsChangesAndPutsThemBack() {
    DataStudy study;
    const QString one = writeRows(QStringLiteral("a.jsonl"), 3);
    const QString two =
        write(QStringLiteral("b.csv"), "question,answer\nWho?,Me\n\"Why,\n?\",So\n");
    DataRequest request = requestFor({one, two});
    request.columns = {};
    request.appliesEdits = true;
    this->study(study, request);
    QSignalSpy edited(&study, &DataStudy::edited);
    QSignalSpy listed(&study, &DataStudy::changesRead);
    const auto changes = [&] {
        study.readChanges();
        if (!listed.wait(30'000)) return QList<DataChange>();
        return listed.last().first().value<QList<DataChange>>();
    };
    QVERIFY(changes().isEmpty());
    study.leaveOut(1);
    QVERIFY(edited.wait(30'000));
    DataSource source{two, 3, {{QStringLiteral("question"), QStringLiteral("Why so?"), true}}, {}};
    study.edit(source);
    QVERIFY(edited.wait(30'000));
    const QList<DataChange> both = changes();
    QCOMPARE(both.size(), 2);
    QCOMPARE(both[0].path, one);
    QCOMPARE(both[0].place, (DataPlace{QStringLiteral("a.jsonl"), false, 2}));
    QVERIFY(both[0].isLeftOut);
    QVERIFY(both[0].text.contains(QStringLiteral("What is 1?")));
    QCOMPARE(both[1].place.number, 3);
    QVERIFY(!both[1].isLeftOut);
    QCOMPARE(both[1].text, QStringLiteral("Why so?"));
    study.takeBack(one, 2);
    QVERIFY(edited.wait(30'000));
    QCOMPARE(edited.last().first().value<ReasonShown>(), ReasonShown());
    QVERIFY(edited.last().at(1).toBool());
    QCOMPARE(changes().size(), 1);
    study.takeBack(two, 3);
    QVERIFY(edited.wait(30'000));
    QVERIFY(!edited.last().at(1).toBool());
    QVERIFY(!QFile::exists(two + QStringLiteral(".edits.json")));
}

void DataStudyTest::followsAnEditByReadingOneRow() {
    DataStudy study;
    const QString file = writeRows(QStringLiteral("a.jsonl"), 300);
    DataRequest request = requestFor({file});
    request.evaluationShare = 0.1;
    this->study(study, request);
    QSignalSpy edited(&study, &DataStudy::edited);
    QSignalSpy progressed(&study, &DataStudy::progressed);
    const DataFindings before = study.findings();
    study.leaveOut(7);
    QVERIFY(edited.wait(30'000));
    QVERIFY(!study.isStudying());
    QVERIFY(progressed.isEmpty());
    QCOMPARE(study.findings().rows, before.rows - 1);
    QCOMPARE(study.findings().leftOut, 1);
    request.appliesEdits = true;
    QVERIFY(study.isKnown(request));
    // As one that reads everything says.
    DataStudy anew;
    this->study(anew, request);
    const auto sums = [](const DataStudy& one) {
        const DataFindings& found = one.findings();
        const DataAtLength at = one.atLength(12);
        return QList<qint64>{
            found.rows,         found.examples,   found.edited,  found.leftOut,
            found.repeated,     found.near,       found.longest, found.evaluationExamples,
            found.inEvaluation, at.trainedTokens, at.tokens,     at.cut};
    };
    QCOMPARE(sums(study), sums(anew));
    QCOMPARE(study.findings().evaluationPrompts, anew.findings().evaluationPrompts);
    QCOMPARE(study.histogram(20, 2), anew.histogram(20, 2));
    QCOMPARE(rows(study, 0, 300, 1024), rows(anew, 0, 300, 1024));
    study.takeBack(file, 8);
    QVERIFY(edited.wait(30'000));
    QCOMPARE(study.findings().rows, before.rows);
    request.appliesEdits = false;
    QVERIFY(study.isKnown(request));
    // One that can no longer be used is found by reading anew.
    study.edit({file, 3, {{QStringLiteral("instruction"), QStringLiteral("q"), true}}, {}});
    QVERIFY(edited.wait(30'000));
    QCOMPARE(edited.last().first().value<ReasonShown>(), ReasonShown());
    request.appliesEdits = true;
    QVERIFY(!study.isKnown(request));
    this->study(study, request);
    QCOMPARE(study.findings().refused, 1);
    // So is all of a file that has changed.
    study.removeEdits();
    QVERIFY(edited.wait(30'000));
    request.appliesEdits = false;
    this->study(study, request);
    writeRows(QStringLiteral("a.jsonl"), 301);
    study.leaveOut(7);
    QVERIFY(edited.wait(30'000));
    request.appliesEdits = true;
    QVERIFY(!study.isKnown(request));
}

void DataStudyTest::drawsPromptsFromTheEvaluation() {
    DataStudy study;
    DataRequest request = requestFor({writeRows(QStringLiteral("a.jsonl"), 200)});
    this->study(study, request);
    QVERIFY(study.findings().evaluationPrompts.isEmpty());
    request.evaluationShare = 0.2;
    this->study(study, request);
    const QStringList prompts = study.findings().evaluationPrompts;
    QCOMPARE(prompts.size(), 10);
    QCOMPARE(QSet<QString>(prompts.begin(), prompts.end()).size(), 10);
    for (const QString& prompt : prompts)
        QVERIFY2(prompt.startsWith(QStringLiteral("What is ")), qPrintable(prompt));
    // Of a file of its own; a question of several lines is none.
    request.evaluationShare = 0;
    request.evaluationFiles = {
        write(QStringLiteral("e.jsonl"),
              "{\"instruction\": \"Which\\none?\", \"output\": \"a\"}\n"
              "{\"messages\": [{\"role\": \"system\", \"content\": \"Be kind.\"},"
              "{\"role\": \"user\", \"content\": \"Kept?\"},"
              "{\"role\": \"assistant\", \"content\": \"Yes.\"}]}\n")};
    this->study(study, request);
    QCOMPARE(study.findings().evaluationPrompts, QStringList{QStringLiteral("Kept?")});
}

void DataStudyTest::saysWhyNothingCanBeRead() {
    DataStudy study;
    this->study(study, requestFor({write(QStringLiteral("a.jsonl"), "{\"x\": 1}\n{\"x\": 2}\n")}));
    QVERIFY2(study.error().text.contains(QStringLiteral("none of 2 rows is usable")),
             qPrintable(study.error().text));
    QCOMPARE(study.findings().refused, 2);
    DataRequest request = requestFor({writeRows(QStringLiteral("b.jsonl"), 1)});
    request.modelFolder = folder_->filePath(QStringLiteral("none"));
    this->study(study, request);
    QVERIFY(study.error().text.contains(QStringLiteral("none")));
}

void DataStudyTest::stopsAndBeginsAnew() {
    DataStudy study;
    const QString large = writeRows(QStringLiteral("a.jsonl"), 60'000);
    study.study(requestFor({large}));
    QTRY_COMPARE_WITH_TIMEOUT(study.findings().examples, 200, 30'000);
    study.stop();
    QVERIFY(!study.isStudying());
    QVERIFY(!study.findings().isWhole);
    this->study(study, requestFor({writeRows(QStringLiteral("b.jsonl"), 3)}));
    QCOMPARE(study.findings().examples, 3);
}

void DataStudyTest::endsWhileItReads() {
    auto study = std::make_unique<DataStudy>();
    study->study(requestFor({writeRows(QStringLiteral("a.jsonl"), 60'000)}));
    QTest::qWait(20);
    study.reset();
}

}  // namespace dsm

QTEST_GUILESS_MAIN(dsm::DataStudyTest)
#include "data_study_test.moc"
