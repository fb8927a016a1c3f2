// Files that go with a message: read with care, whole where there is room, else in the parts that answer
// best, and kept with the message.
#include <QElapsedTimer>
#include <QFile>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTest>

#include "app/services/chat/attachment.h"
#include "app/services/chat/document_file.h"
#include "app/services/chat/document_reader.h"
#include "tests/app/services/chat/chats_fixture.h"
#include "tests/app/services/chat/words_as_tokens.h"

namespace dsm {
namespace {

// A PDF of one page for each text.
QByteArray pdfOf(const QStringList& pages) {
    QByteArray pdf = "%PDF-1.4\n";
    QList<qsizetype> offsets;
    const auto object = [&](const QByteArray& body) {
        offsets.append(pdf.size());
        pdf += QByteArray::number(offsets.size()) + " 0 obj\n" + body + "\nendobj\n";
    };
    QByteArray kids;
    for (qsizetype i = 0; i < pages.size(); ++i)
        kids += QByteArray::number(4 + 2 * i) + " 0 R ";
    object("<< /Type /Catalog /Pages 2 0 R >>");
    object("<< /Type /Pages /Kids [" + kids + "] /Count " + QByteArray::number(pages.size()) +
           " >>");
    object("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>");
    for (qsizetype i = 0; i < pages.size(); ++i) {
        object("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents " +
               QByteArray::number(5 + 2 * i) + " 0 R /Resources << /Font << /F1 3 0 R >> >> >>");
        const QByteArray text = "BT /F1 12 Tf 50 700 Td (" + pages[i].toLatin1() + ") Tj ET";
        object("<< /Length " + QByteArray::number(text.size()) + " >>\nstream\n" + text +
               "\nendstream");
    }
    const qsizetype table = pdf.size();
    pdf += "xref\n0 " + QByteArray::number(offsets.size() + 1) + "\n0000000000 65535 f \n";
    for (const qsizetype offset : offsets)
        pdf += QByteArray::number(offset).rightJustified(10, '0') + " 00000 n \n";
    return pdf + "trailer << /Size " + QByteArray::number(offsets.size() + 1) +
           " /Root 1 0 R >>\nstartxref\n" + QByteArray::number(table) + "\n%%EOF\n";
}

QString words(int count, const QString& word) {
    return QStringList(count, word).join(u' ');
}

// Paragraphs of a hundred words; the seventh speaks of herons.
QString longText() {
    QStringList paragraphs;
    for (int i = 0; i < 20; ++i)
        paragraphs.append(QStringLiteral("Chapter%1 ").arg(i) +
                          (i == 7 ? QStringLiteral("herons eat frogs ") : QString()) +
                          words(90, QStringLiteral("filler")));
    return paragraphs.join(QStringLiteral("\n\n"));
}

DocumentPointer made(const QString& name, const QString& text) {
    return std::make_shared<const Document>(name, text);
}

}  // namespace

class ChatFilesTest : public QObject {
    Q_OBJECT

    std::unique_ptr<ChatsFixture> f_;
    QTemporaryDir folder_;
    qint64 room_ = 500;

    QString file(const QString& name, const QByteArray& bytes) {
        QFile made(folder_.filePath(name));
        if (!made.open(QIODevice::WriteOnly)) return {};
        made.write(bytes);
        return made.fileName();
    }

    const GenerationRequest& last() { return f_->generator.requests.last(); }

  private Q_SLOTS:
    void init() {
        f_ = std::make_unique<ChatsFixture>();
        room_ = 500;
        f_->generator.name.clear();  // the words alone choose
        f_->generator.measure = [this](const GenerationRequest& request) {
            return fitOfWords(request, room_);
        };
    }
    void cleanup() { f_.reset(); }

    void textIsReadInItsEncoding() {
        const QString text = QStringLiteral("a,b\n1,中文\n");
        QCOMPARE(readDocumentFile(file(QStringLiteral("a.csv"), text.toUtf8())).document->text(),
                 text);
        QByteArray wide("\xFF\xFE", 2);
        wide += QByteArray(reinterpret_cast<const char*>(text.utf16()), text.size() * 2);
        const auto read = readDocumentFile(file(QStringLiteral("b.txt"), wide));
        QVERIFY2(read.document != nullptr, qPrintable(read.problem));
        QCOMPARE(read.document->text(), text);
        QCOMPARE(readDocumentFile(file(QStringLiteral("c.md"), "one\r\ntwo")).document->text(),
                 QStringLiteral("one\ntwo"));
    }

    // It was taken for a PDF, and refused as a damaged one.
    void aTextThatSpeaksOfPdfIsAText() {
        const QByteArray text = "A PDF begins with %PDF- and its version.\n";
        QCOMPARE(readDocumentFile(file(QStringLiteral("pdf.md"), text)).document->text(),
                 QString::fromUtf8(text));
        const auto shifted = readDocumentFile(
            file(QStringLiteral("b.pdf"), "\xff\xfe\x01junk\n" + pdfOf({QStringLiteral("Page")})));
        if (!QStandardPaths::findExecutable(QStringLiteral("pdftotext")).isEmpty())
            QVERIFY2(shifted.document != nullptr, qPrintable(shifted.problem));
    }

    void whatIsNoTextIsRefusedWithAReason_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("nothing") << QByteArray();
        QTest::newRow("spaces") << QByteArray(" \n\t ");
        QTest::newRow("NUL") << QByteArray("a\0b", 3);
        QTest::newRow("no UTF-8") << QByteArray("caf\xE9 na\xEFve");
        QTest::newRow("a picture") << QByteArray("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16);
        QTest::newRow("too long") << QByteArray(kMostDocumentCharacters + 1, 'x');
        QTest::newRow("a PDF by name alone") << QByteArray("%PDF-1.7\nbroken");
        QTest::newRow("a PDF cut short") << pdfOf({QStringLiteral("text")}).left(200);
        QTest::newRow("a PDF of empty pages") << pdfOf({QString(), QString()});
        QByteArray circle = pdfOf({QStringLiteral("text")});
        circle.replace("/Kids [4 0 R ]", "/Kids [2 0 R ]");
        QTest::newRow("a PDF whose pages hold themselves") << circle;
    }
    void whatIsNoTextIsRefusedWithAReason() {
        QFETCH(QByteArray, bytes);
        const ReadDocument read = readDocumentFile(file(QStringLiteral("it"), bytes));
        QVERIFY(read.document == nullptr);
        QVERIFY2(read.problem.startsWith(QStringLiteral("it was not attached: ")),
                 qPrintable(read.problem));
    }

    void whatIsNoFileIsRefused() {
        QVERIFY(readDocumentFile(folder_.path()).document == nullptr);
        QVERIFY(readDocumentFile(QStringLiteral("/dev/zero")).document == nullptr);
        QVERIFY(readDocumentFile(folder_.filePath(QStringLiteral("none"))).document == nullptr);
    }

    void thePagesOfAPdfAreReadInOrder() {
        if (QStandardPaths::findExecutable(QStringLiteral("pdftotext")).isEmpty())
            QSKIP("pdftotext is not installed");
        const auto read =
            readDocumentFile(file(QStringLiteral("a.pdf"),
                                  pdfOf({QStringLiteral("First page"), QStringLiteral("Second")})));
        QVERIFY2(read.document != nullptr, qPrintable(read.problem));
        QCOMPARE(read.document->pages(), 2);
        QVERIFY(read.document->text().startsWith(QStringLiteral("First page")));
        QVERIFY(read.document->text().endsWith(QStringLiteral("Second")));
        const qsizetype second = read.document->text().indexOf(QStringLiteral("Second"));
        QCOMPARE(placesOf(read.document->text(), 2, {{second, second + 6}}),
                 (QList<PlaceRange>{{2, 2}}));
    }

    void aReaderThatIsMissingHangsOrWritesWithoutEndIsSurvived() {
        const QString pdf = file(QStringLiteral("a.pdf"), pdfOf({QStringLiteral("text")}));
        const auto with = [&](const QByteArray& script) {
            const QString program = file(QStringLiteral("reader"), "#!/bin/sh\n" + script);
            QFile::setPermissions(program, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
            return program;
        };
        const auto missing = readDocumentFile(pdf, {}, QStringLiteral("no-such-reader"));
        QVERIFY(missing.problem.contains(QStringLiteral("not installed")));
        const auto endless = readDocumentFile(pdf, {}, with("exec yes page"));
        QVERIFY2(endless.problem.contains(QStringLiteral("too long")), qPrintable(endless.problem));
        const auto crashed = readDocumentFile(pdf, {}, with("echo half; kill -SEGV $$"));
        QVERIFY(crashed.problem.contains(QStringLiteral("damaged")));
        // It may neither write files nor take all memory.
        const QString victim = folder_.filePath(QStringLiteral("victim"));
        readDocumentFile(pdf, {}, with("echo x > " + victim.toUtf8()));
        QCOMPARE(QFile(victim).size(), 0);
        std::stop_source stop;
        stop.request_stop();
        const auto stopped = readDocumentFile(pdf, stop.get_token(), with("sleep 60"));
        QVERIFY(stopped.document == nullptr);
    }

    void filesAreReadOneAfterTheOtherBesideTheRest() {
        DocumentReader reader;
        QSignalSpy taken(&reader, &DocumentReader::taken);
        QSignalSpy failed(&reader, &DocumentReader::failed);
        reader.read({file(QStringLiteral("a.txt"), "alpha"), file(QStringLiteral("b.txt"), {}),
                     file(QStringLiteral("c.txt"), "gamma")});
        QVERIFY(reader.isReading());
        QCOMPARE(taken.count(), 0);
        QTRY_COMPARE(taken.count(), 2);
        QCOMPARE(failed.count(), 1);
        QTRY_VERIFY(!reader.isReading());
        QCOMPARE(taken[1][0].value<DocumentPointer>()->text(), QStringLiteral("gamma"));
    }

    void partsJoinToTheWholeAndAreFoundByWords() {
        const Document document(QStringLiteral("long.txt"), longText());
        QString joined;
        for (const auto& [begin, end] : document.parts()) {
            QVERIFY(end > begin && end - begin <= Document::kPartLength);
            joined += document.text().mid(begin, end - begin);
        }
        QCOMPARE(joined, document.text());
        const auto part = [&](const QString& question) {
            const auto [begin, end] = document.parts()[document.partsFor(question).parts.front()];
            return document.text().mid(begin, end - begin);
        };
        QVERIFY(part(QStringLiteral("What do HERONS eat?")).contains(QStringLiteral("herons")));
        QVERIFY(part(QStringLiteral("nothing of this")).contains(QStringLiteral("Chapter0 ")));
    }

    void placesAreLinesOrPages() {
        const QString lines = QStringLiteral("one\ntwo\n\nfour\nfive\nsix\n");
        QCOMPARE(placesOf(lines, 0, {{0, 4}}), (QList<PlaceRange>{{1, 1}}));
        QCOMPARE(placesOf(lines, 0, {{0, 4}, {9, 19}}), (QList<PlaceRange>{{1, 1}, {4, 5}}));
        QCOMPARE(placesOf(lines, 0, {{0, 4}, {4, 8}}), (QList<PlaceRange>{{1, 2}}));
        QCOMPARE(placesOf(lines, 0, {{7, 9}}), QList<PlaceRange>());  // spaces alone
        QCOMPARE(placesOf(u"a\n\fb\n\fc", 3, {{3, 5}, {6, 7}}), (QList<PlaceRange>{{2, 3}}));
        QCOMPARE(placesOf(u"a\n\nb\n\nc", 3, {{3, 5}}), QList<PlaceRange>());  // not known
    }

    void chineseIsFoundByPairsOfCharacters() {
        QString text = QStringLiteral("这里写的是别的事情。").repeated(100);
        text.insert(text.size() / 2, QStringLiteral("\n\n苍鹭吃青蛙和小鱼。\n\n"));
        const Document document(QStringLiteral("鸟.txt"), text);
        const auto [begin, end] =
            document.parts()[document.partsFor(QStringLiteral("苍鹭吃什么？")).parts.front()];
        QVERIFY(document.text().mid(begin, end - begin).contains(QStringLiteral("苍鹭")));
    }

    void aFileThatFitsIsReadWhole() {
        const qint64 id =
            f_->chats->send(0, QStringLiteral("Who is it?"), 1,
                            {made(QStringLiteral("a.txt"), QStringLiteral("It is Ann."))});
        QVERIFY(id != 0);
        const MessageInfo question = f_->chats->messages(id).front();
        QCOMPARE(question.text, QStringLiteral("Who is it?"));
        QCOMPARE(question.attachments.size(), 1);
        QVERIFY(question.attachments[0].isWhole());
        QCOMPARE(last().messages[0].text,
                 QStringLiteral("[File: a.txt]\nIt is Ann.\n[End of a.txt]\n\nWho is it?"));
    }

    void ofALongFileThePartsAreReadThatAnswerBestAndTheRoomIsUsed() {
        const DocumentPointer document = made(QStringLiteral("long.txt"), longText());
        const qint64 id = f_->chats->send(0, QStringLiteral("What do herons eat?"), 1, {document});
        QVERIFY(id != 0);
        const QString prompt = last().messages[0].text;
        QVERIFY(prompt.contains(QStringLiteral("herons eat frogs")));
        QVERIFY(prompt.contains(QStringLiteral("[…]")));
        QVERIFY(wordsOf(prompt) <= room_);
        QVERIFY(wordsOf(prompt) > room_ - 120);
        const Attachment attachment = f_->chats->messages(id).front().attachments[0];
        QVERIFY(!attachment.isWhole());
        QCOMPARE(attachment.characters, document->text().size());
        QCOMPARE(attachment.partsSeen, 0);
        QVERIFY(!attachment.places.isEmpty());
        for (const auto& [begin, end] : attachment.read)
            QVERIFY(prompt.contains(document->text().mid(begin, end - begin).trimmed()));
    }

    void whereNoPartFitsTheMessageIsRefusedWithAReason() {
        room_ = 20;
        QSignalSpy failed(f_->chats.get(), &ChatService::failed);
        QCOMPARE(f_->chats->send(0, QStringLiteral("q"), 1,
                                 {made(QStringLiteral("long.txt"), longText())}),
                 0);
        QVERIFY(failed[0][0].toString().contains(QStringLiteral("no room for any part")));
        QVERIFY(f_->chats->conversations().isEmpty());
    }

    void filesAreKeptWithTheMessageAndReadAgainForAnotherQuestion() {
        const DocumentPointer document = made(QStringLiteral("long.txt"), longText());
        const qint64 id = f_->chats->send(0, QStringLiteral("What do herons eat?"), 1, {document});
        f_->generator.end(last().id);
        f_->open();
        const MessageInfo question = f_->chats->messages(id).front();
        QCOMPARE(f_->chats->documents(question.id).size(), 1);
        QCOMPARE(f_->chats->documents(question.id)[0]->text(), document->text());
        QVERIFY(f_->chats->editMessage(question.id, QStringLiteral("What is in Chapter13?")));
        QVERIFY(last().messages[0].text.contains(QStringLiteral("Chapter13 ")));
        f_->generator.end(last().id);
        const qint64 fork = f_->chats->fork(f_->chats->messages(id).back().id);
        QCOMPARE(f_->chats->documents(f_->chats->messages(fork).front().id)[0]->text(),
                 document->text());
        f_->say(QStringLiteral("and?"), QStringLiteral("yes"), id);
        QVERIFY(f_->chats->documents(f_->chats->messages(id).back().id).isEmpty());
    }

    void twoMillionCharactersAreChosenFromWithoutAWait() {
        QString text;
        while (text.size() < kMostDocumentCharacters - 100)
            text += QStringLiteral("line %1 of a long file\n").arg(text.size());
        const DocumentPointer document = made(QStringLiteral("huge.txt"), text);
        int asked = 0;
        const AttachedPrompt prompt =
            attach(QStringLiteral("line 5"), {document},
                   partsByWords(QStringLiteral("line 5"), {document}), [&](const QString& shown) {
                       ++asked;
                       return wordsOf(shown) <= 3000;
                   });
        QVERIFY(!prompt.attachments.isEmpty());
        QVERIFY2(asked <= 12, qPrintable(QString::number(asked)));
    }
};

}  // namespace dsm

QTEST_GUILESS_MAIN(dsm::ChatFilesTest)
#include "chat_files_test.moc"
