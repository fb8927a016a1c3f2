// Subjects of C-Eval and CMMLU, whose prompts name them in Chinese while files have English names.
//
// Source   lm-eval 0.4.9.1: the descriptions of tasks/ceval and tasks/cmmlu. MMLU's are the names
//          themselves, with spaces.
// Threads  Constant.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "engine/evaluate/tasks/task.h"

namespace dsm {

// What the prompt calls a subject; empty where the task has none of this name. Of other tasks: its
// name.
std::string_view subjectWords(TaskName task, std::string_view subject);

// The subject that a file's name, or its folder's, stands for: "law_val.csv", "law/val-0.parquet"; ""
// where it stands for none.
std::string subjectIn(TaskName task, const std::filesystem::path& file);

}  // namespace dsm
