// Names of chats, models, adapters and files, and texts of errors, are shown as they are, wherever
// they are shown.
#include <QAction>
#include <QApplication>
#include <QHelpEvent>
#include <QLabel>
#include <QListView>
#include <QMenu>
#include <QMessageBox>
#include <QPushButton>
#include <QTest>

#include "engine/model/adapter/adapter_folder.h"
#include "tests/ui/models_page_driver.h"
#include "tests/ui/window_fixture.h"
#include "ui/chat/chat_page.h"
#include "ui/chat/compare_dialog.h"
#include "ui/chat/conversation_list_model.h"
#include "ui/shell/about_dialog.h"
#include "ui/shell/adapter_menu.h"
#include "ui/shell/sidebar.h"
#include "ui/shell/status_strip.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/message/message_item.h"
#include "ui/widgets/message/message_view.h"
#include "ui/widgets/question.h"
#include "ui/widgets/toast.h"
#include "ui/widgets/verbatim.h"

using namespace dsm;

namespace {

// As a folder may be called; a slash is none of its letters.
const char* const kName = "<b>x&y <img src=q.png>";
const QString kText = QStringLiteral("<b>x</b>&y <img src='/tmp/q.png'> [*]");

bool isHostile(const QString& text) {
    return text.contains(QLatin1String("<b>x"));
}

// An "&" that is not doubled marks a key.
bool marksKey(QString text) {
    return text.remove(QLatin1String("&&")).contains(u'&');
}

// Where a text from outside would be read as more than a text; and how often one is shown.
QStringList faultsIn(const QWidget* root, int& shown) {
    QStringList faults;
    const auto fault = [&](const QObject* object, const QString& text) {
        faults.append(
            QStringLiteral("%1: %2").arg(QLatin1String(object->metaObject()->className()), text));
    };
    for (const QLabel* label : root->findChildren<QLabel*>()) {
        if (label->textFormat() == Qt::RichText && isHostile(label->text()))
            fault(label, label->text());
        if (label->textFormat() == Qt::AutoText || label->textFormat() == Qt::MarkdownText)
            fault(label, label->text());
        if (label->buddy() != nullptr && isHostile(label->text())) fault(label, label->text());
        shown += isHostile(label->text()) ? 1 : 0;
    }
    for (const QAbstractButton* button : root->findChildren<QAbstractButton*>()) {
        if (isHostile(button->text()) && marksKey(button->text())) fault(button, button->text());
        shown += isHostile(button->text()) ? 1 : 0;
    }
    for (const QAction* action : root->findChildren<QAction*>()) {
        if (isHostile(action->text()) && marksKey(action->text())) fault(action, action->text());
        shown += isHostile(action->text()) ? 1 : 0;
    }
    return faults;
}

// The window that shows a tool tip now.
QLabel* shownTip() {
    for (QWidget* widget : QApplication::topLevelWidgets()) {
        if (widget->inherits("QTipLabel") && widget->isVisible())
            return static_cast<QLabel*>(widget);
    }
    return nullptr;
}

void showTip(QWidget* over, const QPoint& place) {
    QHelpEvent event(QEvent::ToolTip, place, over->mapToGlobal(place));
    QApplication::sendEvent(over, &event);
}

}  // namespace

class PlainTextTest : public QObject {
    Q_OBJECT

    // A window in which everything has such a name.
    static void fill(WindowFixture& f, const QString& modelFolder) {
        QVERIFY(f.waitForModel());
        const QString adapter = f.folder() + QStringLiteral("/adapters/") + QLatin1String(kName);
        QVERIFY(QDir().mkpath(adapter));
        const QDir source(QStringLiteral(DSM_SOURCE_DIR "/tests/golden/adapter"));
        for (const QString& file : source.entryList(QDir::Files))
            QFile::copy(source.filePath(file), adapter + u'/' + file);
        f.adapters().addFolder(adapter);
        f.window().loadModel(modelFolder);
        QVERIFY(f.waitForModel());
        QTRY_VERIFY(f.library().formIn(modelFolder).isPresent());
        f.sendMessage(kText);
        QVERIFY(f.waitForReply());
        QVERIFY(f.chat().rename(f.window().page()->conversation(), kText));
    }

  private Q_SLOTS:
    void everyTextOfTheWindowIsShownAsItIs() {
        const test::TinyModel model(kName);
        WindowFixture f;
        fill(f, model.folder());
        if (QTest::currentTestFailed()) return;
        f.window().page()->banner()->showMessage(
            Banner::Tone::Error, [] { return kText; }, [] { return QStringLiteral("Load again"); },
            [] {});
        f.window().toast()->showMessage([] { return kText; }, [] { return QStringLiteral("Undo"); },
                                        [] {});
        f.window().strip()->adapterMenu()->refresh();
        QVERIFY(f.window().strip()->modelButton()->text().contains(QLatin1String("x&&y")));
        f.window().strip()->modelButton()->click();
        int shown = 0;
        QCOMPARE(faultsIn(&f.window(), shown).join(u'\n'), QString());
        QVERIFY2(shown >= 6, qPrintable(QString::number(shown)));
        QApplication::activePopupWidget()->close();

        f.window().showModels();
        shown = 0;
        QCOMPARE(faultsIn(&f.window(), shown).join(u'\n'), QString());
        QVERIFY(shown >= 3);
    }

    void dialogsToo() {
        const test::TinyModel model(kName);
        WindowFixture f;
        fill(f, model.folder());
        if (QTest::currentTestFailed()) return;
        int shown = 0;
        AboutDialog about(f.theme(), f.host().status(), &f.window());
        about.show();
        QCOMPARE(faultsIn(&about, shown).join(u'\n'), QString());
        GenerationRequest question;
        question.messages = {{ChatRole::User, kText, {}}};
        CompareDialog compare({f.host().status().folder, kText, 1, {kText}}, f.host(), f.theme(),
                              &f.window());
        compare.show();
        compare.ask(question);
        QCOMPARE(faultsIn(&compare, shown).join(u'\n'), QString());
        const QMessageBox* box = ask(&f.window(), {kText, kText, kText},
                                     {{QStringLiteral("Yes"), [] {}}}, QStringLiteral("No"));
        QCOMPARE(faultsIn(box, shown).join(u'\n'), QString());
        QVERIFY2(shown >= 4, qPrintable(QString::number(shown)));
    }

    // Also one that somebody makes without a thought for it.
    void aMessageBoxOfQtShowsItsTextsAsTheyAre() {
        WindowFixture f;
        QMessageBox box;
        box.setText(kText);
        box.setInformativeText(kText);
        box.show();
        int shown = 0;
        QCOMPARE(faultsIn(&box, shown).join(u'\n'), QString());
        QCOMPARE(shown, 2);
    }

    void toolTipsAreNoMarkup() {
        const test::TinyModel model(kName);
        WindowFixture f;
        fill(f, model.folder());
        if (QTest::currentTestFailed()) return;
        int shown = 0;
        for (QWidget* widget : f.window().findChildren<QWidget*>()) {
            if (!widget->isVisible() || !isHostile(widget->toolTip())) continue;
            showTip(widget, widget->rect().center());
            QTRY_VERIFY(shownTip() != nullptr && shownTip()->text() == widget->toolTip());
            QCOMPARE(shownTip()->textFormat(), Qt::PlainText);
            ++shown;
        }
        QVERIFY(shown > 0);
        QListView* list = f.window().sidebar()->list();
        const auto* rows = static_cast<ConversationListModel*>(list->model());
        const QModelIndex row = rows->indexOf(f.window().page()->conversation());
        showTip(list->viewport(), list->visualRect(row).center());
        QTRY_VERIFY(shownTip() != nullptr && isHostile(shownTip()->text()));
        QCOMPARE(shownTip()->textFormat(), Qt::PlainText);
    }

    void theTitleOfTheWindowIsThatOfTheChat() {
        const test::TinyModel model(kName);
        WindowFixture f;
        fill(f, model.folder());
        if (QTest::currentTestFailed()) return;
        QCOMPARE(f.window().windowTitle(),
                 verbatimTitle(kText.simplified()) + QStringLiteral(" – DeepSeekMoE Desktop"));
        QVERIFY(f.window().windowTitle().contains(QLatin1String("[*][*]")));
    }

    void namesForMenusAreOneLineWithoutMarks() {
        QCOMPARE(verbatim(QStringLiteral("R&D\tand\nmore")), QStringLiteral("R&&D and more"));
        QVERIFY(verbatim(QString(500, u'x')).size() <= 60);
        QVERIFY(!marksKey(verbatim(QString(500, u'&'))));
    }
};

QTEST_MAIN(PlainTextTest)
#include "plain_text_test.moc"
