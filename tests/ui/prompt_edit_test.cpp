#include <QClipboard>
#include <QGuiApplication>
#include <QInputMethodEvent>
#include <QMimeData>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>

#include "ui/widgets/composer.h"
#include "ui/widgets/icon_button.h"
#include "ui/widgets/prompt_edit.h"
#include "ui/widgets/theme.h"

using namespace dsm;

class PromptEditTest : public QObject {
    Q_OBJECT

    Theme theme_;

    static void compose(QWidget* editor, const QString& preedit, const QString& commit = {}) {
        QInputMethodEvent event(preedit, {});
        if (!commit.isEmpty()) event.setCommitString(commit);
        QCoreApplication::sendEvent(editor, &event);
    }

  private Q_SLOTS:
    // Its layout took seconds, and it fits into no context.
    void whatIsTooLongIsNotPasted() {
        PromptEdit edit;
        QSignalSpy refused(&edit, &PromptEdit::pasteRefused);
        QGuiApplication::clipboard()->setText(QString(PromptEdit::kLongest - 5, u'x'));
        edit.paste();
        QCOMPARE(refused.count(), 0);
        QGuiApplication::clipboard()->setText(QStringLiteral("123456"));
        edit.paste();
        QCOMPARE(refused.count(), 1);
        QCOMPARE(refused[0][0].value<qsizetype>(), PromptEdit::kLongest + 1);
        QCOMPARE(edit.text().size(), PromptEdit::kLongest - 5);
        edit.selectAll();
        edit.paste();
        QCOMPARE(edit.text(), QStringLiteral("123456"));
    }

    void anIndentedFirstLineIsSentAsTyped() {
        Composer composer(theme_);
        QSignalSpy sent(&composer, &Composer::sendRequested);
        composer.setText(QStringLiteral("    def f():\n        return 1"));
        QTest::keyClick(composer.editor(), Qt::Key_Return);
        QCOMPARE(sent.count(), 1);
        QCOMPARE(sent[0][0].toString(), QStringLiteral("    def f():\n        return 1"));
        composer.setText(QStringLiteral("  \n "));
        QTest::keyClick(composer.editor(), Qt::Key_Return);
        QCOMPARE(sent.count(), 1);
    }

    void eightLinesOfAnyScriptAreSeen() {
        for (const char* line : {"word", "中文字", "😀 中"}) {
            PromptEdit editor;
            editor.setFont(theme_.font(TextStyle::Body));
            editor.resize(400, 30);
            editor.show();
            editor.setText((QString::fromUtf8(line) + u'\n').repeated(7) + QStringLiteral("末"));
            QTextCursor cursor(editor.document());
            cursor.movePosition(QTextCursor::End);
            QVERIFY(editor.cursorRect(cursor).bottom() <= editor.minimumHeight());
            QCOMPARE(editor.verticalScrollBar()->maximum(), 0);
        }
    }

    void enterSendsAndShiftEnterBreaksTheLine() {
        Composer composer(theme_);
        QSignalSpy sent(&composer, &Composer::sendRequested);
        QTest::keyClicks(composer.editor(), QStringLiteral("one"));
        QTest::keyClick(composer.editor(), Qt::Key_Return, Qt::ShiftModifier);
        QTest::keyClicks(composer.editor(), QStringLiteral("two"));
        QCOMPARE(sent.count(), 0);
        QTest::keyClick(composer.editor(), Qt::Key_Return);
        QCOMPARE(sent.count(), 1);
        QCOMPARE(sent[0][0].toString(), QStringLiteral("one\ntwo"));
    }

    void enterDuringCompositionDoesNotSend() {
        Composer composer(theme_);
        QSignalSpy sent(&composer, &Composer::sendRequested);
        QTest::keyClicks(composer.editor(), QStringLiteral("a"));
        compose(composer.editor(), QStringLiteral("ni hao"));
        QVERIFY(composer.editor()->isComposing());
        QTest::keyClick(composer.editor(), Qt::Key_Return);
        QCOMPARE(sent.count(), 0);
        QVERIFY(!composer.text().contains(QLatin1Char('\n')));
        compose(composer.editor(), {}, QStringLiteral("你好"));
        QVERIFY(!composer.editor()->isComposing());
        QTest::keyClick(composer.editor(), Qt::Key_Return);
        QCOMPARE(sent.count(), 1);
        QCOMPARE(sent[0][0].toString(), QStringLiteral("a你好"));
    }

    void theButtonDoesNotSendDuringCompositionEither() {
        Composer composer(theme_);
        QSignalSpy sent(&composer, &Composer::sendRequested);
        QTest::keyClicks(composer.editor(), QStringLiteral("a"));
        compose(composer.editor(), QStringLiteral("ni"));
        composer.button()->click();
        QCOMPARE(sent.count(), 0);
    }

    void blankTextIsNotSent() {
        Composer composer(theme_);
        QSignalSpy sent(&composer, &Composer::sendRequested);
        QTest::keyClicks(composer.editor(), QStringLiteral("   "));
        QTest::keyClick(composer.editor(), Qt::Key_Return);
        QCOMPARE(sent.count(), 0);
        QVERIFY(!composer.button()->isEnabled());
    }

    void itGrowsToEightLinesAndThenScrolls() {
        PromptEdit editor;
        editor.resize(300, 20);
        editor.show();
        const int line = editor.fontMetrics().lineSpacing();
        const int single = editor.height();
        QVERIFY(single >= line && single < 2 * line);
        editor.setText(QStringLiteral("1\n2\n3"));
        const int three = editor.height();
        QVERIFY(three > single + line);
        editor.setText(QStringLiteral("x\n").repeated(40));
        QCOMPARE(editor.height(), PromptEdit::kMaximumLines * line);
    }

    void whatIsPastedIsAskedForOnce() {
        // The owner of a clipboard that ends while it is asked takes its offer along.
        class Offer : public QMimeData {
          public:
            bool hasFormat(const QString& type) const override { return ask(type); }
            mutable int asked = 0;

          protected:
            QVariant retrieveData(const QString& type, QMetaType) const override {
                return ask(type) ? QVariant(QStringLiteral("pasted")) : QVariant();
            }

          private:
            bool ask(const QString& type) const {
                const bool isText = type == QStringLiteral("text/plain");
                asked += isText ? 1 : 0;
                return isText;
            }
        };
        struct Pasting : PromptEdit {
            using PromptEdit::insertFromMimeData;
        };
        Pasting editor;
        const Offer offer;
        editor.insertFromMimeData(&offer);
        QCOMPARE(editor.text(), QStringLiteral("pasted"));
        QCOMPARE(offer.asked, 1);
        editor.insertFromMimeData(nullptr);
        QCOMPARE(editor.text(), QStringLiteral("pasted"));
    }

    void whileAReplyGrowsTheButtonStopsIt() {
        Composer composer(theme_);
        QSignalSpy sent(&composer, &Composer::sendRequested);
        QSignalSpy stopped(&composer, &Composer::stopRequested);
        composer.setText(QStringLiteral("next"));
        composer.setGenerating(true);
        QTest::keyClick(composer.editor(), Qt::Key_Return);
        QCOMPARE(sent.count(), 0);
        composer.button()->click();
        QCOMPARE(stopped.count(), 1);
        QTest::keyClick(composer.editor(), Qt::Key_Escape);
        QCOMPARE(stopped.count(), 2);
        QCOMPARE(composer.text(), QStringLiteral("next"));
    }

    void withoutAModelTheTextStaysWhereItIs() {
        Composer composer(theme_);
        QSignalSpy sent(&composer, &Composer::sendRequested);
        composer.setReady(false);
        composer.setText(QStringLiteral("hello"));
        QTest::keyClick(composer.editor(), Qt::Key_Return);
        QCOMPARE(sent.count(), 0);
        QCOMPARE(composer.text(), QStringLiteral("hello"));
    }
};

QTEST_MAIN(PromptEditTest)
#include "prompt_edit_test.moc"
