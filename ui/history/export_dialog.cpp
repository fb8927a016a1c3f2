#include "ui/history/export_dialog.h"

#include <QComboBox>
#include <QDir>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QStandardPaths>
#include <QVBoxLayout>

#include "app/services/chat/chat_service.h"
#include "ui/history/list_column.h"
#include "ui/widgets/label.h"

namespace dsm {
namespace {

constexpr int kExportWidth = 540;
constexpr int kListHeight = 220;

QString documents() {
    return QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation);
}

}  // namespace

ExportDialog::ExportDialog(const ChatService& chat, ChatExport& out, const QList<qint64>& chosen,
                           QWidget* parent)
    : ScrollDialog(parent),
      chat_(chat),
      out_(out),
      chosen_(chosen),
      search_(new QLineEdit(this)),
      list_(new QListWidget(this)),
      all_(new QPushButton(tr("Check all"), this)),
      none_(new QPushButton(tr("Check none"), this)),
      format_(new QComboBox(this)),
      note_(new Label(this)),
      close_(new QPushButton(tr("Close"), this)),
      write_(new QPushButton(this)),
      chooser_([this](const QString& name) { return ask(name); }) {
    setWindowTitle(tr("Export chats"));
    search_->setPlaceholderText(tr("Words of the chats"));
    search_->setAccessibleName(tr("Words of the chats"));
    list_->setProperty("kind", QStringLiteral("field"));
    list_->setAccessibleName(tr("Chats"));
    format_->setAccessibleName(tr("Format"));
    format_->addItem(tr("JSON, can be imported again"), static_cast<int>(ChatFormat::Json));
    format_->addItem(tr("Markdown"), static_cast<int>(ChatFormat::Markdown));
    format_->addItem(tr("HTML"), static_cast<int>(ChatFormat::Html));
    format_->addItem(tr("PDF"), static_cast<int>(ChatFormat::Pdf));
    note_->setWordWrap(true);
    note_->setProperty("tone", QStringLiteral("secondary"));
    write_->setProperty("kind", QStringLiteral("primary"));
    for (QPushButton* button : {all_, none_, close_, write_})
        button->setAutoDefault(false);
    makeLayout();
    fillList();
    connect(search_, &QLineEdit::textChanged, this, &ExportDialog::showMatching);
    connect(list_, &QListWidget::itemChanged, this, &ExportDialog::showCount);
    connect(all_, &QPushButton::clicked, this, [this] { checkShown(true); });
    connect(none_, &QPushButton::clicked, this, [this] { checkShown(false); });
    connect(format_, &QComboBox::currentIndexChanged, this, &ExportDialog::showCount);
    connect(close_, &QPushButton::clicked, this, &QDialog::accept);
    connect(write_, &QPushButton::clicked, this, &ExportDialog::write);
    connect(&out_, &ChatExport::progressed, this, [this] {
        if (out_.isRunning()) note_->setText(tr("%1 chats to go…").arg(out_.left()));
    });
    connect(&out_, &ChatExport::written, this, [this](const ChatsWritten& result) {
        showCount();
        note_->setText(tr("%n chats were written to %1.", nullptr, static_cast<int>(result.chats))
                           .arg(QDir::toNativeSeparators(result.place)));
    });
    connect(&out_, &ChatExport::failed, this, [this](const QString& error) {
        showCount();
        note_->setText(error);
    });
    showCount();
}

void ExportDialog::makeLayout() {
    auto* content = new QWidget(this);
    QVBoxLayout* column = makeListColumn(content, list_, kExportWidth, kListHeight);
    auto* marks = new QHBoxLayout;
    marks->addWidget(all_);
    marks->addWidget(none_);
    marks->addStretch(1);
    auto* formats = new QHBoxLayout;
    auto* label = new Label(tr("Format"), content);
    label->setBuddy(format_);
    formats->addWidget(label);
    formats->addWidget(format_);
    formats->addStretch(1);
    column->addWidget(search_);
    column->addWidget(list_, 1);
    column->addLayout(marks);
    column->addLayout(formats);
    column->addWidget(note_);
    auto* buttons = new QHBoxLayout;
    buttons->addStretch(1);
    buttons->addWidget(close_);
    buttons->addWidget(write_);
    setContent(content, buttons);
    resize(kExportWidth, sizeHint().height());
}

void ExportDialog::fillList() {
    ConversationFilter everywhere;
    everywhere.archived.reset();
    const QSignalBlocker quiet(list_);
    for (const ConversationInfo& chat : chat_.conversations(everywhere)) {
        auto* item = new QListWidgetItem(chat.title, list_);
        item->setData(Qt::UserRole, chat.id);
        item->setFlags(item->flags() | Qt::ItemIsUserCheckable);
        const bool isChosen = chosen_.isEmpty() || chosen_.contains(chat.id);
        item->setCheckState(isChosen ? Qt::Checked : Qt::Unchecked);
        item->setToolTip(locale().toString(chat.updated, QLocale::LongFormat));
    }
}

void ExportDialog::showMatching() {
    ConversationFilter filter;
    filter.archived.reset();
    filter.words = search_->text();
    QSet<qint64> matching;
    for (const ConversationInfo& chat : chat_.conversations(filter))
        matching.insert(chat.id);
    for (int row = 0; row < list_->count(); ++row) {
        QListWidgetItem* item = list_->item(row);
        item->setHidden(!matching.contains(item->data(Qt::UserRole).toLongLong()));
    }
}

void ExportDialog::checkShown(bool isChecked) {
    for (int row = 0; row < list_->count(); ++row) {
        QListWidgetItem* item = list_->item(row);
        if (!item->isHidden()) item->setCheckState(isChecked ? Qt::Checked : Qt::Unchecked);
    }
}

void ExportDialog::showCount() {
    const qsizetype count = checked().size();
    write_->setEnabled(count > 0 && !out_.isRunning());
    write_->setText(tr("Export %n chats…", nullptr, static_cast<int>(count)));
    note_->setText(isOneFile(count) ? tr("They become one file.")
                                    : tr("Each becomes a file of its own, in a folder."));
    note_->setVisible(count > 0);
}

QList<qint64> ExportDialog::checked() const {
    QList<qint64> chats;
    for (int row = 0; row < list_->count(); ++row) {
        const QListWidgetItem* item = list_->item(row);
        if (item->checkState() == Qt::Checked) chats.append(item->data(Qt::UserRole).toLongLong());
    }
    return chats;
}

ChatFormat ExportDialog::format() const {
    return static_cast<ChatFormat>(format_->currentData().toInt());
}

bool ExportDialog::isOneFile(qsizetype chats) const {
    return chats == 1 || format() == ChatFormat::Json;
}

void ExportDialog::write() {
    const QList<qint64> chats = checked();
    if (chats.isEmpty()) return;
    if (!isOneFile(chats.size())) {
        const QString folder = chooser_({});
        if (!folder.isEmpty()) out_.writeFolder(chats, format(), folder);
        return;
    }
    const QString title =
        chats.size() == 1 ? chat_.conversation(chats[0]).title : tr("Chats of DeepSeekMoE");
    const QString file = chooser_(ChatExport::fileNameOf(title, format()));
    if (!file.isEmpty()) out_.writeFile(chats, format(), file);
}

QString ExportDialog::ask(const QString& name) {
    if (name.isEmpty())
        return QFileDialog::getExistingDirectory(this, tr("Export chats"), documents());
    return QFileDialog::getSaveFileName(this, tr("Export chats"), QDir(documents()).filePath(name));
}

}  // namespace dsm
