#include "app/services/library/engine_converter.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "app/services/program/path_text.h"
#include "app/services/program/reason_words.h"
#include "engine/model/checkpoint/preset.h"
#include "engine/quantize/convert.h"
#include "kernels/base/processors.h"

namespace dsm {
namespace {

namespace fs = std::filesystem;

// What a conversion reads.
quint64 weightFilesBytes(const fs::path& folder) {
    quint64 bytes = 0;
    std::error_code ignored;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, ignored)) {
        if (entry.path().extension() == ".safetensors") bytes += entry.file_size(ignored);
    }
    return bytes;
}

int threadsToUse() {
    return std::max(1, readProcessors().threads() / 2);
}

}  // namespace

ConversionEnd convertWithEngine(const ConversionTask& task,
                                const std::function<void(quint64 done, quint64 total)>& progress,
                                const std::stop_token& stop) {
    const auto preset = presetNamed(task.preset.toStdString());
    if (!preset) {
        return {.isStopped = false,
                .error = QStringLiteral("There is no preset called %1.").arg(task.preset)};
    }
    ConvertOptions options;
    options.source = toPath(task.sourceFolder);
    options.preset = *preset;
    options.out = toPath(task.folder);
    options.threads = threadsToUse();
    const quint64 total = weightFilesBytes(options.source);
    const auto share = [&](double done) {
        progress(static_cast<quint64>(static_cast<double>(total) * done), total);
    };
    const Result<void> converted = convertCheckpoint(options, share, stop);
    if (converted) return {};
    if (converted.error().code == ErrorCode::Cancelled) return {.isStopped = true, .error = {}};
    return {.isStopped = false, .error = presentError(converted.error())};
}

}  // namespace dsm
