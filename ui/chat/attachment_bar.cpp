#include "ui/chat/attachment_bar.h"

#include <QHBoxLayout>
#include <QLocale>
#include <QMimeData>
#include <QPushButton>
#include <QUrl>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/widgets/label.h"
#include "ui/widgets/language_change.h"
#include "ui/widgets/theme.h"
#include "ui/words/attachment_presentation.h"

namespace dsm {

AttachmentBar::AttachmentBar(const Theme& theme, QWidget* parent)
    : QWidget(parent), theme_(theme), column_(new QVBoxLayout(this)) {
    column_->setContentsMargins(space::kMedium, 0, space::kMedium, space::kTiny);
    column_->setSpacing(0);
    connect(&reader_, &DocumentReader::taken, this, &AttachmentBar::take);
    connect(&reader_, &DocumentReader::failed, this, [this](const QString& problem) {
        reading_.removeFirst();
        refresh();
        sayProblem(problem);
    });
    connect(&reader_, &DocumentReader::stateChanged, this, &AttachmentBar::refresh);
    connect(&theme, &Theme::changed, this, &AttachmentBar::refresh);
    onLanguageChange(this, [this] { refresh(); });
    refresh();
}

void AttachmentBar::setConversation(qint64 id) {
    conversation_ = id;
    read_.clear();
    refresh();
}

void AttachmentBar::add(const QStringList& files) {
    const qsizetype room =
        std::max<qsizetype>(kMost - documents().size() - reading_.count(conversation_), 0);
    if (!reader_.isReading()) problems_.clear();
    if (files.size() > room)
        sayProblem(tr("At most %n files go with one message.", nullptr, kMost));
    const QStringList taken = files.first(std::min(room, files.size()));
    reading_ += QList<qint64>(taken.size(), conversation_);
    reader_.read(taken);
}

// With those before it, which would not be seen otherwise.
void AttachmentBar::sayProblem(const QString& problem) {
    problems_.append(problem);
    Q_EMIT failed(problems_.join(u'\n'));
}

void AttachmentBar::take(const DocumentPointer& document) {
    documents_[reading_.takeFirst()].append(document);
    refresh();
    Q_EMIT changed();
}

void AttachmentBar::clear() {
    documents_.remove(conversation_);
    read_.clear();
    refresh();
    Q_EMIT changed();
}

void AttachmentBar::setRead(const QList<Attachment>& attachments) {
    if (read_ == attachments) return;
    read_ = attachments;
    refresh();
}

QString AttachmentBar::describe(qsizetype place) const {
    const Document& document = *documents()[place];
    if (place < read_.size()) return presentAttachment(read_[place]);
    return presentAttachment({document.name(), document.pages(), document.text().size(), {}});
}

void AttachmentBar::refresh() {
    while (QLayoutItem* row = column_->takeAt(0)) {
        row->widget()->hide();
        row->widget()->deleteLater();  // its own button may be what brought us here
        delete row;
    }
    const auto addRow = [this](const QString& text) {
        auto* row = new QWidget(this);
        auto* inner = new QHBoxLayout(row);
        inner->setContentsMargins(0, 0, 0, 0);
        inner->setSpacing(space::kSmall);
        auto* label = new Label(text, row);
        label->setElided(Qt::ElideMiddle);
        label->setFont(theme_.font(TextStyle::Small));
        inner->addWidget(label, 1);
        auto* button = new QPushButton(row);
        button->setProperty("kind", QStringLiteral("link"));
        inner->addWidget(button);
        column_->addWidget(row);
        return button;
    };
    for (qsizetype i = 0; i < documents().size(); ++i) {
        QPushButton* button = addRow(describe(i));
        button->setText(tr("Remove"));
        button->setAccessibleName(tr("Do not send %1").arg(documents()[i]->name()));
        connect(button, &QPushButton::clicked, this, [this, i] {
            documents_[conversation_].removeAt(i);
            read_.clear();
            refresh();
            Q_EMIT changed();
        });
    }
    if (isReading()) {
        QPushButton* button = addRow(tr("Reading a file…"));
        button->setText(tr("Stop"));
        button->setAccessibleName(tr("Stop reading files"));
        connect(button, &QPushButton::clicked, this, [this] {
            reading_.clear();
            reader_.stop();
        });
    }
    setVisible(column_->count() > 0);
}

QStringList AttachmentBar::texts() const {
    QStringList texts;
    for (qsizetype i = 0; i < documents().size(); ++i)
        texts.append(describe(i));
    return texts;
}

QList<QPushButton*> AttachmentBar::removeButtons() const {
    QList<QPushButton*> buttons;
    for (int i = 0; i < column_->count(); ++i)
        buttons += column_->itemAt(i)->widget()->findChildren<QPushButton*>();
    return buttons;
}

QStringList AttachmentBar::filesIn(const QMimeData* data) {
    QStringList files;
    if (data == nullptr) return files;
    for (const QUrl& url : data->urls()) {
        if (url.isLocalFile()) files.append(url.toLocalFile());
    }
    return files;
}

}  // namespace dsm
