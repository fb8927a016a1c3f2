#include <algorithm>
#include <array>
#include <span>
#include <system_error>

#include "app/cli/random_weights.h"
#include "app/cli/terminal.h"
#include "engine/format/checkpoint_writer.h"
#include "engine/model/checkpoint/config.h"
#include "engine/model/checkpoint/preset.h"
#include "engine/model/checkpoint/stored_tensor.h"
#include "engine/model/checkpoint/tensor_table.h"
#include "kernels/base/atomic_file.h"
#include "kernels/base/bytes_in_words.h"
#include "kernels/base/folder.h"
#include "kernels/base/mapped_file.h"

namespace dsm::cli {
namespace {

namespace fs = std::filesystem;

struct NamedSize {
    const char* name;
    ModelConfig config;
};

// The published 16B model, and smaller ones of the same shape to measure on small machines.
std::array<NamedSize, 3> namedSizes() {
    const ModelConfig full = publishedConfig();
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
        std::error_code ignored;
        if (fs::is_directory(options.config, ignored)) return readConfig(options.config);
        const auto file = MappedFile::open(options.config);
        if (!file) return tl::unexpected(file.error());
        const auto bytes = file->bytes();
        return parseConfig({reinterpret_cast<const char*>(bytes.data()), bytes.size()},
                           options.config.string());
    }
    for (const NamedSize& size : namedSizes()) {
        if (options.size == size.name) return size.config;
    }
    return failure(ErrorCode::Unsupported, "Choose the sizes with --size or --config.");
}

Result<void> copyTokenizer(const fs::path& from, const fs::path& to) {
    for (const char* name : {"tokenizer.json", "tokenizer.model", "tokenizer_config.json"}) {
        std::error_code error;
        if (!fs::exists(from / name, error)) continue;
        const auto content = MappedFile::open(from / name);
        if (!content) return tl::unexpected(content.error());
        if (auto copied = writeFile(to / name, content->bytes()); !copied) return copied;
    }
    return {};
}

Result<void> checkSpace(const fs::path& folder, std::uint64_t neededBytes) {
    const auto space = freeBytesIn(folder);
    if (!space || *space > neededBytes) return {};
    return failure(ErrorCode::Io, folder.string() + " has " + bytesInWords(*space) +
                                      " free, but the checkpoint needs " +
                                      bytesInWords(neededBytes) + ".");
}

Result<void> writeCheckpoint(const SynthOptions& options, const ModelConfig& config) {
    if (auto made = makeFolders(options.out); !made) return tl::unexpected(made.error());
    const auto names = namesIn(options.out);
    if (!names) return tl::unexpected(names.error());
    if (!names->empty()) {
        return failure(ErrorCode::Io,
                       options.out.string() + " is not empty. Name a new folder with --out.");
    }
    const Preset preset = *presetNamed(options.format);  // the command line allows no other
    const bool nested = hasNestedScales(preset);
    std::vector<TensorSpec> table = tensorTable(config);
    std::stable_partition(table.begin(), table.end(), [&](const TensorSpec& spec) {
        return keepsBoundary(spec, storedType(spec.kind, preset), nested);
    });
    std::vector<TensorDeclaration> declarations;
    std::uint64_t totalBytes = 0;
    for (const TensorSpec& spec : table) {
        for (TensorDeclaration& part : declareStored(spec, storedType(spec.kind, preset), nested)) {
            totalBytes += part.sizeBytes();
            declarations.push_back(std::move(part));
        }
    }
    if (auto enough = checkSpace(options.out, totalBytes); !enough) return enough;

    CheckpointWriter writer(options.out, std::move(declarations));
    RandomWeights random(options.seed);
    const auto stop = Interrupt::arm();
    std::uint64_t doneBytes = 0;
    const auto sink = [&](std::span<const std::byte> bytes) -> Result<void> {
        if (stop->stop_requested()) return cancelled();
        doneBytes += bytes.size();
        if (errorIsTerminal()) {
            showProgress("Writing",
                         static_cast<double>(doneBytes) / static_cast<double>(totalBytes));
        }
        return writer.append(bytes);
    };
    for (const TensorSpec& spec : table) {
        const DType type = storedType(spec.kind, preset);
        if (auto written = random.write(spec, type, nested, sink); !written) return written;
    }
    if (auto finished = writer.finish(); !finished) return finished;
    if (!options.tokenizer.empty()) {
        if (auto copied = copyTokenizer(options.tokenizer, options.out); !copied) return copied;
    }
    // Last: a folder without a config is not taken for a model.
    ModelConfig stored = config;
    stored.quantization = quantizationOf(preset, "");
    const std::string text = writeConfig(stored);
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
    Result<ModelConfig> config = chosenConfig(options);
    if (!config) return fail(config.error());
    if (options.layers > 0) config->layers = options.layers;
    config->firstDenseLayers = std::min(config->firstDenseLayers, config->layers);
    if (const auto written = writeCheckpoint(options, *config); !written) {
        return fail(written.error());
    }
    note("Wrote " + std::to_string(config->parameters()) + " random parameters to " +
         options.out.string() + ".");
    return kOk;
}

}  // namespace dsm::cli
