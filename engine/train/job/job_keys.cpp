#include "engine/train/job/job_keys.h"

#include <algorithm>
#include <array>

#include "kernels/ops/train/linear.h"

namespace dsm {
namespace {

using Type = JobKeyType;
using Group = JobKeyGroup;

constexpr double kMany = 1e9;
constexpr double kLongest = 1 << 20;
constexpr double kLargestSeed = 9007199254740992.0;  // 2^53: exact as a number of JSON

constexpr std::array<std::string_view, 3> kTemplates{"chat", "reference", "raw"};
constexpr std::array<std::string_view, 2> kHistory{"trained", "context"};
constexpr std::array<std::string_view, 2> kMethods{"lora", "full"};
constexpr std::array<std::string_view, 3> kTargets{"attention", "attention+shared", "all"};
constexpr std::array<std::string_view, 3> kSchedules{"cosine", "linear", "constant"};
constexpr std::array<std::string_view, 2> kOptimizers{"adamw", "adamw_8bit"};
constexpr std::array<std::string_view, 2> kLosses{"tokens", "mean_of_means"};
constexpr std::array<std::string_view, 2> kGpuLayers{"all", "fit"};

constexpr JobKey whole(std::string_view name, Group group, double least, double most,
                       double fallback) {
    return {name, Type::Whole, group, least, most, fallback};
}

constexpr JobKey number(std::string_view name, Group group, double least, double most,
                        double fallback) {
    return {name, Type::Number, group, least, most, fallback};
}

constexpr JobKey choice(std::string_view name, Group group,
                        std::span<const std::string_view> words) {
    return {.name = name, .type = Type::Choice, .group = group, .words = words};
}

constexpr JobKey isSwitch(std::string_view name, Group group, bool fallback) {
    return {name, Type::Switch, group, 0, 1, fallback ? 1.0 : 0.0};
}

constexpr JobKey other(std::string_view name, Type type, Group group, bool isRequired = false) {
    return {.name = name, .type = type, .group = group, .isRequired = isRequired};
}

constexpr JobKey ofLora(JobKey key) {
    key.isOfLora = true;
    return key;
}

constexpr JobKey kKeys[] = {
    other("model", Type::Path, Group::Files, true),
    other("output", Type::Path, Group::Files, true),
    other("data", Type::Paths, Group::Files, true),
    choice("template", Group::Data, kTemplates),
    other("system", Type::Text, Group::Data),
    other("columns", Type::Map, Group::Data),
    choice("history", Group::Data, kHistory),
    isSwitch("edits", Group::Data, false),
    whole("max_length", Group::Data, 2, kLongest, 1024),
    choice("method", Group::Method, kMethods),
    ofLora(
        {.name = "targets", .type = Type::ChoiceOrSet, .group = Group::Method, .words = kTargets}),
    ofLora(other("modules_to_save", Type::Set, Group::Method)),
    ofLora(whole("rank", Group::Method, 1, kMostRank, 8)),
    ofLora(number("alpha", Group::Method, 1e-6, 1e6, 32)),
    ofLora(number("dropout", Group::Method, 0, 0.99, 0)),
    ofLora(isSwitch("rslora", Group::Method, false)),
    whole("epochs", Group::Learning, 1, kMany, 3),
    whole("max_steps", Group::Learning, 0, kMany, 0),
    number("learning_rate", Group::Learning, 1e-12, 1, 2e-5),
    choice("schedule", Group::Learning, kSchedules),
    whole("warmup_steps", Group::Learning, 0, kMany, 10),
    choice("optimizer", Group::Learning, kOptimizers),
    number("weight_decay", Group::Learning, 0, 1, 0),
    number("max_grad_norm", Group::Learning, 0, 1e9, 1),
    number("balance_loss", Group::Learning, 0, 1, 0.001),
    choice("loss", Group::Learning, kLosses),
    whole("seed", Group::Learning, 0, kLargestSeed, 42),
    whole("batch_size", Group::Batches, 1, 1e6, 16),
    whole("accumulation", Group::Batches, 1, 1e6, 4),
    isSwitch("packing", Group::Batches, false),
    isSwitch("group_by_length", Group::Batches, false),
    isSwitch("activation_checkpointing", Group::Batches, true),
    other("eval_data", Type::Paths, Group::Check),
    number("eval_share", Group::Check, 0, 0.9, 0),
    whole("eval_steps", Group::Check, 0, kMany, 0),
    whole("patience", Group::Check, 0, kMany, 0),
    isSwitch("eval_at_start", Group::Check, false),
    {.name = "sample_prompts", .type = Type::Texts, .group = Group::Check, .most = 10},
    whole("sample_tokens", Group::Check, 1, 4096, 128),
    whole("log_steps", Group::Keeping, 1, kMany, 1),
    whole("save_steps", Group::Keeping, 0, kMany, 0),
    number("save_minutes", Group::Keeping, 0, 1e6, 30),
    whole("save_limit", Group::Keeping, 0, kMany, 0),
    whole("threads", Group::Computer, 0, 1024, 0),
    choice("gpu_layers", Group::Computer, kGpuLayers),
    other("comment", Type::Text, Group::Remark),
    other("name", Type::Text, Group::Remark),
    other("description", Type::Text, Group::Remark)};

}  // namespace

std::span<const JobKey> jobKeys() {
    return kKeys;
}

const JobKey* findJobKey(std::string_view name) {
    const auto* const found = std::find_if(std::begin(kKeys), std::end(kKeys),
                                           [name](const JobKey& key) { return key.name == name; });
    return found == std::end(kKeys) ? nullptr : found;
}

}  // namespace dsm
