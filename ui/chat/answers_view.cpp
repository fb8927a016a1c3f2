#include "ui/chat/answers_view.h"

#include <QHBoxLayout>
#include <QVBoxLayout>
#include <algorithm>

#include "app/services/chat/chat_service.h"
#include "ui/chat/answer_column.h"
#include "ui/widgets/app_style.h"
#include "ui/widgets/label.h"
#include "ui/widgets/language_change.h"
#include "ui/widgets/theme.h"
#include "ui/words/message_presentation.h"

namespace dsm {
namespace {

constexpr int kLeastHeight = 220;

}  // namespace

AnswersView::AnswersView(ChatService& chat, const Theme& theme, QWidget* parent)
    : QScrollArea(parent), chat_(chat), theme_(theme) {
    auto* inside = new QWidget(this);
    auto* column = new QVBoxLayout(inside);
    column->setContentsMargins(space::kLarge, space::kSmall, space::kLarge, space::kMedium);
    alike_ = new Label(inside);
    alike_->setWordWrap(true);
    alike_->hide();
    row_ = new QHBoxLayout;
    row_->setSpacing(space::kMedium);
    column->addWidget(alike_);
    column->addLayout(row_, 1);
    setWidget(inside);
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setFocusPolicy(Qt::NoFocus);
    setMinimumHeight(theme.scaled(kLeastHeight));
    viewport()->setAutoFillBackground(false);
    inside->setAutoFillBackground(false);
    connectService();
    hide();
}

void AnswersView::connectService() {
    connect(&chat_, &ChatService::messageTextAppended, this,
            [this](qint64, qint64 message, const QString& delta) {
                if (AnswerColumn* column = columnOf(message)) column->appendText(message, delta);
            });
    const auto changed = [this](qint64, qint64 message) { refresh(message); };
    connect(&chat_, &ChatService::messageChanged, this, changed);
    connect(&chat_, &ChatService::replyStarted, this, changed);
    connect(&chat_, &ChatService::replyFinished, this, changed);
    onLanguageChange(this, [this] {
        for (const qint64 answer : answers_)
            refresh(answer);
    });
}

void AnswersView::showConversation(qint64 id) {
    const QList<qint64> answers = chat_.answersToChooseFrom(id);
    if (answers != answers_) {
        answers_ = answers;
        makeColumns();
    }
    for (const qint64 answer : answers_)
        refresh(answer);
    setVisible(!answers_.isEmpty());
}

void AnswersView::makeColumns() {
    for (AnswerColumn* column : columns_) {
        column->hide();
        column->deleteLater();  // it may be the one whose button was pressed
    }
    columns_.clear();
    for (int i = 0; i < static_cast<int>(answers_.size()); ++i) {
        auto* column = new AnswerColumn(theme_, i + 1, widget());
        connect(column, &AnswerColumn::keepRequested, this,
                [this](qint64 answer) { chat_.keepAnswer(answer); });
        connect(column, &AnswerColumn::stopRequested, this,
                [this](qint64 answer) { chat_.stopReply(answer); });
        connect(column, &AnswerColumn::linkActivated, this, &AnswersView::linkActivated);
        row_->addWidget(column, 1);
        columns_.push_back(column);
    }
}

AnswerColumn* AnswersView::columnOf(qint64 messageId) const {
    const qsizetype at = answers_.indexOf(messageId);
    return at < 0 ? nullptr : columns_[static_cast<std::size_t>(at)];
}

void AnswersView::refresh(qint64 messageId) {
    AnswerColumn* column = columnOf(messageId);
    if (column == nullptr) return;
    column->setContent(presentMessage(chat_.message(messageId), {}));
    showAlike();
}

void AnswersView::showAlike() {
    QStringList texts;
    for (const qint64 answer : answers_) {
        const MessageInfo message = chat_.message(answer);
        if (message.state == MessageState::Complete) texts.append(message.text.trimmed());
    }
    const bool areAlike = texts.size() > 1 && texts.size() == answers_.size() &&
                          std::count(texts.begin(), texts.end(), texts.first()) == texts.size();
    alike_->setVisible(areAlike);
    alike_->setText(
        tr("The answers are the same: the model always takes the likeliest words. With a "
           "temperature above 0, in the settings of this chat, they differ."));
    alike_->setFont(theme_.font(TextStyle::Small));
    setTone(alike_, ColorRole::TextSecondary);
}

}  // namespace dsm
