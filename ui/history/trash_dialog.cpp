#include "ui/history/trash_dialog.h"

#include <QHBoxLayout>
#include <QListWidget>
#include <QLocale>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

#include "app/services/chat/chat_service.h"
#include "ui/history/list_column.h"
#include "ui/widgets/label.h"
#include "ui/widgets/question.h"

namespace dsm {
namespace {

constexpr int kWidth = 560;
constexpr int kListHeight = 190;
constexpr int kPreviewHeight = 150;
constexpr qsizetype kMostPreview = 20'000;

}  // namespace

TrashDialog::TrashDialog(ChatService& chat, const Theme& theme, QWidget* parent)
    : ScrollDialog(parent),
      chat_(chat),
      theme_(theme),
      note_(new Label(this)),
      list_(new QListWidget(this)),
      preview_(new QPlainTextEdit(this)),
      restore_(new QPushButton(tr("Restore"), this)),
      remove_(new QPushButton(tr("Delete for good…"), this)),
      empty_(new QPushButton(tr("Empty the trash…"), this)),
      close_(new QPushButton(tr("Close"), this)) {
    setWindowTitle(tr("Trash"));
    note_->setWordWrap(true);
    note_->setProperty("tone", QStringLiteral("secondary"));
    list_->setSelectionMode(QAbstractItemView::ExtendedSelection);
    for (QWidget* field : std::initializer_list<QWidget*>{list_, preview_})
        field->setProperty("kind", QStringLiteral("field"));
    list_->setAccessibleName(tr("Deleted chats"));
    preview_->setReadOnly(true);
    preview_->setTabChangesFocus(true);
    preview_->setAccessibleName(tr("What the chat says"));
    restore_->setProperty("kind", QStringLiteral("primary"));
    for (QPushButton* button : {restore_, remove_, empty_, close_})
        button->setAutoDefault(false);
    makeLayout();
    connect(list_, &QListWidget::itemSelectionChanged, this, &TrashDialog::showChosen);
    connect(restore_, &QPushButton::clicked, this, &TrashDialog::restore);
    connect(remove_, &QPushButton::clicked, this, [this] { askToRemove(chosen()); });
    connect(empty_, &QPushButton::clicked, this, [this] { askToRemove(all()); });
    connect(close_, &QPushButton::clicked, this, &QDialog::accept);
    connect(&chat_, &ChatService::conversationsChanged, this, &TrashDialog::showTrash);
    showTrash();
}

void TrashDialog::makeLayout() {
    auto* content = new QWidget(this);
    QVBoxLayout* column = makeListColumn(content, list_, kWidth, kListHeight);
    preview_->setMinimumHeight(kPreviewHeight);
    auto* actions = new QHBoxLayout;
    actions->addWidget(restore_);
    actions->addWidget(remove_);
    actions->addStretch(1);
    column->addWidget(note_);
    column->addWidget(list_, 2);
    column->addLayout(actions);
    column->addWidget(preview_, 1);
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(empty_);
    buttons->addStretch(1);
    buttons->addWidget(close_);
    setContent(content, buttons);
    resize(kWidth, sizeHint().height());
}

void TrashDialog::showTrash() {
    const QList<TrashedChat> chats = chat_.trash();
    const QList<qint64> were = chosen();
    {
        const QSignalBlocker quiet(list_);
        list_->clear();
        for (const TrashedChat& chat : chats) {
            const QString when = locale().toString(chat.deleted, QLocale::ShortFormat);
            const QString left = chat.daysLeft > 0 ? tr("%n days left", nullptr, chat.daysLeft)
                                                   : tr("removed at the next start");
            auto* item =
                new QListWidgetItem(tr("%1  (deleted %2, %3)").arg(chat.title, when, left), list_);
            item->setData(Qt::UserRole, chat.id);
            item->setSelected(were.contains(chat.id));
        }
    }
    note_->setText(chats.isEmpty()
                       ? tr("The trash is empty.")
                       : tr("A deleted chat is removed for good after 30 days. Days on which the "
                            "clock jumped or the program was away for long do not count."));
    empty_->setEnabled(!chats.isEmpty());
    showChosen();
}

void TrashDialog::showChosen() {
    const QList<qint64> chats = chosen();
    restore_->setEnabled(!chats.isEmpty());
    remove_->setEnabled(!chats.isEmpty());
    QString text;
    if (chats.size() == 1) {
        for (const MessageInfo& message : chat_.messages(chats[0])) {
            const bool isUser = message.role == ChatRole::User;
            text += (isUser ? tr("You") : tr("Reply")) + QStringLiteral(":\n") + message.text +
                    QStringLiteral("\n\n");
            if (text.size() > kMostPreview) break;
        }
    }
    preview_->setPlainText(text.left(kMostPreview));
}

QList<qint64> TrashDialog::chosen() const {
    QList<qint64> chats;
    for (const QListWidgetItem* item : list_->selectedItems())
        chats.append(item->data(Qt::UserRole).toLongLong());
    return chats;
}

QList<qint64> TrashDialog::all() const {
    QList<qint64> chats;
    for (const TrashedChat& chat : chat_.trash())
        chats.append(chat.id);
    return chats;
}

void TrashDialog::restore() {
    for (const qint64 chat : chosen())
        chat_.undoRemove(chat);
}

void TrashDialog::askToRemove(const QList<qint64>& chats) {
    if (chats.isEmpty()) return;
    ask(this,
        {tr("Delete for good"),
         tr("Delete %n chats for good?", nullptr, static_cast<int>(chats.size())),
         tr("That cannot be undone. Backups of the last days may still hold what was said.")},
        {{tr("Delete for good"), [this, chats] { chat_.removeForGood(chats); }}}, tr("Keep"));
}

}  // namespace dsm
