#include "ui/chat/find_bar.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QTimer>

#include "app/services/chat/chat_service.h"
#include "ui/widgets/icon_button.h"
#include "ui/widgets/label.h"
#include "ui/widgets/language_change.h"
#include "ui/widgets/message/message_view.h"
#include "ui/widgets/theme.h"

namespace dsm {
namespace {

constexpr int kPauseMilliseconds = 120;
constexpr int kFindWidth = 220;

}  // namespace

FindBar::FindBar(const ChatService& chat, MessageView& view, const Theme& theme, QWidget* parent)
    : QWidget(parent),
      chat_(chat),
      view_(view),
      theme_(theme),
      field_(new QLineEdit(this)),
      count_(new Label(this)),
      previous_(new IconButton(theme, IconName::ChevronUp, 30, IconButton::Look::Plain, this)),
      next_(new IconButton(theme, IconName::ChevronDown, 30, IconButton::Look::Plain, this)),
      close_(new IconButton(theme, IconName::Close, 30, IconButton::Look::Plain, this)),
      pause_(new QTimer(this)) {
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, space::kTiny, 0, space::kTiny);
    row->setSpacing(space::kTiny);
    row->addWidget(field_);
    row->addWidget(count_, 1);
    row->addWidget(previous_);
    row->addWidget(next_);
    row->addWidget(close_);
    field_->setMaximumWidth(kFindWidth);
    field_->installEventFilter(this);
    count_->setProperty("tone", QStringLiteral("secondary"));
    pause_->setSingleShot(true);
    pause_->setInterval(kPauseMilliseconds);
    connect(field_, &QLineEdit::textChanged, pause_, qOverload<>(&QTimer::start));
    connect(pause_, &QTimer::timeout, this, &FindBar::look);
    connect(previous_, &IconButton::clicked, this, [this] { step(-1); });
    connect(next_, &IconButton::clicked, this, [this] { step(1); });
    connect(close_, &IconButton::clicked, this, &FindBar::close);
    connect(&theme_, &Theme::changed, this, &FindBar::applyTheme);
    onLanguageChange(this, [this] { retranslate(); });
    applyTheme();
    retranslate();
    hide();
}

void FindBar::setConversation(qint64 id) {
    conversation_ = id;
    if (!isHidden()) close();
}

void FindBar::open() {
    if (conversation_ == 0) return;
    QWidget::show();
    field_->setFocus(Qt::ShortcutFocusReason);
    field_->selectAll();
    look();
}

void FindBar::close() {
    hide();
    pause_->stop();
    found_.clear();
    place_ = -1;
    view_.unmark();
    Q_EMIT closed();
}

void FindBar::look() {
    const QString words = field_->text();
    const qint64 last = place_ >= 0 ? found_[place_] : 0;
    found_.clear();
    hits_ = 0;
    place_ = -1;
    if (!words.isEmpty()) {
        for (const MessageInfo& message : chat_.messages(conversation_)) {
            const qsizetype here = message.text.count(words, Qt::CaseInsensitive);
            if (here > 0) found_.append(message.id);
            hits_ += here;
        }
    }
    if (found_.isEmpty()) {
        view_.unmark();
        return retranslate();
    }
    // From where the reader is, else from the newest.
    const qsizetype again = found_.indexOf(last);
    showFound(again >= 0 ? again : found_.size() - 1);
}

void FindBar::step(int by) {
    if (pause_->isActive()) {
        pause_->stop();
        return look();
    }
    if (found_.isEmpty()) return;
    showFound((place_ + by + found_.size()) % found_.size());
}

void FindBar::showFound(qsizetype place) {
    place_ = place;
    view_.scrollTo(found_[place], {field_->text()});
    retranslate();
}

bool FindBar::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() != QEvent::KeyPress) return QWidget::eventFilter(watched, event);
    const auto* press = static_cast<QKeyEvent*>(event);
    switch (press->key()) {
        case Qt::Key_Escape:
            close();
            return true;
        case Qt::Key_Return:
        case Qt::Key_Enter:
            step(press->modifiers() & Qt::ShiftModifier ? -1 : 1);
            return true;
        case Qt::Key_Up:
            step(-1);
            return true;
        case Qt::Key_Down:
            step(1);
            return true;
        default:
            return QWidget::eventFilter(watched, event);
    }
}

void FindBar::applyTheme() {
    count_->setFont(theme_.font(TextStyle::Small));
}

void FindBar::retranslate() {
    field_->setPlaceholderText(tr("Find in this chat"));
    field_->setAccessibleName(tr("Find in this chat"));
    previous_->setName(tr("Previous message with the words"),
                       QKeySequence(Qt::SHIFT | Qt::Key_Return));
    next_->setName(tr("Next message with the words"), QKeySequence(Qt::Key_Return));
    close_->setName(tr("Close the search"), QKeySequence(Qt::Key_Escape));
    previous_->setEnabled(found_.size() > 1);
    next_->setEnabled(found_.size() > 1);
    if (field_->text().isEmpty()) return count_->setText({});
    if (found_.isEmpty()) return count_->setText(tr("Not found"));
    count_->setText(tr("%n times, in message %1 of %2", nullptr, static_cast<int>(hits_))
                        .arg(place_ + 1)
                        .arg(found_.size()));
}

}  // namespace dsm
