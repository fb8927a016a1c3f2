#include "app/cli/shared_options.h"

#include <CLI/CLI.hpp>
#include <map>

#include "app/cli/number_option.h"
#include "engine/model/checkpoint/preset.h"

namespace dsm::cli {

void addModel(CLI::App& command, std::filesystem::path& model) {
    command.add_option("-m,--model", model, "Model folder (default: the bundled demo model)")
        ->type_name("FOLDER");
}

void addKeepLineFeed(CLI::App& command, bool& keeps) {
    command.add_flag("--keep-newline", keeps,
                     "Take the line feed at the end of standard input for a part of the text");
}

void addEngine(CLI::App& command, EngineOptions& engine) {
    addModel(command, engine.model);
    command.add_option("--backend", engine.backend,
                       "What computes: cuda, cpu or reference (default: the fastest here)");
    command.add_option("--gpu", engine.gpu, "The GPU of this number (see: devices)")
        ->check(wholeNumber(0, 1023));
    command
        .add_option("--gpu-layers", engine.gpuLayers,
                    "Layers whose routed experts lie on the GPU; the CPU computes the others "
                    "(default: as many as fit)")
        ->check(wholeNumber(0, 100'000));
    command.add_option("--threads", engine.threads, "Processor threads (default: one per core)")
        ->check(threadCount());
    auto* fromDisk = command.add_flag(
        "--from-disk", engine.fromDisk,
        "Leave the weights on the disk: runs a model larger than the memory, slowly");
    command.add_flag("--lock", engine.lock, "Keep the weights in memory, whatever else runs")
        ->excludes(fromDisk);
}

void addAdapter(CLI::App& command, EngineOptions& engine) {
    command.add_option("--adapter", engine.adapter, "Use the LoRA adapter in this folder")
        ->type_name("FOLDER[:SCALE]")
        ->check(adapterWithScale());
}

void addGeneration(CLI::App& command, GenerationChoices& wanted) {
    // CLI11 shows no default for an option without a value: the help names the model's own.
    command
        .add_option("-n,--max-tokens", wanted.maximumTokens,
                    "Longest reply, in tokens (default: the model's own, else 1024)")
        ->check(wholeNumber(kMaximumTokensRange));
    command
        .add_option("-t,--temperature", wanted.temperature,
                    "Freedom of choice; 0: always the likeliest (default: the model's own, else "
                    "0.7)")
        ->check(number(kTemperatureRange));
    command
        .add_option("--top-k", wanted.topK,
                    "Choose among the K likeliest tokens; 0: all (default: the model's own)")
        ->check(wholeNumber(kTopKRange));
    command
        .add_option("--top-p", wanted.topP,
                    "Choose among the likeliest tokens of this total probability (default: the "
                    "model's own, else 0.95)")
        ->check(number(kTopPRange));
    command
        .add_option("--repetition-penalty", wanted.repetitionPenalty,
                    "Above 1: repeat less (default: the model's own)")
        ->check(number(kRepetitionPenaltyRange));
    command
        .add_option("--min-p", wanted.minP,
                    "Leave out tokens below this share of the likeliest one (default: the model's "
                    "own)")
        ->check(number(kMinPRange));
    command
        .add_option("--presence-penalty", wanted.presencePenalty, "Taken off tokens of the reply")
        ->check(number(kPenaltyRange))
        ->capture_default_str();
    command.add_option("--frequency-penalty", wanted.frequencyPenalty, "The same, for each time")
        ->check(number(kPenaltyRange))
        ->capture_default_str();
    command.add_option("--stop", wanted.stopStrings, "End the reply before this text (repeatable)");
    command
        .add_option("--seed", wanted.seed,
                    "Equal seeds give equal replies (default: a new one each time)")
        ->check(seedNumber());
}

void addCacheType(CLI::App& command, KvType& kv) {
    const std::map<std::string, KvType> types{
        {"f32", KvType::F32}, {"bf16", KvType::BF16}, {"q8", KvType::Q8}};
    command
        .add_option_function<std::string>(
            "--kv", [&kv, types](const std::string& asked) { kv = types.at(asked); },
            "Numbers of the context's memory; q8 takes half of bf16")
        ->check(CLI::IsMember({"f32", "bf16", "q8"}))
        ->type_name("TYPE")
        ->default_str(std::string(name(kv)));
}

void addContext(CLI::App& command, EngineOptions& engine) {
    command
        .add_option("--context", engine.context,
                    "Tokens to reserve memory for (default: the model's own, at most 4096)")
        ->check(wholeNumber(16, 1'000'000));
    addCacheType(command, engine.kv);
}

std::vector<std::string> presetNames() {
    std::vector<std::string> names;
    for (const Preset preset : kPresets)
        names.emplace_back(name(preset));
    return names;
}

}  // namespace dsm::cli
