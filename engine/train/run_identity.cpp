#include "engine/train/run_identity.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <set>
#include <span>
#include <vector>

#include "engine/format/sha256.h"
#include "engine/model/checkpoint/tensor_table.h"
#include "engine/train/trainer.h"

namespace dsm {
namespace {

constexpr std::uint64_t kDrawn = 1024;  // weights of a tensor

std::string text(double value) {
    std::array<char, 32> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    return {digits.data(), end};
}

std::string text(bool value) {
    return value ? "true" : "false";
}

std::string text(const std::vector<std::string>& names) {
    std::string all;
    for (const std::string& name : std::set<std::string>(names.begin(), names.end()))
        all += (all.empty() ? "" : ", ") + name;
    return all.empty() ? "nothing" : all;
}

// splitmix64
std::uint64_t mixed(std::uint64_t z) {
    z += 0x9e3779b97f4a7c15U;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
}

// From each of kDrawn stretches of equal length one, or all of a small tensor.
std::vector<float> drawnWeights(const Weight& weight) {
    const auto count = static_cast<std::uint64_t>(weight.rows * weight.cols);
    const auto cols = static_cast<std::uint64_t>(weight.cols);
    const std::uint64_t stretch = std::max<std::uint64_t>(1, count / kDrawn);
    std::vector<float> drawn;
    for (std::uint64_t begin = 0; begin + stretch <= count; begin += stretch) {
        const std::uint64_t i = begin + mixed(begin) % stretch;
        drawn.push_back(
            weight.at(static_cast<std::int64_t>(i / cols), static_cast<std::int64_t>(i % cols)));
    }
    return drawn;
}

Result<std::string> modelHash(ModelConfig config, const Weights& weights,
                              const std::stop_token& stop) {
    Sha256 hash;
    // How weights are stored shows in the weights.
    config.dtype = DType::BF16;
    config.quantization.reset();
    const std::string sizes = writeConfig(config);
    hash.update(std::as_bytes(std::span(sizes)));
    for (const TensorSpec& spec : tensorTable(config)) {
        if (stop.stop_requested()) return cancelled();
        const std::vector<float> drawn = drawnWeights(weights.weightOf(spec));
        hash.update(std::as_bytes(std::span(drawn)));
    }
    return hash.finish();
}

Result<std::string> dataHash(const Dataset& data, const std::stop_token& stop) {
    Sha256 hash;
    for (std::int64_t i = 0; i < data.size(); ++i) {
        if (stop.stop_requested()) return cancelled();
        const auto sample = data.sample(i);
        if (!sample) return tl::unexpected(sample.error());
        const std::uint64_t size = sample->ids.size();
        hash.update(std::as_bytes(std::span(&size, 1)));
        hash.update(std::as_bytes(std::span(sample->ids)));
        hash.update(std::as_bytes(std::span(sample->labels)));
    }
    return std::to_string(data.size()) + " examples with hash " + hash.finish();
}

void addTargets(const TrainTargets& targets, RunIdentity& identity) {
    const bool isLora = targets.method == TrainMethod::Lora;
    identity["method"] = isLora ? "lora" : "full";
    if (!isLora) return;
    identity["targets"] = text(targets.targets);
    identity["modules_to_save"] = text(targets.savedModules);
    identity["rank"] = std::to_string(targets.lora.rank);
    identity["alpha"] = text(targets.lora.alpha);
    identity["dropout"] = text(targets.lora.dropout);
    identity["rslora"] = text(targets.lora.rankStabilised);
}

void addSettings(const TrainOptions& options, RunIdentity& identity) {
    const BatchOptions& batches = options.batches;
    identity["batch_size"] = std::to_string(batches.batchSamples);
    identity["accumulation"] = std::to_string(batches.accumulation);
    identity["packing"] =
        batches.packTokens > 0 ? std::to_string(batches.packTokens) + " tokens" : "false";
    identity["group_by_length"] = text(batches.groupByLength);
    identity["seed"] = std::to_string(batches.seed);
    identity["epochs"] = std::to_string(options.epochs);
    identity["max_steps"] = std::to_string(options.maxSteps);
    identity["schedule"] = std::string(name(options.schedule));
    identity["learning_rate"] = text(options.rate);
    identity["warmup_steps"] = std::to_string(options.warmupSteps);
    identity["weight_decay"] = text(options.decay);
    identity["max_grad_norm"] = text(options.maxGradNorm);
    identity["balance_loss"] = text(options.balance);
    identity["loss"] = options.meanOfMeans ? "mean_of_means" : "tokens";
}

}  // namespace

Result<RunIdentity> runIdentity(const ModelConfig& config, const Weights& weights,
                                const TrainOptions& options, const Dataset& training,
                                const Dataset* evaluation, const std::stop_token& stop) {
    RunIdentity identity;
    addTargets(options.targets, identity);
    addSettings(options, identity);
    auto data = dataHash(training, stop);
    if (!data) return tl::unexpected(data.error());
    identity["training data"] = std::move(*data);
    // The best evaluation decides what a run leaves behind.
    if (evaluation != nullptr && evaluation->size() > 0) {
        auto other = dataHash(*evaluation, stop);
        if (!other) return tl::unexpected(other.error());
        identity["evaluation data"] = std::move(*other);
        identity["eval_steps"] = std::to_string(options.evalSteps);
        identity["patience"] = std::to_string(options.patience);
    }
    auto model = modelHash(config, weights, stop);
    if (!model) return tl::unexpected(model.error());
    identity["base model"] = "one with hash " + *model;
    return identity;
}

std::string differences(const RunIdentity& before, const RunIdentity& now) {
    std::set<std::string> names;
    for (const RunIdentity* one : {&before, &now}) {
        for (const auto& [name, value] : *one)
            names.insert(name);
    }
    const auto valueOf = [](const RunIdentity& one, const std::string& name) {
        const auto found = one.find(name);
        return found == one.end() ? std::string("nothing") : found->second;
    };
    std::string all;
    for (const std::string& name : names) {
        const std::string was = valueOf(before, name);
        const std::string is = valueOf(now, name);
        if (was != is) all += (all.empty() ? "" : "; ") + name + " was " + was + " and is " + is;
    }
    return all;
}

}  // namespace dsm
