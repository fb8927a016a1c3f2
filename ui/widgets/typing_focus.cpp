#include "ui/widgets/typing_focus.h"

#include <QAbstractButton>
#include <QApplication>
#include <QDialog>
#include <QKeyEvent>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QTextEdit>
#include <QTimer>
#include <algorithm>
#include <utility>

namespace dsm {
namespace {

bool canHold(const QWidget* widget) {
    return widget != nullptr && widget->isVisible() && widget->isEnabled();
}

bool takesText(const QWidget* widget) {
    const auto* text = qobject_cast<const QTextEdit*>(widget);
    const auto* plain = qobject_cast<const QPlainTextEdit*>(widget);
    const auto* line = qobject_cast<const QLineEdit*>(widget);
    return (plain != nullptr && !plain->isReadOnly()) || (text != nullptr && !text->isReadOnly()) ||
           (line != nullptr && !line->isReadOnly());
}

// What else can be done with the thing that a control belonged to; nullptr: it is gone.
QWidget* neighbourIn(const QWidget* row) {
    if (row == nullptr || !row->isVisible()) return nullptr;
    const auto beside = row->findChildren<QAbstractButton*>(Qt::FindDirectChildrenOnly);
    const auto found = std::find_if(beside.begin(), beside.end(), [](const QWidget* button) {
        return canHold(button) && (button->focusPolicy() & Qt::TabFocus);
    });
    return found == beside.end() ? nullptr : *found;
}

void goHome(const TypingFocus::Places& places, QWidget* beside) {
    QWidget* home = places.typing;
    if (home == nullptr) home = canHold(beside) ? beside : places.otherwise;
    if (home != nullptr) home->setFocus(Qt::OtherFocusReason);
}

}  // namespace

bool writesText(const QKeyEvent& event) {
    const QString text = event.text();
    const bool isPlain = !(event.modifiers() & ~(Qt::ShiftModifier | Qt::KeypadModifier));
    return isPlain && !text.isEmpty() && std::all_of(text.begin(), text.end(), [](QChar c) {
               return c.isPrint() || c.isSurrogate();
           });
}

TypingFocus::TypingFocus(QWidget* window, std::function<Places()> places)
    : QObject(window), window_(window), places_(std::move(places)) {
    window->installEventFilter(this);
    connect(qApp, &QApplication::focusChanged, this, &TypingFocus::takeChange);
}

void TypingFocus::bringHome() {
    bringHomeFrom(window_->focusWidget());
}

void TypingFocus::takeChange(QWidget* old, QWidget* now) {
    const bool isHere = now != nullptr && now->window() == window_;
    const bool wasHere = old != nullptr && old->window() == window_;
    if (wasHere && !canHold(old)) bringHomeFrom(now);
    if (isHere) {
        held_ = now;
        row_ = now->parentWidget();
    }
}

// A dialog that closes gives the keyboard back before it counts as hidden.
void TypingFocus::takeReturn() {
    QTimer::singleShot(0, this, [this] {
        const bool isClosed = dialog_.isNull() || !dialog_->isVisible();
        const QWidget* now = window_->focusWidget();
        // What the dialog led to, before the window counted as active again.
        const bool isTyping = canHold(now) && takesText(now);
        if (isClosed && !isTyping && places_().typing != nullptr) bringHome();
    });
}

// The next in the order of Tab has it for now; whoever acts may still put it somewhere itself.
void TypingFocus::bringHomeFrom(QWidget* jumpedTo) {
    const QPointer<QWidget> there(jumpedTo);
    const QPointer<QWidget> beside(places_().typing == nullptr ? neighbourIn(row_) : nullptr);
    QTimer::singleShot(0, this, [this, there, beside, wentSomewhere = jumpedTo != nullptr] {
        const Places places = places_();
        QWidget* now = window_->focusWidget();
        const bool isElsewhere = canHold(now) && now != there;
        // Of a control that is deleted it is only known now where its keyboard went.
        const bool isChosen = isElsewhere && places.typing == nullptr && wentSomewhere;
        if (isChosen || (isElsewhere && takesText(now))) return;
        goHome(places, beside);
    });
}

// Nobody chose where it went: at once, before Qt hands it to the next in the order of Tab.
void TypingFocus::takeUpAgain(const QWidget* gone) {
    goHome(places_(), neighbourIn(gone != nullptr ? gone->parentWidget() : row_.data()));
}

// What went while another window had the keyboard is found out when this one gets it back.
bool TypingFocus::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::WindowDeactivate) {
        QTimer::singleShot(0, this, [this] {
            dialog_ = qobject_cast<QDialog*>(QApplication::activeWindow());
            hadDialog_ = !dialog_.isNull();
        });
    }
    if (event->type() == QEvent::WindowActivate) {
        if (std::exchange(hadDialog_, false)) takeReturn();
        QWidget* kept = window_->focusWidget();
        if (!canHold(kept)) {
            takeUpAgain(kept);
        } else if (!canHold(held_)) {
            bringHomeFrom(kept);
        }
    }
    return QObject::eventFilter(watched, event);
}

}  // namespace dsm
