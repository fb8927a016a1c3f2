#include "app/cli/command.h"
#include "app/cli/command_line.h"
#include "app/cli/number_option.h"
#include "app/cli/shared_options.h"

namespace dsm::cli {
namespace {

void addTokenize(CLI::App& program, int& exitCode) {
    const auto [command, options] = addCommand(
        program, "tokenize", "Print the token ids of a text (without BOS)", exitCode, tokenize);
    addModel(*command, options->model);
    command->add_option("text", options->text, kTextHelp);
    addKeepLineFeed(*command, options->keepsLineFeed);
    command->add_flag("--jsonl", options->jsonLines,
                      "Read {\"text\": ...} lines, write {\"ids\": [...]} lines");
}

void addInspect(CLI::App& program, int& exitCode) {
    const auto [command, options] =
        addCommand(program, "inspect", "Show a model's architecture, sizes and memory need",
                   exitCode, inspect);
    addModel(*command, options->model);
    addCacheType(*command, options->kv);
    command->add_flag("--tensors", options->tensors, "List every tensor");
}

void addLogits(CLI::App& program, int& exitCode) {
    const auto [command, options] = addCommand(
        program, "logits", "Write the logits of given token ids, to compare", exitCode, logits);
    addEngine(*command, options->engine);
    addAdapter(*command, options->engine);
    options->engine.kv = KvType::F32;  // others compare with it
    addCacheType(*command, options->engine.kv);
    command->add_option("--ids-file", options->idsFile, "White-space separated token ids")
        ->required();
    command->add_option("--out", options->out, "A .safetensors file: logits, F32, [T, V]")
        ->required();
}

int quantizeAsAsked(const QuantizeOptions& options) {
    if (!options.report && !options.cacheReport && options.preset.empty())
        throw CLI::RequiredError("--to or --report");
    return quantize(options);
}

void addQuantize(CLI::App& program, int& exitCode) {
    const auto [command, options] =
        addCommand(program, "quantize", "Convert a model to fewer bits, or --report the cost",
                   exitCode, quantizeAsAsked);
    command->add_option("model", options->model, "The folder of the model")->required();
    auto* to = command->add_option("--to", options->preset, "How to store the weights")
                   ->check(CLI::IsMember(presetNames()));
    auto* out = command
                    ->add_option("out", options->out,
                                 "The folder to make; one that was stopped is continued")
                    ->needs(to);
    to->needs(out);
    command->add_option("--calibration", options->calibration,
                        "Weigh 4-bit errors by what the model reads of this text");
    command->add_option("--threads", options->threads, "Processor threads (default: one per core)")
        ->check(threadCount());
    auto* report = command->add_flag("--report", options->report,
                                     "Print size, errors and divergence of each preset");
    report->excludes(to);
    command->add_option("--text", options->text, "Compare on this text (default: a bundled one)")
        ->excludes(to);
    command
        ->add_flag("--kv-report", options->cacheReport,
                   "Print the divergence that each type of the context's memory causes")
        ->excludes(to)
        ->excludes(report);
    command->add_option("--presets", options->presets, "Only these presets")
        ->needs(report)
        ->delimiter(',')
        ->check(CLI::IsMember(presetNames()));
}

void addSynth(CLI::App& program, int& exitCode) {
    const auto [command, options] = addCommand(
        program, "synth", "Write a checkpoint of random weights, for measuring", exitCode, synth);
    auto* size = command->add_option("--size", options->size, "A known size")
                     ->check(CLI::IsMember(synthSizes()));
    command->add_option("--config", options->config, "Or the sizes of this config.json")
        ->excludes(size);
    command->add_option("--out", options->out, "The folder to make")->required();
    command->add_option("--tokenizer", options->tokenizer,
                        "Take the tokenizer's files from this folder");
    command->add_option("--format", options->format, "How the weights are stored")
        ->check(CLI::IsMember(presetNames()))
        ->capture_default_str();
    command->add_option("--layers", options->layers, "Fewer or more layers than the size has")
        ->check(wholeNumber(1, 1024));
    command->add_option("--seed", options->seed, "Equal seeds give equal weights")
        ->check(seedNumber())
        ->capture_default_str();
}

}  // namespace

void addModelCommands(CLI::App& program, int& exitCode) {
    addTokenize(program, exitCode);
    addInspect(program, exitCode);
    addLogits(program, exitCode);
    addQuantize(program, exitCode);
    addSynth(program, exitCode);
}

}  // namespace dsm::cli
