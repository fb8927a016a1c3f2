// MessageItem: one message with what can be done with it.
//
// A user's message is a soft bubble at the right, a reply plain text under a small label. The
// actions show while the pointer or the keyboard is on the message, and always below the last one.
//
// Ownership  Borrows the theme.
// Threads    Main thread.
#pragma once

#include <QUrl>
#include <QWidget>

#include "ui/widgets/message_content.h"

class QLabel;
class QPushButton;
class QTimer;

namespace dsm {

class IconButton;
class MarkdownView;
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

    // Lays itself out for the width and returns the height that takes.
    int layoutFor(int width);
    void beginEdit();
    bool isEditing() const { return editor_ != nullptr; }
    MarkdownView* markdown() const { return markdown_; }

  Q_SIGNALS:
    void heightChanged();
    void editAccepted(qint64 id, const QString& text);
    void regenerateRequested(qint64 id);
    void continueRequested(qint64 id);
    void siblingRequested(qint64 id, int siblingIndex);
    void linkActivated(const QUrl& url);

  protected:
    void paintEvent(QPaintEvent* event) override;
    void enterEvent(QEnterEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void changeEvent(QEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    void makeActions();
    void connectActions();
    void applyTheme();
    void retranslate();
    void updateParts();
    void updateActions();
    void placeActions(int top, int width);
    void endEdit();
    void copyText();
    bool hasFocusWithin() const;
    int layoutUser(int width);
    int layoutReply(int width);

    const Theme& theme_;
    MessageContent content_;
    QLabel* author_ = nullptr;
    MarkdownView* markdown_ = nullptr;  // of a reply
    TextBlock* bubble_ = nullptr;       // of a user's message
    MessageEditor* editor_ = nullptr;
    QLabel* note_;
    QPushButton* continueButton_;
    IconButton* copy_;
    IconButton* edit_;
    IconButton* regenerate_;
    IconButton* previous_;
    IconButton* next_;
    QLabel* siblings_;
    QLabel* statistics_;
    QTimer* copiedTimer_;
    QTimer* pulse_;
    int pulseStep_ = 0;
    QRect bubbleRect_;
    bool isLast_ = false;
    bool isBusy_ = false;
    bool hasKeyboard_ = false;
};

}  // namespace dsm
