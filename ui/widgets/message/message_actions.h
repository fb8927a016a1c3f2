// MessageActions: the row below a message: its versions, copy, edit or another reply, what the
// reader thinks of a reply, continue, and the small print. What can be done follows from the
// message and from what else goes on.
//
// Ownership  Borrows the theme.
// Threads    Main thread.
#pragma once

#include <QWidget>
#include <vector>

#include "ui/widgets/message/message_content.h"

class QLabel;
class QPushButton;
class QTimer;

namespace dsm {

class IconButton;
class Label;
class Theme;

class MessageActions : public QWidget {
    Q_OBJECT

  public:
    // What decides about the row besides the message.
    struct Situation {
        bool isAttended = false;  // the pointer or the keyboard is on the message
        bool isLast = false;
        bool isBusy = false;  // a reply of the conversation grows
        bool isEditing = false;

        bool operator==(const Situation&) const = default;
    };

    MessageActions(const Theme& theme, bool isFromUser, QWidget* parent);

    void setContent(const MessageContent& content, const Situation& situation);
    void showCopied();
    // Those that can take the keyboard, from left to right.
    std::vector<QWidget*> buttons() const;

    static int heightIn(const Theme& theme);

  Q_SIGNALS:
    void copyRequested();
    void editRequested();
    void regenerateRequested();
    void continueRequested();
    void siblingRequested(int siblingIndex);
    void forkRequested();
    void filesRequested();
    void ratingRequested(int rating);  // as MessageContent has it
    // The keyboard came to a button or left it.
    void attentionChanged();

  protected:
    void resizeEvent(QResizeEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    void connectButtons();
    void nameRating();
    void showRating(const MessageContent& content, bool isDone, bool isShown);
    void applyTheme();
    void retranslate();
    void place();

    const Theme& theme_;
    const bool isFromUser_;
    IconButton* previous_;
    QLabel* siblings_;
    IconButton* next_;
    IconButton* copy_;
    IconButton* change_;  // edits a question, writes another reply
    IconButton* fork_;
    IconButton* files_;
    IconButton* good_;
    IconButton* bad_;
    QPushButton* continue_;
    Label* statistics_;
    QTimer* copiedTimer_;
    int siblingIndex_ = 0;
    bool hasSiblings_ = false;
    bool hasFiles_ = false;
    bool canContinue_ = false;
    int rating_ = 0;
};

}  // namespace dsm
