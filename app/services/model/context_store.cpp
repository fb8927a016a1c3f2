#include "app/services/model/context_store.h"

#include <algorithm>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "kernels/base/atomic_file.h"
#include "kernels/base/folder.h"
#include "kernels/base/log.h"

namespace dsm {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kEnding = ".context";
constexpr std::size_t kModelDigits = 16;

struct Saved {
    fs::path path;
    std::uint64_t bytes = 0;
    fs::file_time_type used;
};

std::vector<fs::path> filesIn(const fs::path& folder) {
    std::vector<fs::path> files;
    std::error_code ignored;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, ignored)) {
        if (entry.is_regular_file(ignored)) files.push_back(entry.path());
    }
    return files;
}

void removeFile(const fs::path& path) {
    if (const auto removed = removePath(path); !removed)
        logMessage(LogLevel::Info, removed.error().message);
}

}  // namespace

ContextStore::ContextStore(fs::path folder, const ContextLimits& limits)
    : folder_(std::move(folder)), limits_(limits) {
    if (folder_.empty()) return;
    std::error_code ignored;
    if (const auto made = makeFolders(folder_); !made)
        logMessage(LogLevel::Info, made.error().message);
    // What a person chats about is nobody else's business on a shared machine.
    fs::permissions(folder_, fs::perms::owner_all, ignored);
    for (const fs::path& path : filesIn(folder_)) {
        const bool wasLeftBehind =
            path.extension() == kPartialSuffix;  // by a start that was killed
        if (wasLeftBehind) removeFile(path);
    }
}

void ContextStore::restore(LanguageModel& model, std::int64_t conversation,
                           std::span<const TokenId> prompt) {
    if (folder_.empty() || conversation == 0) return;
    const fs::path path = fileOf(model, conversation);
    const auto restored = model.restoreContext(path, prompt);
    if (!restored) {
        if (restored.error().code == ErrorCode::NotFound) return;
        logMessage(LogLevel::Info, restored.error().message);
        // Of no use to this model. What only could not be read just now may be the next time.
        if (restored.error().code == ErrorCode::Malformed ||
            restored.error().code == ErrorCode::Unsupported) {
            removeFile(path);
        }
        return;
    }
    std::error_code ignored;
    fs::last_write_time(path, fs::file_time_type::clock::now(), ignored);
}

void ContextStore::save(const LanguageModel& model, std::int64_t conversation,
                        const std::stop_token& stop) {
    if (folder_.empty() || conversation == 0 || stop.stop_requested()) return;
    if (model.contextUsed() < limits_.leastPositions) return;
    const fs::path path = fileOf(model, conversation);
    const std::uint64_t bytes = model.contextBytes();
    if (bytes > limits_.mostBytes) return;
    makeRoomFor(bytes, path);
    if (!hasRoomFor(bytes)) return;
    const auto saved = model.saveContext(path, stop);
    if (!saved && saved.error().code != ErrorCode::Cancelled) {
        logMessage(LogLevel::Info, saved.error().message);
    }
}

void ContextStore::remove(std::int64_t conversation) {
    if (folder_.empty()) return;
    const std::string beginning = std::to_string(conversation) + "-";
    for (const fs::path& path : filesIn(folder_)) {
        if (path.filename().string().starts_with(beginning)) removeFile(path);
    }
}

fs::path ContextStore::fileOf(const LanguageModel& model, std::int64_t conversation) const {
    return folder_ / (std::to_string(conversation) + "-" +
                      model.fingerprint().substr(0, kModelDigits) + std::string(kEnding));
}

bool ContextStore::hasRoomFor(std::uint64_t bytes) const {
    const auto space = freeBytesIn(folder_);
    return space && *space > bytes && *space - bytes >= limits_.bytesToLeaveFree;
}

void ContextStore::makeRoomFor(std::uint64_t bytes, const fs::path& replaced) const {
    std::vector<Saved> files;
    std::uint64_t sum = bytes;
    for (const fs::path& path : filesIn(folder_)) {
        if (path.extension() != kEnding || path == replaced) continue;
        std::error_code ignored;
        files.push_back({path, fs::file_size(path, ignored), fs::last_write_time(path, ignored)});
        sum += files.back().bytes;
    }
    std::sort(files.begin(), files.end(),
              [](const Saved& a, const Saved& b) { return a.used < b.used; });
    for (const Saved& file : files) {
        if (sum <= limits_.mostBytes) return;
        removeFile(file.path);
        sum -= file.bytes;
    }
}

}  // namespace dsm
