#include "engine/train/data/export_deepspeed.h"

#include <array>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <span>
#include <system_error>

#include "engine/model/checkpoint/model_files.h"
#include "kernels/base/atomic_file.h"
#include "kernels/base/folder.h"
#include "kernels/base/mapped_file.h"
#include "kernels/base/reason.h"

namespace dsm {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr const char* kScript = "train.py";
constexpr std::array kScripts{kScript, "modeling_deepseekmoe.py", "requirements.txt"};

// What DSM_FINETUNE_DIR names, else beside the installed program, else the source tree.
Result<fs::path> scriptFile() {
    std::vector<fs::path> folders;
    if (const char* chosen = std::getenv("DSM_FINETUNE_DIR")) folders.emplace_back(chosen);
    std::error_code error;
    const fs::path program = fs::read_symlink("/proc/self/exe", error);
    if (!error)
        folders.push_back(program.parent_path().parent_path() / "share/deepseekmoe/finetune");
    folders.emplace_back(DSM_FINETUNE_DIR);
    for (const fs::path& folder : folders) {
        if (fs::exists(folder / kScript, error)) return folder / kScript;
    }
    return failure(ErrorCode::NotFound, ReasonCode::ScriptNotThere, {folders.front().string()});
}

Result<void> writeText(const fs::path& path, const std::string& text) {
    return writeFile(path, std::as_bytes(std::span(text)));
}

Json settingsOf(const DeepSpeedJob& job) {
    Json settings{{"model", job.model},
                  {"method", job.isLora ? "lora" : "full"},
                  {"deepspeed", "zero" + std::to_string(job.zeroStage) + ".json"},
                  {"batch_size", job.batchSize},
                  {"accumulation", job.accumulation},
                  {"epochs", job.epochs},
                  {"learning_rate", job.learningRate},
                  {"schedule", job.schedule},
                  {"warmup_steps", job.warmupSteps},
                  {"weight_decay", job.weightDecay},
                  {"max_gradient_norm", job.maximumGradientNorm},
                  {"save_steps", job.saveSteps},
                  {"save_total_limit", job.saveTotalLimit},
                  {"seed", job.seed},
                  {"balance_loss", job.balanceLoss},
                  {"pad_id", job.padId}};
    if (job.isLora) {
        settings["lora"] = {{"rank", job.rank},       {"alpha", job.alpha},
                            {"dropout", job.dropout}, {"rslora", job.rankStabilised},
                            {"targets", job.targets}, {"modules_to_save", job.modulesToSave}};
    }
    return settings;
}

// "auto" is what the training script's arguments say.
Json zeroConfig(int stage) {
    Json zero{{"stage", stage}, {"overlap_comm", true}, {"contiguous_gradients", true}};
    if (stage == 3) {
        zero["stage3_param_persistence_threshold"] = "auto";
        zero["stage3_prefetch_bucket_size"] = "auto";
        zero["reduce_bucket_size"] = "auto";
        zero["stage3_gather_16bit_weights_on_model_save"] = true;
    }
    return {{"bf16", {{"enabled", true}}},
            {"zero_optimization", zero},
            {"gradient_accumulation_steps", "auto"},
            {"gradient_clipping", "auto"},
            {"train_batch_size", "auto"},
            {"train_micro_batch_size_per_gpu", "auto"}};
}

std::string launchScript(const DeepSpeedJob& job) {
    std::string text = "#!/bin/sh\nset -e\ncd \"$(dirname \"$0\")\"\nexec deepspeed ";
    if (job.nodes > 1) text += "--hostfile hostfile ";
    return text + "--num_gpus " + std::to_string(job.gpus) + " train.py --job job.json \"$@\"\n";
}

std::string hostFile(const DeepSpeedJob& job) {
    std::string text;
    for (int node = 1; node <= job.nodes; ++node)
        text += "node" + std::to_string(node) + " slots=" + std::to_string(job.gpus) + "\n";
    return text;
}

std::string readme(const DeepSpeedJob& job, const DatasetReport& report) {
    const std::string nodes = std::to_string(job.nodes) + (job.nodes == 1 ? " node" : " nodes");
    std::string text =
        "# A training job for DeepSpeed\n\nMade by DeepSeekMoE Desktop: " +
        std::string(job.isLora ? "LoRA" : "full") + " fine-tuning of `" + job.model + "` on " +
        std::to_string(report.examples) + " examples of " + std::to_string(report.tokens) +
        " tokens, for " + nodes + " with " + std::to_string(job.gpus) +
        " GPUs each. Full fine-tuning of the 16B model takes ZeRO-3 on eight GPUs of 40 GB.\n\n"
        "1. On each node, in an environment of its own: `pip install -r requirements.txt`. These "
        "versions were tried together. Where DeepSpeed cannot be built, say "
        "`DS_BUILD_OPS=0 pip install --no-build-isolation -r requirements.txt` after torch is "
        "there.\n"
        "2. Copy this folder and the model to each node, to the same path. The model is \"model\" "
        "in "
        "`job.json`.\n";
    if (job.nodes > 1) {
        text +=
            "3. Write the nodes' names into `hostfile`; the first must reach the others by ssh "
            "without a password.\n4. On the first: `sh run.sh`.";
    } else {
        text += "3. `sh run.sh`.";
    }
    return text +
           " After an interruption: `sh run.sh --resume`. On one GPU, or on the processor to try "
           "it: `python3 train.py`.\n\nWhere the authors' code lies beside the model, as its "
           "config.json says, that is what runs; else `modeling_deepseekmoe.py`.\n\nWatch with "
           "`tensorboard --logdir "
           "checkpoints`. The result is in `result`" +
           (job.isLora ? ", an adapter that DeepSeekMoE Desktop loads, with the tokenizer"
                       : ", a model that DeepSeekMoE Desktop opens, with the tokenizer") +
           ".\n\nTo split more or less over the GPUs, set \"deepspeed\" in `job.json` to "
           "`zero3.json` "
           "or `zero2.json`. `data/train.jsonl` holds token ids and labels: template, masks and "
           "end "
           "token are those chosen in the program.\n";
}

Result<void> writeRows(const fs::path& path, const TextDataset& dataset) {
    auto file = AtomicFile::create(path);
    if (!file) return tl::unexpected(file.error());
    for (std::int64_t i = 0; i < dataset.size(); ++i) {
        const auto sample = dataset.sample(i);
        if (!sample) return tl::unexpected(sample.error());
        const std::string line =
            Json{{"ids", sample->ids}, {"labels", sample->labels}}.dump() + "\n";
        if (auto written = file->write(std::as_bytes(std::span(line))); !written) return written;
    }
    return file->commit();
}

// For the result: whatever the job's "model" is called where it runs, its tokenizer is this one.
Result<void> copyOwnFiles(const fs::path& model, const fs::path& to) {
    if (auto made = makeFolders(to); !made) return tl::unexpected(made.error());
    if (auto copied = copyModelFiles(model, to); !copied) return copied;
    return copyConfigOfType(model, to, "bfloat16");
}

Result<void> prepare(const fs::path& folder) {
    if (auto made = makeFolders(folder / "data"); !made) return tl::unexpected(made.error());
    const auto names = namesIn(folder);
    if (!names) return tl::unexpected(names.error());
    const auto data = namesIn(folder / "data");
    if (!data) return tl::unexpected(data.error());
    if (names->size() == 1 && data->empty()) return {};
    return failure(ErrorCode::Io, ReasonCode::FolderNotEmpty, {folder.string()});
}

}  // namespace

Result<void> exportDeepSpeed(const std::filesystem::path& folder, const DeepSpeedJob& job,
                             const TextDataset& dataset) {
    const auto script = scriptFile();
    if (!script) return tl::unexpected(script.error());
    if (auto prepared = prepare(folder); !prepared) return prepared;
    if (auto rows = writeRows(folder / "data/train.jsonl", dataset); !rows) return rows;
    for (const char* name : kScripts) {
        const auto content = MappedFile::open(script->parent_path() / name);
        if (!content) return tl::unexpected(content.error());
        if (auto copied = writeFile(folder / name, content->bytes()); !copied) return copied;
    }
    if (auto copied = copyOwnFiles(job.ownFiles, folder / "model"); !copied) return copied;
    std::vector<std::pair<const char*, std::string>> texts{
        {"zero2.json", zeroConfig(2).dump(2) + "\n"},
        {"zero3.json", zeroConfig(3).dump(2) + "\n"},
        {"run.sh", launchScript(job)},
        {"README.md", readme(job, dataset.report())}};
    if (job.nodes > 1) texts.emplace_back("hostfile", hostFile(job));
    texts.emplace_back("job.json", settingsOf(job).dump(2) + "\n");  // last: the job is whole
    for (const auto& [name, text] : texts) {
        if (auto written = writeText(folder / name, text); !written) return written;
    }
    return {};
}

}  // namespace dsm
