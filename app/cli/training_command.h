// The commands around training: data sets, adapters and what becomes of them. As in command.h.
//
// Errors  readDataset(): those of TextDataset::read(); Cancelled after Ctrl+C.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/cli/command.h"
#include "engine/train/data/export_deepspeed.h"
#include "engine/train/data/text_dataset.h"

namespace dsm::cli {

struct DatasetOptions {
    std::filesystem::path model;  // empty: the bundled demo model
    std::vector<std::filesystem::path> files;
    std::string sampleTemplate;        // a name of sample_template.h; empty: chat
    std::string systemText;            // of examples without one
    std::vector<std::string> columns;  // "instruction=question"
    std::string history = "trained";   // a name of example.h
    std::int64_t maximumTokens = 1024;
    int threads = 0;
    bool appliesEdits = false;
    int shown = 3;  // examples to print
};

struct ExportJobOptions {
    DatasetOptions data;
    DeepSpeedJob job;
    std::string method = "lora";
    std::filesystem::path out;
};

struct CompareOptions {
    EngineOptions engine;  // with the adapter
    GenerationChoices generation;
    std::optional<std::string> prompt;  // none: standard input
    bool keepsLineFeed = false;         // at the end of standard input
};

// Of evaluate --task.
struct TaskOptions {
    std::string name;  // of engine/evaluate/tasks/task.h; empty: no task, but rows as they are
    std::optional<int> shots;  // none: as many as in the paper
    std::vector<std::filesystem::path> shotFiles;
    std::string subject;
    std::int64_t limit = 0;         // of questions; 0: all
    std::filesystem::path items;    // that are written, and gone on with; empty: none
    std::filesystem::path against;  // items of another run, to compare with; empty: none
    int mostTokens = 0;             // of what is written; 0: as many as the task allows
    bool addsBos = false;
    int streams = 8;
};

struct EvaluateOptions {
    DatasetOptions data;   // its model is not used, `shown` rows of each end are printed
    EngineOptions engine;  // with the adapter
    TaskOptions task;
    std::filesystem::path json;  // of the result; empty: none
};

struct MergeCommandOptions {
    std::filesystem::path model;
    std::string adapter;  // "FOLDER" or "FOLDER:SCALE"
    std::filesystem::path out;
    int threads = 0;
};

// What the options ask for, read with progress on a terminal.
Result<std::unique_ptr<TextDataset>> readDataset(const DatasetOptions& options,
                                                 const Tokenizer& tokenizer, SampleTemplate chosen);
SampleTemplate templateOf(const DatasetOptions& options);
TextDatasetOptions textOptions(const DatasetOptions& options, ColumnMap columns);

int dataset(const DatasetOptions& options);
int compare(const CompareOptions& options);
int evaluate(const EvaluateOptions& options);
int exportJob(const ExportJobOptions& options);
int merge(const MergeCommandOptions& options);

}  // namespace dsm::cli
