// AnswersView: the answers to one question that were asked for together, side by side while they are
// written, until one of them is kept.
//
// It hears of the replies from the service by itself, and is hidden where there is nothing to choose.
//
// Ownership  Borrows service and theme.
// Threads    Main thread.
#pragma once

#include <QList>
#include <QScrollArea>
#include <QUrl>
#include <vector>

class QHBoxLayout;
class QLabel;

namespace dsm {

class AnswerColumn;
class ChatService;
class Theme;

class AnswersView : public QScrollArea {
    Q_OBJECT

  public:
    AnswersView(ChatService& chat, const Theme& theme, QWidget* parent = nullptr);

    // Shows what there is to choose from in this conversation now.
    void showConversation(qint64 id);
    // Whether the message stands here, and not among the others.
    bool shows(qint64 messageId) const { return answers_.contains(messageId); }
    const std::vector<AnswerColumn*>& columns() const { return columns_; }
    // Says why they are the same, where they are.
    const QLabel* alikeNote() const { return alike_; }

  Q_SIGNALS:
    void linkActivated(const QUrl& url);

  private:
    void connectService();
    void makeColumns();
    void refresh(qint64 messageId);
    void showAlike();
    AnswerColumn* columnOf(qint64 messageId) const;

    ChatService& chat_;
    const Theme& theme_;
    QHBoxLayout* row_;
    QLabel* alike_;
    QList<qint64> answers_;
    std::vector<AnswerColumn*> columns_;
};

}  // namespace dsm
