#include "app/services/training/results/export_work.h"

#include <QFileInfo>
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <span>
#include <vector>

#include "app/services/program/adapter_note.h"
#include "app/services/program/disk_space.h"
#include "app/services/program/path_text.h"
#include "engine/format/checkpoint.h"
#include "engine/model/adapter/adapter_file.h"
#include "engine/model/adapter/adapter_folder.h"
#include "engine/quantize/convert.h"
#include "engine/quantize/merge.h"
#include "kernels/base/atomic_file.h"
#include "kernels/base/bytes_in_words.h"
#include "kernels/base/file.h"
#include "kernels/base/folder.h"
#include "kernels/base/mapped_file.h"
#include "kernels/base/processors.h"
#include "kernels/base/reason.h"

namespace dsm {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::uint64_t kSmallFiles = std::uint64_t{16} << 20;  // tokenizer, code, licences
constexpr std::size_t kProbeBytes = std::size_t{16} << 20;
// Of the source, by each thread: 33 GB to q4 took 6.4 minutes of one of two Zen 3 cores
// (engine/quantize/README.md, 2026-11-26).
constexpr double kConvertedBytesPerSecond = 85e6;

// As the conversions of the program's own models do: a reply stays quick meanwhile.
int threadsToUse() {
    return std::max(1, readProcessors().threads() / 2);
}

fs::path unfinished(const fs::path& out) {
    return out.parent_path() / ("." + out.filename().string() + ".export");
}

std::vector<fs::path> adapterFiles(const fs::path& folder) {
    return {folder / std::string(kAdapterWeightsName), folder / std::string(kAdapterConfigName)};
}

// Bytes a second, of a few megabytes to the disk; 0: nothing can be written.
double writeSpeed(const fs::path& folder) {
    const fs::path probe = folder / ".deepseekmoe-probe";
    const std::vector<std::byte> bytes(kProbeBytes, std::byte{7});
    const auto begin = Clock::now();
    const auto written = writeFile(probe, bytes);
    const std::chrono::duration<double> took = Clock::now() - begin;
    static_cast<void>(removePath(probe));
    return written ? static_cast<double>(kProbeBytes) / std::max(took.count(), 1e-6) : 0;
}

Result<void> copyFile(const fs::path& from, const fs::path& to) {
    const auto file = MappedFile::open(from);
    if (!file) return tl::unexpected(file.error());
    return writeFile(to, file->bytes());
}

Result<std::uint64_t> sizeOfAdapter(const fs::path& folder) {
    std::uint64_t bytes = 0;
    for (const fs::path& file : adapterFiles(folder)) {
        std::error_code error;
        bytes += fs::file_size(file, error);
        if (error) return systemFailure("read", file, error.value());
    }
    return bytes;
}

Result<void> checkSource(const RunExportTask& task, const ModelConfig& config) {
    const std::string model = toPath(task.modelFolder);
    if (task.adapterFolder.isEmpty()) {
        if (!config.quantization) return {};
        return failure(ErrorCode::Unsupported, ReasonCode::ModelInFewBits, {model});
    }
    if (config.quantization) {
        return failure(ErrorCode::Unsupported, ReasonCode::BaseInFewBits, {model});
    }
    const auto adapter = AdapterFile::open(toPath(task.adapterFolder), config);
    return adapter ? Result<void>{} : tl::unexpected(adapter.error());
}

// What a whole model and its conversion weigh.
Result<void> planModel(const RunExportTask& task, RunExportPlan& plan) {
    const fs::path model = toPath(task.modelFolder);
    const auto config = readConfig(model);
    if (!config) return tl::unexpected(config.error());
    if (auto ok = checkSource(task, *config); !ok) return ok;
    const std::uint64_t whole = presetBytes(*config, Preset::Bf16) + kSmallFiles;
    plan.resultBytes = whole;
    plan.neededBytes = whole;
    if (task.kind == RunExportKind::Model) return {};
    const auto preset = presetNamed(task.preset.toStdString());
    if (!preset)
        return failure(ErrorCode::NotFound,
                       "There is no preset called " + task.preset.toStdString() + ".");
    plan.resultBytes = presetBytes(*config, *preset) + kSmallFiles;
    plan.convertedBytes = whole;
    // A merged model is there while it is converted.
    plan.neededBytes = plan.resultBytes + (task.adapterFolder.isEmpty() ? 0 : whole);
    return {};
}

Result<void> planWeight(const RunExportTask& task, RunExportPlan& plan) {
    if (task.kind != RunExportKind::Adapter) return planModel(task, plan);
    const auto bytes = sizeOfAdapter(toPath(task.adapterFolder));
    if (!bytes) return tl::unexpected(bytes.error());
    plan.resultBytes = *bytes;
    plan.neededBytes = *bytes;
    return {};
}

Result<void> checkPlace(const RunExportTask& task, const RunExportPlan& plan) {
    const fs::path out = toPath(task.out);
    std::error_code ignored;
    if (fs::exists(out, ignored) && !(fs::is_directory(out, ignored) && fs::is_empty(out, ignored)))
        return failure(ErrorCode::Io, ReasonCode::PlaceTaken, {out.string()});
    if (plan.freeBytes < 0 || plan.neededBytes <= static_cast<quint64>(plan.freeBytes)) return {};
    return failure(ErrorCode::Io, ReasonCode::NoRoomForExport,
                   {out.parent_path().string(), bytesInWords(static_cast<quint64>(plan.freeBytes)),
                    bytesInWords(plan.neededBytes)});
}

Result<void> planAll(const RunExportTask& task, RunExportPlan& plan) {
    if (auto ok = planWeight(task, plan); !ok) return ok;
    plan.freeBytes = freeBytesOf(QFileInfo(task.out).path());
    return checkPlace(task, plan);
}

double secondsOf(const RunExportTask& task, const RunExportPlan& plan) {
    const fs::path parent = toPath(QFileInfo(task.out).path());
    std::error_code ignored;
    if (!fs::is_directory(parent, ignored)) return 0;
    const double speed = writeSpeed(parent);
    if (speed <= 0) return 0;
    const double written = static_cast<double>(plan.neededBytes) / speed;
    return written +
           static_cast<double>(plan.convertedBytes) / (kConvertedBytesPerSecond * threadsToUse());
}

Result<void> makeAdapter(const RunExportTask& task, const fs::path& folder,
                         const std::function<void(double)>& progress, const std::stop_token& stop) {
    if (auto ok = makeFolders(folder); !ok) return tl::unexpected(ok.error());
    if (!task.note.isEmpty()) {
        const std::string note = task.note.toStdString() + "\n";
        if (auto ok = writeFile(folder / kAdapterNoteName, std::as_bytes(std::span(note))); !ok)
            return ok;
    }
    for (const fs::path& file : adapterFiles(toPath(task.adapterFolder))) {
        if (stop.stop_requested()) return cancelled();
        if (auto ok = copyFile(file, folder / file.filename()); !ok) return ok;
    }
    progress(1);
    return {};
}

ConvertOptions conversion(const RunExportTask& task, const fs::path& source, const fs::path& out) {
    const Preset preset = task.kind == RunExportKind::Converted
                              ? *presetNamed(task.preset.toStdString())
                              : Preset::Bf16;
    return {.source = source, .preset = preset, .out = out, .threads = threadsToUse()};
}

// Into `folder`, by way of a merged model beside it where that is converted.
Result<void> makeModel(const RunExportTask& task, const fs::path& folder,
                       const std::function<void(double)>& progress, const std::stop_token& stop) {
    const fs::path result = folder / "result";
    if (task.adapterFolder.isEmpty()) {
        return convertCheckpoint(conversion(task, toPath(task.modelFolder), result), progress,
                                 stop);
    }
    const bool converts = task.kind == RunExportKind::Converted;
    const fs::path merged = converts ? folder / "merged" : result;
    if (auto ok = makeFolders(folder); !ok) return tl::unexpected(ok.error());
    const auto half = [&](double first) {
        return [&progress, converts, first](double share) {
            progress(converts ? first + share / 2 : share);
        };
    };
    const auto done = mergeAdapter({.model = toPath(task.modelFolder),
                                    .adapter = toPath(task.adapterFolder),
                                    .out = merged,
                                    .threads = threadsToUse()},
                                   half(0), stop);
    if (!done || !converts) return done;
    return convertCheckpoint(conversion(task, merged, result), half(0.5), stop);
}

}  // namespace

RunExportPlan planExport(const RunExportTask& task) {
    RunExportPlan plan;
    if (const auto ok = planAll(task, plan); !ok) {
        plan.problem = shown(ok.error());
    } else {
        plan.seconds = secondsOf(task, plan);
    }
    return plan;
}

Result<void> makeExport(const RunExportTask& task, const std::function<void(double)>& progress,
                        const std::stop_token& stop) {
    RunExportPlan plan;
    if (auto ok = planAll(task, plan); !ok) return ok;
    const fs::path out = toPath(task.out);
    const fs::path aside = unfinished(out);
    if (auto ok = removeTree(aside); !ok) return ok;
    if (auto ok = makeFolders(out.parent_path()); !ok) return tl::unexpected(ok.error());
    const bool isAdapter = task.kind == RunExportKind::Adapter;
    Result<void> made = isAdapter ? makeAdapter(task, aside, progress, stop)
                                  : makeModel(task, aside, progress, stop);
    if (made && stop.stop_requested()) made = cancelled();
    if (made) made = removePath(out);  // an empty folder
    if (made) made = renamePath(isAdapter ? aside : aside / "result", out);
    static_cast<void>(removeTree(aside));
    return made;
}

}  // namespace dsm
