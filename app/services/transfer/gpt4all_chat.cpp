#include "app/services/transfer/gpt4all_chat.h"

#include <QDataStream>
#include <QtEndian>

#include "app/services/transfer/foreign_chats.h"

namespace dsm {
namespace {

constexpr quint32 kMagic = 0xF5D553CC;
constexpr int kOldest = 8;
constexpr int kNewest = 12;
constexpr int kDeepest = 4;  // of items within an item

class Reader {
  public:
    explicit Reader(const QByteArray& bytes) : stream_(bytes), size_(bytes.size()) {}

    std::optional<ChatRecord> read() {
        stream_.setVersion(QDataStream::Qt_6_2);
        skip<quint32>();
        version_ = next<qint32>();
        if (version_ < kOldest || version_ > kNewest) return std::nullopt;
        ChatRecord chat;
        chat.created = timeIn(static_cast<double>(next<qint64>()));
        skip<QString>();  // its number
        chat.title = next<QString>();
        skip<QString>();  // the user
        model_ = next<QString>();
        const auto collections = next<quint32>();
        for (quint32 i = 0; i < collections && isGood(); ++i)
            skip<QString>();
        if (version_ < 11) skipModelState();
        const auto count = next<qint32>();
        for (qint32 i = 0; i < count && isGood(); ++i)
            readItem(chat);
        if (!isGood()) return std::nullopt;
        chat.current = static_cast<int>(chat.messages.size()) - 1;
        return chat;
    }

  private:
    bool isGood() const { return stream_.status() == QDataStream::Ok; }
    void fail() { stream_.setStatus(QDataStream::ReadCorruptData); }

    template <class T>
    T next() {
        T value{};
        stream_ >> value;
        return value;
    }
    template <class T>
    void skip() {
        next<T>();
    }

    void skipModelState() {
        const bool hasContext = next<bool>();
        skip<qint32>();  // the kind of model
        skip<qint32>();  // the version of its state
        skip<QString>();
        skip<QString>();
        skip<quint32>();
        if (!hasContext) return;
        skip<qint32>();
        skip<quint32>();
        const auto tokens = next<quint64>();
        if (tokens > static_cast<quint64>(size_) / 4) return fail();
        stream_.skipRawData(static_cast<int>(tokens * 4));
        skip<QByteArray>();
    }

    void readItem(ChatRecord& chat) {
        if (version_ < 12) skip<qint32>();
        const auto name = next<QString>();
        auto text = next<QString>();
        if (version_ < 10) skip<QString>();
        const auto newer = next<QString>();
        if (!newer.isEmpty()) text = newer;
        skip<bool>();
        const bool isStopped = next<bool>();
        const bool isUp = next<bool>();
        const bool isDown = next<bool>();
        const bool isReply = name == QLatin1String("Response: ");
        if (version_ >= 11 && isReply) skip<bool>();
        skipSources();
        if (version_ >= 10) skipAttachments();
        if (version_ >= 12) text += textOfItems(0);
        if (!isGood() || text.trimmed().isEmpty()) return;
        if (name == QLatin1String("System: ")) {
            chat.systemPrompt = text;
            return;
        }
        MessageRecord message;
        message.role = isReply ? ChatRole::Assistant : ChatRole::User;
        message.parent = static_cast<int>(chat.messages.size()) - 1;
        message.text = text;
        message.isWhole = !isStopped;
        if (isReply) {
            message.modelName = model_;
            if (isUp) message.rating = ReplyRating::Up;
            if (isDown) message.rating = ReplyRating::Down;
        }
        chat.messages.append(std::move(message));
    }

    void skipSources() {
        const auto count = next<qint64>();
        for (qint64 i = 0; i < count && isGood(); ++i) {
            for (int text = 0; text < 7; ++text)
                skip<QString>();
            for (int number = 0; number < 3; ++number)
                skip<qint32>();
        }
    }

    void skipAttachments() {
        const auto count = next<qint64>();
        for (qint64 i = 0; i < count && isGood(); ++i) {
            skip<QByteArray>();  // the address
            skip<QByteArray>();
        }
    }

    // Of a reply of several parts.
    QString textOfItems(int depth) {
        QString text;
        const auto count = next<qint64>();
        if (count > 0 && depth >= kDeepest) fail();
        for (qint64 i = 0; i < count && isGood(); ++i) {
            const auto name = next<QString>();
            const auto part = next<QString>();
            if (name == QLatin1String("ToolCall: ")) fail();
            if (name != QLatin1String("ToolResponse: ")) text += part;
            text += textOfItems(depth + 1);
        }
        return text;
    }

    QDataStream stream_;
    const qsizetype size_;
    int version_ = 0;
    QString model_;
};

}  // namespace

bool isGpt4All(const QByteArray& bytes) {
    return bytes.size() >= 8 && qFromBigEndian<quint32>(bytes.constData()) == kMagic;
}

std::optional<ChatRecord> readGpt4All(const QByteArray& bytes) {
    return isGpt4All(bytes) ? Reader(bytes).read() : std::nullopt;
}

}  // namespace dsm
