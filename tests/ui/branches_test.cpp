// The tree of a chat's branches, in the real window: what it says, and the way through it.
#include <QAccessible>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QTest>
#include <QTreeWidget>

#include "tests/ui/window_fixture.h"
#include "ui/chat/branches_dialog.h"
#include "ui/chat/chat_page.h"
#include "ui/shell/commands.h"
#include "ui/widgets/composer.h"
#include "ui/widgets/message/message_item.h"
#include "ui/widgets/message/message_view.h"
#include "ui/widgets/prompt_edit.h"

using namespace dsm;

class BranchesTest : public QObject {
    Q_OBJECT

    std::unique_ptr<WindowFixture> f_;

    void say(const QString& question, const QString& answer) {
        f_->script().setReply(answer);
        f_->sendMessage(question);
        QVERIFY(f_->waitForReply());
    }
    qint64 chat() { return f_->window().page()->conversation(); }
    QStringList shownTexts() {
        QStringList texts;
        for (const MessageItem* item : f_->window().page()->messages()->items())
            texts.append(item->content().text.trimmed());
        return texts;
    }
    BranchesDialog* open() {
        QTest::keyClick(&f_->window(), Qt::Key_B, Qt::ControlModifier | Qt::ShiftModifier);
        for (auto* dialog : f_->window().findChildren<BranchesDialog*>()) {
            if (dialog->isVisible()) return dialog;
        }
        return nullptr;
    }
    // q with the answers "first" and "second", the second shown.
    void fork() {
        say(QStringLiteral("q"), QStringLiteral("first"));
        f_->script().setReply(QStringLiteral("second"));
        QVERIFY(f_->chat().regenerate(f_->chat().messages(chat())[1].id));
        QVERIFY(f_->waitForReply());
        QTRY_COMPARE(shownTexts(), (QStringList{QStringLiteral("q"), QStringLiteral("second")}));
    }

  private Q_SLOTS:
    void initTestCase() { WindowFixture::hasFinetune = false; }
    void init() {
        f_ = WindowFixture::answering(4096);
        QVERIFY(f_ != nullptr);
    }
    void cleanup() { f_.reset(); }

    void theKeysChooseABranchAndItIsShown() {
        fork();
        BranchesDialog* dialog = open();
        QVERIFY(dialog != nullptr);
        QTreeWidget* tree = dialog->tree();
        QTRY_VERIFY(tree->hasFocus());
        QCOMPARE(tree->topLevelItemCount(), 1);
        const QTreeWidgetItem* root = tree->topLevelItem(0);
        QCOMPARE(root->text(0), QStringLiteral("q"));
        QCOMPARE(root->childCount(), 2);
        QCOMPARE(root->child(0)->text(0), QStringLiteral("first"));
        QCOMPARE(root->child(0)->text(1), QStringLiteral("Reply"));
        QVERIFY(root->child(0)->icon(0).isNull());
        QVERIFY(!root->child(1)->icon(0).isNull());
        QTest::keyClick(tree, Qt::Key_Down);
        QTest::keyClick(tree, Qt::Key_Up);
        while (tree->currentItem() != root->child(0))
            QTest::keyClick(tree, Qt::Key_Down);
        QTest::keyClick(tree, Qt::Key_Return);
        QTRY_COMPARE(shownTexts(), (QStringList{QStringLiteral("q"), QStringLiteral("first")}));
        QTRY_COMPARE(f_->window().focusWidget(),
                     static_cast<QWidget*>(f_->window().page()->composer()->editor()));
    }

    void theMouseAndTheButtonDoTheSame() {
        fork();
        BranchesDialog* dialog = open();
        QVERIFY(dialog != nullptr);
        QTreeWidget* tree = dialog->tree();
        tree->setCurrentItem(tree->topLevelItem(0)->child(0));
        QTest::mouseClick(dialog->showButton(), Qt::LeftButton);
        QTRY_COMPARE(shownTexts(), (QStringList{QStringLiteral("q"), QStringLiteral("first")}));
    }

    void aScreenReaderHearsWhatABranchIs() {
        fork();
        BranchesDialog* dialog = open();
        QVERIFY(dialog != nullptr);
        QAccessibleInterface* tree = QAccessible::queryAccessibleInterface(dialog->tree());
        QVERIFY(tree != nullptr);
        QCOMPARE(tree->text(QAccessible::Name), QStringLiteral("Branches"));
        QStringList heard;
        for (int i = 0; i < tree->childCount(); ++i)
            heard.append(tree->child(i)->text(QAccessible::Name));
        const auto isHeard = [&](const QString& begin) {
            return std::any_of(heard.begin(), heard.end(), [&](const QString& text) {
                return text.startsWith(begin) && text.contains(QStringLiteral("; 1 message"));
            });
        };
        QVERIFY2(isHeard(QStringLiteral("Shown now. Reply: second;")),
                 qPrintable(heard.join(u'|')));
        QVERIFY(isHeard(QStringLiteral("Reply: first;")));
        QVERIFY(isHeard(QStringLiteral("Shown now. You: q;")));
    }

    void theTreeFollowsTheChat() {
        say(QStringLiteral("q"), QStringLiteral("first"));
        BranchesDialog* dialog = open();
        QVERIFY(dialog != nullptr);
        QVERIFY(dialog->note()->text().contains(QStringLiteral("one branch")));
        QCOMPARE(dialog->tree()->topLevelItem(0)->childCount(), 0);
        f_->script().setReply(QStringLiteral("second"));
        QVERIFY(f_->chat().regenerate(f_->chat().messages(chat())[1].id));
        QVERIFY(f_->waitForReply());
        QTRY_COMPARE(dialog->tree()->topLevelItem(0)->childCount(), 2);
        QVERIFY(!dialog->note()->text().contains(QStringLiteral("one branch")));
    }

    void withoutAChatThereIsNoTree() { QVERIFY(open() == nullptr); }
};

QTEST_MAIN(BranchesTest)

#include "branches_test.moc"
