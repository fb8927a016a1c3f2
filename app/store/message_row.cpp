#include "app/store/message_row.h"

#include <charconv>
#include <chrono>
#include <nlohmann/json.hpp>

namespace dsm {
namespace {

using Json = nlohmann::json;

ChatRole toRole(int value) {
    switch (value) {
        case 0:
            return ChatRole::System;
        case 2:
            return ChatRole::Assistant;
        default:
            return ChatRole::User;
    }
}

StoredMessage::State toState(int value) {
    switch (value) {
        case 1:
            return StoredMessage::State::Generating;
        case 2:
            return StoredMessage::State::Stopped;
        case 3:
            return StoredMessage::State::Failed;
        default:
            return StoredMessage::State::Complete;
    }
}

ReplyRating toRating(int value) {
    if (value == 0) return ReplyRating::None;
    return value > 0 ? ReplyRating::Up : ReplyRating::Down;
}

template <class Number>
Number numberAt(const Json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_number() ? found->get<Number>() : Number{0};
}

std::string_view blobAt(SQLite::Statement& row, int index) {
    const SQLite::Column column = row.getColumn(index);
    const void* bytes = column.getBlob();
    return bytes ? std::string_view(static_cast<const char*>(bytes),
                                    static_cast<std::size_t>(column.getBytes()))
                 : std::string_view();
}

}  // namespace

StoredMessage readMessage(SQLite::Statement& row) {
    StoredMessage message;
    message.id = row.getColumn(0).getInt64();
    message.conversationId = row.getColumn(1).getInt64();
    message.parentId = row.getColumn(2).getInt64();
    message.role = toRole(row.getColumn(3).getInt());
    message.state = toState(row.getColumn(4).getInt());
    message.text = row.getColumn(5).getString();
    message.created = fromMilliseconds(row.getColumn(6).getInt64());
    message.modelName = row.getColumn(7).getString();
    message.tokenIds = unpackTokenIds(blobAt(row, 8));
    unpackStatistics(row.getColumn(9).getString(), message);
    message.stopReason = row.getColumn(10).getString();
    message.error = row.getColumn(11).getString();
    message.rating = toRating(row.getColumn(12).getInt());
    message.summary = row.getColumn(13).getString();
    message.prompt = row.getColumn(14).getString();
    message.attached = row.getColumn(15).getString();
    return message;
}

std::string packTokenIds(std::span<const std::int32_t> ids) {
    std::string bytes;
    bytes.reserve(ids.size() * 4);
    for (const std::int32_t id : ids) {
        const auto value = static_cast<std::uint32_t>(id);
        for (int shift = 0; shift < 32; shift += 8) {
            bytes += static_cast<char>((value >> shift) & 0xFF);
        }
    }
    return bytes;
}

std::vector<std::int32_t> unpackTokenIds(std::string_view bytes) {
    std::vector<std::int32_t> ids(bytes.size() / 4);
    for (std::size_t i = 0; i < ids.size(); ++i) {
        std::uint32_t value = 0;
        for (std::size_t k = 0; k < 4; ++k) {
            value |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[4 * i + k]))
                     << (8 * k);
        }
        ids[i] = static_cast<std::int32_t>(value);
    }
    return ids;
}

std::string packStatistics(const StoredMessage& message) {
    const GenerationStatistics& statistics = message.statistics;
    const auto toFirstToken =
        std::chrono::round<std::chrono::milliseconds>(statistics.timeToFirstToken);
    Json object{{"promptTokens", statistics.promptTokens},
                {"reusedTokens", statistics.reusedTokens},
                {"generatedTokens", statistics.generatedTokens},
                {"promptTokensPerSecond", statistics.promptTokensPerSecond},
                {"tokensPerSecond", statistics.tokensPerSecond},
                {"timeToFirstTokenMs", toFirstToken.count()},
                {"droppedMessages", message.droppedMessages}};
    // As text: others read numbers of JSON as doubles, which do not hold 64 bits.
    if (message.seed) object["seed"] = std::to_string(*message.seed);
    return object.dump();
}

void unpackStatistics(std::string_view json, StoredMessage& message) {
    const Json object = Json::parse(json, nullptr, false);
    if (!object.is_object()) return;
    GenerationStatistics& statistics = message.statistics;
    statistics.promptTokens = numberAt<std::int64_t>(object, "promptTokens");
    statistics.reusedTokens = numberAt<std::int64_t>(object, "reusedTokens");
    statistics.generatedTokens = numberAt<std::int64_t>(object, "generatedTokens");
    statistics.promptTokensPerSecond = numberAt<double>(object, "promptTokensPerSecond");
    statistics.tokensPerSecond = numberAt<double>(object, "tokensPerSecond");
    statistics.timeToFirstToken =
        std::chrono::milliseconds(numberAt<std::int64_t>(object, "timeToFirstTokenMs"));
    message.droppedMessages = numberAt<std::int64_t>(object, "droppedMessages");
    const auto seed = object.find("seed");
    if (seed == object.end() || !seed->is_string()) return;
    const std::string digits = seed->get<std::string>();
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error == std::errc() && end == digits.data() + digits.size()) message.seed = value;
}

}  // namespace dsm
