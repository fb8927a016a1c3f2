#include "app/cli/session.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <nlohmann/json.hpp>
#include <span>
#include <system_error>

#include "engine/format/atomic_file.h"
#include "engine/format/json_field.h"
#include "engine/format/json_file.h"

namespace dsm::cli {
namespace {

using Role = ChatMessage::Role;

constexpr std::size_t kMostBytes = 64 << 20;

const char* nameOf(Role role) {
    if (role == Role::System) return "system";
    return role == Role::User ? "user" : "assistant";
}

Result<ChatMessage> readMessage(const JsonField& field) {
    const auto role = field.at("role").and_then([](const JsonField& f) { return f.string(); });
    if (!role) return tl::unexpected(role.error());
    const auto content =
        field.at("content").and_then([](const JsonField& f) { return f.string(); });
    if (!content) return tl::unexpected(content.error());
    ChatMessage message;
    message.content = *content;
    if (*role == "system") {
        message.role = Role::System;
    } else if (*role == "assistant") {
        message.role = Role::Assistant;
    } else if (*role != "user") {
        return field.malformed("the role is none of system, user and assistant");
    }
    const auto ids = field.maybe("ids");
    if (!ids) return tl::unexpected(ids.error());
    if (ids->isNull()) return message;
    const auto elements = ids->elements();
    if (!elements) return tl::unexpected(elements.error());
    for (const JsonField& element : *elements) {
        const auto id = element.integer();
        if (!id) return tl::unexpected(id.error());
        message.ids.push_back(static_cast<TokenId>(*id));
    }
    return message;
}

}  // namespace

Result<SessionLock> SessionLock::take(const std::filesystem::path& session) {
    std::filesystem::path file = session;
    file += ".lock";
    const int handle = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (handle < 0) {
        return failure(ErrorCode::Io, file.string() + " cannot be created: " +
                                          std::generic_category().message(errno) + ".");
    }
    if (::flock(handle, LOCK_EX | LOCK_NB) != 0) {
        ::close(handle);
        return failure(ErrorCode::Io, "The session " + session.string() +
                                          " is in use by another program; end that one, or use "
                                          "another file.");
    }
    return SessionLock(handle);
}

SessionLock::~SessionLock() {
    if (handle_ >= 0) ::close(handle_);
}

Result<std::vector<ChatMessage>> readSession(const std::filesystem::path& file) {
    std::vector<ChatMessage> messages;
    std::error_code ignored;
    if (!std::filesystem::exists(file, ignored)) return messages;
    const auto document = readJson(file, kMostBytes);
    if (!document) return tl::unexpected(document.error());
    const auto list =
        JsonField(*document, file.string()).at("messages").and_then([](const JsonField& field) {
            return field.elements();
        });
    if (!list) return tl::unexpected(list.error());
    for (const JsonField& field : *list) {
        auto message = readMessage(field);
        if (!message) return tl::unexpected(message.error());
        messages.push_back(std::move(*message));
    }
    return messages;
}

Result<void> writeSession(const std::filesystem::path& file,
                          const std::vector<ChatMessage>& messages) {
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const ChatMessage& message : messages) {
        nlohmann::ordered_json entry{{"role", nameOf(message.role)}, {"content", message.content}};
        if (!message.ids.empty()) entry["ids"] = message.ids;
        list.push_back(std::move(entry));
    }
    const nlohmann::ordered_json document{{"messages", std::move(list)}};
    // What a terminal sends need not be UTF-8.
    const std::string text =
        document.dump(1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + '\n';
    return writeFile(file, std::as_bytes(std::span(text)));
}

std::filesystem::path contextFileOf(const std::filesystem::path& session) {
    std::filesystem::path file = session;
    file += ".context";
    return file;
}

}  // namespace dsm::cli
