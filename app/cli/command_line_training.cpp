#include "app/cli/command_line.h"
#include "app/cli/number_option.h"
#include "app/cli/shared_options.h"
#include "app/cli/training_command.h"
#include "engine/evaluate/tasks/task.h"
#include "engine/train/data/sample_template.h"

namespace dsm::cli {
namespace {

void addData(CLI::App& command, DatasetOptions& options, std::filesystem::path& model) {
    command
        .add_option("files,--data", options.files,
                    "Examples: .jsonl, .json, .csv, .tsv or .parquet")
        ->required();
    addModel(command, model);
    std::vector<std::string> names;
    for (const SampleTemplate one : kSampleTemplates)
        names.emplace_back(name(one));
    command
        .add_option("--template", options.sampleTemplate,
                    "How an example becomes text (default: chat)")
        ->check(CLI::IsMember(names));
    command.add_option("--system", options.systemText,
                       "System text of the examples that have none (template chat)");
    command.add_option("--map", options.columns,
                       "What the file calls a column, as in instruction=question (repeatable)");
    std::vector<std::string> uses;
    for (const HistoryUse one : kHistoryUses)
        uses.emplace_back(name(one));
    command
        .add_option("--history", options.history,
                    "The answers before the last of a conversation: trained, or only context")
        ->check(CLI::IsMember(uses))
        ->capture_default_str();
    command.add_flag("--edits", options.appliesEdits,
                     "Read rows as they were edited in the window (FILE.edits.json)");
    command
        .add_option("--max-length", options.maximumTokens,
                    "Tokens of an example; longer ones lose their end")
        ->check(wholeNumber(2, 1'000'000))
        ->capture_default_str();
    command.add_option("--threads", options.threads, "Processor threads (default: one per core)")
        ->check(threadCount());
}

void addFinetune(CLI::App& program, int& exitCode) {
    const auto [command, options] = addCommand(
        program, "finetune", "Train an adapter or a model, as a job file says", exitCode, finetune);
    command->add_option("job", options->job, "A JSON file (see engine/train/job/job.h)")
        ->required();
    auto* resume = command->add_flag("--resume", options->resume,
                                     "Go on after the newest checkpoint of the output folder");
    command
        ->add_flag("--estimate", options->estimateOnly,
                   "Only say what memory and time the job needs")
        ->excludes(resume);
    command
        ->add_option("--threads", options->threads,
                     "Processor threads (default: as the job says, else one per core)")
        ->check(threadCount());
    command->add_option("--backend", options->backend,
                        "What trains: cuda, cpu or reference (default: the fastest)");
    command->add_option("--gpu", options->gpu, "The GPU of this number trains")
        ->check(wholeNumber(0, 1000));
    command
        ->add_option("--gpu-layers", options->gpuLayers,
                     "Layers whose routed experts lie on the GPU; the CPU computes the others "
                     "(default: as the job says)")
        ->check(wholeNumber(0, 100'000));
}

void addDataset(CLI::App& program, int& exitCode) {
    const auto [command, options] = addCommand(
        program, "dataset", "Show what a file of examples would train", exitCode, dataset);
    addData(*command, *options, options->model);
    command->add_option("--show", options->shown, "Print so many examples as tokens")
        ->check(wholeNumber(0, 100))
        ->capture_default_str();
}

void addExport(CLI::App& program, int& exitCode) {
    const auto [command, options] =
        addCommand(program, "export-job",
                   "Write a DeepSpeed job to train on several GPUs elsewhere", exitCode, exportJob);
    addData(*command, options->data, options->data.model);
    DeepSpeedJob& job = options->job;
    command->add_option("--out", options->out, "The folder to make")->required();
    command->add_option("--base", job.model, "The model's folder or name where the job runs");
    command->add_option("--method", options->method, "lora, or full for all weights")
        ->check(CLI::IsMember({"lora", "full"}))
        ->capture_default_str();
    command->add_option("--rank", job.rank, "Of LoRA")
        ->check(wholeNumber(1, 256))
        ->capture_default_str();
    command->add_option("--alpha", job.alpha, "Of LoRA")
        ->check(number(1e-6, 1e6))
        ->capture_default_str();
    command->add_option("--targets", job.targets, "Modules with LoRA")
        ->delimiter(',')
        ->capture_default_str();
    command->add_option("--modules-to-save", job.modulesToSave, "Modules trained whole")
        ->delimiter(',');
    command->add_option("--epochs", job.epochs, "Times the data is read")
        ->check(number(1e-3, 1e6))
        ->capture_default_str();
    command->add_option("--learning-rate", job.learningRate, "At its highest")
        ->check(number(1e-10, 1))
        ->capture_default_str();
    command->add_option("--batch", job.batchSize, "Examples of one GPU at a time")
        ->check(wholeNumber(1, 65'536))
        ->capture_default_str();
    command->add_option("--accumulation", job.accumulation, "Batches of one step")
        ->check(wholeNumber(1, 65'536))
        ->capture_default_str();
    command->add_option("--zero", job.zeroStage, "DeepSpeed's stage: 2, or 3 to split the weights")
        ->check(wholeNumber(2, 3))
        ->capture_default_str();
    command->add_option("--gpus", job.gpus, "Of each node")
        ->check(wholeNumber(1, 1024))
        ->capture_default_str();
    command->add_option("--nodes", job.nodes, "Computers")
        ->check(wholeNumber(1, 1024))
        ->capture_default_str();
}

void addCompare(CLI::App& program, int& exitCode) {
    const auto [command, options] =
        addCommand(program, "compare", "Show the answers of a model without and with an adapter",
                   exitCode, compare);
    addModel(*command, options->engine.model);
    command->add_option("--adapter", options->engine.adapter, "The LoRA adapter")
        ->type_name("FOLDER[:SCALE]")
        ->check(adapterWithScale())
        ->required();
    command->add_option("prompt", options->prompt,
                        "The question (default: standard input, without the line feed that ends "
                        "it)");
    command->add_flag("--keep-newline", options->keepsLineFeed,
                      "Take the line feed at the end of standard input for a part of the question");
    command->add_option("--backend", options->engine.backend, "What computes: cpu or reference");
    command
        ->add_option("--threads", options->engine.threads,
                     "Processor threads (default: one per core)")
        ->check(threadCount());
    command->add_option("-n,--max-tokens", options->generation.maximumTokens, "Longest answer")
        ->check(wholeNumber(kMaximumTokensRange));
    command
        ->add_option("-t,--temperature", options->generation.temperature,
                     "Freedom of choice; 0: always the likeliest")
        ->check(number(kTemperatureRange));
    command->add_option("--seed", options->generation.seed, "The same for both answers")
        ->check(seedNumber())
        ->capture_default_str();
}

void addTask(CLI::App& command, TaskOptions& options) {
    std::vector<std::string> names;
    for (const Task& task : allTasks())
        names.emplace_back(task.name);
    auto* task =
        command
            .add_option("--task", options.name,
                        "Ask the questions of a benchmark, as lm-eval does, from its files")
            ->check(CLI::IsMember(names));
    const auto add = [&](auto* option) {
        option->needs(task)->group("With --task");
        return option;
    };
    add(command.add_option("--few-shot", options.shots,
                           "Examples before each question (default: as in the paper)"))
        ->check(wholeNumber(0, 100));
    add(command.add_option("--shots-file", options.shotFiles,
                           "Where those are from (repeatable), as a training or dev split"));
    add(command.add_option("--subject", options.subject,
                           "Of MMLU, C-Eval or CMMLU, where neither rows nor file names say it"));
    add(command.add_option("--limit", options.limit, "Ask only so many questions, the first ones"))
        ->check(wholeNumber(1, 1'000'000));
    add(command.add_option("--items", options.items,
                           "Write each answer to this file, and go on with what it holds"));
    add(command.add_option("--against", options.against,
                           "Compare with the answers of another run's --items, one by one"));
    add(command.add_option("-n,--max-tokens", options.mostTokens,
                           "Longest answer that is written (default: the task's, 256 mostly)"))
        ->check(wholeNumber(1, 100'000));
    add(command.add_flag("--bos", options.addsBos,
                         "Begin each text with the beginning-of-sentence token"));
    add(command.add_option("--streams", options.streams, "Answers that are written at once"))
        ->check(wholeNumber(1, 15))
        ->capture_default_str();
}

void addEvaluate(CLI::App& program, int& exitCode) {
    const auto [command, options] = addCommand(
        program, "evaluate", "Measure loss, perplexity and exact answers on files of examples",
        exitCode, evaluate);
    addData(*command, options->data, options->engine.model);
    command->add_option("--adapter", options->engine.adapter, "With this LoRA adapter")
        ->type_name("FOLDER[:SCALE]")
        ->check(adapterWithScale());
    command->add_option("--backend", options->engine.backend, "What computes: cpu or reference");
    command->add_option("--show", options->data.shown, "Print so many of the hardest and easiest")
        ->check(wholeNumber(0, 5))
        ->capture_default_str();
    command->add_option("--json", options->json, "Write the result to this file as well");
    addTask(*command, options->task);
    options->engine.kv = KvType::F32;
    addContext(*command, options->engine);
    for (const char* name : {"--context", "--kv"})
        command->get_option(name)->needs("--task")->group("With --task");
}

void addMerge(CLI::App& program, int& exitCode) {
    const auto [command, options] = addCommand(
        program, "merge", "Write a model with an adapter worked into its weights", exitCode, merge);
    command->add_option("model", options->model, "The folder of the model, in 16 bits")->required();
    command->add_option("adapter", options->adapter, "The LoRA adapter")
        ->type_name("FOLDER[:SCALE]")
        ->check(adapterWithScale())
        ->required();
    command->add_option("out", options->out, "The folder to make")->required();
    command->add_option("--threads", options->threads, "Processor threads (default: one per core)")
        ->check(threadCount());
}

}  // namespace

void addTrainingCommands(CLI::App& program, int& exitCode) {
    addFinetune(program, exitCode);
    addDataset(program, exitCode);
    addExport(program, exitCode);
    addCompare(program, exitCode);
    addMerge(program, exitCode);
    addEvaluate(program, exitCode);
}

}  // namespace dsm::cli
