#include <iomanip>
#include <iostream>
#include <memory>
#include <sstream>
#include <system_error>

#include "app/cli/prompt_text.h"
#include "app/cli/sample_text.h"
#include "app/cli/terminal.h"
#include "engine/format/checkpoint.h"
#include "engine/format/model_file.h"
#include "engine/model/checkpoint/preset.h"
#include "engine/model/checkpoint/tensor_check.h"
#include "engine/quantize/calibrate.h"
#include "engine/quantize/convert.h"
#include "engine/quantize/divergence.h"
#include "engine/quantize/format_error.h"
#include "engine/text/tokenizer.h"
#include "engine/text/tokenizer_load.h"
#include "kernels/base/folder.h"

namespace dsm::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMostTextBytes = std::uint64_t{1} << 30;
constexpr std::int64_t kReportTokens = 1024;  // enough for two digits of the divergence

ProgressSink progressOf(const char* what) {
    if (!errorIsTerminal()) return {};
    return [what](double share) { showProgress(what, share); };
}

Result<std::unique_ptr<Calibration>> calibrationOf(const QuantizeOptions& options,
                                                   const std::stop_token& stop) {
    if (options.calibration.empty()) return nullptr;
    const auto text = readTextFile(options.calibration, kMostTextBytes);
    if (!text) return tl::unexpected(text.error());
    const auto ids = idsOf(options.model, *text, 1 << 20);
    if (!ids) return tl::unexpected(ids.error());
    auto calibration = calibrate({.folder = options.model, .threads = options.threads}, *ids,
                                 progressOf("Calibrating"), stop);
    if (!calibration) return tl::unexpected(calibration.error());
    return std::make_unique<Calibration>(std::move(*calibration));
}

int convert(const QuantizeOptions& options) {
    const auto stop = Interrupt::arm();
    const auto calibration = calibrationOf(options, stop->get_token());
    if (!calibration) return fail(calibration.error());
    const auto converted =
        convertCheckpoint({.source = options.model,
                           .preset = *presetNamed(options.preset),  // one of them, says main()
                           .out = options.out,
                           .threads = options.threads,
                           .calibration = calibration->get()},
                          progressOf("Converting"), stop->get_token());
    if (!converted) {
        if (converted.error().code == ErrorCode::Cancelled) {
            note("Stopped. The same command goes on after the last finished file.");
        }
        return fail(converted.error());
    }
    note("Wrote " + options.out.string() + " (" + options.preset + ").");
    return kOk;
}

// A folder for a conversion that is only looked at; removed at the end.
class ScratchFolder {
  public:
    static Result<ScratchFolder> make() {
        std::error_code error;
        std::string name = (fs::temp_directory_path(error) / "deepseekmoe-XXXXXX").string();
        if (error || ::mkdtemp(name.data()) == nullptr) {
            return failure(ErrorCode::Io, "Cannot make a temporary folder; set TMPDIR to one.");
        }
        return ScratchFolder(name);
    }
    ScratchFolder(ScratchFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}
    ScratchFolder& operator=(ScratchFolder&&) = delete;
    ~ScratchFolder() {
        if (!path_.empty()) static_cast<void>(removeTree(path_));
    }
    const fs::path& path() const { return path_; }

  private:
    explicit ScratchFolder(fs::path path) : path_(std::move(path)) {}
    fs::path path_;
};

std::string fixed(double value, int digits) {
    std::ostringstream text;
    text << std::fixed << std::setprecision(digits) << value;
    return text.str();
}

// The text that reports compare on.
Result<std::vector<TokenId>> reportIds(const QuantizeOptions& options, const ModelConfig& config) {
    std::string text(sampleText());
    if (!options.text.empty()) {
        auto read = readTextFile(options.text, kMostTextBytes);
        if (!read) return tl::unexpected(read.error());
        text = std::move(*read);
    }
    return idsOf(options.model, text, std::min(config.maxPositions, kReportTokens));
}

// What keys and values in fewer bits change, against those in float32.
Result<void> printCacheReport(const QuantizeOptions& options, const std::stop_token& stop) {
    const auto config = readConfig(options.model);
    if (!config) return tl::unexpected(config.error());
    const auto ids = reportIds(options, *config);
    if (!ids) return tl::unexpected(ids.error());
    const auto context = static_cast<std::int64_t>(ids->size());
    const auto distributions = [&](KvType type) {
        return logProbabilities({.folder = options.model,
                                 .threads = options.threads,
                                 .contextLimit = context,
                                 .kv = type},
                                *ids, stop);
    };
    const auto exact = distributions(KvType::F32);
    if (!exact) return tl::unexpected(exact.error());
    std::cout << "Against a context in f32, on " << context << " tokens.\n\n"
              << std::left << std::setw(8) << "type" << std::right << std::setw(16)
              << "bytes per token" << std::setw(12) << "mean KL" << std::setw(10) << "same top"
              << std::endl;
    for (const KvType type : {KvType::BF16, KvType::Q8}) {
        const auto rounded = distributions(type);
        if (!rounded) return tl::unexpected(rounded.error());
        const Divergence divergence = divergenceOf(*exact, *rounded, config->vocabSize);
        const std::uint64_t bytes = KvCache::plannedBytes(*config, kKvPanel, type) / kKvPanel;
        std::cout << std::left << std::setw(8) << name(type) << std::right << std::setw(16) << bytes
                  << std::setw(12) << fixed(divergence.meanKl, 7) << std::setw(8)
                  << fixed(100 * divergence.topAgreement, 1) << " %" << std::endl;
    }
    return {};
}

class Report {
  public:
    explicit Report(const QuantizeOptions& options, std::stop_token stop)
        : options_(options), stop_(std::move(stop)), pool_(options.threads) {}

    Result<void> print();

  private:
    Result<void> open();
    Result<void> printRow(Preset preset);
    Result<Divergence> divergenceOfPreset(Preset preset);
    ModelOptions modelOptions(const fs::path& folder) const {
        return {.folder = folder,
                .threads = options_.threads,
                .contextLimit = static_cast<std::int64_t>(ids_.size())};
    }

    const QuantizeOptions& options_;
    std::stop_token stop_;
    ThreadPool pool_;
    std::optional<Checkpoint> checkpoint_;
    ModelConfig config_;
    std::vector<TokenId> ids_;
    std::vector<float> original_;  // logarithms of probabilities
    std::unique_ptr<Calibration> calibration_;
};

Result<void> Report::open() {
    const auto config = readConfig(options_.model);
    if (!config) return tl::unexpected(config.error());
    config_ = *config;
    auto checkpoint = Checkpoint::open(options_.model);
    if (!checkpoint) return tl::unexpected(checkpoint.error());
    if (auto checked = checkTensors(*checkpoint, config_); !checked) return checked;
    checkpoint_ = std::move(*checkpoint);
    // Refuses a converted model before the slow part.
    const auto errors = formatErrors(*checkpoint_, config_, Preset::Bf16, pool_);
    if (!errors) return tl::unexpected(errors.error());
    auto ids = reportIds(options_, config_);
    if (!ids) return tl::unexpected(ids.error());
    ids_ = std::move(*ids);
    auto original = logProbabilities(modelOptions(options_.model), ids_, stop_);
    if (!original) return tl::unexpected(original.error());
    original_ = std::move(*original);
    auto calibration = calibrationOf(options_, stop_);
    if (!calibration) return tl::unexpected(calibration.error());
    calibration_ = std::move(*calibration);
    return {};
}

Result<Divergence> Report::divergenceOfPreset(Preset preset) {
    const auto folder = ScratchFolder::make();
    if (!folder) return tl::unexpected(folder.error());
    const auto converted = convertCheckpoint({.source = options_.model,
                                              .preset = preset,
                                              .out = folder->path(),
                                              .threads = options_.threads,
                                              .calibration = calibration_.get()},
                                             progressOf("Converting"), stop_);
    if (!converted) return tl::unexpected(converted.error());
    const auto actual = logProbabilities(modelOptions(folder->path()), ids_, stop_);
    if (!actual) return tl::unexpected(actual.error());
    return divergenceOf(original_, *actual, config_.vocabSize);
}

constexpr std::array kParts{"attention",      "dense MLP", "shared experts",
                            "routed experts", "embedding", "head"};

Result<void> Report::printRow(Preset preset) {
    const auto errors = formatErrors(*checkpoint_, config_, preset, pool_);
    if (!errors) return tl::unexpected(errors.error());
    const auto divergence = divergenceOfPreset(preset);
    if (!divergence) return tl::unexpected(divergence.error());
    const auto bytes = static_cast<double>(presetBytes(config_, preset));
    const auto cell = [](const std::string& text, int width) {
        std::cout << std::right << std::setw(width) << text;
    };
    std::cout << std::left << std::setw(12) << name(preset);
    cell(fixed(bytes / 1e6, 1), 10);
    cell(fixed(bytes * 8 / static_cast<double>(config_.parameters()), 2), 7);
    for (const char* part : kParts) {
        const auto error = errors->find(part);
        cell(error == errors->end() ? "-" : fixed(100 * error->second, 2) + " %", 16);
    }
    cell(fixed(divergence->meanKl, 5), 10);
    cell(fixed(100 * divergence->topAgreement, 1) + " %", 10);
    std::cout << std::endl;
    return {};
}

Result<void> Report::print() {
    if (auto opened = open(); !opened) return opened;
    std::cout << "Against the model as it is, on " << ids_.size()
              << " tokens; the error of weights is relative to their size.\n\n"
              << std::left << std::setw(12) << "preset" << std::right << std::setw(10) << "MB"
              << std::setw(7) << "bits";
    for (const char* part : kParts)
        std::cout << std::setw(16) << part;
    std::cout << std::setw(10) << "mean KL" << std::setw(10) << "same top" << std::endl;
    for (const Preset preset : kPresets) {
        const auto& wanted = options_.presets;
        const bool isWanted =
            wanted.empty() || std::find(wanted.begin(), wanted.end(), name(preset)) != wanted.end();
        if (!isWanted) continue;
        if (auto printed = printRow(preset); !printed) return printed;
    }
    return {};
}

}  // namespace

int quantize(const QuantizeOptions& options) {
    if (!options.report && !options.cacheReport) return convert(options);
    const auto stop = Interrupt::arm();
    if (options.cacheReport) {
        const auto printed = printCacheReport(options, stop->get_token());
        return printed ? kOk : fail(printed.error());
    }
    const auto printed = Report(options, stop->get_token()).print();
    return printed ? kOk : fail(printed.error());
}

}  // namespace dsm::cli
