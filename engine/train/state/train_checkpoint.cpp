#include "engine/train/state/train_checkpoint.h"

#include <algorithm>
#include <cstring>
#include <string_view>

#include "engine/format/safetensors.h"
#include "engine/format/safetensors_writer.h"
#include "engine/format/sha256.h"
#include "kernels/base/atomic_file.h"
#include "kernels/base/folder.h"
#include "kernels/base/log.h"
#include "kernels/base/mapped_file.h"
#include "kernels/base/reason.h"

namespace dsm {
namespace {

namespace fs = std::filesystem;

constexpr const char* kAutomatic = "automatic";
constexpr std::size_t kPieceBytes = std::size_t{8} << 20;
constexpr std::size_t kMostHashesBytes = 1 << 16;

// One tensor of the file, and where it lies.
struct OptimizerPart {
    const char* name;
    const char* dtype;
    std::span<std::byte> bytes;
};

std::vector<OptimizerPart> partsOf(const OptimizerNumbers& n) {
    const auto bytes = [](auto numbers) { return std::as_writable_bytes(numbers); };
    if (n.firstCodes.empty()) {
        return {{"values", "F32", bytes(n.values)},
                {"first", "F32", bytes(n.first)},
                {"second", "F32", bytes(n.second)}};
    }
    return {{"values", "F32", bytes(n.values)},
            {"first", "U8", bytes(n.firstCodes)},
            {"second", "U8", bytes(n.secondCodes)},
            {"first_scale", "F32", bytes(n.first)},
            {"second_scale", "F32", bytes(n.second)}};
}

std::size_t sizeOf(const OptimizerPart& part) {
    return std::string_view(part.dtype) == "U8" ? 1 : sizeof(float);
}

Result<void> writeOptimizer(const fs::path& path, const OptimizerNumbers& numbers) {
    std::vector<TensorDeclaration> tensors;
    for (const OptimizerPart& part : partsOf(numbers)) {
        tensors.push_back(
            {part.name, part.dtype, {static_cast<std::int64_t>(part.bytes.size() / sizeOf(part))}});
    }
    auto writer = SafetensorsWriter::create(path, std::move(tensors));
    if (!writer) return tl::unexpected(writer.error());
    for (const OptimizerPart& part : partsOf(numbers)) {
        if (auto ok = writer->append(part.bytes); !ok) return ok;
    }
    return writer->finish();
}

Result<std::string> hashOf(const fs::path& path) {
    const auto file = MappedFile::open(path);
    if (!file) return tl::unexpected(file.error());
    Sha256 hash;
    for (auto rest = file->bytes(); !rest.empty();) {
        const auto piece = rest.first(std::min(kPieceBytes, rest.size()));
        hash.update(piece);
        dropPages(piece);
        rest = rest.subspan(piece.size());
    }
    return hash.finish();
}

// As sha256sum writes it.
Result<void> writeHashes(const fs::path& folder) {
    std::string text;
    for (const char* name : {kOptimizerFileName, kTrainStateName}) {
        const auto hash = hashOf(folder / name);
        if (!hash) return tl::unexpected(hash.error());
        text += *hash + "  " + name + "\n";
    }
    return writeFile(folder / kCheckpointHashesName, std::as_bytes(std::span(text)));
}

void removeOrTell(const fs::path& folder) {
    if (const auto removed = removeTree(folder); !removed)
        logMessage(LogLevel::Warning, removed.error().message);
}

// Copied piece by piece: the pages of a mapping count as this program's memory while it holds them.
void copyNumbers(std::span<const std::byte> from, std::span<std::byte> target) {
    for (; !from.empty();) {
        const std::size_t size = std::min(kPieceBytes, from.size());
        std::memcpy(target.data(), from.data(), size);
        dropPages(from.first(size));
        from = from.subspan(size);
        target = target.subspan(size);
    }
}

// Out of sight first: what is half removed has no checkpoint's name.
void removeCheckpoint(const fs::path& output, std::int64_t step) {
    const fs::path aside = unfinishedFolder(output, "removed");
    removeOrTell(aside);
    const bool isAside = renamePath(output / checkpointName(step), aside).has_value();
    removeOrTell(isAside ? aside : output / checkpointName(step));
}

// For file systems that cannot let two names change places.
Result<void> replaceInSteps(const fs::path& folder, const fs::path& finished) {
    const fs::path before = unfinishedFolder(finished.parent_path(), "old");
    if (auto removed = removeTree(before); !removed) return removed;
    if (auto aside = renamePath(finished, before); !aside) return aside;
    auto named = renamePath(folder, finished);
    if (!named) {
        if (const auto back = renamePath(before, finished); !back)
            named.error().message += " The one before is kept as " + before.string() + ".";
        return named;
    }
    removeOrTell(before);
    return {};
}

// One of this step that is there changes places with the new one at once, where the file system
// can.
Result<void> giveName(const fs::path& folder, const fs::path& finished) {
    const auto there = kindOf(finished);
    if (!there) return tl::unexpected(there.error());
    if (*there == PathKind::Missing) return renamePath(folder, finished);
    if (!exchangePaths(folder, finished)) return replaceInSteps(folder, finished);
    removeOrTell(folder);
    return {};
}

Result<void> fillCheckpoint(const fs::path& folder, const TrainState& state,
                            const OptimizerNumbers& numbers, const WeightWriter& weights,
                            bool isAutomatic) {
    if (auto ok = makeFolders(folder); !ok) return tl::unexpected(ok.error());
    if (weights) {
        if (auto ok = weights(folder); !ok) return ok;
    }
    if (auto ok = writeOptimizer(folder / kOptimizerFileName, numbers); !ok) return ok;
    const std::string text = writeTrainState(state);
    if (auto ok = writeFile(folder / kTrainStateName, std::as_bytes(std::span(text))); !ok)
        return ok;
    if (auto ok = writeHashes(folder); !ok) return ok;
    if (isAutomatic) {
        if (auto ok = writeFile(folder / kAutomatic, {}); !ok) return ok;
    }
    return syncFolder(folder);
}

}  // namespace

Result<void> writeCheckpoint(const fs::path& output, const TrainState& state,
                             const OptimizerNumbers& numbers, const WeightWriter& weights,
                             bool isAutomatic) {
    const fs::path folder = unfinishedFolder(output, checkpointName(state.step));
    const fs::path finished = output / checkpointName(state.step);
    if (auto removed = removeTree(folder); !removed) return removed;
    auto done = fillCheckpoint(folder, state, numbers, weights, isAutomatic);
    if (done) done = giveName(folder, finished);
    if (!done) {
        removeOrTell(folder);  // of a disk that is full it holds the last room
        return done;
    }
    return syncFolder(output);
}

Result<std::vector<std::int64_t>> checkpointSteps(const fs::path& output) {
    const auto names = namesIn(output);
    if (!names) return tl::unexpected(names.error());
    std::vector<std::int64_t> steps;
    for (const std::string& name : *names) {
        std::error_code ignored;
        const auto step = stepOfCheckpoint(name);
        if (step && fs::is_directory(output / name, ignored)) steps.push_back(*step);
    }
    std::sort(steps.begin(), steps.end());
    return steps;
}

void removeUnfinished(const fs::path& output) {
    for (const std::string& name : namesIn(output).value_or(std::vector<std::string>{})) {
        if (isUnfinished(name)) removeOrTell(output / name);
    }
}

Result<void> checkCheckpoint(const fs::path& checkpoint) {
    const fs::path path = checkpoint / kCheckpointHashesName;
    const auto file = MappedFile::open(path);
    if (!file) return tl::unexpected(file.error());
    const auto bytes = file->bytes();
    const std::string text(reinterpret_cast<const char*>(bytes.data()),
                           std::min(bytes.size(), kMostHashesBytes));
    for (const char* name : {kOptimizerFileName, kTrainStateName}) {
        const auto hash = hashOf(checkpoint / name);
        if (!hash) return tl::unexpected(hash.error());
        if (text.find(*hash + "  " + name + "\n") != std::string::npos) continue;
        return failure(ErrorCode::Malformed, ReasonCode::CheckpointChanged,
                       {(checkpoint / name).string(), path.string()});
    }
    return {};
}

NewestCheckpoint newestCheckpoint(const fs::path& output) {
    NewestCheckpoint newest;
    const auto steps = checkpointSteps(output);
    if (!steps) {
        newest.damaged.push_back(steps.error().message);
        return newest;
    }
    for (auto step = steps->rbegin(); step != steps->rend(); ++step) {
        const fs::path folder = output / checkpointName(*step);
        auto ok = checkCheckpoint(folder);
        if (const auto state = ok ? readTrainState(folder) : tl::unexpected(ok.error()); !state) {
            newest.damaged.push_back(state.error().message);
            continue;
        }
        newest.folder = folder;
        break;
    }
    return newest;
}

Result<void> readOptimizer(const fs::path& checkpoint, const OptimizerNumbers& numbers) {
    const fs::path path = checkpoint / kOptimizerFileName;
    const auto file = SafetensorsFile::open(path);
    if (!file) return tl::unexpected(file.error());
    const std::vector<OptimizerPart> parts = partsOf(numbers);
    for (const OptimizerPart& part : parts) {
        const TensorInfo* info = file->find(part.name);
        if (info == nullptr || info->dtypeName != part.dtype ||
            info->sizeBytes() != part.bytes.size()) {
            return failure(ErrorCode::Malformed,
                           path.string() + ": tensor " + part.name + " must hold " +
                               std::to_string(part.bytes.size() / sizeOf(part)) +
                               (sizeOf(part) == 1 ? " numbers of 8 bits" : " float32 numbers") +
                               "; the checkpoint is of another job.");
        }
    }
    for (const OptimizerPart& part : parts)
        copyNumbers(file->bytes(*file->find(part.name)), part.bytes);
    return {};
}

void rotateCheckpoints(const fs::path& output, std::int64_t limit, const std::string& best) {
    auto steps = checkpointSteps(output).value_or(std::vector<std::int64_t>{});
    if (steps.empty()) return;
    const std::int64_t newest = steps.back();
    steps.pop_back();
    std::error_code ignored;
    std::vector<std::int64_t> asked;
    for (const std::int64_t step : steps) {
        const fs::path folder = output / checkpointName(step);
        if (checkpointName(step) == best) continue;
        if (fs::exists(folder / kAutomatic, ignored)) {
            removeCheckpoint(output, step);
        } else {
            asked.push_back(step);
        }
    }
    if (limit <= 0) return;
    // The newest and the best count among those that are kept.
    auto surplus = static_cast<std::int64_t>(asked.size()) + 1 - limit;
    if (!best.empty() && best != checkpointName(newest) && fs::exists(output / best, ignored))
        ++surplus;
    for (auto step = asked.begin(); surplus > 0 && step != asked.end(); ++step, --surplus)
        removeCheckpoint(output, *step);
}

}  // namespace dsm
