#include <algorithm>
#include <iostream>
#include <new>
#include <nlohmann/json.hpp>
#include <span>

#include "app/cli/bench_report.h"
#include "app/cli/bench_run.h"
#include "app/cli/terminal.h"
#include "engine/format/atomic_file.h"

namespace dsm::cli {

int bench(const BenchOptions& options) {
    const Result<std::filesystem::path> folder = modelFolder(options.engine.model);
    if (!folder) return fail(folder.error());
    const BenchPlan plan{
        .prompts = options.prompts, .positions = options.positions, .ops = options.ops};
    const auto stop = Interrupt::arm();
    ProgressSink loading;
    if (errorIsTerminal()) loading = [](double share) { showProgress("Loading", share); };
    const auto model = Model::load({.folder = *folder,
                                    .backend = options.engine.backend,
                                    .threads = options.engine.threads,
                                    .contextLimit = contextFor(plan),
                                    .kv = options.engine.kv,
                                    .gpu = options.engine.gpu,
                                    .gpuLayers = options.engine.gpuLayers},
                                   loading, stop->get_token());
    if (!model) return fail(model.error());
    if (const auto used = useAdapter(**model, options.engine); !used) return fail(used.error());

    std::optional<BenchReport> report;
    try {
        const auto progress = [](const std::string& step) { note(step + " .."); };
        report = runBench(**model, plan, progress, stop->get_token());
    } catch (const std::bad_alloc&) {
        return fail({ErrorCode::OutOfMemory, "Not enough memory to measure the bandwidth with."});
    }
    if (const auto& failed = (*model)->failure()) return fail(*failed);
    if (!report && !stop->stop_requested())
        return fail({ErrorCode::OutOfMemory, "The GPU has no memory left to be measured with."});
    if (!report) return kInterrupted;
    const std::filesystem::path path = folder->has_filename() ? *folder : folder->parent_path();
    const BenchSubject subject =
        describeBench(**model, path.filename().string(), options.engine.adapter);
    std::cout << benchTable(subject, *report) << std::flush;
    if (options.json.empty()) return kOk;
    const std::string text = benchJson(subject, *report).dump(2) + "\n";
    const auto written = writeFile(options.json, std::as_bytes(std::span(text)));
    return written ? static_cast<int>(kOk) : fail(written.error());
}

}  // namespace dsm::cli
