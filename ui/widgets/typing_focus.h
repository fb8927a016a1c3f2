// TypingFocus: the keyboard goes back to where a person types.
//
// A control that had the keyboard and is hidden, disabled or deleted would hand it to the next one
// in the order of the Tab key, whatever that does; a dialog that closes, to the button that opened
// it. Both give it to the field for writing instead; on a page without one, the first to another
// control beside it, or to one of that page.
//
// Ownership  Borrows the window.
// Threads    Main thread.
#pragma once

#include <QObject>
#include <QPointer>
#include <QWidget>
#include <functional>

class QKeyEvent;

namespace dsm {

class TypingFocus : public QObject {
    Q_OBJECT

  public:
    // Of the page that is shown now.
    struct Places {
        QWidget* typing = nullptr;  // nullptr: nobody types here
        QWidget* otherwise = nullptr;
    };

    TypingFocus(QWidget* window, std::function<Places()> places);

    // Once what happens now is over, unless the keyboard is in another field by then.
    void bringHome();

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    void takeChange(QWidget* old, QWidget* now);
    void takeReturn();
    void takeUpAgain(const QWidget* gone);
    void bringHomeFrom(QWidget* jumpedTo);

    QWidget* window_;
    std::function<Places()> places_;
    QPointer<QWidget> held_;    // had the keyboard last
    QPointer<QWidget> row_;     // that it is in
    QPointer<QWidget> dialog_;  // active last, above the window
    bool hadDialog_ = false;
};

// Whether the key writes something.
bool writesText(const QKeyEvent& event);

}  // namespace dsm
