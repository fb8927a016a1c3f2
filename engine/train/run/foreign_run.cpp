#include "engine/train/run/foreign_run.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>
#include <system_error>
#include <vector>

#include "engine/format/checkpoint.h"
#include "engine/format/json_file.h"
#include "engine/format/model_file.h"
#include "engine/model/adapter/adapter_folder.h"
#include "engine/model/checkpoint/config.h"
#include "engine/train/state/event_reader.h"
#include "engine/train/state/train_checkpoint.h"
#include "engine/train/state/train_state.h"
#include "kernels/base/reason.h"

namespace dsm {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::uint64_t kMostStateBytes = std::uint64_t{256} << 20;
constexpr std::size_t kMostConfigBytes = std::size_t{4} << 20;
constexpr int kDepth = 3;  // of folders that event files are looked for in

struct Name {
    const char* theirs;
    const char* ours;
};
// Of log_history, and of event files without a prefix.
constexpr Name kNames[] = {{"loss", "train/loss"},
                           {"learning_rate", "train/learning_rate"},
                           {"grad_norm", "train/grad_norm"},
                           {"epoch", "train/epoch"},
                           {"eval_loss", "eval/loss"}};

bool isOurs(const std::string& name) {
    return std::any_of(std::begin(kNames), std::end(kNames),
                       [&](const Name& one) { return name == one.ours; });
}

// Python writes NaN and Infinity, which are no JSON; they become null outside of strings.
std::string withoutNaN(std::string text) {
    bool isText = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '"') isText = !isText;
        if (text[i] == '\\') ++i;
        if (isText) continue;
        for (const std::string_view word : {"-Infinity", "Infinity", "NaN"}) {
            if (text.compare(i, word.size(), word) == 0) text.replace(i, word.size(), "null");
        }
    }
    return text;
}

double numberIn(const json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_number() ? found->get<double>() : 0;
}

void keep(ForeignRun& run, const std::string& name, std::int64_t step, double value) {
    if (step < 0 || !std::isfinite(value)) return;
    run.metrics[name][step] = value;
    run.step = std::max(run.step, step);
}

Result<void> readState(const fs::path& path, ForeignRun& run) {
    auto text = readTextFile(path, kMostStateBytes);
    if (!text) return tl::unexpected(text.error());
    const auto state = parseJson(withoutNaN(std::move(*text)), path.string());
    if (!state) return tl::unexpected(state.error());
    const auto log = state->find("log_history");
    if (!state->is_object() || log == state->end() || !log->is_array()) {
        return failure(ErrorCode::Malformed, ReasonCode::TrainerStateStrange, {path.string()});
    }
    run.steps = static_cast<std::int64_t>(numberIn(*state, "max_steps"));
    run.epochs = numberIn(*state, "num_train_epochs");
    run.step = static_cast<std::int64_t>(numberIn(*state, "global_step"));
    for (const json& entry : *log) {
        if (!entry.is_object() || !entry.contains("step")) continue;
        const auto step = static_cast<std::int64_t>(numberIn(entry, "step"));
        for (const Name& name : kNames) {
            const auto value = entry.find(name.theirs);
            if (value != entry.end() && value->is_number())
                keep(run, name.ours, step, value->get<double>());
        }
    }
    return {};
}

// That of the folder, else of the newest checkpoint that has one.
Result<std::optional<fs::path>> stateIn(const fs::path& folder) {
    std::error_code error;
    if (fs::exists(folder / kTrainStateName, error)) return folder / kTrainStateName;
    auto steps = checkpointSteps(folder);
    if (!steps) return tl::unexpected(steps.error());
    std::reverse(steps->begin(), steps->end());
    for (const std::int64_t step : *steps) {
        const fs::path path = folder / checkpointName(step) / kTrainStateName;
        if (fs::exists(path, error)) return path;
    }
    return std::nullopt;
}

void findEvents(const fs::path& folder, int depth, std::vector<fs::path>& found) {
    std::error_code error;
    for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
        std::error_code ignored;
        const std::string name = at->path().filename().string();
        if (at->is_regular_file(ignored) && name.starts_with("events.out.tfevents."))
            found.push_back(at->path());
        if (depth > 0 && at->is_directory(ignored) && !at->is_symlink(ignored))
            findEvents(at->path(), depth - 1, found);
    }
}

Result<ForeignRun> eventsIn(const fs::path& folder) {
    std::vector<fs::path> files;
    findEvents(folder, kDepth, files);
    std::sort(files.begin(), files.end());  // by their time
    ForeignRun read;
    for (const fs::path& file : files) {
        const auto scalars = readEvents(file);
        if (!scalars) return tl::unexpected(scalars.error());
        for (const EventScalar& scalar : *scalars) {
            std::string name = scalar.tag;
            for (const Name& one : kNames) {
                if (name == one.theirs) name = one.ours;
            }
            if (isOurs(name)) keep(read, name, scalar.step, scalar.value);
        }
    }
    return read;
}

Result<void> readEventFiles(const fs::path& folder, ForeignRun& run) {
    auto read = eventsIn(folder);
    if (!read) return tl::unexpected(read.error());
    // What the state says counts.
    for (auto& [name, points] : read->metrics) {
        if (!run.metrics.contains(name)) run.metrics[name] = std::move(points);
    }
    run.step = std::max(run.step, read->step);
    return {};
}

// One without weights is what a trainer writes beside the parts of its own state.
bool isModelFolder(const fs::path& folder) {
    std::error_code error;
    const bool hasWeights =
        fs::exists(folder / kSingleFileName, error) || fs::exists(folder / kIndexFileName, error);
    return hasWeights && fs::exists(folder / kConfigFileName, error);
}

Result<void> readResult(const fs::path& folder, ForeignRun& run) {
    run.hasModel = isModelFolder(folder);
    run.hasAdapter = isAdapterFolder(folder);
    if (!run.hasAdapter) {
        const auto steps = checkpointSteps(folder);
        if (!steps) return tl::unexpected(steps.error());
        for (const std::int64_t step : *steps) {
            run.hasAdapter = run.hasAdapter || isAdapterFolder(folder / checkpointName(step));
            run.hasModel = run.hasModel || isModelFolder(folder / checkpointName(step));
        }
        return {};
    }
    const auto config = readJson(folder / std::string(kAdapterConfigName), kMostConfigBytes);
    if (!config) return tl::unexpected(config.error());
    run.lora.rank = static_cast<std::int64_t>(numberIn(*config, "r"));
    run.lora.alpha = numberIn(*config, "lora_alpha");
    run.lora.dropout = numberIn(*config, "lora_dropout");
    const auto base = config->find("base_model_name_or_path");
    if (base != config->end() && base->is_string()) run.baseModel = base->get<std::string>();
    return {};
}

}  // namespace

Result<RunMetrics> readRunEvents(const fs::path& folder) {
    return eventsIn(folder).map([](ForeignRun&& run) { return std::move(run.metrics); });
}

Result<ForeignRun> readForeignRun(const fs::path& folder) {
    std::error_code error;
    if (!fs::is_directory(folder, error))
        return failure(ErrorCode::NotFound, ReasonCode::NoFolder, {folder.string()});
    ForeignRun run;
    const auto state = stateIn(folder);
    if (!state) return tl::unexpected(state.error());
    if (*state) {
        if (auto ok = readState(**state, run); !ok) return tl::unexpected(ok.error());
    }
    if (auto ok = readEventFiles(folder, run); !ok) return tl::unexpected(ok.error());
    if (auto ok = readResult(folder, run); !ok) return tl::unexpected(ok.error());
    if (run.metrics.empty() && !run.hasAdapter && !run.hasModel) {
        return failure(ErrorCode::NotFound, ReasonCode::NothingOfRun, {folder.string()});
    }
    for (const auto& [step, rate] : run.metrics["train/learning_rate"])
        run.rate = std::max(run.rate, rate);
    run.steps = std::max(run.steps, run.step);
    return run;
}

}  // namespace dsm
