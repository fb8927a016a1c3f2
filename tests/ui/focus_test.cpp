// After whatever is done the keyboard is where a person types.
#include <QApplication>
#include <QDialog>
#include <QLineEdit>
#include <QListView>
#include <QMenu>
#include <QPushButton>
#include <QTest>
#include <QTimer>
#include <functional>
#include <memory>

#include "tests/ui/window_fixture.h"
#include "ui/chat/chat_page.h"
#include "ui/chat/conversation_list_model.h"
#include "ui/chat/welcome_page.h"
#include "ui/models/models_page.h"
#include "ui/settings/settings_dialog.h"
#include "ui/shell/about_dialog.h"
#include "ui/shell/commands.h"
#include "ui/shell/sidebar.h"
#include "ui/shell/status_strip.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/composer.h"
#include "ui/widgets/icon_button.h"
#include "ui/widgets/message/message_item.h"
#include "ui/widgets/message/message_view.h"
#include "ui/widgets/prompt_edit.h"
#include "ui/widgets/toast.h"

using namespace dsm;

namespace {

const QString kLongReply = QStringLiteral("word ").repeated(400).trimmed();

MessageItem* lastItem(WindowFixture& f) {
    return f.window().page()->messages()->items().back();
}

MessageItem* firstItem(WindowFixture& f) {
    return f.window().page()->messages()->items().front();
}

PromptEdit* composer(WindowFixture& f) {
    return f.window().page()->composer()->editor();
}

QAbstractButton* named(const QWidget* in, const QString& name) {
    for (QAbstractButton* button : in->findChildren<QAbstractButton*>()) {
        const QString text =
            button->accessibleName().isEmpty() ? button->text() : button->accessibleName();
        if (text == name && button->isVisible()) return button;
    }
    return nullptr;
}

// As somebody without a mouse.
void pressKey(QWidget* button) {
    QVERIFY(button != nullptr);
    button->setFocus(Qt::TabFocusReason);
    QTRY_VERIFY(button->hasFocus());
    QTest::keyClick(button, Qt::Key_Space);
}

void clickMouse(QWidget* button) {
    QVERIFY(button != nullptr);
    QTest::mouseClick(button, Qt::LeftButton);
}

QModelIndex rowOf(WindowFixture& f, qint64 conversation) {
    const auto* model = static_cast<ConversationListModel*>(f.window().sidebar()->list()->model());
    return model->indexOf(conversation);
}

void clickRow(WindowFixture& f, qint64 conversation) {
    QListView* list = f.window().sidebar()->list();
    const QModelIndex row = rowOf(f, conversation);
    QVERIFY(row.isValid());
    QTest::mouseClick(list->viewport(), Qt::LeftButton, {},
                      list->visualRect(row).center() - QPoint(40, 0));
}

void stopReply(WindowFixture& f) {
    f.script().setReply(kLongReply);
    f.sendMessage(QStringLiteral("Tell me"));
    QTRY_VERIFY(f.lastText().size() > 20);
    f.chat().stop(f.window().page()->conversation());
    QVERIFY(f.waitForReply());
    f.script().setReply(QStringLiteral("A scripted reply."));
}

void makeSiblings(WindowFixture& f) {
    Q_EMIT f.window().page()->messages()->regenerateRequested(lastItem(f)->content().id);
    QVERIFY(f.waitForReply());
    QTRY_COMPARE(lastItem(f)->content().siblingCount, 2);
}

void choose(const QString& text) {
    QMenu* menu = nullptr;
    QTRY_VERIFY((menu = qobject_cast<QMenu*>(QApplication::activePopupWidget())) != nullptr);
    for (QAction* action : menu->actions()) {
        if (action->text() != text) continue;
        menu->setActiveAction(action);
        QTest::keyClick(menu, Qt::Key_Return);
        return;
    }
    QFAIL("no such entry");
}

void openMenuOf(WindowFixture& f, qint64 conversation) {
    QListView* list = f.window().sidebar()->list();
    const QRect rect = list->visualRect(rowOf(f, conversation));
    Q_EMIT list->customContextMenuRequested(rect.center());
}

struct Action {
    const char* name;
    std::function<void(WindowFixture&)> act;
};

// Each begins with two chats of one exchange, the second shown.
const Action kActions[] = {
    {"send",
     [](WindowFixture& f) {
         pressKey(
             (composer(f)->setText(QStringLiteral("Hi")), f.window().page()->composer()->button()));
     }},
    {"stop",
     [](WindowFixture& f) {
         f.script().setReply(kLongReply);
         f.sendMessage(QStringLiteral("Tell me"));
         pressKey(f.window().page()->composer()->button());
         QVERIFY(f.waitForReply());
     }},
    {"a reply ends while its stop button has the keyboard",
     [](WindowFixture& f) {
         f.script().setReply(QStringLiteral("word ").repeated(20).trimmed());
         f.sendMessage(QStringLiteral("Tell me"));
         f.window().page()->composer()->button()->setFocus(Qt::TabFocusReason);
         QVERIFY(f.waitForReply());
     }},
    {"continue",
     [](WindowFixture& f) {
         stopReply(f);
         pressKey(named(lastItem(f), QStringLiteral("Continue the reply")));
     }},
    {"continue by the mouse",
     [](WindowFixture& f) {
         stopReply(f);
         clickMouse(named(lastItem(f), QStringLiteral("Continue the reply")));
     }},
    {"regenerate",
     [](WindowFixture& f) { pressKey(named(lastItem(f), QStringLiteral("Write another reply"))); }},
    {"regenerate by the mouse",
     [](WindowFixture& f) {
         clickMouse(named(lastItem(f), QStringLiteral("Write another reply")));
     }},
    {"previous version",
     [](WindowFixture& f) {
         makeSiblings(f);
         pressKey(named(lastItem(f), QStringLiteral("Previous version")));
     }},
    {"next version",
     [](WindowFixture& f) {
         makeSiblings(f);
         clickMouse(named(lastItem(f), QStringLiteral("Previous version")));
         QTRY_COMPARE(lastItem(f)->content().siblingIndex, 0);
         clickMouse(named(lastItem(f), QStringLiteral("Next version")));
     }},
    {"edit",
     [](WindowFixture& f) {
         firstItem(f)->beginEdit();
         QTest::keyClick(firstItem(f)->findChild<PromptEdit*>(), Qt::Key_Return);
     }},
    {"edit by its button",
     [](WindowFixture& f) {
         firstItem(f)->beginEdit();
         pressKey(named(firstItem(f), QStringLiteral("Send")));
     }},
    {"cancel an edit",
     [](WindowFixture& f) {
         firstItem(f)->beginEdit();
         QTest::keyClick(firstItem(f)->findChild<PromptEdit*>(), Qt::Key_Escape);
     }},
    {"cancel an edit by its button",
     [](WindowFixture& f) {
         firstItem(f)->beginEdit();
         pressKey(named(firstItem(f), QStringLiteral("Cancel")));
     }},
    {"choose a chat", [](WindowFixture& f) { clickRow(f, f.chat().conversations().back().id); }},
    {"choose the chat that is shown",
     [](WindowFixture& f) { clickRow(f, f.window().page()->conversation()); }},
    {"delete by the key",
     [](WindowFixture& f) {
         f.window().sidebar()->list()->setFocus();
         QTest::keyClick(f.window().sidebar()->list(), Qt::Key_Delete);
         QCOMPARE(f.chat().conversations().size(), 1);
     }},
    {"delete by the menu",
     [](WindowFixture& f) {
         openMenuOf(f, f.chat().conversations().back().id);
         choose(QStringLiteral("Delete"));
         QCOMPARE(f.chat().conversations().size(), 1);
     }},
    {"undo",
     [](WindowFixture& f) {
         f.window().sidebar()->list()->setFocus();
         QTest::keyClick(f.window().sidebar()->list(), Qt::Key_Delete);
         pressKey(f.window().toast()->actionButton());
         QCOMPARE(f.chat().conversations().size(), 2);
     }},
    {"a toast passes while it has the keyboard",
     [](WindowFixture& f) {
         f.window().sidebar()->list()->setFocus();
         QTest::keyClick(f.window().sidebar()->list(), Qt::Key_Delete);
         f.window().toast()->actionButton()->setFocus(Qt::TabFocusReason);
         f.window().toast()->dismiss();
     }},
    {"rename",
     [](WindowFixture& f) {
         f.window().sidebar()->list()->setFocus();
         QTest::keyClick(f.window().sidebar()->list(), Qt::Key_F2);
         auto* editor = f.window().sidebar()->list()->findChild<QLineEdit*>();
         QVERIFY(editor != nullptr);
         QTest::keyClick(editor, Qt::Key_Return);
     }},
    {"cancel a rename",
     [](WindowFixture& f) {
         openMenuOf(f, f.window().page()->conversation());
         choose(QStringLiteral("Rename"));
         auto* editor = f.window().sidebar()->list()->findChild<QLineEdit*>();
         QVERIFY(editor != nullptr);
         QTest::keyClick(editor, Qt::Key_Escape);
     }},
    {"pin",
     [](WindowFixture& f) {
         openMenuOf(f, f.window().page()->conversation());
         choose(QStringLiteral("Pin"));
     }},
    {"leave a search",
     [](WindowFixture& f) {
         f.window().sidebar()->focusSearch();
         QTest::keyClicks(f.window().sidebar()->searchField(), QStringLiteral("scripted"));
         QTest::keyClick(f.window().sidebar()->searchField(), Qt::Key_Escape);
     }},
    {"choose what was found",
     [](WindowFixture& f) {
         f.window().sidebar()->focusSearch();
         QTest::keyClicks(f.window().sidebar()->searchField(), QStringLiteral("First"));
         const qint64 id = f.chat().conversations().back().id;
         QTRY_COMPARE(rowOf(f, id).data(ConversationListModel::KindRole).toInt(),
                      static_cast<int>(ConversationListModel::RowKind::Hit));
         clickRow(f, id);
         QCOMPARE(f.window().page()->conversation(), id);
     }},
    {"a new chat", [](WindowFixture& f) { pressKey(f.window().sidebar()->newChatButton()); }},
    {"a new chat by the mouse",
     [](WindowFixture& f) { clickMouse(f.window().sidebar()->newChatButton()); }},
    {"hide the sidebar",
     [](WindowFixture& f) {
         pressKey(named(f.window().sidebar(), QStringLiteral("Hide the sidebar")));
     }},
    {"hide the sidebar by its key",
     [](WindowFixture& f) {
         f.window().sidebar()->list()->setFocus();
         QTest::keyClick(&f.window(), Qt::Key_B, Qt::ControlModifier);
     }},
    {"show the sidebar",
     [](WindowFixture& f) {
         QTest::keyClick(&f.window(), Qt::Key_B, Qt::ControlModifier);
         pressKey(named(f.window().page(), QStringLiteral("Show the sidebar")));
     }},
    {"models and back",
     [](WindowFixture& f) {
         pressKey(f.window().sidebar()->modelsButton());
         QTRY_VERIFY(f.window().models()->isAncestorOf(QApplication::focusWidget()));
         QTest::keyClick(QApplication::focusWidget(), Qt::Key_Escape);
     }},
    {"close the settings",
     [](WindowFixture& f) {
         pressKey(named(f.window().sidebar(), QStringLiteral("Settings")));
         auto* dialog = f.window().findChild<SettingsDialog*>();
         QVERIFY(dialog != nullptr && QTest::qWaitForWindowActive(dialog));
         QTest::keyClick(dialog, Qt::Key_Escape);
         f.window().activateWindow();
     }},
    {"close what the program is",
     [](WindowFixture& f) {
         clickMouse(named(f.window().sidebar(), QStringLiteral("About this program")));
         auto* dialog = f.window().findChild<AboutDialog*>();
         QVERIFY(dialog != nullptr && QTest::qWaitForWindowActive(dialog));
         QTest::keyClick(dialog, Qt::Key_Escape);
         f.window().activateWindow();
     }},
    {"dismiss a banner",
     [](WindowFixture& f) {
         f.window().showNotice(QStringLiteral("Something"));
         pressKey(named(f.window().page()->banner(), QStringLiteral("Dismiss")));
     }},
    {"the remedy of a banner",
     [](WindowFixture& f) {
         f.window().loadModel(QStringLiteral("/nonexistent/model"));
         QPushButton* remedy = nullptr;
         QTRY_VERIFY((remedy = qobject_cast<QPushButton*>(named(
                          f.window().page()->banner(), QStringLiteral("Use the demo model")))) !=
                     nullptr);
         pressKey(remedy);
         QVERIFY(f.waitForModel());
     }},
    {"a model is there while its cancel button has the keyboard",
     [](WindowFixture& f) {
         f.window().loadModel(testModelFolder());
         f.window().strip()->cancelButton()->setFocus(Qt::TabFocusReason);
         QVERIFY(f.waitForModel());
     }},
    {"an example",
     [](WindowFixture& f) {
         f.window().newChat();
         pressKey(f.window().page()->welcome()->cards()[0]);
     }},
    {"the newest message",
     [](WindowFixture& f) {
         f.script().setReply(QStringLiteral("line\n\n").repeated(200));
         f.sendMessage(QStringLiteral("Much"));
         QVERIFY(f.waitForReply());
         f.window().page()->scrollTo(firstItem(f)->content().id);
         pressKey(f.window().page()->messages()->bottomButton());
     }},
};

}  // namespace

class FocusTest : public QObject {
    Q_OBJECT

    std::unique_ptr<WindowFixture> window_;

    // The one window, as it is after its start, but for two chats, the second shown.
    WindowFixture& windowWithChats() {
        if (!window_) window_ = std::make_unique<WindowFixture>();
        makeChats(*window_);
        return *window_;
    }

    static void clear(WindowFixture& f) {
        f.window().newChat();
        for (const ConversationInfo& chat : f.chat().conversations())
            f.chat().remove(chat.id);
        f.window().sidebar()->searchField()->clear();
        f.window().toast()->dismiss();
        f.window().page()->banner()->hide();
        f.window().models()->banner()->hide();
        composer(f)->clear();
        if (!f.window().sidebar()->isVisible())
            QTest::keyClick(&f.window(), Qt::Key_B, Qt::ControlModifier);
        f.script().setReply(QStringLiteral("A scripted reply."));
    }

    static void makeChats(WindowFixture& f) {
        QVERIFY(f.waitForModel());
        clear(f);
        f.script().setInterval(0);
        f.sendMessage(QStringLiteral("First question"));
        QVERIFY(f.waitForReply());
        f.window().newChat();
        f.sendMessage(QStringLiteral("Second question"));
        QVERIFY(f.waitForReply());
        f.script().setInterval(ScriptedGenerator::kIntervalMs);
        f.window().activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&f.window()));
        QCOMPARE(f.chat().conversations().size(), 2);
        QVERIFY(f.window().sidebar()->isVisible());
    }

    static void closeWhatIsOpen(MainWindow& window) {
        for (QWidget* top : QApplication::topLevelWidgets()) {
            if (top == &window || !top->isVisible()) continue;
            if (auto* dialog = qobject_cast<QDialog*>(top)) {
                dialog->reject();
            } else if (top->windowType() == Qt::Popup) {
                top->close();
            }
        }
    }

    // In a chat, the field for messages or that of a search; on another page, anywhere on it.
    static bool typesHere(WindowFixture& f) {
        QWidget* focus = QApplication::focusWidget();
        if (focus == nullptr || !focus->isVisible()) return false;
        if (f.window().page()->isVisible())
            return composer(f)->hasFocus() || qobject_cast<QLineEdit*>(focus) != nullptr;
        return !f.window().sidebar()->isAncestorOf(focus);
    }

    static QString describeFocus() {
        const QWidget* focus = QApplication::focusWidget();
        if (focus == nullptr) return QStringLiteral("nobody");
        return QString::fromLatin1(focus->metaObject()->className()) + u' ' +
               focus->accessibleName();
    }

  private Q_SLOTS:
    // What went wrong in one is not to go wrong in the next; and the ended editor of a name is
    // still there for findChild() in the next.
    void cleanup() {
        const QByteArray tag(QTest::currentDataTag());
        if (QTest::currentTestFailed() || tag.contains("rename")) window_.reset();
    }
    void cleanupTestCase() { window_.reset(); }

    void theKeyboardIsWhereOneTypesAfter_data() {
        QTest::addColumn<int>("action");
        for (int i = 0; i < static_cast<int>(std::size(kActions)); ++i)
            QTest::newRow(kActions[i].name) << i;
    }

    void theKeyboardIsWhereOneTypesAfter() {
        QFETCH(int, action);
        WindowFixture& f = windowWithChats();
        if (QTest::currentTestFailed()) return;
        kActions[action].act(f);
        if (QTest::currentTestFailed()) return;
        f.window().activateWindow();
        QTRY_VERIFY2(composer(f)->hasFocus(),
                     QApplication::focusWidget() == nullptr
                         ? "nobody"
                         : qPrintable(QApplication::focusWidget()->accessibleName() +
                                      QApplication::focusWidget()->window()->windowTitle()));
        QVERIFY(f.waitForReply());
        const bool hadSidebar = f.window().sidebar()->isVisible();
        const qint64 shown = f.window().page()->conversation();
        composer(f)->clear();
        QTest::keyClicks(QApplication::focusWidget(), QStringLiteral("a b"));
        QCOMPARE(composer(f)->text(), QStringLiteral("a b"));
        QCOMPARE(f.window().sidebar()->isVisible(), hadSidebar);
        QCOMPARE(f.window().page()->conversation(), shown);
    }

    // Of all that the palette offers, as it was chosen there: what opens is closed again.
    void everyCommandLeavesTheKeyboardWhereOneTypes_data() {
        QTest::addColumn<QString>("id");
        // Not those of a window beside it: the style would be that of the one that is gone then.
        for (const Command& command : windowWithChats().window().commands()->all()) {
            if (command.id != QStringLiteral("quit"))
                QTest::newRow(qPrintable(command.id)) << command.id;
        }
    }

    void everyCommandLeavesTheKeyboardWhereOneTypes() {
        QFETCH(QString, id);
        WindowFixture& f = windowWithChats();
        if (QTest::currentTestFailed()) return;
        MainWindow& window = f.window();
        QTimer escapes;  // dialogs that wait for an answer, too
        connect(&escapes, &QTimer::timeout, &window, [&window] { closeWhatIsOpen(window); });
        escapes.start(20);
        window.commands()->run(id);
        QTest::qWait(60);
        QTRY_VERIFY(QApplication::activeModalWidget() == nullptr);
        escapes.stop();
        window.activateWindow();
        QTRY_VERIFY2(typesHere(f), qPrintable(describeFocus()));
        if (id == QStringLiteral("unload")) window_.reset();
        if (window_ != nullptr) window_->settings().setTextPercent(Settings::kLeastText);
    }

    void lettersTypedInTheListBelongToTheMessage() {
        WindowFixture& f = windowWithChats();
        if (QTest::currentTestFailed()) return;
        const qint64 shown = f.window().page()->conversation();
        QListView* list = f.window().sidebar()->list();
        list->setFocus();
        QTest::keyClick(list, Qt::Key_F);  // of "First question"
        QTRY_VERIFY(composer(f)->hasFocus());
        QTest::keyClicks(QApplication::focusWidget(), QStringLiteral("irst"));
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Delete);
        QCOMPARE(composer(f)->text(), QStringLiteral("first"));
        QCOMPARE(f.window().page()->conversation(), shown);
        QCOMPARE(f.chat().conversations().size(), 2);
    }

    void lettersTypedOnAMessageBelongToTheComposer() {
        WindowFixture& f = windowWithChats();
        if (QTest::currentTestFailed()) return;
        QTest::mouseClick(named(lastItem(f), QStringLiteral("Copy the message")), Qt::LeftButton);
        QTest::keyClicks(QApplication::focusWidget(), QStringLiteral("x"));
        QTRY_VERIFY(composer(f)->hasFocus());
        QCOMPARE(composer(f)->text(), QStringLiteral("x"));
    }

    void deleteActsOnTheOpenChatAloneAndOnceForAPress() {
        WindowFixture& f = windowWithChats();
        if (QTest::currentTestFailed()) return;
        QListView* list = f.window().sidebar()->list();
        // Nothing is open before the reader's eyes.
        f.window().newChat();
        list->setFocus();
        QTest::keyClick(list, Qt::Key_Delete);
        QCOMPARE(f.chat().conversations().size(), 2);
        f.window().openConversation(f.chat().conversations().back().id);
        list->setFocus();
        QKeyEvent held(QEvent::KeyPress, Qt::Key_Delete, Qt::NoModifier, QString(), true);
        QApplication::sendEvent(list, &held);
        QCOMPARE(f.chat().conversations().size(), 2);
        QTest::keyClick(list, Qt::Key_Delete);
        QCOMPARE(f.chat().conversations().size(), 1);
        QTest::keyClick(list, Qt::Key_Delete);
        QCOMPARE(f.chat().conversations().size(), 1);
    }

    void theArrowsStillWalkThroughTheList() {
        WindowFixture& f = windowWithChats();
        if (QTest::currentTestFailed()) return;
        QListView* list = f.window().sidebar()->list();
        const qint64 before = f.window().page()->conversation();
        list->setFocus();
        QTest::keyClick(list, Qt::Key_Down);
        QVERIFY(f.window().page()->conversation() != before);
        QVERIFY(list->hasFocus());
        QTest::keyClick(list, Qt::Key_Return);
        QTRY_VERIFY(composer(f)->hasFocus());
    }

    void aSearchThatIsClearedIsReadyForAnother() {
        WindowFixture& f = windowWithChats();
        if (QTest::currentTestFailed()) return;
        QLineEdit* search = f.window().sidebar()->searchField();
        search->setText(QStringLiteral("First"));
        for (QAction* action : search->actions()) {
            if (action->toolTip() == QStringLiteral("Clear the search")) action->trigger();
        }
        QVERIFY(search->text().isEmpty());
        QVERIFY(search->hasFocus());
    }

    void onThePageOfTheModelsTheKeyboardStaysThere() {
        WindowFixture& f = windowWithChats();
        if (QTest::currentTestFailed()) return;
        f.window().showModels();
        ModelsPage* models = f.window().models();
        models->banner()->showMessage(Banner::Tone::Note,
                                      [] { return QStringLiteral("Something"); });
        pressKey(named(models->banner(), QStringLiteral("Dismiss")));
        QTRY_VERIFY(QApplication::focusWidget() == models->addButton());
    }
};

QTEST_MAIN(FocusTest)
#include "focus_test.moc"
