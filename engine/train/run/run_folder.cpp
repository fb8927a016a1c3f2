#include "engine/train/run/run_folder.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <span>
#include <system_error>
#include <utility>

#include "engine/format/json_file.h"
#include "engine/train/run/evaluated_rows.h"
#include "engine/train/run/first_batch.h"
#include "engine/train/run/prompt_samples.h"
#include "engine/train/state/train_checkpoint.h"
#include "kernels/base/atomic_file.h"
#include "kernels/base/bytes_in_words.h"
#include "kernels/base/folder.h"
#include "kernels/base/log.h"
#include "kernels/base/reason.h"

namespace dsm {
namespace {

namespace fs = std::filesystem;

constexpr const char* kLockName = "run.lock";
constexpr const char* kProbeName = ".probe";
constexpr const char* kRecordName = "run.json";
constexpr std::size_t kProbeBytes = 64 << 10;
constexpr std::size_t kMostRecordBytes = 1 << 20;

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

Result<void> makeOutput(const fs::path& folder) {
    const auto made = makeFolders(folder);
    if (made) return {};
    const fs::path other = obstacle(folder);
    const std::string reason = other.empty() ? systemReasonText(made.error().systemReason)
                                             : other.string() + " is a file, not a folder";
    return failure(ErrorCode::Io, ReasonCode::OutputNotMade, {folder.string(), reason});
}

tl::unexpected<Error> cannotWrite(const fs::path& folder, int error) {
    return failure(ErrorCode::Io, ReasonCode::OutputNotWritten,
                   {folder.string(), systemReasonText(error)});
}

// Whole and to the disk: a full one may take the first bytes and refuse the rest.
Result<void> probe(const fs::path& folder) {
    const fs::path path = folder / kProbeName;
    auto file = File::open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW);
    if (!file) return cannotWrite(folder, file.error().systemReason);
    const std::vector<std::byte> bytes(kProbeBytes, std::byte{'x'});
    auto done = file->write(bytes);
    if (done) done = file->sync();
    const auto closed = file->close();
    const auto removed = removePath(path);
    for (const Result<void>& step : {done, closed, removed}) {
        if (!step) return cannotWrite(folder, step.error().systemReason);
    }
    return {};
}

std::string holderOf(const File& lock) {
    std::array<char, 256> text{};
    const auto got = lock.readAt(0, std::as_writable_bytes(std::span(text)));
    std::string holder(text.data(), got.value_or(0));
    holder = holder.substr(0, holder.find('\n'));
    return holder.empty() ? "another program" : holder;
}

Result<File> takeLock(const fs::path& folder, const std::string& holder) {
    const fs::path path = folder / kLockName;
    auto lock = File::open(path, O_RDWR | O_CREAT | O_NOFOLLOW);
    if (!lock) return cannotWrite(folder, lock.error().systemReason);
    const auto isHeld = lock->tryLock();
    if (isHeld && !*isHeld) {
        return failure(ErrorCode::Unsupported, ReasonCode::OutputInUse,
                       {folder.string(), holderOf(*lock)});
    }
    if (!isHeld) {  // some network file systems have no locks
        logMessage(LogLevel::Warning,
                   isHeld.error().message + " Do not train there twice at once.");
    }
    const std::string text = holder + " (process " + std::to_string(::getpid()) + ")\n";
    auto written = lock->truncate(0);
    if (written) written = lock->writeAt(0, std::as_bytes(std::span(text)));
    if (!written) return cannotWrite(folder, written.error().systemReason);
    return lock;
}

Result<std::vector<std::string>> recordedResult(const fs::path& folder) {
    const auto record = readJson(folder / kRecordName, kMostRecordBytes);
    if (!record && record.error().code == ErrorCode::NotFound) return std::vector<std::string>{};
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
    if (names.size() > kShown) list += ", ..";
    return failure(ErrorCode::Unsupported, ReasonCode::OutputHoldsOthers, {folder.string(), list});
}

Result<void> checkContents(const fs::path& folder, RunStart start) {
    std::vector<std::string> others;
    bool hasCheckpoint = false;
    const auto names = namesIn(folder);
    if (!names) return tl::unexpected(names.error());
    for (const std::string& name : *names) {
        if (isCheckpoint(name)) {
            hasCheckpoint = true;
        } else if (!isPassing(name) && name != kRecordName) {
            others.push_back(name);
        }
    }
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
    const auto there = kindOf(folder);
    if (start == RunStart::GoOn && there && *there == PathKind::Missing) {
        return failure(ErrorCode::NotFound, "There is nothing to resume: " + folder.string() +
                                                " does not exist. Without --resume the job begins "
                                                "anew.");
    }
    if (auto made = makeOutput(folder); !made) return tl::unexpected(made.error());
    // A folder of somebody else's gets no lock of ours; in one of a run, who holds it is told
    // first.
    const auto lockFile = kindOf(folder / kLockName);
    if (!lockFile) return tl::unexpected(lockFile.error());
    if (*lockFile == PathKind::Missing) {
        if (auto ok = checkContents(folder, start); !ok) return tl::unexpected(ok.error());
    }
    auto lock = takeLock(folder, holder);
    if (!lock) return tl::unexpected(lock.error());
    RunFolder claimed(folder, std::move(*lock));
    if (auto ok = checkContents(folder, start); !ok) return tl::unexpected(ok.error());
    if (auto ok = probe(folder); !ok) return tl::unexpected(ok.error());
    return claimed;
}

RunFolder::~RunFolder() {
    // Who held it is nobody's business any more.
    if (lock_.isOpen()) static_cast<void>(lock_.truncate(0));
}

Result<void> RunFolder::checkRoom(std::uint64_t bytes, ReasonCode what,
                                  const std::vector<std::string>& more) const {
    const auto space = freeBytesIn(path_);
    if (!space || *space >= bytes) return {};
    std::vector<std::string> arguments{path_.string(), bytesInWords(*space), bytesInWords(bytes)};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return failure(ErrorCode::Io, what, std::move(arguments));
}

Result<void> RunFolder::takeResult(const fs::path& finished, std::int64_t step,
                                   const std::string& last) const {
    auto listed = namesIn(finished);
    if (!listed) return tl::unexpected(listed.error());
    std::vector<std::string>& names = *listed;
    const std::string record = nlohmann::json{{"result", names}, {"step", step}}.dump(2) + "\n";
    if (auto ok = writeFile(path_ / kRecordName, std::as_bytes(std::span(record))); !ok) return ok;
    std::stable_partition(names.begin(), names.end(),
                          [&](const std::string& name) { return name != last; });
    for (const std::string& name : names) {
        if (auto moved = renamePath(finished / name, path_ / name); !moved) return moved;
    }
    static_cast<void>(removePath(finished));  // else the next run does
    return syncFolder(path_);
}

}  // namespace dsm
