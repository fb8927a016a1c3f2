#include "ui/widgets/message/context_mark.h"

#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QStyle>
#include <algorithm>

#include "ui/widgets/app_style.h"
#include "ui/widgets/label.h"
#include "ui/widgets/language_change.h"
#include "ui/widgets/message/message_editor.h"
#include "ui/widgets/message/text_block.h"
#include "ui/widgets/paint.h"
#include "ui/widgets/prompt_edit.h"
#include "ui/widgets/theme.h"

namespace dsm {
namespace {

constexpr int kCardPadding = space::kMedium;
constexpr int kShortestLine = 24;  // on each side of the words

}  // namespace

ContextMark::ContextMark(const Theme& theme, QWidget* parent)
    : QWidget(parent),
      theme_(theme),
      title_(new Label(this)),
      text_(new TextBlock(theme, this)),
      edit_(new QPushButton(this)),
      remove_(new QPushButton(this)) {
    title_->setWordWrap(true);
    for (QPushButton* button : {edit_, remove_})
        button->setProperty("kind", QStringLiteral("link"));
    connect(edit_, &QPushButton::clicked, this, &ContextMark::beginEdit);
    connect(remove_, &QPushButton::clicked, this, [this] { Q_EMIT textAccepted({}); });
    connect(&theme, &Theme::changed, this, &ContextMark::applyTheme);
    onLanguageChange(this, [this] { retranslate(); });
    applyTheme();
}

void ContextMark::setContent(const MessageMark& content) {
    content_ = content;
    const bool isSummary = content_.kind == MessageMark::Kind::Summary;
    title_->setAlignment(isSummary ? Qt::AlignLeft : Qt::AlignHCenter);
    text_->setPlain(content_.text);
    text_->setVisible(isSummary && !isEditing());
    for (QPushButton* button : {edit_, remove_})
        button->setVisible(isSummary && !isEditing());
    retranslate();
}

void ContextMark::setBusy(bool isBusy) {
    isBusy_ = isBusy;
    for (QPushButton* button : {edit_, remove_})
        button->setEnabled(!isBusy);
}

int ContextMark::heightFor(int width) {
    return content_.kind == MessageMark::Kind::Summary ? layoutCard(width) : layoutLine(width);
}

int ContextMark::layoutLine(int width) {
    const int most = width - 2 * (kShortestLine + space::kSmall);
    const int natural = title_->fontMetrics().horizontalAdvance(title_->text()) + space::kSmall;
    const int taken = std::min(natural, most);
    const int height = title_->heightForWidth(taken);
    title_->setGeometry((width - taken) / 2, space::kSmall, taken, height);
    return height + 2 * space::kSmall;
}

int ContextMark::layoutCard(int width) {
    const auto placed = [&](const QRect& rect) {
        return QStyle::visualRect(layoutDirection(), QRect(0, 0, width, 1), rect);
    };
    const int inner = width - 2 * kCardPadding;
    if (editor_ != nullptr) {
        const int titleHeight = title_->heightForWidth(inner);
        title_->setGeometry(kCardPadding, 0, inner, titleHeight);
        const int height = editor_->heightFor(width);
        editor_->setGeometry(0, titleHeight + space::kSmall, width, height);
        return titleHeight + space::kSmall + height;
    }
    int right = width - kCardPadding;
    const int rowHeight = std::max(edit_->sizeHint().height(), remove_->sizeHint().height());
    for (QPushButton* button : {remove_, edit_}) {
        const int taken = button->sizeHint().width();
        right -= taken;
        button->setGeometry(placed({right, kCardPadding / 2, taken, rowHeight}));
    }
    const int titleWidth = std::max(80, right - kCardPadding - space::kSmall);
    const int titleHeight = std::max(rowHeight, title_->heightForWidth(titleWidth));
    title_->setGeometry(placed({kCardPadding, kCardPadding / 2, titleWidth, titleHeight}));
    const int top = kCardPadding / 2 + titleHeight + space::kTiny;
    const int textHeight = text_->heightFor(inner);
    text_->setGeometry(kCardPadding, top, inner, textHeight);
    return top + textHeight + kCardPadding;
}

void ContextMark::beginEdit() {
    if (isBusy_ || isEditing()) return;
    editor_ = new MessageEditor(theme_, content_.text, this, MessageEditor::Purpose::Summary);
    connect(editor_, &MessageEditor::heightChanged, this, &ContextMark::heightChanged);
    connect(editor_, &MessageEditor::rejected, this, &ContextMark::endEdit);
    connect(editor_, &MessageEditor::accepted, this, [this](const QString& text) {
        endEdit();
        Q_EMIT textAccepted(text);
    });
    setContent(content_);
    editor_->show();
    editor_->setFocus(Qt::OtherFocusReason);
    Q_EMIT heightChanged();
}

void ContextMark::endEdit() {
    // Its own signal may be what brought us here.
    editor_->hide();
    editor_->deleteLater();
    editor_ = nullptr;
    setContent(content_);
    edit_->setFocus(Qt::OtherFocusReason);
    Q_EMIT heightChanged();
}

void ContextMark::applyTheme() {
    title_->setFont(theme_.font(TextStyle::Small));
    setTone(title_, ColorRole::TextTertiary);
    for (QPushButton* button : {edit_, remove_})
        button->setFont(theme_.font(TextStyle::Small));
    update();
    Q_EMIT heightChanged();
}

void ContextMark::retranslate() {
    if (content_.kind == MessageMark::Kind::Summary) {
        title_->setText(tr("In place of the %n messages above the model reads this summary",
                           nullptr, content_.messages));
    } else {
        title_->setText(tr("The model no longer sees the messages above"));
    }
    edit_->setText(tr("Edit"));
    edit_->setAccessibleName(tr("Edit the summary"));
    remove_->setText(tr("Remove"));
    remove_->setAccessibleName(tr("Remove the summary"));
    remove_->setToolTip(tr("The model reads the messages again, as many as fit."));
}

void ContextMark::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    if (content_.kind == MessageMark::Kind::Summary) {
        if (!isEditing()) {
            drawRounded(painter, rect(), radius::kMedium, theme_.color(ColorRole::Surface),
                        theme_.color(ColorRole::Border));
        }
        return;
    }
    painter.setPen(theme_.color(ColorRole::BorderStrong));
    const int y = title_->geometry().center().y();
    painter.drawLine(0, y, title_->x() - space::kSmall, y);
    painter.drawLine(title_->geometry().right() + space::kSmall, y, width(), y);
}

}  // namespace dsm
