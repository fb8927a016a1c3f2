// Session: a conversation on the terminal that goes on after the program ended.
//
//   FILE          {"messages": [{"role": "user", "content": "...", "ids": [..]}, ..]}, JSON;
//                 "ids" are those of a generated reply
//   FILE.context  what the model has read of it (engine/model/pass/cache_file.h); may be deleted
//   FILE.lock     held while a program uses the session; empty
//
// A system message stands only at the beginning; a reply follows a question; a question may stand
// without a reply. Each question is in the file before its reply begins.
//
// Errors  readSession(): those of json_file.h; Malformed or Unsupported, naming the key, where the
//         JSON holds no conversation or more than one; nothing is written then. A missing file is a
//         new conversation.
#pragma once

#include <filesystem>
#include <utility>
#include <vector>

#include "engine/text/chat_template.h"
#include "kernels/base/file.h"
#include "kernels/base/result.h"

namespace dsm::cli {

// Owns the lock, until it is destroyed. One program at a time: two would each overwrite what the other adds.
class SessionLock {
  public:
    // Errors  Io: another program holds it, by name of the file; or the file cannot be made.
    static Result<SessionLock> take(const std::filesystem::path& session);

  private:
    explicit SessionLock(File lock) : lock_(std::move(lock)) {}
    File lock_;
};

Result<std::vector<ChatMessage>> readSession(const std::filesystem::path& file);
Result<void> writeSession(const std::filesystem::path& file,
                          const std::vector<ChatMessage>& messages);
// Renames a session that a new one takes the place of, and says to what.
Result<std::filesystem::path> setAside(const std::filesystem::path& file);
std::filesystem::path contextFileOf(const std::filesystem::path& session);

}  // namespace dsm::cli
