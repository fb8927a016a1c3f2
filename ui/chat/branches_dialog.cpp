#include "ui/chat/branches_dialog.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLocale>
#include <QPushButton>
#include <QTreeWidget>
#include <QVBoxLayout>

#include "app/services/chat/chat_branches.h"
#include "app/services/chat/chat_service.h"
#include "ui/widgets/label.h"
#include "ui/widgets/theme.h"

namespace dsm {
namespace {

constexpr int kWidth = 640;
constexpr int kTreeHeight = 300;

enum Column { Text, Who, When, Messages, Count };

}  // namespace

BranchesDialog::BranchesDialog(ChatService& chat, qint64 conversationId, const Theme& theme,
                               QWidget* parent)
    : ScrollDialog(parent),
      chat_(chat),
      conversation_(conversationId),
      theme_(theme),
      note_(new Label(this)),
      tree_(new QTreeWidget(this)),
      show_(new QPushButton(tr("Show this branch"), this)),
      close_(new QPushButton(tr("Close"), this)) {
    setWindowTitle(tr("Branches of the chat"));
    note_->setWordWrap(true);
    note_->setProperty("tone", QStringLiteral("secondary"));
    tree_->setProperty("kind", QStringLiteral("field"));
    tree_->setColumnCount(Column::Count);
    tree_->setHeaderLabels({tr("Begins with"), tr("Who"), tr("When"), tr("Messages")});
    tree_->setAccessibleName(tr("Branches"));
    tree_->setUniformRowHeights(true);
    tree_->setExpandsOnDoubleClick(false);  // that chooses
    tree_->header()->setStretchLastSection(false);
    tree_->header()->setSectionResizeMode(QHeaderView::ResizeToContents);
    tree_->header()->setSectionResizeMode(Column::Text, QHeaderView::Stretch);
    show_->setProperty("kind", QStringLiteral("primary"));
    for (QPushButton* button : {show_, close_})
        button->setAutoDefault(false);
    makeLayout();
    connect(tree_, &QTreeWidget::itemActivated, this, &BranchesDialog::choose);
    connect(tree_, &QTreeWidget::currentItemChanged, this,
            [this](const QTreeWidgetItem* item) { show_->setEnabled(item != nullptr); });
    connect(show_, &QPushButton::clicked, this, &BranchesDialog::choose);
    connect(close_, &QPushButton::clicked, this, &QDialog::accept);
    const auto follow = [this](qint64 conversation) {
        if (conversation == conversation_) showBranches();
    };
    connect(&chat_, &ChatService::branchChanged, this, follow);
    connect(&chat_, &ChatService::messageAdded, this, follow);
    connect(&chat_, &ChatService::replyFinished, this, follow);
    connect(&theme, &Theme::changed, this, &BranchesDialog::showBranches);
    showBranches();
    tree_->setFocus(Qt::OtherFocusReason);
}

void BranchesDialog::makeLayout() {
    auto* content = new QWidget(this);
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(space::kHuge, space::kHuge, space::kHuge, space::kMedium);
    column->setSpacing(space::kMedium);
    tree_->setMinimumHeight(kTreeHeight);
    column->addWidget(note_);
    column->addWidget(tree_, 1);
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(show_);
    buttons->addStretch(1);
    buttons->addWidget(close_);
    setContent(content, buttons);
    content->setMinimumWidth(kWidth);
}

void BranchesDialog::showBranches() {
    const QTreeWidgetItem* current = tree_->currentItem();
    const qint64 wasAt = current ? current->data(Column::Text, Qt::UserRole).toLongLong() : 0;
    const QList<ChatBranch> branches = chat_.branches(conversation_);
    tree_->clear();
    QList<QTreeWidgetItem*> items;
    QTreeWidgetItem* chosen = nullptr;
    for (const ChatBranch& branch : branches) {
        auto* item = branch.parent < 0 ? new QTreeWidgetItem(tree_)
                                       : new QTreeWidgetItem(items.at(branch.parent));
        fill(item, branch);
        items.append(item);
        if (wasAt == 0 ? branch.isShown : branch.messageId == wasAt) chosen = item;
    }
    tree_->expandAll();
    tree_->setCurrentItem(chosen);
    show_->setEnabled(chosen != nullptr);
    note_->setText(branches.size() > 1
                       ? tr("What is shown now is marked. A branch goes on down to its newest "
                            "message.")
                       : tr("This chat has one branch. Another begins where a message is edited "
                            "or a reply is written anew."));
}

void BranchesDialog::fill(QTreeWidgetItem* item, const ChatBranch& branch) const {
    const QString who = branch.role == ChatRole::User ? tr("You") : tr("Reply");
    const QString when = locale().toString(branch.created, QLocale::ShortFormat);
    const QString text = branch.text.isEmpty() ? tr("(no text)") : branch.text;
    item->setData(Column::Text, Qt::UserRole, branch.messageId);
    item->setText(Column::Text, text);
    item->setToolTip(Column::Text, text);
    item->setText(Column::Who, who);
    item->setText(Column::When, when);
    item->setText(Column::Messages, locale().toString(branch.messages));
    item->setTextAlignment(Column::Messages, Qt::AlignRight | Qt::AlignVCenter);
    const QString messages = tr("%n messages", nullptr, branch.messages);
    const QString said = tr("%1: %2; %3; %4").arg(who, text, when, messages);
    item->setData(Column::Text, Qt::AccessibleTextRole,
                  branch.isShown ? tr("Shown now. %1").arg(said) : said);
    if (branch.isShown)
        item->setIcon(Column::Text, theme_.icon(IconName::Check, ColorRole::AccentText));
}

void BranchesDialog::choose() {
    const QTreeWidgetItem* item = tree_->currentItem();
    if (item == nullptr) return;
    const qint64 message = item->data(Column::Text, Qt::UserRole).toLongLong();
    accept();
    Q_EMIT chosen(message);
}

}  // namespace dsm
