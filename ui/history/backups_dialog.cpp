#include "ui/history/backups_dialog.h"

#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QListWidget>
#include <QLocale>
#include <QPushButton>
#include <QVBoxLayout>

#include "app/services/chat/chat_service.h"
#include "ui/history/list_column.h"
#include "ui/widgets/label.h"

namespace dsm {
namespace {

constexpr int kWidth = 540;
constexpr int kListHeight = 160;

}  // namespace

BackupsDialog::BackupsDialog(ChatService& chat, QWidget* parent)
    : ScrollDialog(parent),
      chat_(chat),
      note_(new Label(this)),
      list_(new QListWidget(this)),
      restore_(new QPushButton(tr("Bring back what is missing"), this)),
      export_(new QPushButton(tr("Copy to…"), this)),
      close_(new QPushButton(tr("Close"), this)),
      chooser_([this](const QString& name) {
          return QFileDialog::getSaveFileName(this, tr("Copy the backup to"),
                                              QDir::home().filePath(name));
      }) {
    setWindowTitle(tr("Backups of your chats"));
    note_->setWordWrap(true);
    note_->setProperty("tone", QStringLiteral("secondary"));
    list_->setProperty("kind", QStringLiteral("field"));
    list_->setAccessibleName(tr("Backups of your chats"));
    restore_->setProperty("kind", QStringLiteral("primary"));
    for (QPushButton* button : {restore_, export_, close_})
        button->setAutoDefault(false);
    makeLayout();
    connect(list_, &QListWidget::currentRowChanged, this, &BackupsDialog::showChosen);
    connect(restore_, &QPushButton::clicked, this, &BackupsDialog::restore);
    connect(export_, &QPushButton::clicked, this, &BackupsDialog::copy);
    connect(close_, &QPushButton::clicked, this, &QDialog::accept);
    showBackups();
}

void BackupsDialog::makeLayout() {
    auto* content = new QWidget(this);
    QVBoxLayout* column = makeListColumn(content, list_, kWidth, kListHeight);
    auto* actions = new QHBoxLayout;
    actions->addWidget(restore_);
    actions->addWidget(export_);
    actions->addStretch(1);
    column->addWidget(list_, 1);
    column->addLayout(actions);
    column->addWidget(note_);
    auto* buttons = new QHBoxLayout;
    buttons->addStretch(1);
    buttons->addWidget(close_);
    setContent(content, buttons);
    resize(kWidth, sizeHint().height());
}

void BackupsDialog::showBackups() {
    list_->clear();
    for (const BackupInfo& backup : chat_.backups()) {
        const QString made = locale().toString(backup.made, QLocale::ShortFormat);
        const QString held =
            backup.isReadable
                ? tr("%1: %2, %3")
                      .arg(made, tr("%Ln chat(s)", nullptr, int(backup.conversations)),
                           tr("%Ln message(s)", nullptr, int(backup.messages)))
                : tr("%1: cannot be read").arg(made);
        auto* item = new QListWidgetItem(held, list_);
        item->setData(Qt::UserRole, backup.file);
        item->setToolTip(QDir::toNativeSeparators(backup.file));
        if (!backup.isReadable) item->setFlags(Qt::NoItemFlags);
    }
    note_->setText(list_->count() == 0
                       ? tr("There is no backup yet: one is made each day on which something was "
                            "said.")
                       : tr("Bringing back adds what a backup holds and your chats lack, also "
                            "what was deleted since. It removes nothing."));
    if (list_->count() > 0) list_->setCurrentRow(0);
    showChosen();
}

void BackupsDialog::showChosen() {
    const bool isChosen = !chosen().isEmpty();
    restore_->setEnabled(isChosen);
    export_->setEnabled(isChosen);
}

QString BackupsDialog::chosen() const {
    const QListWidgetItem* item = list_->currentItem();
    const bool isUsable = item != nullptr && (item->flags() & Qt::ItemIsEnabled);
    return isUsable ? item->data(Qt::UserRole).toString() : QString();
}

void BackupsDialog::restore() {
    const auto before = chat_.conversations().size();
    if (!chat_.restoreBackup(chosen())) {
        note_->setText(tr("The backup could not be used. The page of the chat says why."));
        return;
    }
    const auto came = chat_.conversations().size() - before;
    note_->setText(came > 0 ? tr("%n chats came back.", nullptr, static_cast<int>(came))
                            : tr("No whole chat was missing. Messages that were are back."));
}

void BackupsDialog::copy() {
    const QString file = chosen();
    const QString to = chooser_(QFileInfo(file).fileName());
    if (to.isEmpty()) return;
    note_->setText(chat_.exportBackup(file, to)
                       ? tr("Copied to %1.").arg(QDir::toNativeSeparators(to))
                       : tr("The backup could not be copied. The page of the chat says why."));
}

}  // namespace dsm
