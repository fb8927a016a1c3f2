// What the page of texts shows of a text's tokens, with a real model: boundaries, ids, shades, and the
// likeliest next ones.
#include <QAction>
#include <QCheckBox>
#include <QHelpEvent>
#include <QLabel>
#include <QPushButton>
#include <QTest>
#include <QTextBlock>
#include <QToolTip>
#include <QTreeWidget>
#include <memory>

#include "app/services/texts/text_study.h"
#include "tests/ui/window_fixture.h"
#include "ui/shell/commands.h"
#include "ui/texts/next_tokens_panel.h"
#include "ui/texts/text_editor.h"
#include "ui/texts/texts_page.h"
#include "ui/texts/token_legend.h"
#include "ui/texts/token_marks.h"
#include "ui/texts/token_words.h"
#include "ui/texts/view_switches.h"

using namespace dsm;

class TextTokensTest : public QObject {
    Q_OBJECT

    std::unique_ptr<WindowFixture> f_;

    TextsPage* page() { return f_->window().texts(); }
    TextEditor* editor() { return page()->editor(); }
    TextStudy& study() { return f_->texts().study(); }
    QTreeWidget* list() { return page()->nextTokens()->list(); }
    void type(const QString& text) { editor()->insertPlainText(text); }
    bool waitForLikeliest() {
        return QTest::qWaitFor([this] { return list()->topLevelItemCount() > 0; }, 20000);
    }
    bool waitForProbabilities() {
        return QTest::qWaitFor([this] { return study().hasProbabilities(); }, 20000);
    }
    // The marks that lie over the first line.
    QList<TokenMarks::Stretch> marks() {
        return page()->marks()->within(0, editor()->document()->firstBlock().length());
    }
    // The first row that can be written.
    int firstText() {
        for (int i = 0; i < study().likeliest().size(); ++i) {
            if (study().likeliest()[i].kind == NextToken::Kind::Text) return i;
        }
        return -1;
    }

  private Q_SLOTS:
    void initTestCase() { WindowFixture::hasFinetune = false; }
    void init() {
        f_ = std::make_unique<WindowFixture>(WindowFixture::Writer::Model);
        GenerationChoices choices;
        choices.maximumTokens = 3;
        f_->settings().setGeneration(choices);
        QVERIFY(f_->waitForModel());
        f_->window().resize(1100, 760);
        f_->window().showTexts();
        QTRY_VERIFY(editor()->hasFocus());
        QTest::qWait(20);  // until the keyboard has come to rest
    }
    void cleanup() { f_.reset(); }

    void tokensAreTintedByTurnsAndSayTheirIds() {
        type(QStringLiteral("Hello the world"));
        QVERIFY(marks().isEmpty());
        page()->switches()->buttonOf(page()->switches()->tokens())->click();
        const QList<TextToken>& tokens = study().tokens();
        QVERIFY(tokens.size() > 2);
        int tinted = 0;
        for (const TokenMarks::Stretch& mark : marks())
            tinted += mark.background.isValid() ? 1 : 0;
        QVERIFY(tinted >= static_cast<int>(tokens.size()) / 2 - 1);
        editor()->moveCursor(QTextCursor::Start);
        QVERIFY(page()->legend()->words()->text().contains(
            QStringLiteral("id %1").arg(tokens.first().id)));
        page()->switches()->tokens()->setChecked(false);
        QVERIFY(marks().isEmpty());
        QVERIFY(!page()->legend()->isVisible());
    }

    void marksLeaveWhatIsJoinedAsItIsAndArePainted() {
        type(QString::fromUtf8(
            "\u0633\u0644\u0627\u0645 \U0001F468\u200D\U0001F469\u200D\U0001F466"));
        const auto* layout = editor()->document()->firstBlock().layout();
        const qreal width = layout->lineAt(0).naturalTextWidth();
        const QImage before = editor()->grab().toImage();
        page()->switches()->tokens()->setChecked(true);
        QVERIFY(!marks().isEmpty());
        QCOMPARE(layout->lineAt(0).naturalTextWidth(), width);
        QVERIFY(editor()->grab().toImage() != before);
    }

    void marksChangeNeitherTheTextNorItsUndo() {
        type(QStringLiteral("Hello"));
        page()->switches()->tokens()->setChecked(true);
        QVERIFY(!marks().isEmpty() || study().tokens().size() == 1);
        type(QStringLiteral(" you"));
        QCOMPARE(editor()->text(), QStringLiteral("Hello you"));
        editor()->undo();
        editor()->undo();
        QCOMPARE(editor()->text(), QString());
        QVERIFY(!editor()->document()->isUndoAvailable());
    }

    void aCharacterOfSeveralTokensIsMarkedWhole() {
        page()->switches()->tokens()->setChecked(true);
        type(QStringLiteral("a\U0001F600z"));
        for (const TextToken& token : study().tokens()) {
            QVERIFY(token.begin != 2 && token.end != 2);  // in the middle of the pair
        }
        editor()->moveCursor(QTextCursor::Start);
        editor()->moveCursor(QTextCursor::Right);
        const QString said = page()->legend()->words()->text();
        QVERIFY2(said.contains(QStringLiteral("tokens, ids")), qPrintable(said));
    }

    void theTipSaysTheTokenUnderThePointer() {
        page()->switches()->tokens()->setChecked(true);
        type(QStringLiteral("<b>x"));
        editor()->moveCursor(QTextCursor::Start);
        const QPoint place = editor()->cursorRect().center() + QPoint(3, 0);
        QHelpEvent event(QEvent::ToolTip, place, editor()->viewport()->mapToGlobal(place));
        QApplication::sendEvent(editor()->viewport(), &event);
        QTRY_VERIFY(QToolTip::text().contains(QStringLiteral("id ")));
        QVERIFY(!QToolTip::text().contains(u'<'));
        QToolTip::hideText();
    }

    void probabilitiesComeAsShadesWithALegend() {
        type(QStringLiteral("The capital zqxj of the"));
        page()->switches()->probabilities()->setChecked(true);
        QVERIFY(page()->legend()->isVisible());
        QVERIFY(waitForProbabilities());
        int shaded = 0;
        for (const TextToken& token : study().tokens()) {
            QVERIFY(token.logProbability.has_value());
            QVERIFY(*token.logProbability <= 0);
        }
        for (const TokenMarks::Stretch& mark : marks())
            shaded += mark.background.isValid() ? 1 : 0;
        QVERIFY(shaded > 0);
        editor()->moveCursor(QTextCursor::Start);
        QVERIFY(page()->legend()->words()->text().contains(QStringLiteral("probability")));
        // A change at the end keeps what is known of the beginning.
        editor()->moveCursor(QTextCursor::End);
        type(QStringLiteral(" end"));
        QVERIFY(study().tokens().first().logProbability.has_value());
        QVERIFY(waitForProbabilities());
    }

    void fiftyTokensAreListedBestFirst() {
        type(QStringLiteral("The capital of"));
        f_->window().commands()->run(QStringLiteral("nextTokens"));
        QVERIFY(list()->isVisible());
        QVERIFY(waitForLikeliest());
        QCOMPARE(list()->topLevelItemCount(), 50);
        QCOMPARE(list()->topLevelItem(0)->text(1), percentOf(study().likeliest()[0].probability));
        QVERIFY(list()
                    ->topLevelItem(0)
                    ->data(0, Qt::AccessibleTextRole)
                    .toString()
                    .contains(QStringLiteral("probability")));
        const QString atEnd = list()->topLevelItem(0)->text(0);
        // Anywhere in the text.
        const QList<NextToken> before = study().likeliest();
        editor()->moveCursor(QTextCursor::Start);
        QVERIFY(study().likeliest().isEmpty());
        QVERIFY(waitForLikeliest());
        QVERIFY(study().likeliest()[0].probability != before[0].probability);
    }

    void aChosenTokenTakesThePlaceOfTheRestAndTheModelWritesOn() {
        type(QStringLiteral("The capital of"));
        page()->switches()->likeliest()->setChecked(true);
        editor()->moveCursor(QTextCursor::Start);
        editor()->moveCursor(QTextCursor::NextWord);
        QTest::qWait(2 * TextStudy::kPauseMs);
        QVERIFY(waitForLikeliest());
        const int row = firstText();
        QVERIFY(row >= 0);
        const QString begun = QStringLiteral("The ") + study().likeliest()[row].text;
        list()->setCurrentItem(list()->topLevelItem(row));
        list()->setFocus();
        QTest::keyClick(list(), Qt::Key_Return);
        QTRY_VERIFY_WITH_TIMEOUT(!page()->isWriting(), 20000);
        QVERIFY2(editor()->text().startsWith(begun), qPrintable(editor()->text()));
        QVERIFY(editor()->hasFocus());
        const bool wroteMore = editor()->text() != begun;
        editor()->undo();
        if (wroteMore) {
            QCOMPARE(editor()->text(), begun);
            editor()->undo();
        }
        QCOMPARE(editor()->text(), QStringLiteral("The capital of"));
    }

    void withoutWritingOnOneTokenIsChosenAfterTheOther() {
        type(QStringLiteral("The"));
        page()->switches()->likeliest()->setChecked(true);
        page()->nextTokens()->writeOn()->setChecked(false);
        QString text = QStringLiteral("The");
        list()->setFocus();
        for (int i = 0; i < 3; ++i) {
            QVERIFY(waitForLikeliest());
            const int row = firstText();
            QVERIFY(row >= 0);
            text += study().likeliest()[row].text;
            list()->setCurrentItem(list()->topLevelItem(row));
            QTest::keyClick(list(), Qt::Key_Return);
            QCOMPARE(editor()->text(), text);
            QVERIFY(!page()->isWriting());
            QVERIFY(list()->hasFocus());
            QVERIFY(study().likeliest().isEmpty());
        }
    }

    void whileTheModelWritesNothingElseIsAskedOfIt() {
        GenerationChoices choices;
        choices.maximumTokens = 60;
        f_->settings().setGeneration(choices);
        type(QStringLiteral("The capital of"));
        page()->switches()->likeliest()->setChecked(true);
        page()->switches()->probabilities()->setChecked(true);
        page()->continueText();
        QVERIFY(!study().isBusy());
        QTRY_VERIFY_WITH_TIMEOUT(!page()->isWriting(), 20000);
        QVERIFY(waitForLikeliest());
        QVERIFY(waitForProbabilities());
        QVERIFY(study().tokens().last().end == editor()->text().size());
    }

    void theTwoPanelsTakeTurns() {
        page()->switches()->likeliest()->setChecked(true);
        QVERIFY(page()->nextTokens()->isVisible());
        page()->switches()->sampling()->setChecked(true);
        QVERIFY(!page()->nextTokens()->isVisible());
        QVERIFY(!page()->switches()->likeliest()->isChecked());
    }

    void anotherPageAsksNothing() {
        type(QStringLiteral("The capital of"));
        page()->switches()->likeliest()->setChecked(true);
        QVERIFY(waitForLikeliest());
        f_->window().showChat();
        QVERIFY(!study().wish().likeliest);
        f_->window().showTexts();
        QVERIFY(study().wish().likeliest);
    }

    void inANarrowWindowTheSwitchesAreAMenu() {
        QVERIFY(!page()->switches()->menuButton()->isVisible());
        f_->window().resize(640, 480);
        QTRY_VERIFY(page()->switches()->menuButton()->isVisible());
        QVERIFY(!page()->switches()->buttonOf(page()->switches()->tokens())->isVisible());
    }
};

QTEST_MAIN(TextTokensTest)
#include "text_tokens_test.moc"
