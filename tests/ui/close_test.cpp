// Closing the window while something that was written is not on the disk.
#include <QDir>
#include <QMessageBox>
#include <QPushButton>
#include <QTest>

#include "tests/support/faulty_vfs.h"
#include "tests/ui/window_fixture.h"
#include "ui/chat/chat_page.h"
#include "ui/texts/text_editor.h"
#include "ui/texts/texts_page.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/composer.h"
#include "ui/widgets/prompt_edit.h"

namespace dsm {
namespace {

QMessageBox* question(WindowFixture& fixture) {
    for (auto* box : fixture.window().findChildren<QMessageBox*>()) {
        if (box->isVisible()) return box;
    }
    return nullptr;
}

void answer(WindowFixture& fixture, const char* text) {
    for (QAbstractButton* button : question(fixture)->buttons()) {
        if (button->text() == QLatin1String(text)) return button->click();
    }
    QFAIL(text);
}

// A reply of which the disk takes nothing any more.
void failToSave(WindowFixture& fixture, FaultyVfs& files, int code) {
    QVERIFY(fixture.waitForModel());
    fixture.script().setReply(QStringLiteral("a reply of some words "));
    fixture.sendMessage(QStringLiteral("a question"));
    files.arm(1, code, FaultyVfs::Lasts::ForEver);
    QVERIFY(fixture.waitForReply());
    const Banner* banner = fixture.window().page()->banner();
    QTRY_VERIFY(banner->isVisible());
}

}  // namespace

class CloseTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() { WindowFixture::hasFinetune = false; }

    void whatIsSavedClosesAtOnce() {
        WindowFixture fixture;
        QVERIFY(fixture.waitForModel());
        fixture.sendMessage(QStringLiteral("a question"));
        QVERIFY(fixture.waitForReply());
        fixture.drafts().set(0, QStringLiteral("not sent yet"));
        QVERIFY(fixture.window().close());
        QVERIFY(fixture.window().isHidden());
    }

    void aReplyThatCouldNotBeSavedIsAskedAbout_data() {
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("reason");
        const QString named = QStringLiteral("The last reply in “a question”, of 23 characters.");
        QTest::newRow("full disk") << SQLITE_FULL << named << QStringLiteral("The disk is full");
        QTest::newRow("read-only") << SQLITE_READONLY << named << QStringLiteral("reading only");
        QTest::newRow("broken disk") << SQLITE_IOERR << QStringLiteral("A reply of 23 characters.")
                                     << QStringLiteral("Check the disk");
    }

    void aReplyThatCouldNotBeSavedIsAskedAbout() {
        QFETCH(int, code);
        QFETCH(QString, text);
        QFETCH(QString, reason);
        FaultyVfs files;
        WindowFixture fixture;
        failToSave(fixture, files, code);
        QVERIFY(!fixture.window().close());
        QVERIFY(fixture.window().isVisible());
        const QMessageBox* asked = question(fixture);
        QVERIFY(asked != nullptr);
        QVERIFY2(asked->text().contains(text), qPrintable(asked->text()));
        QVERIFY2(asked->informativeText().contains(reason), qPrintable(asked->informativeText()));
        answer(fixture, "Keep open");
        QTRY_VERIFY(question(fixture) == nullptr);
        QVERIFY(fixture.window().isVisible());
        // It asks again, and with room there is nothing to ask.
        QVERIFY(!fixture.window().close());
        answer(fixture, "Keep open");
        files.disarm();
        QVERIFY(fixture.window().close());
        const qint64 chat = fixture.chat().conversations().at(0).id;
        fixture.restart();
        QCOMPARE(fixture.chat().messages(chat).at(1).text.trimmed(),
                 QStringLiteral("a reply of some words"));
    }

    void aTextThatCouldNotBeSavedIsAskedAboutAndTriedAgain_data() {
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("reason");
        QTest::newRow("full disk") << SQLITE_FULL << QStringLiteral("The disk is full");
        QTest::newRow("broken disk") << SQLITE_IOERR << QStringLiteral("Check the disk");
    }

    void aTextThatCouldNotBeSavedIsAskedAboutAndTriedAgain() {
        QFETCH(int, code);
        QFETCH(QString, reason);
        FaultyVfs files;
        WindowFixture fixture;
        QVERIFY(fixture.waitForModel());
        fixture.window().showTexts();
        TextEditor* editor = fixture.window().texts()->editor();
        QTest::keyClicks(editor, QStringLiteral("Once"));
        QTRY_VERIFY(fixture.texts().saveNow().isEmpty());
        files.arm(1, code, FaultyVfs::Lasts::ForEver);
        QTest::keyClicks(editor, QStringLiteral(" upon a time"));
        QVERIFY(!fixture.window().close());
        const QMessageBox* asked = question(fixture);
        QVERIFY(asked != nullptr);
        QVERIFY2(asked->text().contains(
                     QStringLiteral("The text “Once upon a time”, of 16 characters.")),
                 qPrintable(asked->text()));
        QVERIFY(asked->informativeText().contains(reason));
        answer(fixture, "Keep open");
        const Banner* banner = fixture.window().texts()->banner();
        QTRY_VERIFY(banner->isVisible());
        // With room it is saved without anybody's doing.
        files.disarm();
        QTRY_VERIFY(banner->text().contains(QStringLiteral("is saved now")));
        const qint64 id = fixture.texts().texts().at(0).id;
        QVERIFY(fixture.window().close());
        fixture.restart();
        QCOMPARE(fixture.texts().text(id), QStringLiteral("Once upon a time"));
    }

    void whoSaysSoLosesIt() {
        FaultyVfs files;
        WindowFixture fixture;
        failToSave(fixture, files, SQLITE_FULL);
        QVERIFY(!fixture.window().close());
        answer(fixture, "Close and lose it");
        QTRY_VERIFY(fixture.window().isHidden());
        files.disarm();
    }

    // Ctrl+C a second time, or the end of a session.
    void whoAsksTwiceMeansIt() {
        FaultyVfs files;
        WindowFixture fixture;
        failToSave(fixture, files, SQLITE_FULL);
        QVERIFY(!fixture.window().close());
        QVERIFY(fixture.window().close());
        QVERIFY(fixture.window().isHidden());
        files.disarm();
    }

    void aReplyThatIsBeingWrittenIsAskedAboutToo() {
        FaultyVfs files;
        WindowFixture fixture;
        QVERIFY(fixture.waitForModel());
        fixture.script().setInterval(30);
        fixture.script().setReply(QStringLiteral("word ").repeated(500));
        fixture.sendMessage(QStringLiteral("a question"));
        QTRY_VERIFY(fixture.lastText().size() > 20);
        files.arm(1, SQLITE_FULL, FaultyVfs::Lasts::ForEver);
        const qsizetype saved = fixture.lastText().size();
        QTRY_VERIFY(fixture.lastText().size() > saved + 20);
        QVERIFY(!fixture.window().close());
        QVERIFY(question(fixture)->text().contains(QStringLiteral("The last reply in")));
        files.disarm();
        answer(fixture, "Keep open");
        QVERIFY(fixture.window().close());
    }

    void aMessageThatIsNotSentNorKeptIsAskedAbout() {
        WindowFixture fixture;
        QVERIFY(fixture.waitForModel());
        const QString drafts = fixture.folder() + QStringLiteral("/drafts.json");
        QVERIFY(QDir().mkpath(drafts + QStringLiteral("/in the way")));
        fixture.window().page()->composer()->editor()->insertPlainText(QStringLiteral("a thought"));
        QVERIFY(!fixture.window().close());
        QVERIFY(question(fixture)->text().contains(QStringLiteral("written and not sent")));
        answer(fixture, "Keep open");
        QVERIFY(QDir(drafts).removeRecursively());
        QVERIFY(fixture.window().close());
        fixture.restart();
        QCOMPARE(fixture.window().page()->composer()->text(), QStringLiteral("a thought"));
    }
};

}  // namespace dsm

QTEST_MAIN(dsm::CloseTest)
#include "close_test.moc"
