#include "engine/train/run_identity.h"

#include <xxhash.h>

#include <array>
#include <charconv>
#include <memory>
#include <new>
#include <set>
#include <span>
#include <string_view>
#include <vector>

#include "engine/format/sha256.h"
#include "engine/model/checkpoint/tensor_table.h"

namespace dsm {
namespace {

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

// Non-cryptographic: it tells changes and mistakes, and reads at the speed of the memory.
class WeightHash {
  public:
    WeightHash() : state_(XXH3_createState(), &XXH3_freeState) {
        if (state_ == nullptr) throw std::bad_alloc();
        XXH3_128bits_reset(state_.get());
    }
    void add(const void* bytes, std::uint64_t size) {
        XXH3_128bits_update(state_.get(), bytes, static_cast<std::size_t>(size));
    }
    void add(const Weight& weight);
    std::string finish() const;

  private:
    std::unique_ptr<XXH3_state_t, decltype(&XXH3_freeState)> state_;
};

// Every byte that decides a number of it, in the order of the tensor table; how the files of a
// folder are cut and where they lie shows nowhere.
void WeightHash::add(const Weight& weight) {
    const auto type = static_cast<std::uint8_t>(weight.type);
    add(&type, sizeof(type));
    if (weight.type != DType::NF4) return add(weight.data, weight.sizeBytes());
    const auto count = static_cast<std::uint64_t>(weight.rows * weight.cols);
    const std::uint64_t blocks = (count + kNf4BlockWeights - 1) / kNf4BlockWeights;
    const Nf4Scales& scales = *weight.nf4;
    add(weight.data, (count + 1) / 2);
    if (scales.absmax != nullptr) return add(scales.absmax, blocks * sizeof(float));
    add(scales.absmaxCode, blocks);
    add(scales.nestedAbsmax, (blocks + kNf4NestedBlock - 1) / kNf4NestedBlock * sizeof(float));
    add(scales.nestedMap, 256 * sizeof(float));
    add(&scales.offset, sizeof(float));
}

std::string WeightHash::finish() const {
    XXH128_canonical_t bytes;
    XXH128_canonicalFromHash(&bytes, XXH3_128bits_digest(state_.get()));
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string digits;
    for (const unsigned char byte : bytes.digest) {
        digits += kDigits[byte >> 4];
        digits += kDigits[byte & 15];
    }
    return digits;
}

Result<std::string> modelHash(ModelConfig config, const Weights& weights,
                              const std::stop_token& stop) {
    WeightHash hash;
    // How weights are stored shows in the weights.
    config.dtype = DType::BF16;
    config.quantization.reset();
    const std::string sizes = writeConfig(config);
    hash.add(sizes.data(), sizes.size());
    for (const TensorSpec& spec : tensorTable(config)) {
        if (stop.stop_requested()) return cancelled();
        hash.add(weights.weightOf(spec));
    }
    if (auto cut = weights.changedFile()) return tl::unexpected(std::move(*cut));
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
    // Runs of before there was a choice say nothing.
    if (options.optimizer == OptimizerKind::AdamW8) identity["optimizer"] = "adamw_8bit";
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
