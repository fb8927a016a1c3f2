// How the files of a text data set are read, and what is kept of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "engine/train/data/dataset_report.h"
#include "engine/train/data/example.h"
#include "engine/train/data/sample_template.h"

namespace dsm {

struct TextDatasetOptions {
    std::vector<std::filesystem::path> files;
    SampleTemplate sampleTemplate = SampleTemplate::Chat;
    std::string systemText = {};  // of the examples that have none of their own; chat only
    ColumnMap columns = {};
    HistoryUse history = HistoryUse::Trained;
    bool appliesEdits = false;  // those beside the files (row_edits.h)
    std::int64_t maximumTokens = 1024;
    int threads = 0;                // 0: one per core
    std::size_t samplesToShow = 3;  // in the report
    bool findsNear = false;         // rows that are nearly equal, for the report
    bool keepsShapes = false;       // shapes(), for samples that are read whole
    bool followsEdits = false;      // follow() can be asked afterwards
    std::int64_t mostRows = 0;      // ends after so many, as if the files did; 0: all
    // Called in the order of the files, for all of them, where the report lists the first alone.
    std::function<void(const RefusedRow&)> refused = {};
};

}  // namespace dsm
