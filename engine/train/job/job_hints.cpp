#include "engine/train/job/job_hints.h"

#include <algorithm>
#include <cctype>
#include <numeric>
#include <utility>
#include <vector>

namespace dsm {
namespace {

using Pair = std::pair<std::string_view, std::string_view>;

// Their name, ours.
constexpr Pair kSame[] = {{"accumulate_grad_batches", "accumulation"},
                          {"adapter_dropout", "dropout"},
                          {"aux_loss_alpha", "balance_loss"},
                          {"aux_loss_coef", "balance_loss"},
                          {"base_model", "model"},
                          {"base_model_name_or_path", "model"},
                          {"bs", "batch_size"},
                          {"chat_template", "template"},
                          {"clip_grad_norm", "max_grad_norm"},
                          {"cutoff_len", "max_length"},
                          {"data_path", "data"},
                          {"data_seed", "seed"},
                          {"dataset", "data"},
                          {"dataset_path", "data"},
                          {"datasets", "data"},
                          {"early_stopping_patience", "patience"},
                          {"eval_dataset", "eval_data"},
                          {"eval_file", "eval_data"},
                          {"eval_interval", "eval_steps"},
                          {"eval_on_start", "eval_at_start"},
                          {"finetuning_type", "method"},
                          {"grad_accum", "accumulation"},
                          {"grad_clip", "max_grad_norm"},
                          {"gradient_accumulation", "accumulation"},
                          {"gradient_accumulation_steps", "accumulation"},
                          {"gradient_checkpointing", "activation_checkpointing"},
                          {"gradient_clipping", "max_grad_norm"},
                          {"gradient_clip_val", "max_grad_norm"},
                          {"log_interval", "log_steps"},
                          {"logging_steps", "log_steps"},
                          {"lora_alpha", "alpha"},
                          {"lora_dropout", "dropout"},
                          {"lora_modules_to_save", "modules_to_save"},
                          {"lora_r", "rank"},
                          {"lora_rank", "rank"},
                          {"lora_target", "targets"},
                          {"lora_target_modules", "targets"},
                          {"lr", "learning_rate"},
                          {"lr_scheduler", "schedule"},
                          {"lr_scheduler_type", "schedule"},
                          {"max_epochs", "epochs"},
                          {"max_seq_len", "max_length"},
                          {"max_seq_length", "max_length"},
                          {"micro_batch_size", "batch_size"},
                          {"model_max_length", "max_length"},
                          {"model_name", "model"},
                          {"model_name_or_path", "model"},
                          {"model_path", "model"},
                          {"n_epochs", "epochs"},
                          {"num_epochs", "epochs"},
                          {"num_train_epochs", "epochs"},
                          {"optim", "optimizer"},
                          {"out_dir", "output"},
                          {"output_dir", "output"},
                          {"output_path", "output"},
                          {"per_device_train_batch_size", "batch_size"},
                          {"pretrained_model_name_or_path", "model"},
                          {"r", "rank"},
                          {"random_state", "seed"},
                          {"router_aux_loss_coef", "balance_loss"},
                          {"sample_packing", "packing"},
                          {"save_interval", "save_steps"},
                          {"save_total_limit", "save_limit"},
                          {"scheduler", "schedule"},
                          {"seq_len", "max_length"},
                          {"sequence_len", "max_length"},
                          {"system_message", "system"},
                          {"system_prompt", "system"},
                          {"target_modules", "targets"},
                          {"test_size", "eval_share"},
                          {"train_batch_size", "batch_size"},
                          {"train_data", "data"},
                          {"train_file", "data"},
                          {"trainable", "targets"},
                          {"use_rslora", "rslora"},
                          {"val_data", "eval_data"},
                          {"val_set_size", "eval_share"},
                          {"val_size", "eval_share"},
                          {"validation_file", "eval_data"},
                          {"validation_split", "eval_share"},
                          {"wd", "weight_decay"}};

constexpr std::string_view kPrecision =
    "What learns is float32 here, and the rest stays as the model's folder stores it; leave it "
    "out.";
constexpr std::string_view kBits =
    "The folder of the model decides: convert it first (deepseekmoe quantize MODEL nf4-double), "
    "name that folder as \"model\", and leave this out.";
constexpr std::string_view kAdamW =
    "AdamW has betas 0.9 and 0.999 and epsilon 1e-8 here; leave it out.";
constexpr std::string_view kEverywhere =
    "Event files for TensorBoard are always written into "
    "\"output\"; leave it out.";
constexpr std::string_view kOneMachine =
    "A job runs on this computer alone; `deepseekmoe export-job` writes one for several GPUs. "
    "Leave it out.";
constexpr std::string_view kAboutHistory =
    "Say \"history\": \"context\" to train the last answer of a conversation alone, or \"trained\" "
    "to train all of them.";
constexpr std::string_view kNotHere = "There is no such thing here; leave it out.";

// Their name, what takes its place.
constexpr Pair kOther[] = {
    {"adam_beta1", kAdamW},
    {"adam_beta2", kAdamW},
    {"adam_epsilon", kAdamW},
    {"adapter", "Say \"method\": \"lora\" or \"full\"."},
    {"bf16", kPrecision},
    {"bias", kNotHere},
    {"bits", kBits},
    {"bnb_4bit_quant_type", kBits},
    {"compute_dtype", kPrecision},
    {"deepspeed", kOneMachine},
    {"device", kOneMachine},
    {"do_eval", "Evaluation comes with \"eval_data\" or \"eval_share\"; leave it out."},
    {"do_train", "Leave it out."},
    {"double_quant", kBits},
    {"dtype", kPrecision},
    {"eval_strategy", "Say \"eval_steps\"; 0 evaluates at the end of each epoch."},
    {"evaluation_strategy", "Say \"eval_steps\"; 0 evaluates at the end of each epoch."},
    {"flash_attention", kNotHere},
    {"fp16", kPrecision},
    {"fsdp", kOneMachine},
    {"learning_rate_schedule", "Say \"schedule\"."},
    {"load_best_model_at_end", "The best evaluation is always taken; leave it out."},
    {"load_in_4bit", kBits},
    {"load_in_8bit", kBits},
    {"local_rank", kOneMachine},
    {"logging_dir", kEverywhere},
    {"lora_bias", kNotHere},
    {"mask_history", kAboutHistory},
    {"neftune_noise_alpha", kNotHere},
    {"precision", kPrecision},
    {"quant_type", kBits},
    {"quantization_bit", kBits},
    {"report_to", kEverywhere},
    {"resume", "Say --resume on the command line."},
    {"resume_from_checkpoint", "Say --resume on the command line."},
    {"save_strategy", "Say \"save_steps\"; 0 saves at the end of each epoch."},
    {"stage", kNotHere},
    {"tf32", kPrecision},
    {"torch_dtype", kPrecision},
    {"train_on_history", kAboutHistory},
    {"train_on_inputs",
     "Only answers are learned; \"template\": \"raw\" learns every token. Leave "
     "it out."},
    {"use_dora", "DoRA is not done here; leave it out."},
    {"use_flash_attention_2", kNotHere},
    {"use_lora", "Say \"method\": \"lora\" or \"full\"."},
    {"warmup_ratio", "Say \"warmup_steps\": so many steps instead of a share of them."},
    {"weight_dtype", kPrecision}};

std::string lower(std::string_view text) {
    std::string low(text);
    for (char& c : low) {
        c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        if (c == '-' || c == ' ') c = '_';
    }
    return low;
}

// Letters put in, taken out, replaced, or two of them swapped.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> before(b.size() + 1), row(b.size() + 1), next(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        next[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            next[j] = std::min({row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] != b[j - 1])});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                next[j] = std::min(next[j], before[j - 2] + 1);
        }
        std::swap(before, row);
        std::swap(row, next);
    }
    return row[b.size()];
}

JobHint meaning(std::string_view key) {
    return {true, std::string(key)};
}

}  // namespace

std::optional<JobHint> hintFor(std::string_view key, std::span<const std::string_view> known) {
    const std::string low = lower(key);
    if (std::find(known.begin(), known.end(), low) != known.end()) return meaning(low);
    for (const auto& [theirs, ours] : kSame) {
        if (theirs == low) return meaning(ours);
    }
    for (const auto& [theirs, instead] : kOther) {
        if (theirs == low) return JobHint{false, std::string(instead)};
    }
    // A beginning of one key alone.
    constexpr std::size_t kBeginning = 4;
    const auto begins = [&](std::string_view one) { return one.starts_with(low); };
    if (low.size() >= kBeginning && std::count_if(known.begin(), known.end(), begins) == 1)
        return meaning(*std::find_if(known.begin(), known.end(), begins));
    // A third of the letters may be wrong, three at most: what is further away was no slip.
    const std::size_t limit = std::min<std::size_t>(3, low.size() / 3);
    std::string_view nearest;
    std::size_t least = limit + 1;
    for (const std::string_view one : known) {
        const std::size_t d = distance(low, one);
        if (d < least) {
            least = d;
            nearest = one;
        }
    }
    if (!nearest.empty()) return meaning(nearest);
    return std::nullopt;
}

}  // namespace dsm
