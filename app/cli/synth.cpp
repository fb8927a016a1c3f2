#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <span>
#include <system_error>

#include "app/cli/terminal.h"
#include "engine/format/atomic_file.h"
#include "engine/format/checkpoint_writer.h"
#include "engine/model/config.h"
#include "engine/model/tensor_table.h"
#include "kernels/base/dtype.h"

namespace dsm::cli {
namespace {

namespace fs = std::filesystem;

struct NamedSize {
    const char* name;
    ModelConfig config;
};

// The published 16B model, and smaller ones of the same shape to measure on small machines.
std::array<NamedSize, 3> namedSizes() {
    const ModelConfig full{.layers = 28,
                           .hiddenSize = 2048,
                           .heads = 16,
                           .keyValueHeads = 16,
                           .headSize = 128,
                           .denseWidth = 10944,
                           .expertWidth = 1408,
                           .routedExperts = 64,
                           .sharedExperts = 2,
                           .expertsPerToken = 6,
                           .firstDenseLayers = 1,
                           .vocabSize = 102400,
                           .maxPositions = 4096,
                           .ropeTheta = 10000,
                           .rmsEpsilon = 1e-6,
                           .bosId = 100000,
                           .eosId = 100001};
    ModelConfig small = full;  // 16 experts: what the backends are compared on
    small.layers = 4;
    small.hiddenSize = 512;
    small.heads = small.keyValueHeads = 8;
    small.headSize = 64;
    small.denseWidth = 1376;
    small.expertWidth = 352;
    small.routedExperts = 16;
    small.expertsPerToken = 4;
    small.vocabSize = 8192;
    small.bosId = 0;
    small.eosId = 1;
    ModelConfig tiny = small;
    tiny.layers = 2;
    tiny.hiddenSize = 64;
    tiny.heads = tiny.keyValueHeads = 4;
    tiny.headSize = 16;
    tiny.denseWidth = 160;
    tiny.expertWidth = 48;
    tiny.routedExperts = 8;
    tiny.expertsPerToken = 2;
    tiny.vocabSize = 512;
    return {{{"tiny", tiny}, {"small", small}, {"16b", full}}};
}

Result<ModelConfig> chosenConfig(const SynthOptions& options) {
    if (!options.config.empty()) {
        const fs::path& path = options.config;
        return readConfig(fs::is_directory(path) ? path : path.parent_path());
    }
    for (const NamedSize& size : namedSizes()) {
        if (options.size == size.name) return size.config;
    }
    return failure(ErrorCode::Unsupported, "Choose the sizes with --size or --config.");
}

// Bell-shaped random numbers: the sum of four uniform ones, which one draw of SplitMix64 holds.
class RandomWeights {
  public:
    explicit RandomWeights(std::uint64_t seed) : state_(seed) {}

    // Mean 0, variance 1.
    float next() {
        state_ += 0x9e3779b97f4a7c15U;
        std::uint64_t z = state_;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
        z ^= z >> 31;
        const auto sum = static_cast<float>((z & 0xffffU) + ((z >> 16) & 0xffffU) +
                                            ((z >> 32) & 0xffffU) + (z >> 48));
        constexpr float kMean = 2.0F * 65535.0F;
        constexpr float kDeviation = 65536.0F * 0.57735027F;  // sqrt(4 / 12)
        return (sum - kMean) / kDeviation;
    }

  private:
    std::uint64_t state_;
};

// Keeps the size of activations about the same from layer to layer.
float weightScale(const TensorSpec& spec) {
    return spec.kind == TensorKind::Embedding ? 1.0F
                                              : 1.0F / std::sqrt(static_cast<float>(spec.cols));
}

Result<void> writeTensor(CheckpointWriter& writer, const TensorSpec& spec, RandomWeights& random,
                         const std::stop_token& stop) {
    std::array<BFloat16, 1 << 16> block;
    const float scale = weightScale(spec);
    for (std::int64_t missing = spec.rows * spec.cols; missing > 0;) {
        if (stop.stop_requested()) return cancelled();
        const auto count = std::min<std::int64_t>(missing, static_cast<std::int64_t>(block.size()));
        const std::span<BFloat16> piece = std::span(block).first(static_cast<std::size_t>(count));
        for (BFloat16& weight : piece) {
            const float value = random.next();
            weight = toBFloat16(spec.isNorm() ? 1.0F + 0.1F * value : scale * value);
        }
        if (auto written = writer.append(std::as_bytes(piece)); !written) return written;
        missing -= count;
    }
    return {};
}

Result<void> copyTokenizer(const fs::path& from, const fs::path& to) {
    for (const char* name : {"tokenizer.json", "tokenizer.model", "tokenizer_config.json"}) {
        std::error_code error;
        if (!fs::exists(from / name, error)) continue;
        fs::copy_file(from / name, to / name, fs::copy_options::overwrite_existing, error);
        if (error) {
            return failure(ErrorCode::Io,
                           "Cannot copy " + (from / name).string() + ": " + error.message() + ".");
        }
    }
    return {};
}

Result<void> checkSpace(const fs::path& folder, std::int64_t neededBytes) {
    std::error_code error;
    const fs::space_info space = fs::space(folder, error);
    if (error || space.available > static_cast<std::uint64_t>(neededBytes)) return {};
    return failure(ErrorCode::Io, folder.string() + " has " +
                                      std::to_string(space.available / 1'000'000) +
                                      " MB free, but the checkpoint needs " +
                                      std::to_string(neededBytes / 1'000'000) + " MB.");
}

Result<void> writeCheckpoint(const SynthOptions& options, const ModelConfig& config) {
    std::error_code error;
    fs::create_directories(options.out, error);
    if (error) {
        return failure(ErrorCode::Io,
                       "Cannot make " + options.out.string() + ": " + error.message() + ".");
    }
    if (!fs::is_empty(options.out, error)) {
        return failure(ErrorCode::Io,
                       options.out.string() + " is not empty. Name a new folder with --out.");
    }
    const std::vector<TensorSpec> table = tensorTable(config);
    const std::int64_t totalBytes =
        config.parameters() * static_cast<std::int64_t>(sizeof(BFloat16));
    if (auto enough = checkSpace(options.out, totalBytes); !enough) return enough;

    std::vector<TensorDeclaration> declarations;
    for (const TensorSpec& spec : table)
        declarations.push_back({spec.name, "BF16", spec.shape()});
    CheckpointWriter writer(options.out, std::move(declarations));
    RandomWeights random(options.seed);
    const auto stop = Interrupt::arm();
    std::int64_t doneBytes = 0;
    for (const TensorSpec& spec : table) {
        if (auto written = writeTensor(writer, spec, random, stop->get_token()); !written) {
            return written;
        }
        doneBytes += spec.rows * spec.cols * static_cast<std::int64_t>(sizeof(BFloat16));
        if (errorIsTerminal()) {
            showProgress("Writing",
                         static_cast<double>(doneBytes) / static_cast<double>(totalBytes));
        }
    }
    if (auto finished = writer.finish(); !finished) return finished;
    if (!options.tokenizer.empty()) {
        if (auto copied = copyTokenizer(options.tokenizer, options.out); !copied) return copied;
    }
    // Last: a folder without a config is not taken for a model.
    const std::string text = writeConfig(config);
    return writeFile(options.out / "config.json", std::as_bytes(std::span(text)));
}

}  // namespace

std::vector<std::string> synthSizes() {
    std::vector<std::string> names;
    for (const NamedSize& size : namedSizes())
        names.emplace_back(size.name);
    return names;
}

int synth(const SynthOptions& options) {
    const Result<ModelConfig> config = chosenConfig(options);
    if (!config) return fail(config.error());
    if (const auto written = writeCheckpoint(options, *config); !written) {
        return fail(written.error());
    }
    note("Wrote " + std::to_string(config->parameters()) + " random parameters to " +
         options.out.string() + ".");
    return kOk;
}

}  // namespace dsm::cli
