// Task data: the questions of a task's files, each with the examples that stand before it.
//
// Files are as the harness's own (engine/train/data/open_rows.h says which kinds): Parquet, JSON Lines,
// JSON, CSV, with the columns that task.h names.
//
//   shots   of the file of examples, of the same subject where the task has some: the first ones, or as
//           Random(1234).sample() draws them for one question after the other; a question is never an
//           example of its own
//
// Source   lm-eval 0.4.9.1: api/samplers.py, fewshot_context() in api/task.py.
// Memory   All texts: at most kMostQuestions rows, of kMostQuestionBytes together.
// Threads  Read on one thread; then immutable.
// Errors   Those of open_rows.h and task_question.h, naming file, row and column; Unsupported: a subject that
//          the task has not or that nobody names, too few examples, too many questions; Cancelled.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <stop_token>
#include <string>
#include <vector>

#include "engine/evaluate/tasks/task.h"
#include "engine/evaluate/tasks/task_question.h"
#include "kernels/base/result.h"

namespace dsm {

inline constexpr std::size_t kMostQuestions = 500'000;
inline constexpr std::size_t kMostQuestionBytes = std::size_t{2} << 30U;
inline constexpr std::uint32_t kShotSeed = 1234;

struct TaskDataOptions {
    const Task* task = nullptr;  // of allTasks()
    std::vector<std::filesystem::path> files;
    std::vector<std::filesystem::path> shotFiles = {};
    int shots = 0;
    std::string subject = {};  // where neither the rows nor the file's name say it
    std::int64_t limit = 0;    // of questions, the first ones; 0: all
};

struct TaskItem {
    TaskQuestion question = {};
    std::string file = {};  // as it was named
    const char* unit = "line";
    std::int64_t line = 0;
    std::string subject = {};
    std::uint64_t identity = 0;             // of its row's contents
    std::vector<std::uint32_t> shots = {};  // places in TaskData's
};

class TaskData {
  public:
    static Result<TaskData> read(const TaskDataOptions& options, const std::stop_token& stop);

    const Task& task() const { return *task_; }
    const std::vector<TaskItem>& items() const { return items_; }
    // Description and examples: what stands before the question.
    std::string beforeOf(const TaskItem& item) const;

  private:
    const Task* task_ = nullptr;
    std::vector<TaskItem> items_;
    std::vector<std::string> shots_;
};

}  // namespace dsm
