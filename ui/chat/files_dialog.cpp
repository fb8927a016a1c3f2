#include "ui/chat/files_dialog.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>
#include <utility>

#include "ui/widgets/label.h"
#include "ui/widgets/screen_fit.h"
#include "ui/widgets/theme.h"
#include "ui/words/attachment_presentation.h"

namespace dsm {

FilesDialog::FilesDialog(QList<Attachment> attachments, QList<DocumentPointer> documents,
                         const Theme& theme, QWidget* parent)
    : QDialog(parent),
      attachments_(std::move(attachments)),
      documents_(std::move(documents)),
      theme_(theme),
      files_(new QComboBox(this)),
      told_(new Label(this)),
      text_(new QPlainTextEdit(this)) {
    setWindowTitle(tr("Files of this message"));
    resize(fitToScreen({720, 560}, this));
    told_->setWordWrap(true);
    told_->setProperty("tone", QStringLiteral("secondary"));
    text_->setProperty("kind", QStringLiteral("field"));
    text_->setReadOnly(true);
    text_->setAccessibleName(tr("Text of the file"));
    text_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    files_->setAccessibleName(tr("File"));
    for (const Attachment& attachment : attachments_)
        files_->addItem(attachment.name);
    files_->setVisible(attachments_.size() > 1);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    buttons->button(QDialogButtonBox::Close)->setText(tr("Close"));
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(files_, &QComboBox::currentIndexChanged, this, &FilesDialog::showFile);
    auto* column = new QVBoxLayout(this);
    column->addWidget(files_);
    column->addWidget(told_);
    column->addWidget(text_, 1);
    column->addWidget(buttons);
    showFile(0);
}

void FilesDialog::showFile(int place) {
    if (place < 0 || place >= attachments_.size()) return;
    const Attachment& attachment = attachments_[place];
    const bool isThere = place < documents_.size();
    told_->setText(attachment.isWhole() ? presentAttachment(attachment)
                                        : presentAttachment(attachment) + QStringLiteral(". ") +
                                              tr("What the model read is marked."));
    // As long as it is: the marks are places in it.
    QString text = isThere ? documents_[place]->text() : QString();
    text_->setPlainText(text.replace(u'\f', u'\n'));
    QList<QTextEdit::ExtraSelection> marks;
    if (!attachment.isWhole()) {
        for (const TextRange& range : attachment.read) {
            QTextEdit::ExtraSelection mark;
            mark.cursor = text_->textCursor();
            mark.cursor.setPosition(static_cast<int>(range.begin));
            mark.cursor.setPosition(static_cast<int>(range.end), QTextCursor::KeepAnchor);
            mark.format.setBackground(theme_.color(ColorRole::AccentSurface));
            marks.append(mark);
        }
    }
    text_->setExtraSelections(marks);
    if (marks.isEmpty()) return;
    QTextCursor first = marks[0].cursor;
    first.setPosition(first.selectionStart());
    text_->setTextCursor(first);
    text_->centerCursor();
}

}  // namespace dsm
