#include "app/services/chat/chat_titles.h"

#include <algorithm>
#include <utility>

#include "app/services/chat/chat_service.h"
#include "app/services/chat/prompt_text.h"
#include "app/services/model/text_generator.h"
#include "app/services/program/settings.h"

namespace dsm {
namespace {

constexpr int kPauseMs = 1500;
constexpr std::int64_t kLongestTitle = 24;  // tokens
constexpr qsizetype kMostCharacters = 80;   // more is no title

// Not translated: a model answers in the language of the question.
QString titleInstruction(const QString& question) {
    return isChinese(question) ? QStringLiteral("用不超过十个字为这段对话起一个标题，只写标题。")
                               : QStringLiteral(
                                     "Name this conversation with a title of at most six words. "
                                     "Write nothing but the title.");
}

// Around it, and the full stop at its end.
QString withoutMarks(QString line) {
    const QString around = QStringLiteral("\"'“”‘’«»「」《》*_#` ");
    while (!line.isEmpty() && around.contains(line.front()))
        line.remove(0, 1);
    const QString behind = around + QStringLiteral(".。");
    while (!line.isEmpty() && behind.contains(line.back()))
        line.chop(1);
    return line;
}

}  // namespace

ChatTitles::ChatTitles(ChatService& chats, TextGenerator& generator, const Settings& settings,
                       QObject* parent)
    : QObject(parent), chats_(chats), generator_(generator), settings_(settings) {
    pause_.setSingleShot(true);
    pause_.setInterval(kPauseMs);
    connect(&pause_, &QTimer::timeout, this, &ChatTitles::ask);
    connect(&chats_, &ChatService::replyFinished, this, &ChatTitles::noteReply);
    connect(&chats_, &ChatService::messageAdded, this, &ChatTitles::stop);
    connect(&generator_, &TextGenerator::generationStarted, this, [this] { ++underWay_; });
    connect(&generator_, &TextGenerator::piecesArrived, this,
            [this](quint64 id, const QString& text) {
                if (id == asked_) written_ += text;
            });
    connect(&generator_, &TextGenerator::generationFinished, this, &ChatTitles::take);
}

bool ChatTitles::isWanting(qint64 conversation) const {
    const ConversationInfo info = chats_.conversation(conversation);
    if (info.id == 0 || info.hasOwnTitle || info.isTemporary) return false;
    const QList<MessageInfo> messages = chats_.messages(conversation);
    return messages.size() == 2 && messages[1].state == MessageState::Complete &&
           !messages[1].text.trimmed().isEmpty();
}

void ChatTitles::noteReply(qint64 conversation) {
    if (!settings_.titlesByModel() || !isWanting(conversation)) return;
    if (!waiting_.contains(conversation)) waiting_.append(conversation);
    pause_.start();
}

void ChatTitles::ask() {
    if (waiting_.isEmpty() || asked_ != 0) return;
    if (underWay_ > 0) return pause_.start();
    named_ = waiting_.takeFirst();
    if (!settings_.titlesByModel() || !isWanting(named_)) return ask();
    GenerationRequest request = chats_.lastQuestion(named_);
    const QList<MessageInfo> messages = chats_.messages(named_);
    request.conversationId = 0;
    request.replySoFar = {};
    request.choices = {};
    request.choices.temperature = 0;
    request.choices.maximumTokens = kLongestTitle;
    request.messages.append({ChatRole::Assistant, messages[1].text, {}});
    request.messages.append({ChatRole::User, titleInstruction(messages[0].text), {}});
    written_.clear();
    if (!generator_.promptFit(request).fitsWhole()) return ask();
    asked_ = request.id;
    generator_.generate(request);
}

// Whoever sends a message does not wait for a title.
void ChatTitles::stop() {
    if (asked_ != 0) generator_.stop(asked_);
}

void ChatTitles::take(quint64 id, const GenerationOutcome& outcome) {
    underWay_ = std::max(0, underWay_ - 1);
    if (!waiting_.isEmpty()) pause_.start();
    if (id != asked_) return;
    asked_ = 0;
    const bool isWhole = outcome.error.isEmpty() && outcome.end == StopReason::EndOfText;
    const QString title = isWhole ? titleIn(written_) : QString();
    if (!title.isEmpty()) chats_.setAutomaticTitle(named_, title);
}

QString ChatTitles::titleIn(const QString& written) {
    QString line = written.trimmed().section(u'\n', 0, 0).simplified();
    line = withoutMarks(line);
    for (const QString& label :
         {QStringLiteral("Title:"), QStringLiteral("标题："), QStringLiteral("标题:")}) {
        if (line.startsWith(label, Qt::CaseInsensitive))
            line = withoutMarks(line.mid(label.size()));
    }
    return line.size() <= kMostCharacters ? line : QString();
}

}  // namespace dsm
