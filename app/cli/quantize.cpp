#include <chrono>
#include <iostream>

#include "app/cli/terminal.h"
#include "engine/model/preset.h"
#include "engine/quantize/convert.h"

namespace dsm::cli {
namespace {

int convert(const QuantizeOptions& options) {
    const Preset preset = *presetNamed(options.preset);  // the command line allows no other
    const auto stop = Interrupt::arm();
    ProgressSink progress;
    if (errorIsTerminal()) progress = [](double share) { showProgress("Converting", share); };
    const auto converted = convertCheckpoint(
        {.source = options.model, .preset = preset, .out = options.out, .threads = options.threads},
        progress, stop->get_token());
    if (!converted) {
        if (converted.error().code == ErrorCode::Cancelled) {
            note("Stopped. The same command goes on after the last finished file.");
        }
        return fail(converted.error());
    }
    note("Wrote " + options.out.string() + " (" + options.preset + ").");
    return kOk;
}

}  // namespace

int quantize(const QuantizeOptions& options) {
    return convert(options);
}

}  // namespace dsm::cli
