// Run folder: the place where one training run keeps what it makes, held by one program at a time.
//
//   OUTPUT/
//     run.lock                 held (flock) as long as somebody trains here; says who
//     checkpoint-STEP/         train_checkpoint.h
//     events.out.tfevents.*    event_file.h
//     samples.jsonl            prompt_samples.h
//     first_batch.json         first_batch.h
//     evaluation_rows.json     evaluated_rows.h
//     evaluations.jsonl        kept by who evaluates the result (kEvaluationsName)
//     run.json                 {"result": [..], "step": n}: the names of the result's files, written
//                              before the first of them, so that no file of another origin is
//                              replaced; and the step after which it was such
//     and the result: an adapter or a model
//
// claim() proves before anything slow begins that a run can keep what it will make: the folder is
// made, its lock taken, a probe written, flushed and removed, and what is in the folder looked
// through. A run begins in a folder that is missing, or holds nothing but what a run leaves that
// has saved nothing; it goes on in one that holds its own checkpoints.
//
// Ownership Owns the lock; releases it when destroyed. The file itself stays: removing it would let
//           two programs hold two files of one name.
// Threads   One at a time.
// Errors    Io, naming the path or the part of it that is no folder, and the system's reason;
//           Unsupported: held by somebody, whom the message names, or holding what a run would
//           replace; NotFound: nothing to go on with.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "kernels/base/file.h"
#include "kernels/base/reason.h"

namespace dsm {

// Evaluations that were made of the run's result, a line for each.
inline constexpr const char* kEvaluationsName = "evaluations.jsonl";

enum class RunStart {
    Anew,      // the folder holds nothing of a run yet
    GoOn,      // it holds checkpoints
    Whichever  // goes on where there are checkpoints
};

class RunFolder {
  public:
    // `holder` is what others are told: the program's name.
    static Result<RunFolder> claim(const std::filesystem::path& folder, RunStart start,
                                   const std::string& holder);
    RunFolder(RunFolder&& other) noexcept = default;
    RunFolder& operator=(RunFolder&&) = delete;
    ~RunFolder();

    const std::filesystem::path& path() const { return path_; }

    // Fails where the disk has less room than `bytes`, with both numbers: NoRoomForRun and the like,
    // `more` being the arguments of that reason after these.
    Result<void> checkRoom(std::uint64_t bytes, ReasonCode what,
                           const std::vector<std::string>& more = {}) const;
    // Puts the files of a finished folder in the place of the run's earlier result, `last` at the
    // end: a result that is not whole has no such file, or that of the one before. It is what was
    // learned after `step`.
    Result<void> takeResult(const std::filesystem::path& finished, std::int64_t step,
                            const std::string& last) const;

  private:
    RunFolder(std::filesystem::path path, File lock)
        : path_(std::move(path)), lock_(std::move(lock)) {}

    std::filesystem::path path_;
    File lock_;
};

}  // namespace dsm
