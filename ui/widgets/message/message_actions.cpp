#include "ui/widgets/message/message_actions.h"

#include <QEvent>
#include <QLabel>
#include <QPushButton>
#include <QStyle>
#include <QTimer>
#include <algorithm>
#include <utility>

#include "ui/widgets/app_style.h"
#include "ui/widgets/icon_button.h"
#include "ui/widgets/label.h"
#include "ui/widgets/language_change.h"
#include "ui/widgets/prompt_edit.h"
#include "ui/widgets/theme.h"

namespace dsm {

namespace {

constexpr int kActionsHeight = 28;

}  // namespace

int MessageActions::heightIn(const Theme& theme) {
    return theme.controlSide(kActionsHeight);
}

MessageActions::MessageActions(const Theme& theme, bool isFromUser, QWidget* parent)
    : QWidget(parent), theme_(theme), isFromUser_(isFromUser), copiedTimer_(new QTimer(this)) {
    const auto button = [this](IconName icon) {
        auto* made = new IconButton(theme_, icon, kActionsHeight, IconButton::Look::Plain, this);
        made->setRole(ColorRole::TextTertiary);
        made->installEventFilter(this);
        return made;
    };
    previous_ = button(IconName::ChevronLeft);
    siblings_ = new Label(this);
    next_ = button(IconName::ChevronRight);
    copy_ = button(IconName::Copy);
    change_ = button(isFromUser ? IconName::Edit : IconName::Regenerate);
    fork_ = button(IconName::Fork);
    files_ = button(IconName::Attach);
    good_ = button(IconName::ThumbUp);
    bad_ = button(IconName::ThumbDown);
    for (IconButton* thumb : {good_, bad_})
        thumb->setCheckable(true);
    continue_ = new QPushButton(this);
    statistics_ = new Label(this);
    siblings_->setAlignment(Qt::AlignCenter);
    siblings_->setTextFormat(Qt::PlainText);
    statistics_->setElided(Qt::ElideRight);
    continue_->setProperty("kind", QStringLiteral("link"));
    continue_->setProperty("small", true);
    continue_->setCursor(Qt::PointingHandCursor);
    continue_->installEventFilter(this);
    copiedTimer_->setSingleShot(true);
    copiedTimer_->setInterval(1600);
    connectButtons();
    connect(&theme, &Theme::changed, this, &MessageActions::applyTheme);
    onLanguageChange(this, [this] { retranslate(); });
    applyTheme();
    retranslate();
}

void MessageActions::connectButtons() {
    connect(copy_, &IconButton::clicked, this, &MessageActions::copyRequested);
    connect(change_, &IconButton::clicked, this, [this] {
        if (isFromUser_) {
            Q_EMIT editRequested();
        } else {
            Q_EMIT regenerateRequested();
        }
    });
    connect(fork_, &IconButton::clicked, this, &MessageActions::forkRequested);
    connect(files_, &IconButton::clicked, this, &MessageActions::filesRequested);
    // Pressed once more, a thumb is taken back.
    connect(good_, &IconButton::clicked, this,
            [this] { Q_EMIT ratingRequested(rating_ == 1 ? 0 : 1); });
    connect(bad_, &IconButton::clicked, this,
            [this] { Q_EMIT ratingRequested(rating_ == -1 ? 0 : -1); });
    connect(continue_, &QPushButton::clicked, this, &MessageActions::continueRequested);
    connect(previous_, &IconButton::clicked, this,
            [this] { Q_EMIT siblingRequested(siblingIndex_ - 1); });
    connect(next_, &IconButton::clicked, this,
            [this] { Q_EMIT siblingRequested(siblingIndex_ + 1); });
    connect(copiedTimer_, &QTimer::timeout, this, [this] { copy_->setIconName(IconName::Copy); });
}

void MessageActions::setContent(const MessageContent& content, const Situation& situation) {
    using State = MessageContent::State;
    const bool isDone =
        content.state != State::Waiting && content.state != State::Growing && !situation.isEditing;
    const bool isShown =
        isDone && (situation.isAttended || (situation.isLast && !content.isFromUser));
    siblingIndex_ = content.siblingIndex;
    hasSiblings_ = content.siblingCount > 1;
    hasFiles_ = !content.attachments.isEmpty();
    canContinue_ = !content.isFromUser && content.canContinue && situation.isLast;
    copy_->setVisible(isShown && !content.text.isEmpty());
    showRating(content, isDone, isShown);
    const bool isEditable = !isFromUser_ || content.text.size() <= PromptEdit::kLongest;
    change_->setVisible(isShown && isEditable && !situation.isBusy);
    fork_->setVisible(isShown && !situation.isBusy);
    files_->setVisible(isDone && hasFiles_);
    statistics_->setVisible(isShown && !content.statistics.isEmpty());
    statistics_->setText(content.statistics);
    statistics_->setToolTip(content.details);
    for (QWidget* part : {static_cast<QWidget*>(previous_), static_cast<QWidget*>(siblings_),
                          static_cast<QWidget*>(next_)})
        part->setVisible(hasSiblings_ && isDone);
    previous_->setEnabled(!situation.isBusy && siblingIndex_ > 0);
    next_->setEnabled(!situation.isBusy && siblingIndex_ + 1 < content.siblingCount);
    siblings_->setText(QStringLiteral("%1/%2").arg(siblingIndex_ + 1).arg(content.siblingCount));
    continue_->setVisible(isDone && canContinue_ && !situation.isBusy);
    place();
}

// A thumb that was given is seen without being asked for.
void MessageActions::showRating(const MessageContent& content, bool isDone, bool isShown) {
    rating_ = content.rating;
    const bool canRate = isDone && !isFromUser_ && !content.text.isEmpty();
    for (const auto& [thumb, own] : {std::pair{good_, 1}, std::pair{bad_, -1}}) {
        const bool isGiven = rating_ == own;
        thumb->setVisible(canRate && (isShown || isGiven));
        thumb->setChecked(isGiven);
        thumb->setRole(isGiven ? ColorRole::AccentText : ColorRole::TextTertiary);
    }
    good_->setIconName(rating_ == 1 ? IconName::ThumbUpFilled : IconName::ThumbUp);
    bad_->setIconName(rating_ == -1 ? IconName::ThumbDownFilled : IconName::ThumbDown);
    nameRating();
}

void MessageActions::nameRating() {
    good_->setName(rating_ == 1 ? tr("Take “Good reply” back") : tr("Good reply"));
    bad_->setName(rating_ == -1 ? tr("Take “Bad reply” back") : tr("Bad reply"));
}

void MessageActions::showCopied() {
    copy_->setIconName(IconName::Check);
    copiedTimer_->start();
}

std::vector<QWidget*> MessageActions::buttons() const {
    return {previous_, next_, copy_, change_, fork_, files_, good_, bad_, continue_};
}

void MessageActions::place() {
    std::vector<QWidget*> row;
    if (hasSiblings_) row.insert(row.end(), {previous_, siblings_, next_});
    row.insert(row.end(), {copy_, change_, fork_});
    if (hasFiles_) row.push_back(files_);
    if (!isFromUser_) row.insert(row.end(), {good_, bad_});
    if (canContinue_) row.push_back(continue_);
    const int side = heightIn(theme_);
    const auto widthOf = [this, side](const QWidget* part) {
        if (part == siblings_) return std::max(side, siblings_->sizeHint().width());
        return part == continue_ ? continue_->sizeHint().width() : side;
    };
    int total = 0;
    for (const QWidget* part : row)
        total += widthOf(part);
    const auto put = [this, side](QWidget* part, int left, int partWidth) {
        part->setGeometry(
            QStyle::visualRect(layoutDirection(), rect(), QRect(left, 0, partWidth, side)));
    };
    int left = isFromUser_ ? width() - total : 0;
    for (QWidget* part : row) {
        put(part, left, widthOf(part));
        left += widthOf(part);
    }
    put(statistics_, left + space::kSmall, std::max(0, width() - left - space::kSmall));
    statistics_->setAlignment(Qt::AlignVCenter | Qt::AlignAbsolute |
                              (isRightToLeft() ? Qt::AlignRight : Qt::AlignLeft));
}

void MessageActions::applyTheme() {
    for (QLabel* label : {siblings_, static_cast<QLabel*>(statistics_)}) {
        label->setFont(theme_.font(TextStyle::Caption));
        setTone(label, ColorRole::TextTertiary);
    }
    continue_->setFont(theme_.font(TextStyle::Small));
    continue_->setIconSize({theme_.scaled(16), theme_.scaled(16)});
    continue_->setIcon(theme_.icon(IconName::Play, ColorRole::AccentText));
}

void MessageActions::retranslate() {
    copy_->setName(tr("Copy the message"));
    change_->setName(isFromUser_ ? tr("Edit the message") : tr("Write another reply"));
    fork_->setName(tr("Go on from here in a new chat"));
    files_->setName(tr("Show what was read of the files"));
    nameRating();
    previous_->setName(tr("Previous version"));
    next_->setName(tr("Next version"));
    continue_->setText(tr("Continue"));
    continue_->setAccessibleName(tr("Continue the reply"));
    place();
}

void MessageActions::resizeEvent(QResizeEvent*) {
    place();
}

bool MessageActions::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::FocusIn || event->type() == QEvent::FocusOut) {
        // The keyboard may be on its way to the next one.
        QTimer::singleShot(0, this, &MessageActions::attentionChanged);
    }
    return QWidget::eventFilter(watched, event);
}

}  // namespace dsm
