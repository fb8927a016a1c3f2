// MessageView: a conversation as a readable column that follows a growing reply.
//
// Text that arrives is drawn at most every 30 ms. The view stays at the bottom while the reader is
// within 100 px of it; scrolling up stops that, returning or sending resumes it.
// Up and Down move between the messages while one has the keyboard.
//
// Ownership  Borrows the theme.
// Threads    Main thread.
#pragma once

#include <QScrollArea>
#include <QUrl>
#include <vector>

#include "ui/widgets/message_content.h"

class QTimer;

namespace dsm {

class IconButton;
class MessageItem;
class Theme;

class MessageView : public QScrollArea {
    Q_OBJECT

  public:
    explicit MessageView(const Theme& theme, QWidget* parent = nullptr);

    void setMessages(const std::vector<MessageContent>& messages);
    void addMessage(const MessageContent& message);
    // Unknown ids are ignored: the message may belong to another branch.
    void updateMessage(const MessageContent& message);
    void appendText(qint64 id, const QString& delta);
    void setBusy(bool isBusy);

    MessageItem* item(qint64 id) const;
    const std::vector<MessageItem*>& items() const { return items_; }

    void scrollToBottom();
    void scrollTo(qint64 id);
    bool isFollowing() const { return isFollowing_; }
    IconButton* bottomButton() const { return bottomButton_; }

    static constexpr int kFollowDistance = 100;
    static constexpr int kFlushMilliseconds = 30;

  Q_SIGNALS:
    void editAccepted(qint64 id, const QString& text);
    void regenerateRequested(qint64 id);
    void continueRequested(qint64 id);
    void siblingRequested(qint64 id, int siblingIndex);
    void linkActivated(const QUrl& url);

  protected:
    void resizeEvent(QResizeEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void changeEvent(QEvent* event) override;

  private:
    MessageItem* makeItem(const MessageContent& message);
    void markLast();
    void scheduleLayout();
    void layoutItems();
    void flush();
    void takeScroll(int value);
    void placeBottomButton();
    void applyTheme();
    void retranslate();
    void moveFocus(int step);

    const Theme& theme_;
    QWidget* column_;
    IconButton* bottomButton_;
    QTimer* flushTimer_;
    QTimer* layoutTimer_;
    std::vector<MessageItem*> items_;
    qint64 pendingId_ = 0;
    QString pendingText_;
    bool isFollowing_ = true;
    bool isLayingOut_ = false;
    bool isBusy_ = false;
};

}  // namespace dsm
