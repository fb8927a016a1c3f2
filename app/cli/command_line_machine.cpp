#include "app/cli/command.h"
#include "app/cli/command_line.h"
#include "app/cli/number_option.h"
#include "app/cli/shared_options.h"
#include "kernels/base/cache_run.h"

namespace dsm::cli {
namespace {

int benchAsAsked(const BenchOptions& options) {
    return options.train ? benchTraining(options) : bench(options);
}

void addBench(CLI::App& program, int& exitCode) {
    const auto [command, options] =
        addCommand(program, "bench", "Measure a model's speed, as shares of the machine's",
                   exitCode, benchAsAsked);
    addEngine(*command, options->engine);
    addAdapter(*command, options->engine);
    addCacheType(*command, options->engine.kv);
    command->add_option("--prompt", options->prompts, "Read prompts of so many tokens")
        ->delimiter(',')
        ->check(wholeNumber(1, 1'000'000))
        ->capture_default_str();
    command->add_option("--decode", options->positions, "Go on one by one after so many tokens")
        ->delimiter(',')
        ->check(wholeNumber(0, 1'000'000))
        ->capture_default_str();
    command
        ->add_option("--streams", options->streams,
                     "Go on in so many contexts at once, beside one alone")
        ->delimiter(',')
        ->check(wholeNumber(2, kMostRuns));
    command->add_flag("--ops", options->ops, "Also show the time of each operation");
    command->add_flag("--look-ahead", options->lookAhead,
                      "Also read known replies with guesses of what comes next, and without");
    command->add_option("--json", options->json, "Write the numbers to this file as well");
    auto* train = command->add_flag("--train", options->train, "Measure training instead");
    TrainBenchOptions& training = options->training;
    command->add_option("--train-tokens", training.tokens, "Tokens of a step of training")
        ->needs(train)
        ->check(wholeNumber(2, 1'000'000))
        ->capture_default_str();
    command->add_option("--train-length", training.lengths, "Tokens of a sample")
        ->needs(train)
        ->delimiter(',')
        ->check(wholeNumber(2, 1'000'000))
        ->capture_default_str();
    command->add_option("--train-steps", training.steps, "Steps that are measured")
        ->needs(train)
        ->check(wholeNumber(1, 1000))
        ->capture_default_str();
    command->add_option("--train-methods", training.methods, "What learns")
        ->needs(train)
        ->delimiter(',')
        ->check(CLI::IsMember({"attention", "lora", "full"}))
        ->capture_default_str();
    command
        ->add_flag("!--keep-activations", training.checkpointing,
                   "Keep all activations instead of computing them again")
        ->needs(train);
}

void addDevices(CLI::App& program, int& exitCode) {
    program.add_subcommand("devices", "Show what this computer can compute with")
        ->callback([&exitCode] { exitCode = devices(); });
}

void addSelftest(CLI::App& program, int& exitCode) {
    const auto [command, options] =
        addCommand(program, "selftest",
                   "Check every operation of every backend of this computer; takes a minute",
                   exitCode, selftest);
    command->add_option("--op", options->op, "Only this operation")
        ->check(CLI::IsMember({"embed", "norm", "attentionInput", "attend", "attentionOutput",
                               "route", "experts", "logits", "embedding", "trainNorm", "linear",
                               "rotate", "attention", "gated", "combine", "router", "crossEntropy",
                               "rows", "adamW"}));
    command->add_option("--backend", options->backend, "Only this backend")
        ->check(CLI::IsMember({"cpu", "cuda"}));
    command->add_flag("--recovery", options->recovery,
                      "Instead, let a GPU's memory run out and a kernel fail, and check what "
                      "becomes of it");
}

}  // namespace

void addMachineCommands(CLI::App& program, int& exitCode) {
    addBench(program, exitCode);
    addDevices(program, exitCode);
    addSelftest(program, exitCode);
}

}  // namespace dsm::cli
