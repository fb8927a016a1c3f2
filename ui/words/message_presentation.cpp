#include "ui/words/message_presentation.h"

#include <QCoreApplication>
#include <QLocale>
#include <algorithm>
#include <cmath>

#include "app/services/program/said.h"
#include "ui/words/attachment_presentation.h"

namespace dsm {
namespace {

struct MessageWording {
    Q_DECLARE_TR_FUNCTIONS(MessagePresentation)

  public:
    static QString statistics(const GenerationStatistics& of) {
        if (of.generatedTokens <= 0) return {};
        const QLocale locale;
        QString text = tr("%n tokens", nullptr, static_cast<int>(of.generatedTokens));
        if (of.tokensPerSecond > 0) {
            text += QStringLiteral(" · ") +
                    tr("%1 tokens/s").arg(locale.toString(of.tokensPerSecond, 'f', 1));
        }
        return text + QStringLiteral(" · ") + firstToken(of.timeToFirstToken);
    }

    static QString firstToken(std::chrono::duration<double> time) {
        const QLocale locale;
        if (time < std::chrono::seconds(1)) {
            const auto shown = std::max<qint64>(1, std::llround(time.count() * 1000));
            return tr("first token after %1 ms").arg(locale.toString(shown));
        }
        return tr("first token after %1 s").arg(locale.toString(time.count(), 'f', 1));
    }

    static QString seed(quint64 seed) {
        return tr("Drawn with the seed %1. The settings of this chat can use it again.").arg(seed);
    }

    static QString demoModel() { return tr("Demo model"); }
    static QString tuned(const QString& model, const QString& adapter) {
        return tr("%1 with %2").arg(model, adapter);
    }

    static QString summarizing() {
        return tr(
            "The model first summarizes the older messages, for which the context has no room.");
    }

    static QString choosing(int seen, int toSee) {
        if (toSee == 0) return {};
        return tr("The model looks at parts of the files to choose what it reads: %1 of %2.")
            .arg(seen)
            .arg(toSee);
    }

    static QString end(const MessageInfo& message) {
        if (message.state == MessageState::Failed) return saidAgain(message.error);
        if (message.state == MessageState::Stopped) return tr("Stopped.");
        if (message.state != MessageState::Complete) return {};
        if (message.end == StopReason::MaximumTokens) {
            return tr("The reply reached the limit of tokens that the settings allow.");
        }
        if (message.end == StopReason::ContextFull) {
            return tr("The context is full. Start a new chat to go on.");
        }
        return {};
    }

    static QString dropped(qint64 messages) {
        if (messages <= 0) return {};
        return tr("The %n oldest messages did not fit into the context and were left out.", nullptr,
                  static_cast<int>(messages));
    }
};

MessageContent::State stateOf(MessageState state) {
    switch (state) {
        case MessageState::Complete:
            return MessageContent::State::Complete;
        case MessageState::Waiting:
            return MessageContent::State::Waiting;
        case MessageState::Generating:
            return MessageContent::State::Growing;
        case MessageState::Stopped:
            return MessageContent::State::Stopped;
        case MessageState::Failed:
            return MessageContent::State::Failed;
    }
    return MessageContent::State::Complete;
}

}  // namespace

QString presentModelName(const QString& name) {
    // One that answered with an adapter (app/services/model/answer_author.h).
    const qsizetype at = name.indexOf(QLatin1String(" + "));
    const QString model = at < 0 ? name : name.left(at);
    const QString shown =
        model == QLatin1String("demo_model") ? MessageWording::demoModel() : model;
    return at < 0 ? shown : MessageWording::tuned(shown, name.mid(at + 3));
}

MessageContent presentMessage(const MessageInfo& message, const QString& modelName) {
    MessageContent content;
    content.id = message.id;
    content.isFromUser = message.role == ChatRole::User;
    content.author = presentModelName(message.modelName.isEmpty() ? modelName : message.modelName);
    content.text = message.text;
    content.state = stateOf(message.state);
    // Between the start of a reply and its first character there is something to wait for, too.
    if (content.state == MessageContent::State::Growing && message.text.isEmpty()) {
        content.state = MessageContent::State::Waiting;
    }
    content.siblingIndex = message.siblingIndex;
    content.siblingCount = std::max(1, static_cast<int>(message.siblings.size()));
    for (const Attachment& attachment : message.attachments)
        content.attachments.append(presentAttachment(attachment));
    content.note = content.attachments.join(u'\n');
    if (content.isFromUser) return content;
    QStringList notes{message.isSummarizing ? MessageWording::summarizing() : QString(),
                      MessageWording::choosing(message.partsSeen, message.partsToSee),
                      MessageWording::end(message),
                      MessageWording::dropped(message.droppedMessages)};
    notes.removeAll(QString());
    content.note = notes.join(QLatin1Char(' '));
    content.statistics = MessageWording::statistics(message.statistics);
    if (message.seed) content.details = MessageWording::seed(*message.seed);
    content.canContinue = message.canContinue;
    content.rating = static_cast<int>(message.rating);
    return content;
}

std::vector<MessageContent> presentBranch(const QList<MessageInfo>& messages,
                                          const QString& modelName) {
    std::vector<MessageContent> contents;
    std::size_t firstRead = 0;  // behind the last summary
    qint64 leftOut = 0;
    for (const MessageInfo& message : messages) {
        contents.push_back(presentMessage(message, modelName));
        if (message.role == ChatRole::Assistant) leftOut = message.droppedMessages;
        if (!message.summary.isEmpty()) firstRead = contents.size();
    }
    const auto above = [&](MessageMark::Kind kind, std::size_t at) {
        const MessageInfo& last = messages[static_cast<qsizetype>(at) - 1];
        contents[at].above = {kind, last.id, static_cast<int>(at), last.summary};
    };
    if (firstRead > 0 && firstRead < contents.size()) above(MessageMark::Kind::Summary, firstRead);
    // Replies that were stopped before their first word were not counted, nor is a summary a message.
    std::size_t place = firstRead;
    for (qint64 left = leftOut - (firstRead > 0 ? 2 : 0); left > 0 && place < contents.size();) {
        const MessageContent& message = contents[place++];
        if (message.isFromUser || !message.text.isEmpty()) --left;
    }
    if (place > firstRead && place < contents.size()) above(MessageMark::Kind::LeftOut, place);
    return contents;
}

}  // namespace dsm
