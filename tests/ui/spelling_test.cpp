// Spelling in the field of the message: what is underlined, what its menu offers, what the settings
// choose; and the font of code.
#include <QComboBox>
#include <QContextMenuEvent>
#include <QFontDatabase>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QTest>
#include <QTextBlock>
#include <QTextLayout>

#include "tests/app/services/spelling/test_dictionaries.h"
#include "tests/ui/window_fixture.h"
#include "ui/chat/chat_page.h"
#include "ui/chat/spelling_marks.h"
#include "ui/settings/settings_dialog.h"
#include "ui/settings/writing_settings.h"
#include "ui/texts/text_editor.h"
#include "ui/texts/texts_page.h"
#include "ui/widgets/composer.h"
#include "ui/widgets/prompt_edit.h"

using namespace dsm;

class SpellingTest : public QObject {
    Q_OBJECT

    QTemporaryDir dictionaries_;
    std::unique_ptr<WindowFixture> f_;

    PromptEdit* editor() { return f_->window().page()->composer()->editor(); }
    // The words that are underlined.
    QStringList marked() {
        QStringList words;
        for (QTextBlock block = editor()->document()->begin(); block.isValid();
             block = block.next()) {
            for (const QTextLayout::FormatRange& range : block.layout()->formats()) {
                if (range.format.underlineStyle() == QTextCharFormat::WaveUnderline)
                    words.append(block.text().mid(range.start, range.length));
            }
        }
        return words;
    }
    void choose(const QStringList& names) { f_->settings().setSpelling(names); }
    QMenu* menuAt(const QPoint& place, QContextMenuEvent::Reason reason) {
        QWidget* target = reason == QContextMenuEvent::Keyboard ? static_cast<QWidget*>(editor())
                                                                : editor()->viewport();
        QContextMenuEvent event(reason, place, target->mapToGlobal(place));
        QApplication::sendEvent(target, &event);
        return qobject_cast<QMenu*>(QApplication::activePopupWidget());
    }
    static QAction* named(const QMenu* menu, const QString& text) {
        for (QAction* action : menu->actions()) {
            if (action->text() == text) return action;
        }
        return nullptr;
    }

  private Q_SLOTS:
    void initTestCase() {
        WindowFixture::hasFinetune = false;
        QVERIFY(test::writeDictionaries(dictionaries_.path()));
        WindowFixture::dictionaryFolders = {dictionaries_.path()};
    }
    void init() {
        f_ = std::make_unique<WindowFixture>();
        QVERIFY(f_->waitForModel());
        choose({QStringLiteral("en_US")});
    }
    void cleanup() {
        while (QWidget* popup = QApplication::activePopupWidget())
            popup->close();
        f_.reset();
    }

    void misspeltWordsAreUnderlined() {
        editor()->setText(QStringLiteral("hello wrold, the worlds \u4F60\u597D `coed` "));
        QTRY_COMPARE(marked(), QStringList{QStringLiteral("wrold")});
        editor()->setText(QStringLiteral("the wrold "));
        QTRY_COMPARE(marked(), QStringList{QStringLiteral("wrold")});
    }

    void theWordThatIsTypedIsLeftAloneUntilItIsLeft() {
        editor()->setFocus();
        QTRY_VERIFY(editor()->hasFocus());
        QTest::keyClicks(editor(), QStringLiteral("the wrold"));
        QTRY_VERIFY(f_->spelling().check(QStringLiteral("wrold")) == SpellChecker::Spelling::Wrong);
        QTest::qWait(20);
        QCOMPARE(marked(), QStringList());
        QTest::keyClick(editor(), Qt::Key_Space);
        QTRY_COMPARE(marked(), QStringList{QStringLiteral("wrold")});
    }

    void codeBetweenFencesIsNotChecked() {
        editor()->setText(QStringLiteral("wrold \n```\nsoem code\n```\nhelo \n"));
        QTRY_COMPARE(marked(), (QStringList{QStringLiteral("wrold"), QStringLiteral("helo")}));
    }

    void marksDoNotChangeWhatIsWritten() {
        const QString text = QStringLiteral("the wrold, the helo \u4F60\u597D\n ");
        editor()->setText(text);
        QTRY_COMPARE(marked().size(), 2);
        QCOMPARE(editor()->text(), text);
        QVERIFY(!editor()->document()->isUndoAvailable());
    }

    void theMenuOffersWhatWasMeant() {
        editor()->setText(QStringLiteral("the wrold "));
        QTRY_COMPARE(marked().size(), 1);
        QTextCursor cursor(editor()->document());
        cursor.setPosition(6);
        QMenu* menu = menuAt(editor()->cursorRect(cursor).center(), QContextMenuEvent::Mouse);
        QVERIFY(menu != nullptr);
        QAction* world = nullptr;
        QTRY_VERIFY((world = named(menu, QStringLiteral("world"))) != nullptr);
        QVERIFY(named(menu, QStringLiteral("Add \u201Cwrold\u201D to my words")) != nullptr);
        world->trigger();
        QCOMPARE(editor()->text(), QStringLiteral("the world "));
        QTRY_COMPARE(marked(), QStringList());
        editor()->undo();
        QCOMPARE(editor()->text(), QStringLiteral("the wrold "));
    }

    void theKeyOfMenusDoesTheSameAndAWordIsLearnt() {
        editor()->setText(QStringLiteral("the Zanzib "));
        QTRY_COMPARE(marked(), QStringList{QStringLiteral("Zanzib")});
        QTextCursor cursor = editor()->textCursor();
        cursor.setPosition(7);
        editor()->setTextCursor(cursor);
        QMenu* menu = menuAt({}, QContextMenuEvent::Keyboard);
        QVERIFY(menu != nullptr);
        QAction* learn = named(menu, QStringLiteral("Add \u201CZanzib\u201D to my words"));
        QVERIFY(learn != nullptr);
        learn->trigger();
        QTRY_COMPARE(marked(), QStringList());
        f_->restart();
        QVERIFY(f_->waitForModel());
        editor()->setText(QStringLiteral("Zanzib helo "));
        QTRY_COMPARE(marked(), QStringList{QStringLiteral("helo")});
    }

    void aWordThatIsRightHasTheUsualMenu() {
        editor()->setText(QStringLiteral("hello "));
        QMenu* menu = nullptr;
        QTimer::singleShot(0, this, [&] {
            menu = qobject_cast<QMenu*>(QApplication::activePopupWidget());
            if (menu != nullptr) menu->close();
        });
        menuAt(editor()->cursorRect().center(), QContextMenuEvent::Mouse);
        QCOMPARE(marked(), QStringList());
    }

    void theSettingsChooseDictionariesAtOnce() {
        editor()->setText(QStringLiteral("sch\u00F6n wrold "));
        QTRY_COMPARE(marked().size(), 2);
        f_->window().showSettings();
        auto* dialog = f_->window().findChild<SettingsDialog*>();
        QVERIFY(dialog != nullptr);
        WritingSettings* writing = dialog->writing();
        QMenu* menu = writing->spelling()->menu();
        QAction* german = nullptr;
        for (QAction* action : menu->actions()) {
            if (action->data().toString() == QLatin1String("de_DE")) german = action;
        }
        QVERIFY(german != nullptr && !german->isChecked());
        german->trigger();
        QTRY_COMPARE(marked(), QStringList{QStringLiteral("wrold")});
        QVERIFY(german->isChecked());
        named(menu, QStringLiteral("Do not check"))->trigger();
        QTRY_COMPARE(marked(), QStringList());
        QCOMPARE(writing->spelling()->text(), QStringLiteral("Not checked"));
        dialog->close();
        f_->restart();
        QVERIFY(!f_->spelling().isOn());
    }

    void withoutDictionariesTheSettingsSaySo() {
        WindowFixture::dictionaryFolders = {};
        f_->restart();
        WindowFixture::dictionaryFolders = {dictionaries_.path()};
        f_->window().showSettings();
        WritingSettings* writing = f_->window().findChild<SettingsDialog*>()->writing();
        QVERIFY(!writing->spelling()->isEnabled());
        QVERIFY(writing->note()->text().contains(QStringLiteral("hunspell-en-us")));
        editor()->setText(QStringLiteral("wrold "));
        QTest::qWait(30);
        QCOMPARE(marked(), QStringList());
    }

    void aLongTextIsMarkedWithoutBeingWaitedFor() {
        QString text;
        for (int i = 0; text.size() < PromptEdit::kLongest - 100; ++i)
            text += QStringLiteral("hello wrold%1 ").arg(QString(i % 40, u'x'));
        editor()->setText(text);
        QTRY_COMPARE(marked().size(), SpellingMarks::kMostMarks);
        QCOMPARE(editor()->text(), text);
    }

    void theFontOfCodeIsChosenAndHoldsAtOnce() {
        f_->window().showSettings();
        auto* dialog = f_->window().findChild<SettingsDialog*>();
        QComboBox* size = dialog->writing()->codeSize();
        size->setCurrentIndex(size->findData(150));
        Q_EMIT size->activated(size->currentIndex());
        QCOMPARE(f_->settings().codePercent(), 150);
        QComboBox* font = dialog->writing()->codeFont();
        QVERIFY(font->count() > 1);  // of this computer
        font->setCurrentIndex(1);
        Q_EMIT font->activated(1);
        QCOMPARE(f_->settings().codeFont(), font->currentText());
        // As Appearance does in the program.
        const QFont usual = f_->theme().font(TextStyle::Code);
        f_->theme().setCodeFont(f_->settings().codeFont(), f_->settings().codePercent() / 100.0);
        const QFont code = f_->theme().font(TextStyle::Code);
        QCOMPARE(code.families().first(), font->currentText());
        QCOMPARE(code.pixelSize(), qRound(usual.pixelSize() * 1.5));
        QCOMPARE(f_->window().texts()->editor()->font().pixelSize(), code.pixelSize());
        f_->theme().setCodeFont({}, 1);
        QCOMPARE(f_->window().texts()->editor()->font(), f_->theme().font(TextStyle::Body));
    }
};

QTEST_MAIN(SpellingTest)

#include "spelling_test.moc"
