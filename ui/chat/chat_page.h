// ChatPage: one conversation: its title, its messages and the composer.
//
// Ownership  Borrows the services and the theme.
// Threads    Main thread.
#pragma once

#include <QWidget>
#include <functional>
#include <vector>

#include "ui/widgets/banner.h"
#include "ui/widgets/message/message_content.h"

class QLabel;
class QShortcut;
class QStackedWidget;

namespace dsm {

class AnswerCount;
class AnswersView;
class AttachmentBar;
class ChatService;
class Composer;
class ComposerHint;
class Drafts;
class DropMark;
class FindBar;
class MessageView;
class Meter;
class TextGenerator;
class PageHeader;
class PromptPopup;
class QueuedMessage;
class Settings;
class Theme;
class WelcomePage;

class ChatPage : public QWidget {
    Q_OBJECT

  public:
    ChatPage(ChatService& chat, TextGenerator& writer, Drafts& drafts, const Settings& settings,
             const Theme& theme, QWidget* parent = nullptr);

    // 0 shows the page of a new chat.
    void setConversation(qint64 id);
    qint64 conversation() const { return conversation_; }
    // Brings the message into view, and the words in it, which are marked.
    void scrollTo(qint64 messageId, const QStringList& words = {});
    // Shows the way back to a hidden sidebar.
    void setSidebarHidden(bool isHidden);
    void focusComposer();
    // Opens the search within this chat; false where there is no chat to search.
    bool find();
    // The page of a new chat that is never written.
    void beginTemporary();
    // The message that has the keyboard, else the last one; 0: none.
    qint64 chosenMessage() const;
    // Tokens of the shown branch, as of its last reply; 0: none yet.
    qint64 contextTokens() const { return contextTokens_; }

    MessageView* messages() const { return messages_; }
    Composer* composer() const { return composer_; }
    Banner* banner() const { return banner_; }
    ComposerHint* hint() const { return hint_; }
    Meter* meter() const { return meter_; }
    FindBar* findBar() const { return find_; }
    PromptPopup* prompts() const { return prompts_; }
    QueuedMessage* queued() const { return queued_; }
    QLabel* temporaryMark() const { return temporary_; }
    WelcomePage* welcome() const { return welcome_; }
    AnswersView* answers() const { return answers_; }
    AttachmentBar* attachments() const { return attachments_; }
    AnswerCount* answerCount() const { return answerCount_; }
    QString title() const;

  Q_SIGNALS:
    void conversationShown(qint64 id);
    void titleChanged();
    void contextChanged();
    void sidebarRequested();
    void newChatRequested();
    // A new chat that goes on from this message.
    void forkRequested(qint64 messageId);
    void promptsRequested();  // to be changed

  protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dragLeaveEvent(QDragLeaveEvent* event) override;
    void dropEvent(QDropEvent* event) override;

  private:
    void makeLayout();
    void connectService();
    void connectView();
    void reload();
    std::vector<MessageContent> branch() const;
    void refreshMarks();
    void refreshMeter();
    void refreshMessage(qint64 messageId);
    void announce(qint64 messageId);
    void refreshTitle();
    void refreshReadiness();
    bool isTemporary() const;
    void refreshTemporary();
    void connectAttachments();
    void chooseFiles();
    void showFiles(qint64 messageId);
    void queue(const QString& text);
    void send(const QString& text);
    void edit(qint64 messageId, const QString& text);
    void selectSibling(qint64 messageId, int siblingIndex);
    void refreshContext();
    // What the service failed at is over. False: it is not what the banner says.
    void note(const std::function<QString()>& words);
    bool endFailure();
    bool takesMessages() const;
    QString modelName() const;
    QString modelLine() const;

    ChatService& chat_;
    TextGenerator& writer_;
    Drafts& drafts_;
    const Theme& theme_;
    PageHeader* header_;
    Banner* banner_;
    QStackedWidget* pages_;
    WelcomePage* welcome_;
    MessageView* messages_;
    Composer* composer_;
    AttachmentBar* attachments_;
    ComposerHint* hint_;
    Meter* meter_;
    FindBar* find_;
    PromptPopup* prompts_;
    QueuedMessage* queued_;
    DropMark* dropMark_;
    QLabel* temporary_;
    AnswersView* answers_;
    AnswerCount* answerCount_;
    QShortcut* stopShortcut_;
    qint64 conversation_ = 0;
    qint64 contextTokens_ = 0;
    bool isSending_ = false;
    QString failure_;         // what the service or note() said last
    bool isOfStore_ = false;  // it was said while nothing could be kept
};

}  // namespace dsm
