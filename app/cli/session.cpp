#include "app/cli/session.h"

#include <fcntl.h>

#include <algorithm>
#include <initializer_list>
#include <limits>
#include <nlohmann/json.hpp>
#include <span>
#include <string_view>
#include <system_error>
#include <utility>

#include "engine/format/json_field.h"
#include "engine/format/json_file.h"
#include "kernels/base/atomic_file.h"
#include "kernels/base/folder.h"

namespace dsm::cli {
namespace {

using Role = ChatRole;

constexpr std::size_t kMostBytes = 64 << 20;

const char* nameOf(Role role) {
    if (role == Role::System) return "system";
    return role == Role::User ? "user" : "assistant";
}

// What is not understood would be lost when the file is written again.
Result<void> refuseOtherKeys(const JsonField& field,
                             std::initializer_list<std::string_view> known) {
    if (!field.value().is_object()) return field.expected("an object");
    for (const auto& [key, value] : field.value().items()) {
        if (std::find(known.begin(), known.end(), key) != known.end()) continue;
        return field.at(key)->unsupported({ReasonCode::Other, {"a session has no such key."}});
    }
    return {};
}

Result<Role> readRole(const JsonField& message) {
    const auto field = message.at("role");
    if (!field) return tl::unexpected(field.error());
    const auto role = field->string();
    if (!role) return tl::unexpected(role.error());
    for (const Role known : {Role::System, Role::User, Role::Assistant}) {
        if (*role == nameOf(known)) return known;
    }
    return field->malformed(
        {ReasonCode::Other,
         {shown(field->value()) + " is none of \"system\", \"user\" and \"assistant\"."}});
}

Result<std::vector<TokenId>> readIds(const JsonField& message) {
    std::vector<TokenId> ids;
    const auto field = message.maybe("ids");
    if (!field) return tl::unexpected(field.error());
    if (field->isNull()) return ids;
    const auto elements = field->elements();
    if (!elements) return tl::unexpected(elements.error());
    for (const JsonField& element : *elements) {
        const auto id = element.integer();
        if (!id) return tl::unexpected(id.error());
        if (*id < 0 || *id > std::numeric_limits<TokenId>::max())
            return element.malformed(
                {ReasonCode::Other, {std::to_string(*id) + " is no token id."}});
        ids.push_back(static_cast<TokenId>(*id));
    }
    return ids;
}

Result<ChatMessage> readMessage(const JsonField& field) {
    if (auto known = refuseOtherKeys(field, {"role", "content", "ids"}); !known)
        return tl::unexpected(known.error());
    const auto role = readRole(field);
    if (!role) return tl::unexpected(role.error());
    const auto content =
        field.at("content").and_then([](const JsonField& f) { return f.string(); });
    if (!content) return tl::unexpected(content.error());
    auto ids = readIds(field);
    if (!ids) return tl::unexpected(ids.error());
    return ChatMessage{*role, *content, std::move(*ids)};
}

// A question may stand without a reply: the program was ended before there was one.
Result<void> checkOrder(const JsonField& field, Role role, const std::vector<ChatMessage>& before) {
    if (role == Role::System && !before.empty())
        return field.malformed(
            {ReasonCode::Other, {"a system message stands only at the beginning."}});
    const bool follows = !before.empty() && before.back().role == Role::User;
    if (role == Role::Assistant && !follows)
        return field.malformed({ReasonCode::Other, {"an assistant's message follows a user's."}});
    return {};
}

Result<void> checkFile(const std::filesystem::path& file) {
    std::error_code error;
    if (!std::filesystem::is_regular_file(file, error)) {
        return failure(ErrorCode::Io, file.string() + (error ? ": " + error.message() + "."
                                                             : " is not a regular file; name "
                                                               "another for the session."));
    }
    if (std::filesystem::file_size(file, error) == 0 && !error) {
        return failure(ErrorCode::Malformed, file.string() +
                                                 " is empty and holds no conversation. Remove it "
                                                 "to begin a new one there.");
    }
    return {};
}

}  // namespace

Result<SessionLock> SessionLock::take(const std::filesystem::path& session) {
    std::filesystem::path file = session;
    file += ".lock";
    auto lock = File::open(file, O_RDWR | O_CREAT, 0600);
    if (!lock) return tl::unexpected(lock.error());
    const auto isOurs = lock->tryLock();
    if (!isOurs) return tl::unexpected(isOurs.error());
    if (*isOurs) return SessionLock(std::move(*lock));
    return failure(ErrorCode::Io, "The session " + session.string() +
                                      " is in use by another program; end that one, or use "
                                      "another file.");
}

Result<std::vector<ChatMessage>> readSession(const std::filesystem::path& file) {
    std::vector<ChatMessage> messages;
    std::error_code error;
    if (std::filesystem::status(file, error).type() == std::filesystem::file_type::not_found)
        return messages;
    if (auto regular = checkFile(file); !regular) return tl::unexpected(regular.error());
    const auto document = readJson(file, kMostBytes);
    if (!document) return tl::unexpected(document.error());
    const JsonField root(*document, file.string());
    if (auto known = refuseOtherKeys(root, {"messages"}); !known)
        return tl::unexpected(known.error());
    const auto list =
        root.at("messages").and_then([](const JsonField& field) { return field.elements(); });
    if (!list) return tl::unexpected(list.error());
    for (const JsonField& field : *list) {
        auto message = readMessage(field);
        if (!message) return tl::unexpected(message.error());
        if (auto ordered = checkOrder(field, message->role, messages); !ordered)
            return tl::unexpected(ordered.error());
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

Result<std::filesystem::path> setAside(const std::filesystem::path& file) {
    for (int number = 1;; ++number) {
        std::filesystem::path kept = file;
        kept += "." + std::to_string(number);
        std::error_code error;
        if (std::filesystem::exists(std::filesystem::symlink_status(kept, error))) continue;
        const auto renamed = renamePath(file, kept);
        if (!renamed) return tl::unexpected(renamed.error());
        return kept;
    }
}

std::filesystem::path contextFileOf(const std::filesystem::path& session) {
    std::filesystem::path file = session;
    file += ".context";
    return file;
}

}  // namespace dsm::cli
