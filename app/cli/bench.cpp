#include <algorithm>
#include <iostream>
#include <new>
#include <nlohmann/json.hpp>
#include <span>

#include "app/cli/bench_report.h"
#include "app/cli/bench_run.h"
#include "app/cli/prompt_text.h"
#include "app/cli/sample_text.h"
#include "app/cli/terminal.h"
#include "kernels/base/atomic_file.h"

namespace dsm::cli {
namespace {

constexpr std::int64_t kLookAheadTokens = 320;

// The name of a folder need not be UTF-8.
std::string inJson(const nlohmann::json& report) {
    return report.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace

int bench(const BenchOptions& options) {
    const Result<std::filesystem::path> folder = modelFolder(options.engine.model);
    if (!folder) return fail(folder.error());
    BenchPlan plan{.prompts = options.prompts,
                   .positions = options.positions,
                   .streams = options.streams,
                   .ops = options.ops};
    if (options.lookAhead) {
        auto ids = idsOf(*folder, sampleText(), kLookAheadTokens);
        if (!ids) return fail(ids.error());
        plan.text = std::move(*ids);
    }
    // Before the minutes of measuring: a file that cannot be written is told now.
    std::optional<AtomicFile> json;
    if (!options.json.empty()) {
        auto created = AtomicFile::create(options.json);
        if (!created) return fail(created.error());
        json = std::move(*created);
    }
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

    Result<BenchReport> report = cancelled();
    try {
        const auto progress = [](const std::string& step) { note(step + " .."); };
        report = runBench(**model, plan, progress, stop->get_token());
    } catch (const std::bad_alloc&) {
        return fail({ErrorCode::OutOfMemory, "Not enough memory to measure the bandwidth with."});
    }
    if (!report) return fail(report.error());
    const std::filesystem::path path = folder->has_filename() ? *folder : folder->parent_path();
    const BenchSubject subject =
        describeBench(**model, path.filename().string(), options.engine.adapter);
    std::cout << benchTable(subject, *report) << std::flush;
    if (!json) return kOk;
    const std::string text = inJson(benchJson(subject, *report));
    auto written = json->write(std::as_bytes(std::span(text)));
    if (written) written = json->commit();
    return written ? static_cast<int>(kOk) : fail(written.error());
}

}  // namespace dsm::cli
