// deepseekmoe: the program without a window.

#include <CLI/CLI.hpp>
#include <iostream>
#include <map>
#include <random>
#include <set>

#include "app/cli/command.h"
#include "app/cli/number_option.h"
#include "app/cli/output.h"
#include "app/cli/terminal.h"
#include "app/cli/training_command.h"
#include "engine/generate/language_model.h"
#include "engine/model/checkpoint/preset.h"
#include "kernels/base/log.h"

namespace dsm::cli {
namespace {

constexpr const char* kIntroduction =
    "DeepSeekMoE Desktop in the terminal: runs DeepSeekMoE 16B, and models of the same\n"
    "architecture, on this computer.\n\n"
    "  deepseekmoe chat                     talk to the bundled demo model\n"
    "  deepseekmoe chat --model FOLDER      talk to a Chat model you have\n"
    "  deepseekmoe complete --model FOLDER \"Once upon a time\"\n\n"
    "FOLDER holds config.json, tokenizer.json and the *.safetensors files.\n\n"
    "Replies reach a pipe or file as the model wrote them. On a terminal, and in all other lines,\n"
    "characters that command a terminal are written out, such as \\x1b.";

constexpr const char* kTextHelp =
    "The text (default: standard input, without the line feed that ends it)";

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

void addAnswers(CLI::App& command, int& answers) {
    command
        .add_option("--answers", answers,
                    "Write so many answers at once; the seed of each is one more than that of the "
                    "one before")
        ->check(wholeNumber(1, kMostAnswers))
        ->capture_default_str();
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

void logToStandardError(LogLevel level, std::string_view message) {
    std::cerr << (level == LogLevel::Warning ? "Warning: " : "") << message << '\n';
}

std::vector<std::string> presetNames() {
    std::vector<std::string> names;
    for (const Preset preset : kPresets)
        names.emplace_back(name(preset));
    return names;
}

// An empty value, as of a variable of a shell that is not set, names no file and is no number; it
// would count as if the option were not there. Texts may be empty.
void refuseEmptyValues(CLI::App& app) {
    static const std::set<std::string> kTexts{"--system", "--stop", "text", "prompt"};
    for (CLI::App* command : app.get_subcommands({})) {
        for (CLI::Option* option : command->get_options()) {
            if (option->get_expected_min() == 0 || kTexts.contains(option->get_name())) continue;
            option->check([](const std::string& value) {
                return value.empty() ? std::string("its value is empty.") : std::string();
            });
        }
    }
}

int run(int argc, char** argv) {
    CLI::App app{kIntroduction, "deepseekmoe"};
    app.require_subcommand(0, 1);  // none is answered below, with the help
    app.footer(kExitCodes);        // before the commands, which take it over
    app.set_version_flag("--version", "deepseekmoe " DSM_VERSION);
    int exitCode = kOk;

    // Not a secret: only different each time.
    const std::uint64_t anySeed = std::random_device()();

    ChatOptions chatOptions;
    chatOptions.generation.seed = anySeed;
    CLI::App* command =
        app.add_subcommand("chat", "Talk to a Chat model; each line from a pipe is a question");
    addEngine(*command, chatOptions.engine);
    addAdapter(*command, chatOptions.engine);
    addContext(*command, chatOptions.engine);
    addGeneration(*command, chatOptions.generation);
    command->add_option("--session", chatOptions.session,
                        "Go on with the conversation in this file, and keep it there");
    // A member of optional type would take an empty text for none.
    command->add_option_function<std::string>(
        "--system", [&](const std::string& text) { chatOptions.system = text; },
        "A text before a new conversation; one that a session goes on with has its own");
    addAnswers(*command, chatOptions.answers);
    command->add_flag("--stats", chatOptions.statistics, "Show speeds after each reply");
    command->callback([&] { exitCode = chat(chatOptions); });

    CompleteOptions completeOptions;
    completeOptions.generation.seed = anySeed;
    command = app.add_subcommand("complete", "Continue a text, as a Base model does");
    addEngine(*command, completeOptions.engine);
    addAdapter(*command, completeOptions.engine);
    addContext(*command, completeOptions.engine);
    addGeneration(*command, completeOptions.generation);
    command->add_option("text", completeOptions.text, kTextHelp);
    addKeepLineFeed(*command, completeOptions.keepsLineFeed);
    addAnswers(*command, completeOptions.answers);
    command->add_flag("--echo", completeOptions.echo, "Print the text before its continuation");
    command->add_flag("--stats", completeOptions.statistics, "Show speeds at the end");
    command->callback([&] { exitCode = complete(completeOptions); });

    TokenizeOptions tokenizeOptions;
    command = app.add_subcommand("tokenize", "Print the token ids of a text (without BOS)");
    addModel(*command, tokenizeOptions.model);
    command->add_option("text", tokenizeOptions.text, kTextHelp);
    addKeepLineFeed(*command, tokenizeOptions.keepsLineFeed);
    command->add_flag("--jsonl", tokenizeOptions.jsonLines,
                      "Read {\"text\": ...} lines, write {\"ids\": [...]} lines");
    command->callback([&] { exitCode = tokenize(tokenizeOptions); });

    InspectOptions inspectOptions;
    command = app.add_subcommand("inspect", "Show a model's architecture, sizes and memory need");
    addModel(*command, inspectOptions.model);
    addCacheType(*command, inspectOptions.kv);
    command->add_flag("--tensors", inspectOptions.tensors, "List every tensor");
    command->callback([&] { exitCode = inspect(inspectOptions); });

    LogitsOptions logitsOptions;
    command = app.add_subcommand("logits", "Write the logits of given token ids, to compare");
    addEngine(*command, logitsOptions.engine);
    addAdapter(*command, logitsOptions.engine);
    logitsOptions.engine.kv = KvType::F32;  // others compare with it
    addCacheType(*command, logitsOptions.engine.kv);
    command->add_option("--ids-file", logitsOptions.idsFile, "White-space separated token ids")
        ->required();
    command->add_option("--out", logitsOptions.out, "A .safetensors file: logits, F32, [T, V]")
        ->required();
    command->callback([&] { exitCode = logits(logitsOptions); });

    QuantizeOptions quantizeOptions;
    command = app.add_subcommand("quantize", "Convert a model to fewer bits, or --report the cost");
    command->add_option("model", quantizeOptions.model, "The folder of the model")->required();
    auto* to = command->add_option("--to", quantizeOptions.preset, "How to store the weights")
                   ->check(CLI::IsMember(presetNames()));
    auto* out = command
                    ->add_option("out", quantizeOptions.out,
                                 "The folder to make; one that was stopped is continued")
                    ->needs(to);
    to->needs(out);
    command->add_option("--calibration", quantizeOptions.calibration,
                        "Weigh 4-bit errors by what the model reads of this text");
    command
        ->add_option("--threads", quantizeOptions.threads,
                     "Processor threads (default: one per core)")
        ->check(threadCount());
    auto* report = command->add_flag("--report", quantizeOptions.report,
                                     "Print size, errors and divergence of each preset");
    report->excludes(to);
    command
        ->add_option("--text", quantizeOptions.text,
                     "Compare on this text (default: a bundled one)")
        ->excludes(to);
    command
        ->add_flag("--kv-report", quantizeOptions.cacheReport,
                   "Print the divergence that each type of the context's memory causes")
        ->excludes(to)
        ->excludes(report);
    command->add_option("--presets", quantizeOptions.presets, "Only these presets")
        ->needs(report)
        ->delimiter(',')
        ->check(CLI::IsMember(presetNames()));
    command->callback([&] {
        if (!quantizeOptions.report && !quantizeOptions.cacheReport &&
            quantizeOptions.preset.empty()) {
            throw CLI::RequiredError("--to or --report");
        }
        exitCode = quantize(quantizeOptions);
    });

    SynthOptions synthOptions;
    command = app.add_subcommand("synth", "Write a checkpoint of random weights, for measuring");
    auto* size = command->add_option("--size", synthOptions.size, "A known size")
                     ->check(CLI::IsMember(synthSizes()));
    command->add_option("--config", synthOptions.config, "Or the sizes of this config.json")
        ->excludes(size);
    command->add_option("--out", synthOptions.out, "The folder to make")->required();
    command->add_option("--tokenizer", synthOptions.tokenizer,
                        "Take the tokenizer's files from this folder");
    command->add_option("--format", synthOptions.format, "How the weights are stored")
        ->check(CLI::IsMember(presetNames()))
        ->capture_default_str();
    command->add_option("--layers", synthOptions.layers, "Fewer or more layers than the size has")
        ->check(wholeNumber(1, 1024));
    command->add_option("--seed", synthOptions.seed, "Equal seeds give equal weights")
        ->check(seedNumber())
        ->capture_default_str();
    command->callback([&] { exitCode = synth(synthOptions); });

    BenchOptions benchOptions;
    command = app.add_subcommand("bench", "Measure a model's speed, as shares of the machine's");
    addEngine(*command, benchOptions.engine);
    addAdapter(*command, benchOptions.engine);
    addCacheType(*command, benchOptions.engine.kv);
    command->add_option("--prompt", benchOptions.prompts, "Read prompts of so many tokens")
        ->delimiter(',')
        ->check(wholeNumber(1, 1'000'000))
        ->capture_default_str();
    command->add_option("--decode", benchOptions.positions, "Go on one by one after so many tokens")
        ->delimiter(',')
        ->check(wholeNumber(0, 1'000'000))
        ->capture_default_str();
    command
        ->add_option("--streams", benchOptions.streams,
                     "Go on in so many contexts at once, beside one alone")
        ->delimiter(',')
        ->check(wholeNumber(2, kMostRuns));
    command->add_flag("--ops", benchOptions.ops, "Also show the time of each operation");
    command->add_option("--json", benchOptions.json, "Write the numbers to this file as well");
    auto* train = command->add_flag("--train", benchOptions.train, "Measure training instead");
    TrainBenchOptions& training = benchOptions.training;
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
    command->callback(
        [&] { exitCode = benchOptions.train ? benchTraining(benchOptions) : bench(benchOptions); });

    FinetuneOptions finetuneOptions;
    command = app.add_subcommand("finetune", "Train an adapter or a model, as a job file says");
    command->add_option("job", finetuneOptions.job, "A JSON file (see engine/train/job/job.h)")
        ->required();
    auto* resume = command->add_flag("--resume", finetuneOptions.resume,
                                     "Go on after the newest checkpoint of the output folder");
    command
        ->add_flag("--estimate", finetuneOptions.estimateOnly,
                   "Only say what memory and time the job needs")
        ->excludes(resume);
    command
        ->add_option("--threads", finetuneOptions.threads,
                     "Processor threads (default: as the job says, else one per core)")
        ->check(threadCount());
    command->add_option("--backend", finetuneOptions.backend,
                        "What trains: cuda, cpu or reference (default: the fastest)");
    command->add_option("--gpu", finetuneOptions.gpu, "The GPU of this number trains")
        ->check(wholeNumber(0, 1000));
    command->callback([&] { exitCode = finetune(finetuneOptions); });

    command = app.add_subcommand("devices", "Show what this computer can compute with");
    command->callback([&] { exitCode = devices(); });

    SelftestOptions selftestOptions;
    command = app.add_subcommand(
        "selftest", "Check every operation of every backend of this computer; takes a minute");
    command->add_option("--op", selftestOptions.op, "Only this operation")
        ->check(CLI::IsMember({"embed", "norm", "attentionInput", "attend", "attentionOutput",
                               "route", "experts", "logits"}));
    command->add_option("--backend", selftestOptions.backend, "Only this backend")
        ->check(CLI::IsMember({"cpu", "cuda"}));
    command->callback([&] { exitCode = selftest(selftestOptions); });

    addTrainingCommands(app, exitCode);
    refuseEmptyValues(app);

    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? kOk : kUsage;
    }
    if (app.get_subcommands().empty()) {
        std::cerr << app.help();
        return kUsage;
    }
    return exitCode;
}

}  // namespace
}  // namespace dsm::cli

int main(int argc, char** argv) {
    using namespace dsm::cli;
    installOutput();
    Interrupt::install();
    dsm::setLogSink(logToStandardError);
    try {
        const int ended = run(argc, argv);
        return endOutput(ended == kInterrupted ? Interrupt::exitCode() : ended);
    } catch (const std::exception& error) {  // e.g. memory ran out in a library
        return endOutput(fail({dsm::ErrorCode::Internal, error.what()}));
    }
}
