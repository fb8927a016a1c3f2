#include "engine/quantize/convert.h"

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <system_error>
#include <utility>

#include "engine/format/checkpoint.h"
#include "engine/format/checkpoint_writer.h"
#include "engine/format/json_file.h"
#include "engine/format/sha256.h"
#include "engine/model/checkpoint/model_files.h"
#include "engine/model/checkpoint/stored_tensor.h"
#include "engine/model/checkpoint/tensor_check.h"
#include "engine/quantize/conversion_folder.h"
#include "engine/quantize/conversion_plan.h"
#include "engine/quantize/conversion_state.h"
#include "engine/quantize/tensor_converter.h"
#include "kernels/base/atomic_file.h"
#include "kernels/base/bytes_in_words.h"
#include "kernels/base/folder.h"
#include "kernels/base/mapped_file.h"
#include "kernels/base/reason.h"

namespace dsm {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaximumConfigBytes = 1U << 20;

std::uint64_t freeBytesOf(const fs::path& folder) {
    return freeBytesIn(folder).value_or(std::numeric_limits<std::uint64_t>::max());
}

class Conversion {
  public:
    Conversion(const ConvertOptions& options, const ProgressSink& progress, std::stop_token stop)
        : options_(options),
          progress_(progress),
          stop_(std::move(stop)),
          nested_(hasNestedScales(options.preset)) {}

    Result<void> run();

  private:
    Result<void> openSource();
    Result<void> takeUpState();
    Result<void> writeAll();
    Result<void> checkSpace() const;
    Result<void> writeShard(const PlannedShard& shard, TensorConverter& converter);
    Result<void> finish();
    Result<void> writeConfigFile() const;
    void takeAwayIfCut() const;

    bool isFinished(const PlannedShard& shard) const;
    void report(std::uint64_t bytes);
    std::string choices() const;

    const ConvertOptions& options_;
    const ProgressSink& progress_;
    std::stop_token stop_;
    bool nested_;

    std::optional<Checkpoint> checkpoint_;
    std::vector<TensorSpec> table_;
    ConversionPlan plan_;
    ConversionState state_;
    bool isComplete_ = false;
    std::uint64_t doneSourceBytes_ = 0;
};

Result<void> Conversion::run() {
    if (auto opened = openSource(); !opened) return opened;
    if (auto prepared = prepareFolder(options_.out); !prepared) return prepared;
    const auto lock = lockFolder(options_.out);
    if (!lock) return tl::unexpected(lock.error());
    if (auto taken = takeUpState(); !taken) return taken;
    if (isComplete_) {
        if (progress_) progress_(1);
        return {};
    }
    if (auto enough = checkSpace(); !enough) return enough;
    auto written = writeAll();
    if (!written) takeAwayIfCut();
    return written;
}

Result<void> Conversion::writeAll() {
    ThreadPool pool(options_.threads);
    TensorConverter converter(pool, stop_);
    for (const PlannedShard& shard : plan_.shards) {
        if (isFinished(shard)) {
            report(shard.sourceBytes);
            continue;
        }
        const std::uint64_t finished = doneSourceBytes_;
        if (auto written = writeShard(shard, converter); !written) {
            doneSourceBytes_ = finished;
            report(0);
            return written;
        }
    }
    return finish();
}

// A source that is cut is another one when it is whole again, and what was made of it is not gone
// on with.
void Conversion::takeAwayIfCut() const {
    if (!checkpoint_->changedFile()) return;
    for (const PlannedShard& shard : plan_.shards)
        static_cast<void>(removePath(options_.out / shard.file.fileName));
    for (const std::string_view name : {kIndexFileName, kConversionFileName})
        static_cast<void>(removePath(options_.out / name));
}

Result<void> Conversion::openSource() {
    const Result<ModelConfig> config = readConfig(options_.source);
    if (!config) return tl::unexpected(config.error());
    Result<Checkpoint> checkpoint = Checkpoint::open(options_.source);
    if (!checkpoint) return tl::unexpected(checkpoint.error());
    if (auto checked = checkTensors(*checkpoint, *config); !checked) return checked;
    checkpoint_ = std::move(*checkpoint);
    table_ = tensorTable(*config);
    Result<ConversionPlan> plan = planConversion(
        *checkpoint_, table_, {options_.source, options_.preset, options_.maximumShardBytes});
    if (!plan) return tl::unexpected(plan.error());
    plan_ = std::move(*plan);
    Result<std::string> identity = sourceIdentity(options_.source, choices());
    if (!identity) return tl::unexpected(identity.error());
    state_.source = std::move(*identity);
    state_.preset = name(options_.preset);
    return {};
}

// What decides the bytes that are written, besides the source.
std::string Conversion::choices() const {
    Sha256 hash;
    if (options_.calibration != nullptr) {
        for (const auto& [tensor, values] : options_.calibration->meanSquare) {
            hash.update(std::as_bytes(std::span(tensor)));
            hash.update(std::as_bytes(std::span(values)));
        }
    }
    return std::string(name(options_.preset)) + " " + std::to_string(options_.maximumShardBytes) +
           " " + hash.finish();
}

Result<void> Conversion::takeUpState() {
    Result<ConversionState> found = readState(options_.out);
    if (!found && found.error().code == ErrorCode::NotFound) {
        removeLeftovers(options_.out);
        return writeState(options_.out, state_);
    }
    if (!found) return tl::unexpected(found.error());
    if (found->source != state_.source || found->preset != state_.preset) {
        return failure(ErrorCode::Io, ReasonCode::ConversionOfOther,
                       {options_.out.string(), found->preset});
    }
    const auto isWhole = found->sourceSha256.empty() ? false : isModel(options_.out);
    if (!isWhole) return tl::unexpected(isWhole.error());
    isComplete_ = *isWhole;
    state_ = std::move(*found);
    if (!isComplete_) {  // or was, and is damaged: no model until it is whole again
        state_.sourceSha256.clear();
        if (auto gone = removePath(options_.out / kConfigFileName); !gone) return gone;
    }
    removeLeftovers(options_.out);
    return {};
}

bool Conversion::isFinished(const PlannedShard& shard) const {
    const fs::path path = options_.out / shard.file.fileName;
    std::error_code error;
    for (const FinishedShard& finished : state_.shards) {
        if (finished.fileName == shard.file.fileName) {
            return fs::file_size(path, error) == finished.sizeBytes && !error;
        }
    }
    return false;
}

Result<void> Conversion::checkSpace() const {
    std::uint64_t needed = 50'000'000;  // tokenizer, index, headers
    for (const PlannedShard& shard : plan_.shards) {
        if (!isFinished(shard)) needed += shard.sizeBytes;
    }
    const std::uint64_t free =
        options_.freeBytes ? options_.freeBytes(options_.out) : freeBytesOf(options_.out);
    if (free >= needed) return {};
    return failure(ErrorCode::Io, ReasonCode::NoRoomForConversion,
                   {options_.out.string(), bytesInWords(free), std::string(name(options_.preset)),
                    bytesInWords(needed)});
}

void Conversion::report(std::uint64_t bytes) {
    doneSourceBytes_ += bytes;
    if (!progress_) return;
    progress_(static_cast<double>(doneSourceBytes_) /
              static_cast<double>(std::max<std::uint64_t>(plan_.sourceBytes, 1)));
}

Result<void> Conversion::writeShard(const PlannedShard& shard, TensorConverter& converter) {
    const fs::path path = options_.out / shard.file.fileName;
    auto writer = SafetensorsWriter::create(path, shard.file.tensors);
    if (!writer) return tl::unexpected(writer.error());
    FinishedShard finished;
    for (std::size_t i = 0; i < shard.tensors.size(); ++i) {
        const PlannedTensor& tensor = shard.tensors[i];
        if (i + 1 < shard.tensors.size()) {  // the disk reads the next one meanwhile
            const PlainRows& next = shard.tensors[i + 1].source;
            wantPages({next.data,
                       static_cast<std::size_t>(next.rows * next.cols) * sizeBytes(next.type)});
        }
        const auto importance = options_.calibration != nullptr
                                    ? options_.calibration->of(tensor.spec.name)
                                    : std::span<const float>();
        Result<std::string> hash = converter.convert(
            {.spec = tensor.spec,
             .source = tensor.source,
             .type = tensor.type,
             .nestedScales = nested_,
             .importance = importance},
            [&](std::span<const std::byte> bytes) { return writer->append(bytes); });
        if (!hash) return tl::unexpected(hash.error());
        finished.sourceHashes.emplace(tensor.spec.name, std::move(*hash));
        report(weightBytes(tensor.spec, tensor.source.type, false));
    }
    if (auto cut = checkpoint_->changedFile(); cut) return tl::unexpected(std::move(*cut));
    if (auto written = writer->finish(); !written) return written;
    std::error_code error;
    finished.fileName = shard.file.fileName;
    finished.sizeBytes = fs::file_size(path, error);
    std::erase_if(state_.shards,
                  [&](const FinishedShard& other) { return other.fileName == finished.fileName; });
    state_.shards.push_back(std::move(finished));
    return writeState(options_.out, state_);
}

Result<void> Conversion::finish() {
    if (stop_.stop_requested()) return cancelled();
    if (plan_.shards.size() > 1) {
        std::vector<CheckpointShard> files;
        for (const PlannedShard& shard : plan_.shards)
            files.push_back(shard.file);
        if (auto written = writeIndex(options_.out, files); !written) return written;
    }
    if (auto copied = copyModelFiles(options_.source, options_.out); !copied) return copied;
    std::map<std::string, std::string> hashes;
    for (const FinishedShard& shard : state_.shards)
        hashes.insert(shard.sourceHashes.begin(), shard.sourceHashes.end());
    for (const TensorSpec& spec : table_) {
        if (hashes.contains(spec.name)) continue;
        return failure(ErrorCode::Malformed, ReasonCode::ConversionNoHash,
                       {(options_.out / kConversionFileName).string(), spec.name});
    }
    ConversionState done = state_;
    done.sourceSha256 = hashOfSource(table_, hashes);
    done.shards.clear();
    state_.sourceSha256 = done.sourceSha256;
    // The config is last but for the state: until then each step can be done again.
    if (auto written = writeConfigFile(); !written) return written;
    return writeState(options_.out, done);
}

Result<void> Conversion::writeConfigFile() const {
    Result<nlohmann::json> config =
        readJson(options_.source / kConfigFileName, kMaximumConfigBytes);
    if (!config) return tl::unexpected(config.error());
    if (const auto quantization = quantizationOf(options_.preset, state_.sourceSha256)) {
        (*config)["quantization_config"] = nlohmann::json::parse(writeQuantization(*quantization));
    } else {
        // Newer files call it dtype; older readers know torch_dtype alone.
        (*config)["torch_dtype"] = "bfloat16";
        if (config->contains("dtype")) (*config)["dtype"] = "bfloat16";
    }
    const std::string text = config->dump(2) + "\n";
    return writeFile(options_.out / kConfigFileName, std::as_bytes(std::span(text)));
}

}  // namespace

Result<void> convertCheckpoint(const ConvertOptions& options, const ProgressSink& progress,
                               std::stop_token stop) {
    try {
        return Conversion(options, progress, std::move(stop)).run();
    } catch (const std::bad_alloc&) {
        return failure(ErrorCode::OutOfMemory, ReasonCode::NoMemoryToConvert,
                       {options.source.string()});
    }
}

}  // namespace dsm
