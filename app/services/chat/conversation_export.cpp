#include "app/services/chat/conversation_export.h"

#include <QDateTime>
#include <QDir>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTimer>
#include <span>

#include "app/services/program/private_file.h"
#include "app/services/program/reason_words.h"
#include "app/services/program/said.h"
#include "kernels/base/atomic_file.h"
#include "kernels/base/folder.h"

namespace dsm {
namespace {

constexpr int kAtOnce = 10;

QJsonObject turn(const char* role, const QString& text) {
    return {{QStringLiteral("role"), QLatin1String(role)}, {QStringLiteral("content"), text}};
}

bool isWholeAnswer(const MessageInfo& message) {
    return message.role == ChatRole::Assistant && message.state == MessageState::Complete &&
           message.end == StopReason::EndOfText && !message.text.trimmed().isEmpty();
}

bool isLearnt(const MessageInfo& reply, LearntReplies learnt) {
    return learnt == LearntReplies::ThumbUp ? reply.rating == ReplyRating::Up
                                            : reply.rating != ReplyRating::Down;
}

struct Turns {
    QJsonArray turns;    // empty where there is nothing to learn
    qint64 answers = 0;  // that are learnt
};

Turns turnsOf(const QString& system, const QList<MessageInfo>& messages, LearntReplies learnt) {
    QJsonArray turns;
    qint64 answers = 0;
    qsizetype end = 0;  // behind the last answer that is learnt
    for (qsizetype i = 0; i + 1 < messages.size(); i += 2) {
        const bool isPair = messages[i].role == ChatRole::User &&
                            !messages[i].text.trimmed().isEmpty() && isWholeAnswer(messages[i + 1]);
        if (!isPair) break;
        turns.append(turn("user", messages[i].text));
        QJsonObject answer = turn("assistant", messages[i + 1].text);
        if (isLearnt(messages[i + 1], learnt)) {
            ++answers;
            end = turns.size() + 1;
        } else {
            answer[QStringLiteral("weight")] = 0;
        }
        turns.append(answer);
    }
    while (turns.size() > end)
        turns.removeLast();
    if (!turns.isEmpty() && !system.trimmed().isEmpty()) turns.prepend(turn("system", system));
    return {turns, answers};
}

}  // namespace

ConversationExport::ConversationExport(const ChatService& chats, QString folder, QObject* parent)
    : QObject(parent), chats_(chats), folder_(std::move(folder)) {}

ConversationExport::~ConversationExport() = default;

QStringList ConversationExport::folders() const {
    return chats_.folders();
}

QList<ConversationInfo> ConversationExport::matching(const ConversationFilter& filter) const {
    return chats_.conversations(filter);
}

void ConversationExport::write(const QList<qint64>& conversations, LearntReplies learnt) {
    if (out_) return;
    learnt_ = learnt;
    const QString name =
        QStringLiteral("conversations-%1.jsonl")
            .arg(QDateTime::currentDateTime().toString(QStringLiteral("yyyy-MM-dd-HHmmsszzz")));
    result_ = {QDir(folder_).filePath(name), 0, 0, 0};
    waiting_ = conversations;
    if (const auto made = makeFolders(toPath(folder_)); !made) return fail(made.error());
    auto out = AtomicFile::create(toPath(result_.file), kPrivateFile);
    if (!out) return fail(out.error());
    out_ = std::make_unique<AtomicFile>(std::move(*out));
    QTimer::singleShot(0, this, &ConversationExport::writeSome);
}

void ConversationExport::writeSome() {
    for (int i = 0; i < kAtOnce && !waiting_.isEmpty(); ++i) {
        const qint64 id = waiting_.takeFirst();
        const auto [turns, answers] =
            turnsOf(chats_.systemPrompt(id), chats_.messages(id), learnt_);
        if (turns.isEmpty()) {
            ++result_.withoutAnswer;
            continue;
        }
        ++result_.conversations;
        result_.answers += answers;
        const QByteArray row = QJsonDocument(QJsonObject{{QStringLiteral("messages"), turns}})
                                   .toJson(QJsonDocument::Compact) +
                               '\n';
        if (const auto done = out_->write(std::as_bytes(std::span(row))); !done)
            return fail(done.error());
    }
    if (waiting_.isEmpty()) return finish();
    QTimer::singleShot(0, this, &ConversationExport::writeSome);
}

void ConversationExport::finish() {
    if (result_.conversations == 0) {
        out_.reset();
        Q_EMIT failed(said([] {
            return tr("None of the chosen conversations has a whole answer to learn from.");
        }));
        return;
    }
    if (const auto done = out_->commit(); !done) return fail(done.error());
    out_.reset();
    Q_EMIT written(result_);
}

void ConversationExport::fail(const Error& error) {
    const QString words = said([] { return tr("%1 cannot be written: %2."); },
                               {result_.file, presentSystemReason(error.systemReason)});
    out_.reset();
    waiting_.clear();
    Q_EMIT failed(words);
}

}  // namespace dsm
