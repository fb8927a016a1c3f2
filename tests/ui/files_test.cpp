// Files that go with a message, through the window: chosen, dropped, pasted, taken back, sent, and what was
// read of them shown; and what else a message's row of buttons has.
#include <QClipboard>
#include <QDropEvent>
#include <QFile>
#include <QLineEdit>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTest>

#include "tests/ui/window_fixture.h"
#include "ui/chat/attachment_bar.h"
#include "ui/chat/chat_page.h"
#include "ui/chat/chat_settings_dialog.h"
#include "ui/chat/composer_hint.h"
#include "ui/chat/files_dialog.h"
#include "ui/widgets/composer.h"
#include "ui/widgets/icon_button.h"
#include "ui/widgets/message/message_actions.h"
#include "ui/widgets/message/message_item.h"
#include "ui/widgets/message/message_view.h"
#include "ui/widgets/prompt_edit.h"

using namespace dsm;

class FilesTest : public QObject {
    Q_OBJECT

    std::unique_ptr<WindowFixture> f_;
    QTemporaryDir folder_;

    ChatPage* page() { return f_->page(); }
    AttachmentBar* bar() { return page()->attachments(); }

    QString file(const QString& name, const QByteArray& bytes) {
        QFile made(folder_.filePath(name));
        if (!made.open(QIODevice::WriteOnly)) return {};
        made.write(bytes);
        return made.fileName();
    }

    // A hundred paragraphs; the fiftieth speaks of herons.
    static QByteArray longText() {
        QByteArray text;
        for (int i = 0; i < 100; ++i)
            text += (i == 50 ? "herons eat frogs " : "filler ") + QByteArray("word ").repeated(60) +
                    "\n\n";
        return text;
    }

    QAbstractButton* action(MessageItem* item, const QString& name) {
        for (auto* button : item->findChildren<QAbstractButton*>()) {
            if (button->accessibleName() == name) return button;
        }
        return nullptr;
    }

  private Q_SLOTS:
    void initTestCase() { WindowFixture::hasFinetune = false; }
    void init() {
        f_ = WindowFixture::answering(500);
        QVERIFY(f_ != nullptr);
    }
    void cleanup() { f_.reset(); }

    void aFileIsReadSentAndShownWithItsMessage() {
        bar()->add({file(QStringLiteral("notes.md"), "The heron is grey.")});
        QTRY_COMPARE(bar()->documents().size(), 1);
        QVERIFY(bar()->isVisible());
        QTRY_VERIFY(bar()->texts()[0].contains(QStringLiteral("read whole")));
        f_->sendMessage(QStringLiteral("What colour has it?"));
        QVERIFY(f_->waitForReply());
        QVERIFY(!bar()->isVisible());
        QVERIFY(f_->script().requests().last().messages.last().text.contains(
            QStringLiteral("The heron is grey.")));
        MessageItem* item = page()->messages()->items().front();
        QCOMPARE(item->content().text, QStringLiteral("What colour has it?"));
        QVERIFY(item->content().note.startsWith(QStringLiteral("notes.md · 18 characters")));
        QAbstractButton* show = action(item, QStringLiteral("Show what was read of the files"));
        QVERIFY(show != nullptr && show->isVisible());
        show->click();
        auto* dialog = page()->findChild<FilesDialog*>();
        QVERIFY(dialog != nullptr && dialog->isVisible());
        QCOMPARE(dialog->text()->toPlainText(), QStringLiteral("The heron is grey."));
        QVERIFY(dialog->text()->extraSelections().isEmpty());
        dialog->reject();
    }

    void ofALongFileItIsShownWhichPartsWereRead() {
        bar()->add({file(QStringLiteral("long.txt"), longText())});
        QTRY_COMPARE(bar()->documents().size(), 1);
        page()->composer()->editor()->insertPlainText(QStringLiteral("What do herons eat?"));
        QTRY_VERIFY(bar()->texts()[0].contains(QStringLiteral("% of it is read")));
        QTest::keyClick(page()->composer()->editor(), Qt::Key_Return);
        QVERIFY(f_->waitForReply());
        action(page()->messages()->items().front(),
               QStringLiteral("Show what was read of the files"))
            ->click();
        auto* dialog = page()->findChild<FilesDialog*>();
        const auto marks = dialog->text()->extraSelections();
        QVERIFY(!marks.isEmpty());
        bool isHeronMarked = false;
        for (const auto& mark : marks)
            isHeronMarked |= mark.cursor.selectedText().contains(QStringLiteral("herons"));
        QVERIFY(isHeronMarked);
        dialog->reject();
    }

    void theModelChoosesThePartsAndCanBeStopped() {
        f_->script().holdStudies(true);
        f_->script().setLikelihood([](const QString& text) {
            return text.contains(QStringLiteral("herons eat")) ? -1.0 : -5.0;
        });
        bar()->add({file(QStringLiteral("long.txt"), longText())});
        QTRY_COMPARE(bar()->documents().size(), 1);
        f_->sendMessage(QStringLiteral("What lives on amphibians?"));
        QCOMPARE(page()->messages()->items().size(), size_t(2));
        const auto note = [this](size_t place) {
            return page()->messages()->items()[place]->content().note;
        };
        QVERIFY2(note(1).contains(QStringLiteral("The model looks at parts of the files")),
                 qPrintable(note(1)));
        QVERIFY(note(0).contains(QStringLiteral("chosen by the words")));
        QVERIFY(page()->composer()->isGenerating());
        QTest::keyClick(page()->composer()->editor(), Qt::Key_Escape);
        QVERIFY(f_->waitForReply());
        QVERIFY(note(1).contains(QStringLiteral("Stopped.")));
        QVERIFY(f_->script().requests().isEmpty());
        f_->script().holdStudies(false);
        QVERIFY(f_->chat().continueReply(page()->messages()->items()[1]->content().id));
        QVERIFY(f_->waitForReply());
        QVERIFY(f_->script().requests().last().messages.last().text.contains(
            QStringLiteral("herons eat frogs")));
        QTRY_VERIFY2(note(0).contains(QStringLiteral("chosen by the model among")),
                     qPrintable(note(0)));
        QVERIFY(note(0).contains(QStringLiteral("lines ")));
    }

    void filesAreDroppedAndPasted() {
        QMimeData dropped;
        dropped.setUrls({QUrl::fromLocalFile(file(QStringLiteral("a.csv"), "a,b\n1,2\n"))});
        QVERIFY(!page()->composer()->editor()->text().contains(QStringLiteral("a.csv")));
        QDragEnterEvent enter({10, 10}, Qt::CopyAction, &dropped, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(page(), &enter);
        QVERIFY(enter.isAccepted());
        QDropEvent drop({10, 10}, Qt::CopyAction, &dropped, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(page(), &drop);
        QTRY_COMPARE(bar()->documents().size(), 1);
        auto* pasted = new QMimeData;
        pasted->setUrls({QUrl::fromLocalFile(file(QStringLiteral("b.txt"), "text"))});
        pasted->setText(QStringLiteral("file:///b.txt"));
        QApplication::clipboard()->setMimeData(pasted);
        page()->composer()->editor()->paste();
        QTRY_COMPARE(bar()->documents().size(), 2);
        QCOMPARE(page()->composer()->text(), QString());
        bar()->removeButtons().front()->click();
        QCOMPARE(bar()->documents().size(), 1);
        QCOMPARE(bar()->documents()[0]->name(), QStringLiteral("b.txt"));
    }

    // Who went to another chat meanwhile found none of them.
    void filesThatAreStillReadStayWithTheirChat() {
        f_->sendMessage(QStringLiteral("first"));
        QVERIFY(f_->waitForReply());
        const qint64 first = page()->conversation();
        bar()->add({file(QStringLiteral("a.txt"), "a"), file(QStringLiteral("b.txt"), "b")});
        page()->setConversation(0);
        QVERIFY(!bar()->isReading());
        bar()->add({file(QStringLiteral("c.txt"), "c")});
        QTRY_COMPARE(bar()->documents().size(), 1);
        QCOMPARE(bar()->documents()[0]->name(), QStringLiteral("c.txt"));
        page()->setConversation(first);
        QTRY_COMPARE(bar()->documents().size(), 2);
        QCOMPARE(bar()->documents()[1]->name(), QStringLiteral("b.txt"));
    }

    // Those that were still read did not count.
    void noMoreFilesAreTakenThanGoWithAMessage() {
        for (int turn = 0; turn < 3; ++turn) {
            QStringList files;
            for (int i = 0; i < 5; ++i)
                files.append(file(QStringLiteral("%1-%2.txt").arg(turn).arg(i), "text"));
            bar()->add(files);
        }
        QTRY_VERIFY(!bar()->isReading());
        QCOMPARE(bar()->documents().size(), AttachmentBar::kMost);
        QVERIFY(page()->banner()->text().contains(QStringLiteral("At most")));
    }

    void whatIsNoTextIsSaidAndNothingIsLost() {
        page()->composer()->editor()->insertPlainText(QStringLiteral("half a thought"));
        bar()->add({file(QStringLiteral("picture.png"), QByteArray("\x89PNG\0\0", 6))});
        QTRY_VERIFY(page()->banner()->isVisible());
        QVERIFY(page()->banner()->text().contains(QStringLiteral("picture.png was not attached")));
        QCOMPARE(page()->composer()->text(), QStringLiteral("half a thought"));
        bar()->add({file(QStringLiteral("a.gif"), QByteArray("GIF\0", 4)),
                    file(QStringLiteral("b.gif"), QByteArray("GIF\0", 4))});
        QTRY_VERIFY(page()->banner()->text().contains(QStringLiteral("b.gif")));
        QVERIFY(page()->banner()->text().contains(QStringLiteral("a.gif")));
        QVERIFY(!page()->banner()->text().contains(QStringLiteral("picture.png")));
        QVERIFY(bar()->documents().isEmpty());
    }

    void eachChatHasItsOwn() {
        f_->sendMessage(QStringLiteral("Hello"));
        QVERIFY(f_->waitForReply());
        const qint64 id = page()->conversation();
        bar()->add({file(QStringLiteral("a.txt"), "text")});
        QTRY_COMPARE(bar()->documents().size(), 1);
        f_->window().newChat();
        QVERIFY(bar()->documents().isEmpty() && !bar()->isVisible());
        f_->window().openConversation(id);
        QCOMPARE(bar()->documents().size(), 1);
    }

    void aMessageThatIsTooLongBesideItsFilesStaysInTheComposer() {
        f_->script().setRoom(20);
        bar()->add({file(QStringLiteral("long.txt"), longText())});
        QTRY_COMPARE(bar()->documents().size(), 1);
        f_->sendMessage(QStringLiteral("What do herons eat?"));
        QVERIFY(page()->banner()->text().contains(QStringLiteral("no room for any part")));
        QCOMPARE(page()->composer()->text(), QStringLiteral("What do herons eat?"));
        QCOMPARE(bar()->documents().size(), 1);
    }

    void aButtonGoesOnFromAMessageInANewChat() {
        f_->sendMessage(QStringLiteral("Hello"));
        QVERIFY(f_->waitForReply());
        const qint64 id = page()->conversation();
        QAbstractButton* fork = action(page()->messages()->items().back(),
                                       QStringLiteral("Go on from here in a new chat"));
        QVERIFY(fork != nullptr && fork->isVisible());
        fork->click();
        QVERIFY(page()->conversation() != id);
        QCOMPARE(page()->messages()->items().size(), size_t(2));
        QCOMPARE(f_->chat().conversations().size(), 2);
    }

    void theSeedOfAReplyIsShownAndUsedAgain() {
        f_->sendMessage(QStringLiteral("Hello"));
        QVERIFY(f_->waitForReply());
        const qint64 id = page()->conversation();
        const QString seed = QString::number(*f_->chat().messages(id).back().seed);
        QVERIFY(page()->messages()->items().back()->content().details.contains(seed));
        ChatSettingsDialog dialog(f_->chat(), f_->settings(), id, f_->theme(), &f_->window());
        dialog.show();
        QVERIFY(dialog.lastSeedButton()->text().contains(seed));
        dialog.lastSeedButton()->click();
        QCOMPARE(dialog.seed()->text(), seed);
        QCOMPARE(QString::number(*f_->chat().choices(id).seed), seed);
    }
};

QTEST_MAIN(FilesTest)
#include "files_test.moc"
