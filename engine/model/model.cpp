#include "engine/model/model.h"

#include <algorithm>
#include <new>
#include <set>
#include <vector>

#include "engine/format/checkpoint.h"
#include "engine/format/sha256.h"
#include "engine/model/adapter/adapter_folder.h"
#include "engine/model/pass/cache_file.h"
#include "engine/model/pass/forward.h"
#include "engine/model/pass/memory_fit.h"
#include "kernels/base/bytes_in_words.h"
#include "kernels/base/log.h"
#include "kernels/base/reason.h"
#include "kernels/ops/rope.h"

namespace dsm {
namespace {

Buffer<float> rotaryTable(const ModelConfig& config, std::int64_t positions) {
    Buffer<float> table(static_cast<std::size_t>(positions * config.headSize));
    fillRotary({table.data(), positions, config.headSize}, static_cast<float>(config.ropeTheta));
    return table;
}

// Of what a token reads the most: nothing where all of it may lie in a cache, whose ways are others.
std::vector<DType> typesOfManyBytes(const Weights& weights) {
    constexpr std::uint64_t kMany = 1'000'000'000;
    if (weights.sizeBytes() < kMany) return {};
    std::set<DType> types{weights.head().type};
    for (const LayerWeights& layer : weights.layers()) {
        types.insert({layer.query.type, layer.attentionOutput.type, layer.sharedDown.type});
        for (const Weight& down : layer.expertDown)
            types.insert(down.type);
    }
    return {types.begin(), types.end()};
}

void noteFallback(const std::string& why) {
    logMessage(LogLevel::Warning, "The CPU computes in place of a GPU. " + why);
}

}  // namespace

Model::Model(const ModelConfig& config, Parts parts, const BackendChoice& choice,
             const ModelOptions& options)
    : config_(config),
      ownFingerprint_(modelFingerprint(options.folder, choice.backend)),
      fingerprint_(ownFingerprint_),
      choice_(choice),
      ops_(&opTable(choice.backend)),
      memory_(parts.memory),
      pool_(std::move(parts.pool)),
      gpu_(std::move(parts.gpu)),
      weights_(std::move(parts.weights)),
      cache_(config, parts.positions, options.kv,
             gpu_ ? gpu_->cacheMemory()
                  : hostMemory(KvCache::plannedBytes(config, parts.positions, options.kv))),
      workspace_(config, parts.microBatchTokens, parts.positions,
                 gpu_ ? gpu_->workspaceMemory()
                      : hostMemory(Workspace::plannedBytes(config, parts.microBatchTokens,
                                                           parts.positions)),
                 gpu_ ? gpu_->plan().scratchBytes : 0),
      rotary_(gpu_ ? Buffer<float>() : rotaryTable(config, parts.positions)),
      logits_(static_cast<std::size_t>(kLogitsRows * config.vocabSize)),
      ids_(static_cast<std::size_t>(parts.microBatchTokens)),
      machine_(options.machine) {}

Result<std::unique_ptr<Model>> Model::load(const ModelOptions& options,
                                           const ProgressSink& progress, std::stop_token stop) {
    const Result<BackendChoice> choice = chooseBackend(options.backend, options.gpu);
    if (!choice) return tl::unexpected(choice.error());
    const Result<ModelConfig> config = readConfig(options.folder);
    if (!config) return tl::unexpected(config.error());
    if (!choice->fallback.empty()) noteFallback(choice->fallback);
    auto model = loadOn(*choice, *config, options, progress, stop);
    const bool gaveUp = !model && choice->backend == Backend::Cuda && !choice->isForced &&
                        model.error().code != ErrorCode::Cancelled &&
                        model.error().code != ErrorCode::DeviceLost;
    if (!gaveUp) return model;
    noteFallback(model.error().message);
    const BackendChoice cpu{.backend = Backend::Cpu, .fallback = model.error().message};
    return loadOn(cpu, *config, options, progress, stop);
}

Result<std::unique_ptr<Model>> Model::loadOn(const BackendChoice& choice, const ModelConfig& config,
                                             const ModelOptions& options,
                                             const ProgressSink& progress,
                                             const std::stop_token& stop) {
    Result<Checkpoint> checkpoint = Checkpoint::open(options.folder);
    if (!checkpoint) return tl::unexpected(checkpoint.error());
    const bool onGpu = choice.backend == Backend::Cuda;
    const std::int64_t positions = positionsToReserve(config, options.contextLimit);
    const std::int64_t microBatch =
        options.microBatchTokens > 0 ? options.microBatchTokens : kMicroBatchTokens;
    const auto planned = [&](std::uint64_t weightBytes) {
        return planMemory(config, weightBytes, positions, options.kv, microBatch);
    };
    const MachineMemory machine = options.machine ? *options.machine : readMachineMemory();
    if (!onGpu) {
        const MemoryPlan wanted = planned(weightBytesInMemory(*checkpoint));
        const auto fits = checkFit(wanted, machine, options.residency, positions);
        if (!fits) return tl::unexpected(fits.error());
    }
    // What goes to a GPU is read from the files on its way there.
    Result<Weights> weights =
        Weights::load(std::move(*checkpoint), config, onGpu ? ProgressSink() : progress, stop,
                      onGpu ? Residency::OnDisk : options.residency);
    if (!weights) return tl::unexpected(weights.error());
    const std::uint64_t weightBytes = weights->sizeBytes();
    Parts parts{.pool = std::make_unique<ThreadPool>(options.threads),
                .gpu = nullptr,
                .weights = std::move(*weights),
                .memory = planned(weightBytes),
                .positions = positions,
                .microBatchTokens = microBatch};
    try {
        if (onGpu) {
            const std::int64_t sampledVocab = options.sampledVocab > 0
                                                  ? std::min(options.sampledVocab, config.vocabSize)
                                                  : config.vocabSize;
            const GpuPart::Wish wish{.gpu = choice.gpu,
                                     .memory = {.positions = positions,
                                                .kv = options.kv,
                                                .expertLayers = options.gpuLayers,
                                                .microBatchTokens = options.microBatchTokens},
                                     .sampledVocab = sampledVocab,
                                     .residency = options.residency,
                                     .machine = machine};
            auto gpu = GpuPart::make(config, parts.weights, wish, *parts.pool, progress, stop);
            if (!gpu) return tl::unexpected(gpu.error());
            parts.gpu = std::move(*gpu);
            parts.microBatchTokens = parts.gpu->plan().microBatchTokens;
            if (auto cut = parts.weights.changedFile(); cut) return tl::unexpected(std::move(*cut));
            parts.memory = {.weightBytes = parts.gpu->plan().hostWeightBytes,
                            .workspaceBytes = parts.gpu->hostBytes()};
        }
        if (choice.backend == Backend::Cpu)
            prepareDecode(*parts.pool, typesOfManyBytes(parts.weights));
        // Not make_unique: the constructor is private.
        std::unique_ptr<Model> model(new Model(config, std::move(parts), choice, options));
        if (auto recorded = model->recordDecode(); !recorded) {
            return tl::unexpected(recorded.error());
        }
        return model;
    } catch (const std::bad_alloc&) {
        const MemoryPlan plan = planned(0);
        return dsm::failure(ErrorCode::OutOfMemory, ReasonCode::NoMemoryForContext,
                            {std::to_string(positions), bytesInWords(weightBytes),
                             bytesInWords(plan.cacheBytes + plan.workspaceBytes)});
    }
}

std::string Model::backendDescription() const {
    if (!gpu_) return description(choice_.backend, threads());
    const CudaDevice& device = gpu_->device();
    const DevicePlan& plan = gpu_->plan();
    std::string text = gpuName(device);
    if (plan.holdsEverything()) return text;
    return text + ", the experts of " + std::to_string(plan.moeLayers - plan.expertLayers) +
           " of " + std::to_string(plan.moeLayers) + " layers on the " +
           description(Backend::Cpu, threads());
}

Result<void> Model::useAdapter(std::shared_ptr<const LoraAdapter> adapter, float scale) {
    if (gpu_ != nullptr) {
        if (auto used = useAdapterOnGpu(adapter, scale); !used) return used;
    } else {
        weights_.useAdapter(adapter.get(), scale, config_);
    }
    adapter_ = std::move(adapter);
    memory_.adapterBytes = adapter_ == nullptr ? 0 : sizeBytes(*adapter_);
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
    return CacheFile::write(path, cache_, fingerprint_, stop, gpuTransfer());
}

Result<std::int64_t> Model::restoreContext(const std::filesystem::path& path,
                                           std::span<const std::int32_t> ids) {
    const auto file = CacheFile::open(path, cache_, fingerprint_, config_.vocabSize);
    if (!file) return tl::unexpected(file.error());
    const auto difference =
        std::mismatch(ids.begin(), ids.end(), file->ids().begin(), file->ids().end());
    const std::int64_t saved = std::min(difference.first - ids.begin(), cache_.capacity());
    const std::int64_t present = cache_.commonPrefix(ids);
    if (saved <= present) return present;
    if (const auto restored = file->restore(saved, cache_, gpuTransfer()); !restored) {
        return tl::unexpected(restored.error());
    }
    return saved;
}

ForwardArgs Model::forwardArgs(OpContext& context, const PassInputs& inputs, std::stop_token stop) {
    return {.config = config_,
            .weights = weights_,
            .rotary = {rotary_.data(), cache_.capacity(), config_.headSize},
            .ops = *ops_,
            .context = context,
            .workspace = workspace_,
            .parts = inputs.parts,
            .ids = inputs.ids,
            .opIds = inputs.ids,
            .logits = inputs.logits,
            .stop = std::move(stop)};
}

bool Model::pass(const PassInputs& inputs, std::stop_token stop) {
    if (gpu_) return passOnGpu(inputs, std::move(stop)) && sawWholeFiles();
    if (failure_) return false;
    OpContext context{.pool = pool_.get(), .scratch = workspace_.scratch()};
    return forward(forwardArgs(context, inputs, std::move(stop))) && sawWholeFiles();
}

bool Model::pass(std::span<const std::int32_t> ids, Matrix<float> logits, std::stop_token stop) {
    const ForwardPart whole{.cache = &cache_,
                            .tokens = static_cast<std::int64_t>(ids.size()),
                            .logitRows = logits.rows};
    return pass({.parts = {&whole, 1}, .ids = ids, .logits = logits}, std::move(stop));
}

bool Model::sawWholeFiles() {
    if (gpu_ && gpu_->hostExperts() == nullptr) return true;  // all of them are on the GPU
    auto cut = weights_.changedFile();
    if (cut) noteFailure(tl::unexpected(std::move(*cut)));
    return !failure_;
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
        if (passRead_) passRead_(cache_.size());
    }
    return logits_.span().first(static_cast<std::size_t>(config_.vocabSize));
}

void Model::readWithLogits(std::span<const std::int32_t> ids,
                           const std::function<void(Matrix<const float>)>& sink) {
    constexpr auto kRows = static_cast<std::size_t>(kLogitsRows);
    Buffer<float> rows(kRows * static_cast<std::size_t>(config_.vocabSize));
    while (!ids.empty()) {
        const auto now = ids.first(std::min(ids.size(), kRows));
        ids = ids.subspan(now.size());
        const Matrix<float> logits{rows.data(), static_cast<std::int64_t>(now.size()),
                                   config_.vocabSize};
        if (!pass(now, logits, {})) return;
        sink(logits);
    }
}

}  // namespace dsm
