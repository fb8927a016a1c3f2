#include "engine/quantize/merge.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <new>
#include <span>
#include <system_error>
#include <utility>
#include <vector>

#include "engine/format/checkpoint.h"
#include "engine/format/checkpoint_writer.h"
#include "engine/format/json_file.h"
#include "engine/model/adapter/adapter_file.h"
#include "engine/model/adapter/adapter_folder.h"
#include "engine/model/checkpoint/model_files.h"
#include "engine/model/checkpoint/stored_tensor.h"
#include "engine/model/checkpoint/tensor_check.h"
#include "engine/model/checkpoint/tensor_table.h"
#include "engine/quantize/blocks.h"
#include "kernels/base/bytes_in_words.h"
#include "kernels/base/folder.h"
#include "kernels/base/mapped_file.h"
#include "kernels/base/reason.h"
#include "kernels/base/thread_pool.h"

namespace dsm {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kPieceWeights = 1 << 21;  // in one piece of a tensor

class Merge {
  public:
    Merge(const MergeOptions& options, const ProgressSink& progress, std::stop_token stop,
          ModelConfig config, Checkpoint checkpoint, AdapterFile adapter)
        : options_(options),
          progress_(progress),
          stop_(std::move(stop)),
          table_(tensorTable(config)),
          checkpoint_(std::move(checkpoint)),
          adapter_(std::move(adapter)),
          pool_(options.threads) {}

    Result<void> run();

  private:
    Result<void> checkTypes() const;
    Result<void> prepareFolder();
    Result<void> write();
    void takeAway() const;
    Result<void> writeTensor(const TensorSpec& spec, CheckpointWriter& writer);
    Result<void> writeSum(const TensorSpec& spec, const StoredTensor& stored,
                          const LoraModule& factors, CheckpointWriter& writer);
    Result<void> writeNumbers(const TensorSpec& spec, const PlainRows& rows,
                              CheckpointWriter& writer);
    void report(const TensorSpec& spec);

    // What the merged tensor is stored in.
    DType typeOf(const TensorSpec& spec) const {
        if (!staysPlain(spec.kind)) return DType::BF16;
        return adapter_.holdsWhole(spec) ? DType::F32 : findStored(checkpoint_, spec)->type;
    }

    const MergeOptions& options_;
    const ProgressSink& progress_;
    std::stop_token stop_;
    std::vector<TensorSpec> table_;
    Checkpoint checkpoint_;
    AdapterFile adapter_;
    ThreadPool pool_;
    std::int64_t doneWeights_ = 0;
    bool madeFolder_ = false;
    std::vector<std::string> mayWrite_;  // names in the folder
};

std::int64_t weightsOf(const TensorSpec& spec) {
    return spec.rows * spec.cols;
}

Result<void> Merge::checkTypes() const {
    for (const TensorSpec& spec : table_) {
        const auto stored = findStored(checkpoint_, spec);
        if (!stored) return tl::unexpected(stored.error());
        if (isPlain(stored->type)) continue;
        return failure(ErrorCode::Unsupported, ReasonCode::MergeNeedsPlainWeights,
                       {options_.model.string(), spec.name, std::string(name(stored->type))});
    }
    return {};
}

Result<void> Merge::prepareFolder() {
    const auto made = makeFolders(options_.out);
    if (!made) return tl::unexpected(made.error());
    madeFolder_ = *made;
    const auto names = namesIn(options_.out);
    if (!names) return tl::unexpected(names.error());
    if (!names->empty()) {
        return failure(ErrorCode::Io, ReasonCode::FolderNotEmpty, {options_.out.string()});
    }
    std::uint64_t needed = 50'000'000;  // tokenizer, index, headers
    for (const TensorSpec& spec : table_)
        needed += weightBytes(spec, typeOf(spec), false);
    const auto space = freeBytesIn(options_.out);
    if (!space || *space >= needed) return {};
    return failure(ErrorCode::Io, ReasonCode::NoRoomForMerge,
                   {options_.out.string(), bytesInWords(*space), bytesInWords(needed)});
}

void Merge::report(const TensorSpec& spec) {
    std::int64_t all = 0;
    for (const TensorSpec& one : table_)
        all += weightsOf(one);
    doneWeights_ += weightsOf(spec);
    if (progress_) progress_(static_cast<double>(doneWeights_) / static_cast<double>(all));
}

tl::unexpected<Error> notFinite(const TensorSpec& spec) {
    return failure(ErrorCode::Malformed, ReasonCode::MergedNotFinite, {spec.name});
}

// Rows [first, first + count) of W + scaling * B A.
bool mergeRows(const PlainRows& source, const LoraModule& factors, float scaling,
               std::int64_t first, std::int64_t count, BFloat16* out) {
    std::vector<float> row(static_cast<std::size_t>(source.cols));
    bool isFinite = true;
    for (std::int64_t r = first; r < first + count; ++r) {
        isFinite = readWeights(source, r * source.cols, std::span<float>(row)) && isFinite;
        for (std::int64_t k = 0; k < factors.rank; ++k) {
            const float b = scaling * factors.b[static_cast<std::size_t>(r * factors.rank + k)];
            const float* a = factors.a.data() + k * factors.inputs;
            for (std::size_t c = 0; c < row.size(); ++c)
                row[c] += b * a[c];
        }
        for (const float value : row) {
            isFinite = isFinite && std::isfinite(value);
            *out++ = toBFloat16(value);
        }
    }
    return isFinite;
}

Result<void> Merge::writeSum(const TensorSpec& spec, const StoredTensor& stored,
                             const LoraModule& factors, CheckpointWriter& writer) {
    const PlainRows source{stored.data.data(), stored.type, spec.rows, spec.cols};
    const float scaling = factors.scaling * options_.scale;
    const std::int64_t atOnce = std::max<std::int64_t>(1, kPieceWeights / spec.cols);
    std::vector<BFloat16> piece;
    for (std::int64_t first = 0; first < spec.rows; first += atOnce) {
        if (stop_.stop_requested()) return cancelled();
        const std::int64_t rows = std::min(atOnce, spec.rows - first);
        piece.resize(static_cast<std::size_t>(rows * spec.cols));
        std::atomic<bool> isFinite{true};
        pool_.run(rows, 16, [&](std::int64_t begin, std::int64_t end) {
            if (!mergeRows(source, factors, scaling, first + begin, end - begin,
                           piece.data() + begin * spec.cols)) {
                isFinite = false;
            }
        });
        if (!isFinite) return notFinite(spec);
        if (auto written = writer.append(std::as_bytes(std::span(piece))); !written) return written;
    }
    return {};
}

// As they are, or rounded to bfloat16.
Result<void> Merge::writeNumbers(const TensorSpec& spec, const PlainRows& rows,
                                 CheckpointWriter& writer) {
    const std::int64_t count = weightsOf(spec);
    const bool isCopy = typeOf(spec) == rows.type;
    std::vector<BFloat16> piece;
    std::vector<float> copied;
    for (std::int64_t first = 0; first < count; first += kPieceWeights) {
        if (stop_.stop_requested()) return cancelled();
        const auto now = static_cast<std::size_t>(std::min(kPieceWeights, count - first));
        const std::size_t each = sizeBytes(rows.type);
        std::span<const std::byte> bytes{rows.data + static_cast<std::size_t>(first) * each,
                                         now * each};
        if (isCopy && rows.type != DType::BF16) {
            copied.resize(now);
            if (!readWeights(rows, first, std::span(copied))) return notFinite(spec);
        } else {
            piece.resize(now);
            if (!readWeights(rows, first, std::span(piece))) return notFinite(spec);
            bytes = std::as_bytes(std::span(piece));
        }
        if (auto written = writer.append(bytes); !written) return written;
    }
    return {};
}

Result<void> Merge::writeTensor(const TensorSpec& spec, CheckpointWriter& writer) {
    const auto stored = findStored(checkpoint_, spec);
    const auto saved = adapter_.savedOf(spec);
    if (!saved) return tl::unexpected(saved.error());
    const auto factors = adapter_.factorsOf(spec);
    if (!factors) return tl::unexpected(factors.error());
    StoredTensor source = *stored;
    if (*saved) {
        source.type = DType::F32;
        source.data = std::as_bytes(std::span((*saved)->weight));
    }
    Result<void> written;
    if (*factors) {
        written = writeSum(spec, source, **factors, writer);
    } else {
        written =
            writeNumbers(spec, {source.data.data(), source.type, spec.rows, spec.cols}, writer);
    }
    dropPages(stored->data);
    if (auto cut = checkpoint_.changedFile(); cut) return tl::unexpected(std::move(*cut));
    report(spec);
    return written;
}

Result<void> Merge::write() {
    std::vector<TensorDeclaration> declarations;
    for (const TensorSpec& spec : table_) {
        for (TensorDeclaration& part : declareStored(spec, typeOf(spec), false))
            declarations.push_back(std::move(part));
    }
    auto names = namesIn(options_.model);  // of what is copied
    if (!names) return tl::unexpected(names.error());
    mayWrite_ = std::move(*names);
    CheckpointWriter writer(options_.out, std::move(declarations), options_.maximumShardBytes);
    for (std::size_t i = 0; i < writer.shardCount(); ++i)
        mayWrite_.push_back(shardFileName(i, writer.shardCount()));
    mayWrite_.emplace_back(kIndexFileName);
    for (const TensorSpec& spec : table_) {
        if (auto written = writeTensor(spec, writer); !written) return written;
    }
    if (auto finished = writer.finish(); !finished) return finished;
    if (auto copied = copyModelFiles(options_.model, options_.out); !copied) return copied;
    return copyConfigOfType(options_.model, options_.out, "bfloat16");
}

// The folder was empty: what has the name of a file that a merge writes is this one's. The names are
// known before, so that nothing need be opened here.
void Merge::takeAway() const {
    for (const std::string& name : mayWrite_) {
        const std::filesystem::path path = options_.out / name;
        if (!removePath(path)) static_cast<void>(removeTree(path));  // a folder of templates
    }
    // Where nobody put anything into it.
    if (madeFolder_) static_cast<void>(removePath(options_.out));
}

Result<void> Merge::run() {
    if (auto checked = checkTypes(); !checked) return checked;
    if (auto prepared = prepareFolder(); !prepared) {
        if (madeFolder_) static_cast<void>(removePath(options_.out));
        return prepared;
    }
    struct Cleaner {
        ~Cleaner() {
            if (!isDone) merge.takeAway();
        }
        const Merge& merge;
        bool isDone = false;
    } cleaner{*this};
    auto written = write();
    cleaner.isDone = written.has_value();
    return written;
}

}  // namespace

Result<void> mergeAdapter(const MergeOptions& options, const ProgressSink& progress,
                          std::stop_token stop) {
    try {
        auto config = readConfig(options.model);
        if (!config) return tl::unexpected(config.error());
        auto checkpoint = Checkpoint::open(options.model);
        if (!checkpoint) return tl::unexpected(checkpoint.error());
        if (auto checked = checkTensors(*checkpoint, *config); !checked) return checked;
        auto adapter = AdapterFile::open(options.adapter, *config);
        if (!adapter) return tl::unexpected(adapter.error());
        return Merge(options, progress, std::move(stop), *config, std::move(*checkpoint),
                     std::move(*adapter))
            .run();
    } catch (const std::bad_alloc&) {
        return failure(ErrorCode::OutOfMemory, ReasonCode::NoMemoryToMerge,
                       {options.adapter.string()});
    }
}

}  // namespace dsm
