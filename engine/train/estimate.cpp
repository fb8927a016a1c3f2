#include "engine/train/estimate.h"

#include <algorithm>

#include "engine/model/checkpoint/tensor_table.h"
#include "engine/train/moments.h"
#include "engine/train/trainable_weights.h"
#include "engine/train/training_pass.h"
#include "kernels/cuda/gpu_recordings.h"

namespace dsm {
namespace {

bool isAttention(TensorKind kind) {
    return kind == TensorKind::Query || kind == TensorKind::Key || kind == TensorKind::Value ||
           kind == TensorKind::AttentionOutput;
}

bool isAnyOf(const std::vector<std::string>& names, const TensorSpec& spec) {
    return std::any_of(names.begin(), names.end(),
                       [&](const std::string& entry) { return namesModule(entry, spec.module()); });
}

bool learnsWhole(const TrainTargets& targets, const TensorSpec& spec) {
    return targets.method == TrainMethod::Full || isAnyOf(targets.savedModules, spec);
}

bool learnsFactors(const TrainTargets& targets, const TensorSpec& spec) {
    return !learnsWhole(targets, spec) && isAnyOf(targets.targets, spec) &&
           spec.kind != TensorKind::Router && !spec.isNorm();
}

constexpr std::int64_t kFill = 4;  // rows that fill up a panel of the cpu's

struct Sizes {
    std::int64_t queryWidth, keyWidth, widest, moe, slots;

    Sizes(const ModelConfig& c, std::int64_t tokens)
        : queryWidth(c.heads * c.headSize),
          keyWidth(c.keyValueHeads * c.headSize),
          widest(0),
          moe(c.moeLayers()),
          slots(moe > 0 ? tokens * c.expertsPerToken : 0) {
        if (moe > 0) widest = c.sharedWidth();
        if (moe < c.layers) widest = std::max(widest, c.denseWidth);
    }
};

// Of the routed experts of a layer, wherever they are computed.
std::int64_t expertNumbers(const ModelConfig& c, const LearningParts& l, std::int64_t slots) {
    return 3 * slots * (c.expertWidth + (l.factors[1] ? l.rank : 0));
}

// Numbers of LayerActivations for a layer of the kind with the given MLP width, without its
// routed experts.
std::int64_t layerNumbers(const ModelConfig& c, const LearningParts& l, std::int64_t tokens,
                          std::int64_t slots, std::int64_t width) {
    const Sizes s(c, tokens);
    std::int64_t numbers =
        tokens * (3 * c.hiddenSize + 2 + 2 * s.queryWidth + 2 * s.keyWidth + c.heads);
    numbers += 3 * tokens * width;
    if (l.factors[0]) numbers += 4 * tokens * l.rank;
    if (l.factors[1]) numbers += 3 * tokens * l.rank;
    if (slots > 0) numbers += tokens * c.routedExperts + 6 * slots + c.routedExperts + 1;
    return numbers;
}

// Without the routed experts of the last layers.
std::int64_t activationNumbers(const ModelConfig& c, const LearningParts& l, bool checkpointing,
                               std::int64_t tokens, std::int64_t hostLayers) {
    const Sizes s(c, tokens);
    const std::int64_t moeHere = s.moe - hostLayers;
    std::int64_t numbers = 0;
    if (checkpointing) {
        numbers += layerNumbers(c, l, tokens, s.slots, s.widest);
    } else {
        numbers += s.moe * layerNumbers(c, l, tokens, s.slots, c.sharedWidth());
        numbers += (c.layers - s.moe) * layerNumbers(c, l, tokens, 0, c.denseWidth);
    }
    numbers += (checkpointing ? std::min<std::int64_t>(moeHere, 1) : moeHere) *
               expertNumbers(c, l, s.slots);
    numbers += (c.layers + 3) * tokens * c.hiddenSize;
    numbers += s.slots + tokens * s.widest;
    if (moeHere > 0) numbers += s.slots * (c.hiddenSize + c.expertWidth);
    if (hostLayers > 0) numbers += tokens * (c.hiddenSize + 1);
    numbers += 2 * tokens * (s.queryWidth + s.keyWidth);
    if (s.slots > 0) numbers += tokens * c.routedExperts;
    return numbers;
}

// What the host works in, where it has the routed experts of some layers (experts_on_host.h).
std::int64_t hostNumbers(const ModelConfig& c, const TrainOptions& options, const LearningParts& l,
                         std::int64_t tokens) {
    if (options.hostLayers == 0) return 0;
    const std::int64_t slots = Sizes(c, tokens).slots;
    const std::int64_t kept = options.checkpointing ? 1 : options.hostLayers;
    const std::int64_t rows = tokens * c.hiddenSize;
    const std::int64_t twice = l.whole || l.factors[1] ? 2 : 1;  // as in scratchNumbers()
    const std::int64_t filled = slots + kFill * c.routedExperts;
    const std::int64_t lora = l.factors[1] ? 6 * filled * l.rank : 0;
    const std::int64_t scratch = std::max(twice * 2 * filled * c.expertWidth + lora,
                                          twice * filled * c.hiddenSize + lora / 2);
    return kept * (expertNumbers(c, l, slots) + rows + 3 * slots + c.routedExperts + 1) +
           slots * (c.hiddenSize + c.expertWidth + 1) + 3 * rows + l.experts + scratch;
}

// Of the products with the largest packed factors: the experts' way back, or the head's.
std::int64_t scratchNumbers(const ModelConfig& c, const LearningParts& l, std::int64_t tokens,
                            std::int64_t lossRows) {
    const Sizes s(c, tokens);
    const std::int64_t twice = l.whole || l.factors[1] ? 2 : 1;  // also across, for weights
    const std::int64_t slots = s.slots > 0 ? s.slots + kFill * c.routedExperts : 0;
    const std::int64_t lora = l.factors[1] ? 6 * (tokens + slots) * l.rank : 0;
    const std::int64_t gates = twice * 2 * (slots * c.expertWidth + tokens * s.widest) + lora;
    const std::int64_t down = twice * (slots + tokens) * c.hiddenSize + lora / 2;
    const std::int64_t attentionTwice = l.whole || l.factors[0] ? 2 : 1;
    const std::int64_t attention = attentionTwice * tokens * (s.queryWidth + 2 * s.keyWidth);
    const std::int64_t forward = (slots + tokens) * c.hiddenSize;
    const std::int64_t head = (l.head ? 2 : 1) * lossRows * c.vocabSize;
    return std::max({gates, down, attention, forward, head});
}

// Of the same on a GPU: the gradients of what lies between factors, or of attention's scores.
std::int64_t deviceScratchNumbers(const ModelConfig& c, const LearningParts& l, std::int64_t tokens,
                                  std::int64_t learning, std::int64_t hostLayers) {
    const Sizes s(c, tokens);
    const std::int64_t slots = s.moe > hostLayers ? s.slots : 0;
    const std::int64_t experts = l.factors[1] ? 2 * (slots + tokens) * l.rank : 0;
    const std::int64_t attention = l.factors[0] ? 3 * tokens * l.rank : 0;
    return std::max({experts, attention, tokens * c.heads}) +
           squaresScratchBytes(learning) / std::int64_t{sizeof(float)};
}

// What a device keeps of passes that come again (GpuRecordings), at most: nodes of graphs, and the
// descriptions of products, which gpu_training_test.cpp holds these to.
std::uint64_t recordedBytes(const ModelConfig& c, const LearningParts& l,
                            std::int64_t lossRowsShown) {
    constexpr std::int64_t kNodesOfLayer = 80;  // forth, forth again and back, with dropout
    constexpr std::int64_t kNodesOfLoss = 14;   // of some rows
    constexpr std::int64_t kNodesBeside = 8;
    constexpr std::int64_t kFrozenMap = 1024;  // bytes
    constexpr std::int64_t kLearningMap = 3072;
    const std::int64_t atOnce = lossRows(c.vocabSize);
    const std::int64_t nodes = c.layers * kNodesOfLayer +
                               (lossRowsShown + atOnce - 1) / atOnce * kNodesOfLoss + kNodesBeside;
    const auto mapBytes = [&](bool learns) {
        return learns || l.whole ? kLearningMap : kFrozenMap;
    };
    const std::int64_t tables = c.layers * 4 * mapBytes(l.factors[0]) +
                                c.layers * 4 * mapBytes(l.factors[1]) +
                                c.moeLayers() * 3 * c.routedExperts * mapBytes(l.factors[1]);
    return GpuRecordings::kMost * (static_cast<std::uint64_t>(nodes) * kGraphNodeBytes +
                                   static_cast<std::uint64_t>(tables));
}

// While a file is written: what is gathered for the disk, a piece in another type, a piece that is
// hashed, and the header, which names every tensor.
std::uint64_t bytesToSave(const LearningParts& l) {
    constexpr std::uint64_t kPieces = std::uint64_t{11} << 20;
    constexpr std::uint64_t kHeaderOfTensor = 1024;
    // No more than there is: what learns, its moments, and the result.
    return std::min(kPieces, static_cast<std::uint64_t>(l.numbers) * 16) +
           static_cast<std::uint64_t>(l.tensors) * kHeaderOfTensor;
}

double linear(std::int64_t tokens, std::int64_t parameters) {
    return 2.0 * static_cast<double>(tokens) * static_cast<double>(parameters);
}

std::int64_t attentionParameters(const ModelConfig& c) {
    const Sizes s(c, 1);
    return 2 * c.hiddenSize * (s.queryWidth + s.keyWidth);
}

// That one token runs through, of all layers from the last `layers` on.
std::int64_t expertParameters(const ModelConfig& c, std::int64_t layers) {
    std::int64_t parameters = 0;
    for (std::int64_t layer = c.layers - layers; layer < c.layers; ++layer) {
        parameters += c.isMoeLayer(layer) ? c.hiddenSize * (c.routedExperts + 3 * c.sharedWidth() +
                                                            3 * c.expertsPerToken * c.expertWidth)
                                          : 3 * c.hiddenSize * c.denseWidth;
    }
    return parameters;
}

// Operations of attention's scores, forth: two products over half of all pairs.
double scoreOperations(const ModelConfig& c, const BatchShape& b) {
    const double length = static_cast<double>(b.tokens) / static_cast<double>(b.samples);
    return 2.0 * static_cast<double>(b.tokens) * length * static_cast<double>(c.heads * c.headSize);
}

}  // namespace

LearningParts learningParts(const ModelConfig& config, const TrainTargets& targets) {
    const auto numbers = trainedNumbers(config, targets);
    DSM_CHECK(numbers.has_value());
    LearningParts parts{.whole = targets.method == TrainMethod::Full, .numbers = *numbers};
    if (!parts.whole) parts.rank = targets.lora.rank;
    std::int64_t first = config.layers;
    int withExperts = -1;  // the first layer that has some
    for (const TensorSpec& spec : tensorTable(config)) {
        const bool whole = learnsWhole(targets, spec);
        const bool factors = learnsFactors(targets, spec);
        const std::int64_t own = whole     ? spec.rows * spec.cols
                                 : factors ? targets.lora.rank * (spec.rows + spec.cols)
                                           : 0;
        parts.tensors += whole ? 1 : factors ? 2 : 0;
        if (spec.isNorm()) parts.norms += own;
        if (spec.kind == TensorKind::Embedding) parts.embedding = whole;
        if (spec.kind == TensorKind::Head) parts.head = whole;
        if (spec.expert >= 0 && withExperts < 0) withExperts = spec.layer;
        if (spec.expert >= 0 && spec.layer == withExperts) parts.experts += own;
        if (!factors || spec.layer < 0) continue;
        parts.factors[isAttention(spec.kind) ? 0 : 1] = true;
        first = std::min<std::int64_t>(first, spec.layer);
    }
    parts.layers = parts.whole || parts.embedding ? config.layers : config.layers - first;
    return parts;
}

TrainMemory estimateMemory(const ModelConfig& config, std::uint64_t weightBytes,
                           const TrainOptions& options, const BatchShape& largest,
                           Backend backend) {
    return estimateMemory(config, weightBytes, options, learningParts(config, options.targets),
                          largest, backend);
}

TrainMemory estimateMemory(const ModelConfig& config, std::uint64_t weightBytes,
                           const TrainOptions& options, const LearningParts& l,
                           const BatchShape& largest, Backend backend) {
    const auto bytes = [](std::int64_t numbers) { return static_cast<std::uint64_t>(numbers) * 4; };
    const bool isDevice = backend == Backend::Cuda;
    const std::int64_t labels =
        isDevice ? shownRows(largest.labels, largest.tokens, config.vocabSize) : largest.labels;
    const std::int64_t rows = std::min(labels, lossRows(config.vocabSize));
    // Of the batch: ids, positions and begins of samples; rows and labels of targets, and losses.
    const std::int64_t batchNumbers = 2 * largest.tokens + largest.samples + 1;
    const std::int64_t labelNumbers = 4 * labels + 2;
    const std::uint64_t moments =
        Moments::plannedBytes(options.optimizer, l.numbers - l.norms, l.numbers);
    const bool isPinned = isDevice && options.momentsOnHost;
    const std::int64_t hostLayers = isDevice ? options.hostLayers : 0;
    const std::uint64_t toSave = options.output.empty() ? 0 : bytesToSave(l);
    return {
        .weightBytes = weightBytes,
        .trainedBytes = bytes(l.numbers),
        .gradientBytes = bytes(l.numbers),
        .optimizerBytes = isPinned ? 0 : moments,
        .activationBytes =
            bytes(activationNumbers(config, l, options.checkpointing, largest.tokens, hostLayers) +
                  batchNumbers),
        .lossBytes = bytes(rows * (4 * config.hiddenSize + config.vocabSize + 1) + labelNumbers),
        .scratchBytes = isDevice ? bytes(deviceScratchNumbers(config, l, largest.tokens, l.numbers,
                                                              hostLayers)) +
                                       (hostLayers > 0 ? 0 : recordedBytes(config, l, labels))
                                 : bytes(scratchNumbers(config, l, largest.tokens, rows)),
        .saveBytes = isDevice ? 0 : toSave,
        .pinnedBytes = isPinned ? moments : 0,
        .hostWorkBytes = isDevice ? bytes(hostNumbers(config, options, l, largest.tokens)) : 0,
        .hostValueBytes = isDevice ? bytes(l.numbers) : 0,
        .hostSaveBytes = isDevice && !options.output.empty() ? moments + toSave : 0};
}

double usefulOperations(const ModelConfig& config, const TrainOptions& options,
                        const BatchShape& b) {
    const LearningParts l = learningParts(config, options.targets);
    const auto layers = static_cast<double>(config.layers);
    const auto back = static_cast<double>(l.layers);
    const double weights = l.whole ? 2 : 1;  // back: gradients of inputs, and of weights
    return linear(b.tokens, attentionParameters(config)) * (layers + back * weights) +
           linear(b.tokens, expertParameters(config, config.layers)) +
           linear(b.tokens, expertParameters(config, l.layers)) * weights +
           linear(b.labels, config.hiddenSize * config.vocabSize) * (l.head ? 3 : 2) +
           // Back, five products for the two of the way forth.
           scoreOperations(config, b) * (layers + 2.5 * back);
}

}  // namespace dsm
