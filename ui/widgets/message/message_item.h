// MessageItem: one message with what can be done with it.
//
// A user's message is a soft bubble at the right, a reply plain text under a small label. The
// actions show while the pointer or the keyboard is on the message, and always below the last one.
// A message far from the reader is only its content, its name and a guess of its height; the
// widgets that show it are made by realize() and let go by release().
//
// Ownership  Borrows the theme.
// Threads    Main thread.
#pragma once

#include <QUrl>
#include <QWidget>

#include "ui/widgets/message/markdown_types.h"
#include "ui/widgets/message/message_content.h"

class QAbstractScrollArea;
class QLabel;
class QTimer;

namespace dsm {

class ContextMark;
class MarkdownView;
class MessageActions;
class MessageEditor;
class TextBlock;
class Theme;

class MessageItem : public QWidget {
    Q_OBJECT

  public:
    MessageItem(const Theme& theme, MessageContent content, QWidget* parent = nullptr);

    const MessageContent& content() const { return content_; }
    void setContent(MessageContent content);
    void appendText(const QString& delta);
    void setLast(bool isLast);
    // While a reply of the conversation grows nothing else can be asked for.
    void setBusy(bool isBusy);

    void realize();
    void release();
    bool isRealized() const { return actions_ != nullptr; }
    // Whether somebody works with its widgets: they hold the keyboard, a selection or an edit.
    bool isInUse() const;

    // The height as last laid out at the width, else a guess; neither takes a layout.
    int heightAt(int width) const;
    bool isLaidOutAt(int width) const { return !isStale_ && measuredWidth_ == width; }
    // Lays itself out for the width, where that is not done yet, and returns the height that takes.
    int layoutFor(int width);

    void beginEdit();
    bool isEditing() const { return editor_ != nullptr; }
    // The widgets with the text, from top to bottom, while there are some.
    std::vector<QAbstractScrollArea*> texts() const;
    // All of it is selected, also while it has no widgets.
    void setSelected(bool isSelected);
    bool isSelected() const { return isSelected_; }
    bool hasSelection() const;
    MarkdownParts selectedParts() const;
    // Who wrote it, in a word.
    QString speaker() const;
    MarkdownView* markdown() const { return markdown_; }
    ContextMark* above() const { return above_; }
    TextBlock* bubble() const { return bubble_; }

    // Shows where the words are; an empty list shows none.
    void mark(const QStringList& words);
    // Around the first of them, in this widget, once it is laid out; empty where none is found.
    QRect firstMark();

  Q_SIGNALS:
    void heightChanged();
    void editAccepted(qint64 id, const QString& text);
    void regenerateRequested(qint64 id);
    void continueRequested(qint64 id);
    void siblingRequested(qint64 id, int siblingIndex);
    void forkRequested(qint64 id);
    void filesRequested(qint64 id);
    void ratingRequested(qint64 id, int rating);
    // The summary above it, as the reader wants it; "": none. `id` is that of the mark.
    void summaryChanged(qint64 id, const QString& text);
    void linkActivated(const QUrl& url);
    void saveRequested(const QString& language, const QString& code);

  protected:
    void paintEvent(QPaintEvent* event) override;
    void enterEvent(QEnterEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

  private:
    void makeActions();
    void showSelected();
    void orderFocus();
    void countText();
    void applyTheme();
    void updateName();
    void updateParts();
    void updateActions();
    void endEdit();
    void copyText();
    bool hasFocusWithin() const;
    QWidget* textOfUser() const;
    // Each returns the height, from where the message begins.
    int layoutUser(int top, int width);
    int layoutReply(int top, int width);
    void updateAbove();
    int placeAbove(int width);
    int placeNote(int top, int width);
    // Of a window that is read from the right, the other way round.
    QRect inReadingOrder(const QRect& rect, int width) const;

    const Theme& theme_;
    MessageContent content_;
    QLabel* author_ = nullptr;
    MarkdownView* markdown_ = nullptr;  // of a reply, and of a user's very long message
    TextBlock* bubble_ = nullptr;       // of any other message of the user
    MessageEditor* editor_ = nullptr;
    ContextMark* above_ = nullptr;
    QLabel* note_ = nullptr;
    MessageActions* actions_ = nullptr;
    QTimer* pulse_ = nullptr;
    int pulseStep_ = 0;
    QStringList marks_;
    QRect bubbleRect_;
    int measuredWidth_ = -1;
    int measuredHeight_ = 0;
    int lines_ = 0;    // of the text
    int columns_ = 0;  // of all of them together, wide characters twice
    bool isSelected_ = false;
    bool isStale_ = true;  // something changed since the last layout
    bool isLast_ = false;
    bool isBusy_ = false;
    bool hasKeyboard_ = false;
};

}  // namespace dsm
