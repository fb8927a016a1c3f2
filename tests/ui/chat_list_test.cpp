// The list of chats in the sidebar: folders that open and close, tags, the archive, orders, limits,
// with the mouse and with the keyboard alone.
#include <QLineEdit>
#include <QListView>
#include <QMenu>
#include <QPainter>
#include <QPushButton>
#include <QStandardItemModel>
#include <QTest>

#include "tests/ui/window_fixture.h"
#include "ui/chat/chat_page.h"
#include "ui/chat/conversation_delegate.h"
#include "ui/chat/conversation_list_model.h"
#include "ui/chat/list_header.h"
#include "ui/shell/sidebar.h"
#include "ui/widgets/icon_button.h"
#include "ui/widgets/name_dialog.h"
#include "ui/widgets/theme.h"
#include "ui/widgets/toast.h"

using namespace dsm;

namespace {

using Model = ConversationListModel;

const QString kWork = QStringLiteral("Work & play");

// Each row as a line: "[folder]", "-heading" or a title.
QStringList rows(WindowFixture& f) {
    QStringList lines;
    const QAbstractItemModel* model = f.window().sidebar()->list()->model();
    for (int row = 0; row < model->rowCount(); ++row) {
        const QModelIndex index = model->index(row, 0);
        const auto kind = static_cast<Model::RowKind>(index.data(Model::KindRole).toInt());
        const QString title = index.data().toString();
        if (kind == Model::RowKind::Folder) {
            lines.append(u'[' + title + u']');
        } else {
            lines.append(kind == Model::RowKind::Heading ? u'-' + title : title);
        }
    }
    return lines;
}

Model& model(WindowFixture& f) {
    return *static_cast<Model*>(f.window().sidebar()->list()->model());
}

// Opens the menu of a row and, entry by entry, goes where they lead.
void chooseIn(QMenu* menu, const QStringList& entries) {
    QVERIFY(menu != nullptr);
    for (const QString& entry : entries) {
        QAction* found = nullptr;
        for (QAction* action : menu->actions()) {
            if (action->text() == entry) found = action;
        }
        QVERIFY2(found != nullptr, qPrintable(entry));
        if (found->menu() != nullptr) {
            menu = found->menu();
        } else {
            found->trigger();
        }
    }
}

QMenu* menuOf(WindowFixture& f, const QModelIndex& index) {
    QListView* list = f.window().sidebar()->list();
    Q_EMIT list->customContextMenuRequested(list->visualRect(index).center());
    return qobject_cast<QMenu*>(QApplication::activePopupWidget());
}

void closeMenus() {
    while (QWidget* popup = QApplication::activePopupWidget())
        popup->close();
}

NameDialog* nameDialog(WindowFixture& f) {
    NameDialog* shown = nullptr;
    for (auto* dialog : f.window().findChildren<NameDialog*>()) {
        if (dialog->isVisible()) shown = dialog;
    }
    return shown;
}

bool hasInk(const QImage& picture, const QRect& in) {
    for (int y = in.top(); y <= in.bottom(); ++y) {
        for (int x = in.left(); x <= in.right(); ++x)
            if (picture.pixel(x, y) != qRgb(255, 255, 255)) return true;
    }
    return false;
}

}  // namespace

class ChatListTest : public QObject {
    Q_OBJECT

    std::unique_ptr<WindowFixture> f_;
    qint64 one_ = 0;
    qint64 two_ = 0;

  private Q_SLOTS:
    void initTestCase() { WindowFixture::hasFinetune = false; }
    void init() {
        f_ = std::make_unique<WindowFixture>();
        QVERIFY(f_->waitForModel());
        for (qint64* id : {&one_, &two_}) {
            f_->window().newChat();
            f_->sendMessage(id == &one_ ? QStringLiteral("One") : QStringLiteral("Two"));
            QVERIFY(f_->waitForReply());
            *id = f_->window().page()->conversation();
        }
    }

    void cleanup() {
        closeMenus();
        f_.reset();
    }

    void inAListFromTheRightAHitAndItsSnippetStandAtTheRight() {
        QStandardItemModel hits(1, 1);
        const QModelIndex hit = hits.index(0, 0);
        hits.setData(hit, QStringLiteral("Title"));
        hits.setData(hit, static_cast<int>(Model::RowKind::Hit), Model::KindRole);
        hits.setData(hit, QStringLiteral("a few words"), Model::SnippetRole);
        const Theme theme;
        const ConversationDelegate delegate(theme);
        constexpr int kWidth = 600;
        for (const Qt::LayoutDirection direction : {Qt::LeftToRight, Qt::RightToLeft}) {
            QStyleOptionViewItem option;
            option.direction = direction;
            option.rect = QRect(0, 0, kWidth, delegate.sizeHint(option, hit).height());
            QImage picture(option.rect.size(), QImage::Format_RGB32);
            picture.fill(Qt::white);
            QPainter painter(&picture);
            painter.setLayoutDirection(direction);
            delegate.paint(&painter, option, hit);
            painter.end();
            const int middle = kWidth / 2;
            const QRect atBegin(direction == Qt::LeftToRight ? 0 : middle, 0, middle,
                                picture.height());
            const QRect atEnd(middle - atBegin.left(), 0, middle, picture.height());
            const int half = picture.height() / 2;
            QVERIFY(hasInk(picture, atBegin.adjusted(0, 0, 0, -half)));
            QVERIFY(hasInk(picture, atBegin.adjusted(0, half, 0, 0)));
            QVERIFY(!hasInk(picture, atEnd));
        }
    }

    void aChatIsPutIntoANewFolder() {
        chooseIn(menuOf(*f_, model(*f_).indexOf(one_)),
                 {QStringLiteral("Folder"), QStringLiteral("New folder…")});
        QTRY_VERIFY(nameDialog(*f_) != nullptr);
        QVERIFY(!nameDialog(*f_)->acceptButton()->isEnabled());
        QTest::keyClicks(nameDialog(*f_)->field(), kWork);
        QTest::keyClick(nameDialog(*f_)->field(), Qt::Key_Return);
        QTRY_COMPARE(f_->chat().conversation(one_).folder, kWork);
        QCOMPARE(rows(*f_), (QStringList{u'[' + kWork + u']', QStringLiteral("One"),
                                         QStringLiteral("-Today"), QStringLiteral("Two")}));
    }

    void aFolderOpensAndClosesWithoutTheMouseAndStaysSo() {
        QVERIFY(f_->chat().setFolder(one_, kWork));
        QListView* list = f_->window().sidebar()->list();
        list->setFocus();
        list->setCurrentIndex(model(*f_).indexOfFolder(kWork));
        QTest::keyClick(list, Qt::Key_Left);
        QVERIFY(!rows(*f_).contains(QStringLiteral("One")));
        QCOMPARE(list->currentIndex().data().toString(), kWork);
        QTest::keyClick(list, Qt::Key_Return);
        QVERIFY(rows(*f_).contains(QStringLiteral("One")));
        QTest::keyClick(list, Qt::Key_Space);
        QVERIFY(!rows(*f_).contains(QStringLiteral("One")));
        QCOMPARE(f_->window().page()->conversation(), two_);
        f_->restart();
        QVERIFY(!rows(*f_).contains(QStringLiteral("One")));
        const QRect head =
            f_->window().sidebar()->list()->visualRect(model(*f_).indexOfFolder(kWork));
        QTest::mouseClick(f_->window().sidebar()->list()->viewport(), Qt::LeftButton, {},
                          head.center());
        QVERIFY(rows(*f_).contains(QStringLiteral("One")));
    }

    void aFolderIsRenamedByItsKey() {
        QVERIFY(f_->chat().setFolder(one_, kWork));
        QListView* list = f_->window().sidebar()->list();
        list->setFocus();
        list->setCurrentIndex(model(*f_).indexOfFolder(kWork));
        QTest::keyClick(list, Qt::Key_F2);
        QTRY_VERIFY(nameDialog(*f_) != nullptr);
        nameDialog(*f_)->field()->setText(QStringLiteral("Home"));
        nameDialog(*f_)->acceptButton()->click();
        QTRY_COMPARE(f_->chat().conversation(one_).folder, QStringLiteral("Home"));
    }

    void tagsAreGivenAndTheirChatsShown() {
        QVERIFY(f_->chat().setTags(two_, {kWork}));
        chooseIn(menuOf(*f_, model(*f_).indexOf(one_)),
                 {QStringLiteral("Tags"), QStringLiteral("Work && play")});
        QCOMPARE(f_->chat().conversation(one_).tags, QStringList{kWork});
        closeMenus();
        chooseIn(menuOf(*f_, model(*f_).indexOf(two_)),
                 {QStringLiteral("Tags"), QStringLiteral("Work && play")});
        QVERIFY(f_->chat().conversation(two_).tags.isEmpty());
        closeMenus();
        ListHeader* header = f_->window().sidebar()->header();
        header->placeButton()->click();
        chooseIn(qobject_cast<QMenu*>(QApplication::activePopupWidget()),
                 {QStringLiteral("Work && play")});
        QCOMPARE(rows(*f_), (QStringList{QStringLiteral("-Today"), QStringLiteral("One")}));
        QVERIFY(f_->chat().setTags(one_, {}));
        QVERIFY2(header->choice().isEverything(), "what nobody has any more cannot be shown");
    }

    void theArchiveTakesAChatOutOfTheWayAndGivesItBack() {
        chooseIn(menuOf(*f_, model(*f_).indexOf(one_)), {QStringLiteral("Archive")});
        QCOMPARE(rows(*f_), (QStringList{QStringLiteral("-Today"), QStringLiteral("Two")}));
        QVERIFY(f_->window().toast()->isVisible());
        closeMenus();
        f_->window().sidebar()->header()->placeButton()->click();
        chooseIn(qobject_cast<QMenu*>(QApplication::activePopupWidget()),
                 {QStringLiteral("Archive")});
        QCOMPARE(rows(*f_), (QStringList{QStringLiteral("-Today"), QStringLiteral("One")}));
        f_->window().toast()->actionButton()->click();
        QCOMPARE(rows(*f_), QStringList{QStringLiteral("-The archive is empty")});
        f_->window().sidebar()->header()->showEverything();
        QCOMPARE(rows(*f_).size(), 3);
    }

    void theOrderIsChosenAndKept() {
        f_->window().sidebar()->header()->placeButton()->click();
        chooseIn(qobject_cast<QMenu*>(QApplication::activePopupWidget()),
                 {QStringLiteral("Sort by"), QStringLiteral("Title")});
        QCOMPARE(rows(*f_), (QStringList{QStringLiteral("One"), QStringLiteral("Two")}));
        closeMenus();
        f_->restart();
        QCOMPARE(rows(*f_), (QStringList{QStringLiteral("One"), QStringLiteral("Two")}));
    }

    void limitsHoldForTheSearch() {
        Sidebar* sidebar = f_->window().sidebar();
        sidebar->searchField()->setText(QStringLiteral("scripted"));
        QTRY_COMPARE(rows(*f_).first(), QStringLiteral("-2 found"));
        sidebar->header()->limitsButton()->click();
        chooseIn(qobject_cast<QMenu*>(QApplication::activePopupWidget()),
                 {QStringLiteral("Found words were written by"), QStringLiteral("Me")});
        QCOMPARE(rows(*f_), QStringList{QStringLiteral("-Nothing found")});
        closeMenus();
        sidebar->header()->limitsButton()->click();
        chooseIn(qobject_cast<QMenu*>(QApplication::activePopupWidget()),
                 {QStringLiteral("No limits")});
        QCOMPARE(rows(*f_).first(), QStringLiteral("-2 found"));
    }

    void renamingFindsAChatInAClosedFolder() {
        QVERIFY(f_->chat().setFolder(one_, kWork));
        model(*f_).setFolded(QStringList{kWork});
        f_->window().sidebar()->renameConversation(one_);
        QVERIFY(f_->window().sidebar()->list()->findChild<QLineEdit*>() != nullptr);
    }
};

QTEST_MAIN(ChatListTest)
#include "chat_list_test.moc"
