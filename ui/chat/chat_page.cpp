#include "ui/chat/chat_page.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QShortcut>
#include <QStackedWidget>

#include "app/services/chat/chat_service.h"
#include "app/services/chat/drafts.h"
#include "app/services/model/text_generator.h"
#include "app/services/program/said.h"
#include "ui/chat/answer_count.h"
#include "ui/chat/answers_view.h"
#include "ui/chat/attachment_bar.h"
#include "ui/chat/code_saving.h"
#include "ui/chat/composer_hint.h"
#include "ui/chat/find_bar.h"
#include "ui/chat/open_link.h"
#include "ui/chat/prompt_popup.h"
#include "ui/chat/queued_message.h"
#include "ui/chat/welcome_page.h"
#include "ui/widgets/composer.h"
#include "ui/widgets/drop_mark.h"
#include "ui/widgets/label.h"
#include "ui/widgets/language_change.h"
#include "ui/widgets/message/message_item.h"
#include "ui/widgets/message/message_view.h"
#include "ui/widgets/meter.h"
#include "ui/widgets/page_header.h"
#include "ui/widgets/prompt_edit.h"
#include "ui/widgets/theme.h"
#include "ui/words/message_presentation.h"

namespace dsm {
namespace {

// A widget in the middle, as wide as the column of the messages.
QHBoxLayout* centered(QWidget* widget) {
    auto* row = new QHBoxLayout;
    row->setContentsMargins(space::kHuge, 0, space::kHuge, 0);
    row->addStretch(1);
    row->addWidget(widget, 1000);
    row->addStretch(1);
    return row;
}

}  // namespace

ChatPage::ChatPage(ChatService& chat, TextGenerator& writer, Drafts& drafts,
                   const Settings& settings, const Theme& theme, QWidget* parent)
    : QWidget(parent),
      chat_(chat),
      writer_(writer),
      drafts_(drafts),
      theme_(theme),
      header_(new PageHeader(theme, this)),
      banner_(new Banner(theme, this)),
      pages_(new QStackedWidget(this)),
      welcome_(new WelcomePage(theme, this)),
      messages_(new MessageView(theme, this)),
      composer_(new Composer(theme, this)),
      attachments_(new AttachmentBar(theme, this)),
      hint_(new ComposerHint(chat, *composer_, *attachments_, theme, this)),
      meter_(new Meter(theme, this)),
      find_(new FindBar(chat, *messages_, theme, this)),
      prompts_(new PromptPopup(*composer_, settings, theme, this)),
      queued_(new QueuedMessage(chat, drafts, theme, this)),
      dropMark_(new DropMark(theme, this)),
      temporary_(new Label(this)),
      answers_(new AnswersView(chat, theme, this)),
      answerCount_(new AnswerCount(ChatService::kMostAnswersAtOnce, this)),
      stopShortcut_(new QShortcut(Qt::Key_Escape, this)) {
    makeLayout();
    connectService();
    connectView();
    connectAttachments();
    composer_->setText(drafts_.of(0));
    refreshTemporary();
    reload();
}

void ChatPage::makeLayout() {
    pages_->addWidget(welcome_);
    pages_->addWidget(messages_);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(header_);
    header_->row()->addWidget(temporary_);
    find_->setMaximumWidth(kColumnWidth);
    queued_->setMaximumWidth(kColumnWidth);
    column->addLayout(centered(banner_));
    column->addLayout(centered(find_));
    column->addWidget(pages_, 1);
    column->addLayout(centered(queued_));
    column->addWidget(answers_, 2);
    attachments_->setMaximumWidth(kColumnWidth);
    column->addLayout(centered(attachments_));
    column->addLayout(centered(composer_));
    column->addSpacing(space::kSmall);
    auto* below = new QWidget(this);
    below->setMaximumWidth(kColumnWidth);
    auto* row = new QHBoxLayout(below);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(meter_);
    row->addWidget(hint_, 1);
    row->addWidget(answerCount_);
    column->addLayout(centered(below));
    column->addSpacing(space::kMedium);
}

void ChatPage::connectService() {
    connect(&chat_, &ChatService::messageAdded, this, [this](qint64 conversation, qint64 message) {
        if (conversation != conversation_ || isSending_) return;
        if (messages_->item(message) != nullptr) return;
        messages_->addMessage(presentMessage(chat_.message(message), modelName()));
        refreshReadiness();
    });
    connect(&chat_, &ChatService::messageTextAppended, this,
            [this](qint64 conversation, qint64 message, const QString& delta) {
                if (conversation == conversation_) messages_->appendText(message, delta);
            });
    const auto refresh = [this](qint64 conversation, qint64 message) {
        if (conversation == conversation_) refreshMessage(message);
    };
    connect(&chat_, &ChatService::messageChanged, this, refresh);
    connect(&chat_, &ChatService::replyStarted, this, refresh);
    connect(&chat_, &ChatService::replyStarted, this, [this](qint64 conversation, qint64 message) {
        if (conversation == conversation_) announce(message);
    });
    connect(&chat_, &ChatService::replyFinished, this, [this](qint64 conversation, qint64 message) {
        if (conversation != conversation_) return;
        refreshMessage(message);
        refreshMarks();
        announce(message);
        hint_->refresh();
    });
    connect(&chat_, &ChatService::branchChanged, this, [this](qint64 conversation) {
        if (conversation == conversation_ && !isSending_) reload();
    });
    connect(&chat_, &ChatService::conversationsChanged, this, [this] {
        refreshTitle();
        refreshReadiness();
    });
    connect(&chat_, &ChatService::failed, this, [this](const QString& message) {
        failure_ = message;
        isOfStore_ = !takesMessages();
        banner_->showMessage(Banner::Tone::Error, sayAgain(message));
    });
    connect(&chat_, &ChatService::noticesChanged, this, [this] {
        if (isOfStore_ && takesMessages()) endFailure();
    });
    connect(&chat_, &ChatService::savedAgain, this, [this] {
        if (!endFailure()) return;
        note([] { return tr("What could not be saved before is saved now."); });
    });
    connect(&writer_, &TextGenerator::statusChanged, this, &ChatPage::refreshReadiness);
    connect(&writer_, &TextGenerator::modelChanged, hint_, &ComposerHint::refresh);
    connect(hint_, &ComposerHint::counted, this, &ChatPage::refreshMeter);
    connect(&theme_, &Theme::changed, this, qOverload<>(&QWidget::update));
    onLanguageChange(this, [this] {
        refreshTemporary();
        reload();
    });
}

void ChatPage::connectView() {
    connect(composer_, &Composer::sendRequested, this, &ChatPage::send);
    connect(composer_, &Composer::queueRequested, this, &ChatPage::queue);
    connect(queued_, &QueuedMessage::takenBack, this, [this](const QString& text) {
        const QString begun = composer_->text();
        composer_->setText(begun.isEmpty() ? text : text + QStringLiteral("\n\n") + begun);
        focusComposer();
    });
    connect(prompts_, &PromptPopup::editRequested, this, &ChatPage::promptsRequested);
    connect(find_, &FindBar::closed, this, &ChatPage::focusComposer);
    connect(composer_, &Composer::stopRequested, this, [this] { chat_.stop(conversation_); });
    connect(stopShortcut_, &QShortcut::activated, this, [this] { chat_.stop(conversation_); });
    connect(welcome_, &WelcomePage::questionChosen, this, &ChatPage::send);
    connect(header_, &PageHeader::sidebarRequested, this, &ChatPage::sidebarRequested);
    connect(header_, &PageHeader::newChatRequested, this, &ChatPage::newChatRequested);
    connect(composer_->editor(), &PromptEdit::textChanged, this, [this] {
        if (!isTemporary()) drafts_.set(conversation_, composer_->text());
    });
    connect(&drafts_, &Drafts::failed, this, [this](const QString& message) {
        banner_->showMessage(Banner::Tone::Error, sayAgain(message));
    });
    connect(messages_, &MessageView::editAccepted, this, &ChatPage::edit);
    connect(messages_, &MessageView::regenerateRequested, this, [this](qint64 message) {
        chat_.regenerate(message, answerCount_->answers());
        focusComposer();
    });
    connect(messages_, &MessageView::continueRequested, this, [this](qint64 message) {
        chat_.continueReply(message);
        focusComposer();
    });
    connect(messages_, &MessageView::siblingRequested, this, &ChatPage::selectSibling);
    connect(messages_, &MessageView::ratingRequested, this, [this](qint64 message, int rating) {
        chat_.rate(message, static_cast<ReplyRating>(rating));
    });
    connect(messages_, &MessageView::forkRequested, this, &ChatPage::forkRequested);
    connect(messages_, &MessageView::filesRequested, this, &ChatPage::showFiles);
    connect(messages_, &MessageView::summaryChanged, this, [this](qint64 id, const QString& text) {
        chat_.setSummary(id, text);
        hint_->refresh();
        focusComposer();
    });
    connect(messages_, &MessageView::linkActivated, this, &openLink);
    connect(messages_, &MessageView::saveRequested, this,
            [this](const QString& language, const QString& code) {
                const QString problem = saveCode(this, language, code);
                if (!problem.isEmpty())
                    banner_->showMessage(Banner::Tone::Error, sayAgain(problem));
            });
    connect(answers_, &AnswersView::linkActivated, this, &openLink);
}

void ChatPage::setConversation(qint64 id) {
    chat_.setNextTemporary(false);
    refreshTemporary();
    if (id == conversation_) return;
    conversation_ = id;
    chat_.setOpen(id);
    find_->setConversation(id);
    queued_->setConversation(id);
    attachments_->setConversation(id);
    refreshTemporary();
    composer_->setText(drafts_.of(id));
    hint_->setConversation(id);
    messages_->setMessages({});
    reload();
    Q_EMIT conversationShown(id);
}

QString ChatPage::title() const {
    return conversation_ == 0 ? tr("New chat") : chat_.conversation(conversation_).title;
}

void ChatPage::refreshTitle() {
    const QString shown = conversation_ == 0 ? QString() : title();
    header_->setTitle(shown);
    header_->title()->setToolTip(shown);
    Q_EMIT titleChanged();
}

QString ChatPage::modelName() const {
    const QString name = writer_.modelName();
    return name.isEmpty() ? QStringLiteral("DeepSeekMoE") : name;
}

QString ChatPage::modelLine() const {
    const ModelStatus status = writer_.status();
    switch (status.state) {
        case ModelState::Loading:
            return tr("Loading the model…");
        case ModelState::Empty:
        case ModelState::Failed:
            return tr("No model is loaded. Choose one under Models, in the sidebar.");
        case ModelState::Ready:
        case ModelState::Generating:
            break;
    }
    if (status.isDemo) {
        return tr("A small demo model is loaded. It is not DeepSeekMoE 16B and makes mistakes.");
    }
    if (status.isRemote()) {
        return tr("%1 answers at %2. What you write is sent there.")
            .arg(status.name, status.remoteHost);
    }
    if (!status.templateProblem.isEmpty()) {
        return tr("%1 has a chat template that this program cannot use, so it goes on with your "
                  "text instead of answering. %2")
            .arg(status.name, saidAgain(status.templateProblem));
    }
    if (!status.isChat) {
        return tr("%1 is a Base model: it goes on with your text instead of answering.")
            .arg(status.name);
    }
    return tr("%1 is loaded.").arg(status.name);
}

void ChatPage::refreshReadiness() {
    const ModelStatus status = writer_.status();
    const bool isReady = status.isLoaded();
    const bool isGenerating = conversation_ != 0 && chat_.isGenerating(conversation_);
    if (isGenerating != composer_->isGenerating()) composer_->setGenerating(isGenerating);
    composer_->setReady(isReady);
    messages_->setBusy(isGenerating);
    stopShortcut_->setEnabled(isGenerating);
    welcome_->setModelLine(modelLine());
    for (ExampleCard* card : welcome_->cards())
        card->setEnabled(isReady);
    const bool continues = isReady && !status.isChat;
    welcome_->setQuestionsShown(!continues);
    const QString invitation = continues ? tr("Begin a text") : tr("Ask anything");
    composer_->setPlaceholder(isReady ? invitation : modelLine());
}

void ChatPage::note(const std::function<QString()>& words) {
    failure_ = said(words);
    banner_->showMessage(Banner::Tone::Note, sayAgain(failure_));
}

void ChatPage::send(const QString& text) {
    if (attachments_->isReading()) {
        return note([] { return tr("Wait until the files are read, then send the message."); });
    }
    // The new conversation has no number yet while its first signals arrive.
    isSending_ = true;
    const qint64 id =
        chat_.send(conversation_, text, answerCount_->answers(), attachments_->documents());
    isSending_ = false;
    if (id == 0) return;
    endFailure();
    composer_->clear();
    attachments_->clear();
    if (id == conversation_) {
        reload();
    } else {
        setConversation(id);
    }
    messages_->scrollToBottom();
    focusComposer();
}

bool ChatPage::takesMessages() const {
    return chat_.keepsChats() && !chat_.isRepairing();
}

bool ChatPage::endFailure() {
    if (banner_->isHidden() || failure_.isEmpty() || banner_->text() != saidAgain(failure_))
        return false;
    banner_->hide();
    return true;
}

void ChatPage::scrollTo(qint64 messageId, const QStringList& words) {
    messages_->scrollTo(messageId, words);
}

void ChatPage::setSidebarHidden(bool isHidden) {
    header_->setSidebarHidden(isHidden);
}

void ChatPage::focusComposer() {
    composer_->focusEditor();
}

void ChatPage::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), theme_.color(ColorRole::Window));
}

void ChatPage::resizeEvent(QResizeEvent*) {
    refreshTitle();
}

}  // namespace dsm
