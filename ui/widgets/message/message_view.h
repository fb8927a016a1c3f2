// MessageView: a conversation as a readable column that follows a growing reply.
//
// Text that arrives is drawn at most every 30 ms. The view stays at the bottom while the reader is
// within 100 px of it; scrolling up stops that, returning or sending resumes it.
// Up and Down move between the messages while one has the keyboard.
//
// Only messages near the reader have widgets and a layout. The heights of the others are guessed
// and put right when they come near, while what is on the screen stays where it is. What arrives
// costs the layout of the message it belongs to, whatever the length of the conversation.
//
// Ownership  Borrows the theme.
// Threads    Main thread.
#pragma once

#include <QScrollArea>
#include <QStringList>
#include <QUrl>
#include <utility>
#include <vector>

#include "ui/widgets/message/message_content.h"

class QTimer;

namespace dsm {

class IconButton;
class MessageItem;
class MessageSelection;
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
    // Brings the message to the top, or the first of the words in it into view. The words are shown
    // until others are, or until the reader sends something.
    void scrollTo(qint64 id, const QStringList& words = {});
    void unmark() { showMarks(nullptr, {}); }
    MessageSelection& selection() const { return *selection_; }
    bool isFollowing() const { return isFollowing_; }
    IconButton* bottomButton() const { return bottomButton_; }

    static constexpr int kFollowDistance = 100;
    static constexpr int kFlushMilliseconds = 30;

  Q_SIGNALS:
    void editAccepted(qint64 id, const QString& text);
    void regenerateRequested(qint64 id);
    void continueRequested(qint64 id);
    void siblingRequested(qint64 id, int siblingIndex);
    void forkRequested(qint64 id);
    void filesRequested(qint64 id);
    void ratingRequested(qint64 id, int rating);
    void summaryChanged(qint64 id, const QString& text);
    void linkActivated(const QUrl& url);
    // The reader wants the code in a file.
    void saveRequested(const QString& language, const QString& code);

  protected:
    void resizeEvent(QResizeEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

  private:
    // What stays where it is while heights change: the top of an item at a distance from the top
    // of the view.
    struct Anchor {
        size_t item = 0;
        int distance = 0;
    };

    MessageItem* makeItem(const MessageContent& message);
    void markLast();
    void scheduleLayout(size_t first);
    void takeHeight(size_t index);
    void layoutItems();
    void layoutAround(Anchor kept);
    void changeWidth(int width, Anchor& kept);
    Anchor anchor() const;
    void stack(size_t first);
    // The items that touch the part of the column between the two heights.
    std::pair<size_t, size_t> itemsBetween(int top, int bottom) const;
    bool measure(std::pair<size_t, size_t> near);
    bool measureItem(size_t index);
    void realize(size_t index);
    void releaseFar(std::pair<size_t, size_t> near);
    void placeItems();
    int columnHeight() const;
    int bottomOf(size_t item) const;
    int valueFor(const Anchor& anchor) const;
    void flush();
    void takeScroll(int value);
    void placeBottomButton();
    void applyTheme();
    void retranslate();
    void moveFocus(int step);
    void showItem(size_t index);
    void showMarks(MessageItem* item, const QStringList& words);
    std::ptrdiff_t indexOf(qint64 id) const;

    const Theme& theme_;
    QWidget* column_;
    IconButton* bottomButton_;
    MessageSelection* selection_;
    QTimer* flushTimer_;
    QTimer* layoutTimer_;
    std::vector<MessageItem*> items_;
    std::vector<int> tops_;         // of the items
    std::vector<size_t> realized_;  // those with widgets
    MessageItem* last_ = nullptr;
    MessageItem* marked_ = nullptr;
    size_t firstMoved_ = 0;  // the heights of the items from here on have to be added up again
    int itemWidth_ = -1;
    qint64 pendingId_ = 0;
    QString pendingText_;
    bool isFollowing_ = true;
    bool isLayingOut_ = false;
    bool isBusy_ = false;
};

}  // namespace dsm
