#include "engine/quantize/merge.h"
#include "app/cli/terminal.h"
#include "app/cli/training_command.h"
#include "engine/generate/adapter_choice.h"

namespace dsm::cli {

int merge(const MergeCommandOptions& options) {
    // The command line allows no scale out of range.
    const AdapterChoice adapter = *parseAdapterChoice(options.adapter);
    const auto stop = Interrupt::arm();
    const auto progress = [](double share) {
        if (errorIsTerminal()) showProgress("Merging", share);
    };
    const auto merged = mergeAdapter({.model = options.model,
                                      .adapter = adapter.folder,
                                      .out = options.out,
                                      .scale = adapter.scale,
                                      .threads = options.threads},
                                     progress, stop->get_token());
    if (!merged) return fail(merged.error());
    note("Wrote the merged model to " + options.out.string() + ".");
    return kOk;
}

}  // namespace dsm::cli
