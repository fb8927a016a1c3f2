#include "engine/train/train_checkpoint.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>

#include "engine/format/atomic_file.h"
#include "engine/format/safetensors.h"
#include "engine/format/safetensors_writer.h"
#include "kernels/base/log.h"

namespace dsm {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPrefix = "checkpoint-";
constexpr std::string_view kUnfinished = ".unfinished-";

tl::unexpected<Error> io(const fs::path& path, const std::string& reason) {
    return failure(ErrorCode::Io, path.string() + ": " + reason + ".");
}

// Names in a folder last as long as the folder itself is flushed.
Result<void> flushFolder(const fs::path& folder) {
    const int file = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (file < 0) return io(folder, std::strerror(errno));
    const bool flushed = ::fsync(file) == 0;
    const int reason = errno;
    ::close(file);
    if (!flushed) return io(folder, std::strerror(reason));
    return {};
}

Result<void> writeOptimizer(const fs::path& path, const OptimizerNumbers& numbers) {
    const std::vector<std::int64_t> shape{static_cast<std::int64_t>(numbers.values.size())};
    auto writer = SafetensorsWriter::create(
        path, {{"values", "F32", shape}, {"first", "F32", shape}, {"second", "F32", shape}});
    if (!writer) return tl::unexpected(writer.error());
    for (const auto& part : {numbers.values, numbers.first, numbers.second}) {
        if (auto ok = writer->append(std::as_bytes(part)); !ok) return ok;
    }
    return writer->finish();
}

std::optional<std::int64_t> stepOf(const std::string& name) {
    if (!name.starts_with(kPrefix)) return std::nullopt;
    std::int64_t step = 0;
    const char* end = name.data() + name.size();
    const auto [stop, error] = std::from_chars(name.data() + kPrefix.size(), end, step);
    if (error != std::errc() || stop != end || step < 0) return std::nullopt;
    return step;
}

std::vector<std::string> folderNames(const fs::path& output) {
    std::vector<std::string> names;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(output, error)) {
        std::error_code ignored;
        if (entry.is_directory(ignored)) names.push_back(entry.path().filename().string());
    }
    return names;
}

void removeFolder(const fs::path& folder) {
    std::error_code error;
    fs::remove_all(folder, error);
    if (error) {
        logMessage(LogLevel::Warning,
                   folder.string() + " could not be removed: " + error.message() + ".");
    }
}

}  // namespace

std::string checkpointName(std::int64_t step) {
    return std::string(kPrefix) + std::to_string(step);
}

Result<void> writeCheckpoint(const fs::path& output, const TrainState& state,
                             const OptimizerNumbers& numbers, const WeightWriter& weights) {
    const fs::path folder = output / (std::string(kUnfinished) + checkpointName(state.step));
    const fs::path finished = output / checkpointName(state.step);
    removeFolder(folder);
    std::error_code error;
    fs::create_directories(folder, error);
    if (error) return io(folder, error.message());
    if (weights) {
        if (auto ok = weights(folder); !ok) return ok;
    }
    if (auto ok = writeOptimizer(folder / kOptimizerFileName, numbers); !ok) return ok;
    const std::string text = writeTrainState(state);
    if (auto ok = writeFile(folder / kTrainStateName, std::as_bytes(std::span(text))); !ok)
        return ok;
    if (auto ok = flushFolder(folder); !ok) return ok;
    // One of this step that is there goes aside first; rename() replaces empty folders only.
    const fs::path before = output / (std::string(kUnfinished) + "old");
    removeFolder(before);
    if (fs::exists(finished, error)) fs::rename(finished, before, error);
    fs::rename(folder, finished, error);
    if (error) return io(finished, error.message());
    removeFolder(before);
    return flushFolder(output);
}

std::vector<std::int64_t> checkpointSteps(const fs::path& output) {
    std::vector<std::int64_t> steps;
    for (const std::string& name : folderNames(output)) {
        if (const auto step = stepOf(name)) steps.push_back(*step);
    }
    std::sort(steps.begin(), steps.end());
    return steps;
}

void removeUnfinished(const fs::path& output) {
    for (const std::string& name : folderNames(output)) {
        if (name.starts_with(kUnfinished)) removeFolder(output / name);
    }
}

std::optional<fs::path> newestCheckpoint(const fs::path& output) {
    const std::vector<std::int64_t> steps = checkpointSteps(output);
    for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
        const fs::path folder = output / checkpointName(*step);
        const auto state = readTrainState(folder);
        if (state && SafetensorsFile::open(folder / kOptimizerFileName)) return folder;
        logMessage(LogLevel::Warning,
                   folder.string() + " is damaged; an older checkpoint is tried.");
    }
    return std::nullopt;
}

Result<void> readOptimizer(const fs::path& checkpoint, const OptimizerNumbers& numbers) {
    const fs::path path = checkpoint / kOptimizerFileName;
    const auto file = SafetensorsFile::open(path);
    if (!file) return tl::unexpected(file.error());
    const std::pair<const char*, std::span<float>> parts[] = {
        {"values", numbers.values}, {"first", numbers.first}, {"second", numbers.second}};
    for (const auto& [name, to] : parts) {
        const TensorInfo* info = file->find(name);
        if (info == nullptr || info->dtypeName != "F32" || info->sizeBytes() != to.size_bytes()) {
            return failure(ErrorCode::Malformed,
                           path.string() + ": tensor " + name + " must hold " +
                               std::to_string(to.size()) +
                               " float32 numbers; the checkpoint is of another job.");
        }
    }
    for (const auto& [name, to] : parts) {
        if (!to.empty())
            std::memcpy(to.data(), file->bytes(*file->find(name)).data(), to.size_bytes());
    }
    return {};
}

void rotateCheckpoints(const fs::path& output, std::int64_t limit, const std::string& best) {
    if (limit <= 0) return;
    std::vector<std::int64_t> steps = checkpointSteps(output);
    auto surplus = static_cast<std::int64_t>(steps.size()) - limit;
    for (auto step = steps.begin(); surplus > 0 && step + 1 != steps.end(); ++step) {
        if (checkpointName(*step) == best) continue;
        removeFolder(output / checkpointName(*step));
        --surplus;
    }
}

}  // namespace dsm
