#include "engine/model/model.h"

#include <algorithm>
#include <new>

#include "engine/format/checkpoint.h"
#include "engine/format/sha256.h"
#include "engine/model/adapter_folder.h"
#include "engine/model/cache_file.h"
#include "engine/model/forward.h"
#include "engine/model/memory_fit.h"
#include "kernels/ops/rope.h"

namespace dsm {
namespace {

Buffer<float> rotaryTable(const ModelConfig& config, std::int64_t positions) {
    Buffer<float> table(static_cast<std::size_t>(positions * config.headSize));
    fillRotary({table.data(), positions, config.headSize}, static_cast<float>(config.ropeTheta));
    return table;
}

std::string inMegabytes(std::uint64_t bytes) {
    return std::to_string(bytes / 1'000'000) + " MB";
}

}  // namespace

Model::Model(const ModelConfig& config, Weights weights, Backend backend, std::int64_t contextLimit,
             const ModelOptions& options)
    : config_(config),
      ownFingerprint_(modelFingerprint(options.folder, backend)),
      fingerprint_(ownFingerprint_),
      weights_(std::move(weights)),
      backend_(backend),
      ops_(&opTable(backend)),
      memory_(planMemory(config, weights_.sizeBytes(), contextLimit, options.kv,
                         options.microBatchTokens)),
      pool_(options.threads),
      cache_(config, contextLimit, options.kv),
      workspace_(config, options.microBatchTokens, contextLimit),
      rotary_(rotaryTable(config, contextLimit)),
      logits_(static_cast<std::size_t>(config.vocabSize)) {}

Result<std::unique_ptr<Model>> Model::load(const ModelOptions& options,
                                           const ProgressSink& progress, std::stop_token stop) {
    const Result<Backend> backend = chooseBackend(options.backend);
    if (!backend) return tl::unexpected(backend.error());
    const Result<ModelConfig> config = readConfig(options.folder);
    if (!config) return tl::unexpected(config.error());
    Result<Checkpoint> checkpoint = Checkpoint::open(options.folder);
    if (!checkpoint) return tl::unexpected(checkpoint.error());
    const std::int64_t positions = positionsToReserve(*config, options.contextLimit);
    const MachineMemory machine = options.machine ? *options.machine : readMachineMemory();
    const MemoryPlan wanted = planMemory(*config, weightBytesInMemory(*checkpoint), positions,
                                         options.kv, options.microBatchTokens);
    const auto fits = checkFit(wanted, machine, options.residency, positions);
    if (!fits) return tl::unexpected(fits.error());
    Result<Weights> weights =
        Weights::load(std::move(*checkpoint), *config, progress, stop, options.residency);
    if (!weights) return tl::unexpected(weights.error());

    const MemoryPlan plan =
        planMemory(*config, weights->sizeBytes(), positions, options.kv, options.microBatchTokens);
    try {
        // Not make_unique: the constructor is private.
        return std::unique_ptr<Model>(
            new Model(*config, std::move(*weights), *backend, positions, options));
    } catch (const std::bad_alloc&) {
        return failure(ErrorCode::OutOfMemory,
                       "Not enough memory for a context of " + std::to_string(positions) +
                           " tokens: besides the weights (" + inMegabytes(plan.weightBytes) +
                           ") it needs " + inMegabytes(plan.cacheBytes + plan.workspaceBytes) +
                           ". Close other programs or choose a smaller context.");
    }
}

Result<void> Model::useAdapter(std::shared_ptr<const LoraAdapter> adapter, float scale) {
    if (adapter != nullptr && backend_ != Backend::Cpu && backend_ != Backend::Reference) {
        return failure(ErrorCode::Unsupported,
                       "Adapters run on the CPU only. Load the model on the CPU, or merge the "
                       "adapter into a model of its own.");
    }
    weights_.useAdapter(adapter.get(), scale, config_);
    adapter_ = std::move(adapter);
    rewind(0);
    fingerprint_ = ownFingerprint_;
    if (adapter_ == nullptr) return {};
    Sha256 hash;
    const std::string parts = ownFingerprint_ + fingerprintOf(*adapter_);
    hash.update(std::as_bytes(std::span(parts)));
    hash.update(std::as_bytes(std::span(&scale, 1)));
    fingerprint_ = hash.finish();
    return {};
}

Result<void> Model::saveContext(const std::filesystem::path& path,
                                const std::stop_token& stop) const {
    return CacheFile::write(path, cache_, fingerprint_, stop);
}

Result<std::int64_t> Model::restoreContext(const std::filesystem::path& path,
                                           std::span<const std::int32_t> ids) {
    const auto file = CacheFile::open(path, cache_, fingerprint_);
    if (!file) return tl::unexpected(file.error());
    const auto difference =
        std::mismatch(ids.begin(), ids.end(), file->ids().begin(), file->ids().end());
    const std::int64_t saved = std::min(difference.first - ids.begin(), cache_.capacity());
    const std::int64_t present = cache_.commonPrefix(ids);
    if (saved <= present) return present;
    if (const auto restored = file->restore(saved, cache_); !restored) {
        return tl::unexpected(restored.error());
    }
    return saved;
}

bool Model::pass(std::span<const std::int32_t> ids, Matrix<float> logits, std::stop_token stop) {
    OpContext context{.pool = &pool_, .scratch = workspace_.scratch()};
    return forward({.config = config_,
                    .weights = weights_,
                    .rotary = {rotary_.data(), cache_.capacity(), config_.headSize},
                    .ops = *ops_,
                    .context = context,
                    .workspace = workspace_,
                    .cache = cache_,
                    .ids = ids,
                    .logits = logits,
                    .stop = std::move(stop)});
}

std::optional<std::span<float>> Model::read(std::span<const std::int32_t> ids,
                                            std::stop_token stop) {
    DSM_CHECK(!ids.empty());
    while (!ids.empty()) {
        const auto now =
            ids.first(std::min(ids.size(), static_cast<std::size_t>(workspace_.maximumTokens())));
        ids = ids.subspan(now.size());
        const Matrix<float> last{logits_.data(), ids.empty() ? 1 : 0, config_.vocabSize};
        if (!pass(now, last, stop)) return std::nullopt;
    }
    return logits_.span();
}

void Model::readWithLogits(std::span<const std::int32_t> ids,
                           const std::function<void(Matrix<const float>)>& sink) {
    constexpr std::size_t kRows = 16;  // bounds the memory for a large vocabulary
    Buffer<float> rows(kRows * static_cast<std::size_t>(config_.vocabSize));
    while (!ids.empty()) {
        const auto now = ids.first(std::min(ids.size(), kRows));
        ids = ids.subspan(now.size());
        const Matrix<float> logits{rows.data(), static_cast<std::int64_t>(now.size()),
                                   config_.vocabSize};
        pass(now, logits, {});
        sink(logits);
    }
}

}  // namespace dsm
