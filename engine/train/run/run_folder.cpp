#include "engine/train/run/run_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <nlohmann/json.hpp>
#include <span>
#include <system_error>
#include <utility>

#include "engine/format/atomic_file.h"
#include "engine/format/json_file.h"
#include "engine/train/run/evaluated_rows.h"
#include "engine/train/run/first_batch.h"
#include "engine/train/run/prompt_samples.h"
#include "engine/train/train_checkpoint.h"
#include "kernels/base/log.h"

namespace dsm {
namespace {

namespace fs = std::filesystem;

constexpr const char* kLockName = "run.lock";
constexpr const char* kProbeName = ".probe";
constexpr const char* kRecordName = "run.json";
constexpr std::size_t kProbeBytes = 64 << 10;
constexpr std::size_t kMostRecordBytes = 1 << 20;

std::string reasonOf(int error) {
    return std::generic_category().message(error);
}

// The part of a path that is in the way of making it a folder.
fs::path obstacle(const fs::path& folder) {
    fs::path part;
    for (const fs::path& name : fs::absolute(folder)) {
        part /= name;
        std::error_code error;
        const auto status = fs::status(part, error);
        if (fs::exists(status) && !fs::is_directory(status)) return part;
    }
    return {};
}

Result<void> makeFolder(const fs::path& folder) {
    std::error_code error;
    fs::create_directories(folder, error);
    std::error_code ignored;
    if (!error && fs::is_directory(folder, ignored)) return {};
    const fs::path other = obstacle(folder);
    const std::string reason =
        other.empty() ? error.message() : other.string() + " is a file, not a folder";
    return failure(ErrorCode::Io, "The output folder " + folder.string() + " cannot be made: " +
                                      reason + ". Name another \"output\" in the job.");
}

tl::unexpected<Error> cannotWrite(const fs::path& folder, int error) {
    return failure(ErrorCode::Io, "Nothing can be written into the output folder " +
                                      folder.string() + ": " + reasonOf(error) +
                                      ". Name another \"output\" in the job, or make room or give "
                                      "the right to write there.");
}

// Whole and to the disk: a full one may take the first bytes and refuse the rest.
Result<void> probe(const fs::path& folder) {
    const fs::path path = folder / kProbeName;
    const int file =
        ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0666);
    if (file < 0) return cannotWrite(folder, errno);
    const std::vector<char> bytes(kProbeBytes, 'x');
    std::size_t done = 0;
    int error = 0;
    while (done < bytes.size() && error == 0) {
        const ssize_t written = ::write(file, bytes.data() + done, bytes.size() - done);
        if (written >= 0) {
            done += static_cast<std::size_t>(written);
        } else if (errno != EINTR) {
            error = errno;
        }
    }
    if (error == 0 && ::fsync(file) != 0) error = errno;
    if (::close(file) != 0 && error == 0) error = errno;
    if (::unlink(path.c_str()) != 0 && error == 0) error = errno;
    return error == 0 ? Result<void>() : cannotWrite(folder, error);
}

std::string holderOf(int lock) {
    std::array<char, 256> text{};
    const ssize_t got = ::pread(lock, text.data(), text.size(), 0);
    std::string holder(text.data(), static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    holder = holder.substr(0, holder.find('\n'));
    return holder.empty() ? "another program" : holder;
}

Result<int> takeLock(const fs::path& folder, const std::string& holder) {
    const fs::path path = folder / kLockName;
    const int lock = ::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0666);
    if (lock < 0) return cannotWrite(folder, errno);
    if (::flock(lock, LOCK_EX | LOCK_NB) != 0) {
        const int error = errno;
        const std::string other = holderOf(lock);
        if (error == EWOULDBLOCK) {
            ::close(lock);
            return failure(ErrorCode::Unsupported,
                           folder.string() + " is in use: " + other +
                               " trains there. Wait until it has ended, stop it, or name another "
                               "\"output\" in the job.");
        }
        // Some network file systems have no locks.
        logMessage(LogLevel::Warning, path.string() + " cannot be locked: " + reasonOf(error) +
                                          ". Do not train there twice at once.");
    }
    const std::string text = holder + " (process " + std::to_string(::getpid()) + ")\n";
    const bool isWritten =
        ::ftruncate(lock, 0) == 0 &&
        ::pwrite(lock, text.data(), text.size(), 0) == static_cast<ssize_t>(text.size());
    if (!isWritten) {
        const int error = errno;
        ::close(lock);
        return cannotWrite(folder, error);
    }
    return lock;
}

Result<std::vector<std::string>> recordedResult(const fs::path& folder) {
    std::error_code error;
    if (!fs::exists(folder / kRecordName, error)) return std::vector<std::string>{};
    const auto record = readJson(folder / kRecordName, kMostRecordBytes);
    if (!record) return tl::unexpected(record.error());
    const auto list = record->find("result");
    if (!record->is_object() || list == record->end() || !list->is_array() ||
        !std::all_of(list->begin(), list->end(), [](const auto& v) { return v.is_string(); })) {
        return failure(ErrorCode::Malformed, (folder / kRecordName).string() +
                                                 ": expected {\"result\": [names of files]}.");
    }
    return list->get<std::vector<std::string>>();
}

// What a run leaves behind that has saved nothing yet.
bool isPassing(const std::string& name) {
    return name == kLockName || name == kProbeName || name == kSamplesName ||
           name == kFirstBatchName || name == kEvaluatedRowsName || name == kEvaluationsName ||
           name.starts_with("events.out.tfevents.") || isUnfinished(name);
}

tl::unexpected<Error> holdsOthers(const fs::path& folder, std::vector<std::string> names) {
    constexpr std::size_t kShown = 3;
    std::sort(names.begin(), names.end());
    std::string list;
    for (std::size_t i = 0; i < std::min(kShown, names.size()); ++i)
        list += (i == 0 ? "" : ", ") + names[i];
    if (names.size() > kShown) list += " and " + std::to_string(names.size() - kShown) + " more";
    return failure(ErrorCode::Unsupported,
                   folder.string() + " already holds " + list +
                       ", which this run did not write. Nothing was changed; name a new or an "
                       "empty folder as \"output\" of the job.");
}

Result<void> checkContents(const fs::path& folder, RunStart start) {
    std::vector<std::string> others;
    bool hasCheckpoint = false;
    std::error_code error;
    for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
        const std::string name = at->path().filename().string();
        if (isCheckpoint(name)) {
            hasCheckpoint = true;
        } else if (!isPassing(name) && name != kRecordName) {
            others.push_back(name);
        }
    }
    if (error) return failure(ErrorCode::Io, folder.string() + ": " + error.message() + ".");
    if (start == RunStart::Anew && hasCheckpoint) {
        return failure(ErrorCode::Unsupported,
                       folder.string() +
                           " already holds checkpoints. Go on with --resume, or name another "
                           "output folder.");
    }
    if (start == RunStart::GoOn && !hasCheckpoint) {
        return failure(ErrorCode::NotFound,
                       "There is nothing to resume: " + folder.string() +
                           " holds no checkpoint. Without --resume the job begins anew" +
                           (others.empty() ? "." : ", in another folder: this one is not empty."));
    }
    const auto own = recordedResult(folder);
    if (!own) return tl::unexpected(own.error());
    if (hasCheckpoint) {
        std::erase_if(others, [&](const std::string& name) {
            return std::find(own->begin(), own->end(), name) != own->end();
        });
    }
    return others.empty() ? Result<void>() : holdsOthers(folder, others);
}

}  // namespace

Result<RunFolder> RunFolder::claim(const fs::path& folder, RunStart start,
                                   const std::string& holder) {
    std::error_code error;
    if (start == RunStart::GoOn && !fs::exists(folder, error)) {
        return failure(ErrorCode::NotFound, "There is nothing to resume: " + folder.string() +
                                                " does not exist. Without --resume the job begins "
                                                "anew.");
    }
    if (auto made = makeFolder(folder); !made) return tl::unexpected(made.error());
    // A folder of somebody else's gets no lock of ours; in one of a run, who holds it is told
    // first.
    if (!fs::exists(folder / kLockName, error)) {
        if (auto ok = checkContents(folder, start); !ok) return tl::unexpected(ok.error());
    }
    const auto lock = takeLock(folder, holder);
    if (!lock) return tl::unexpected(lock.error());
    RunFolder claimed(folder, *lock);
    if (auto ok = checkContents(folder, start); !ok) return tl::unexpected(ok.error());
    if (auto ok = probe(folder); !ok) return tl::unexpected(ok.error());
    return claimed;
}

RunFolder::RunFolder(RunFolder&& other) noexcept
    : path_(std::move(other.path_)), lock_(std::exchange(other.lock_, -1)) {}

RunFolder::~RunFolder() {
    if (lock_ < 0) return;
    // Who held it is nobody's business any more.
    static_cast<void>(::ftruncate(lock_, 0));
    ::close(lock_);
}

Result<void> RunFolder::checkRoom(std::uint64_t bytes, const std::string& what) const {
    std::error_code error;
    const fs::space_info space = fs::space(path_, error);
    if (error || space.available >= bytes) return {};
    const auto megabytes = [](std::uint64_t n) { return std::to_string(n / 1'000'000) + " MB"; };
    return failure(ErrorCode::Io, path_.string() + " has " + megabytes(space.available) +
                                      " free, and this run needs " + megabytes(bytes) + " for " +
                                      what +
                                      ". Make room, name an \"output\" on another disk, or "
                                      "keep fewer checkpoints (save_limit, save_steps).");
}

Result<void> RunFolder::takeResult(const fs::path& finished, const std::string& last) const {
    std::vector<std::string> names;
    std::error_code error;
    for (fs::directory_iterator at(finished, error), end; !error && at != end; at.increment(error))
        names.push_back(at->path().filename().string());
    if (error) return failure(ErrorCode::Io, finished.string() + ": " + error.message() + ".");
    std::sort(names.begin(), names.end());
    const std::string record = nlohmann::json{{"result", names}}.dump(2) + "\n";
    if (auto ok = writeFile(path_ / kRecordName, std::as_bytes(std::span(record))); !ok) return ok;
    std::stable_partition(names.begin(), names.end(),
                          [&](const std::string& name) { return name != last; });
    for (const std::string& name : names) {
        fs::rename(finished / name, path_ / name, error);
        if (error) {
            return failure(ErrorCode::Io, (path_ / name).string() + ": " + error.message() + ".");
        }
    }
    fs::remove(finished, error);
    return flushFolder(path_);
}

}  // namespace dsm
