#include "ui/chat/answer_column.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>

#include "ui/widgets/label.h"
#include "ui/widgets/language_change.h"
#include "ui/widgets/message/markdown_view.h"
#include "ui/widgets/paint.h"
#include "ui/widgets/theme.h"

namespace dsm {
namespace {

constexpr int kLeastWidth = 200;
constexpr int kNearEnd = 40;  // of the text, from where its growth is followed

}  // namespace

AnswerColumn::AnswerColumn(const Theme& theme, int number, QWidget* parent)
    : QWidget(parent),
      theme_(theme),
      number_(number),
      title_(new Label(this)),
      note_(new Label(this)),
      scroll_(new QScrollArea(this)),
      text_(new MarkdownView(theme)),
      stop_(new QPushButton(this)),
      keep_(new QPushButton(this)) {
    makeLayout();
    connect(stop_, &QPushButton::clicked, this, [this] { Q_EMIT stopRequested(content_.id); });
    connect(keep_, &QPushButton::clicked, this, [this] { Q_EMIT keepRequested(content_.id); });
    connect(text_, &MarkdownView::linkActivated, this, &AnswerColumn::linkActivated);
    connect(&theme, &Theme::changed, this, &AnswerColumn::applyTheme);
    onLanguageChange(this, [this] { showTexts(); });
    applyTheme();
    showTexts();
}

void AnswerColumn::makeLayout() {
    setMinimumWidth(theme_.scaled(kLeastWidth));
    scroll_->setWidget(text_);
    scroll_->setFrameShape(QFrame::NoFrame);
    scroll_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll_->viewport()->setAutoFillBackground(false);
    scroll_->viewport()->installEventFilter(this);
    text_->setAutoFillBackground(false);
    note_->setWordWrap(true);
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(space::kSmall);
    buttons->addWidget(keep_, 1);
    buttons->addWidget(stop_);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(space::kLarge, space::kMedium, space::kLarge, space::kMedium);
    column->setSpacing(space::kSmall);
    column->addWidget(title_);
    column->addWidget(scroll_, 1);
    column->addWidget(note_);
    column->addLayout(buttons);
}

bool AnswerColumn::isGrowing() const {
    return content_.state == MessageContent::State::Growing ||
           content_.state == MessageContent::State::Waiting;
}

void AnswerColumn::setContent(const MessageContent& content) {
    content_ = content;
    if (text_->source() != content.text) text_->setSource(content.text);
    showTexts();
    fit();
}

void AnswerColumn::appendText(qint64 id, const QString& delta) {
    if (id != content_.id || delta.isEmpty()) return;
    const bool wasWaiting = content_.text.isEmpty();
    content_.text += delta;
    content_.state = MessageContent::State::Growing;
    text_->append(delta);
    if (wasWaiting) showTexts();
    fit();
}

void AnswerColumn::fit() {
    QScrollBar* bar = scroll_->verticalScrollBar();
    const bool follows = bar->maximum() - bar->value() <= kNearEnd;
    const int width = scroll_->viewport()->width();
    text_->resize(width, text_->heightFor(width));
    if (follows && isGrowing()) bar->setValue(bar->maximum());
}

void AnswerColumn::applyTheme() {
    title_->setFont(theme_.font(TextStyle::InterfaceStrong));
    note_->setFont(theme_.font(TextStyle::Caption));
    note_->setStyleSheet(
        QStringLiteral("color: %1;").arg(theme_.color(ColorRole::TextTertiary).name()));
    update();
}

void AnswerColumn::showTexts() {
    title_->setText(tr("Answer %1").arg(number_));
    setAccessibleName(title_->text());
    keep_->setText(tr("Keep"));
    keep_->setAccessibleName(tr("Keep answer %1").arg(number_));
    stop_->setText(tr("Stop"));
    stop_->setAccessibleName(tr("Stop answer %1").arg(number_));
    stop_->setVisible(isGrowing());
    QString note = content_.note.isEmpty() ? content_.statistics : content_.note;
    if (content_.state == MessageContent::State::Waiting) note = tr("Waiting for the first word…");
    if (content_.state == MessageContent::State::Growing) note = tr("Writing…");
    note_->setText(note);
    note_->setVisible(!note.isEmpty());
}

bool AnswerColumn::eventFilter(QObject* watched, QEvent* event) {
    if (watched == scroll_->viewport() && event->type() == QEvent::Resize) fit();
    return QWidget::eventFilter(watched, event);
}

void AnswerColumn::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    drawRounded(painter, rect(), radius::kMedium, theme_.color(ColorRole::Surface),
                theme_.color(ColorRole::Border));
}

}  // namespace dsm
