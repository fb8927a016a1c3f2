#include "engine/train/job.h"

#include <algorithm>
#include <array>
#include <limits>
#include <numeric>

#include "engine/format/json_field.h"
#include "engine/format/json_file.h"

namespace dsm {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostBytes = 1 << 20;
constexpr double kHuge = std::numeric_limits<double>::infinity();

constexpr std::array<std::string_view, 39> kKeys{"model",
                                                 "output",
                                                 "data",
                                                 "template",
                                                 "columns",
                                                 "max_length",
                                                 "eval_data",
                                                 "eval_share",
                                                 "method",
                                                 "targets",
                                                 "modules_to_save",
                                                 "rank",
                                                 "alpha",
                                                 "dropout",
                                                 "rslora",
                                                 "epochs",
                                                 "max_steps",
                                                 "batch_size",
                                                 "accumulation",
                                                 "packing",
                                                 "group_by_length",
                                                 "learning_rate",
                                                 "schedule",
                                                 "warmup_steps",
                                                 "weight_decay",
                                                 "max_grad_norm",
                                                 "balance_loss",
                                                 "loss",
                                                 "activation_checkpointing",
                                                 "seed",
                                                 "log_steps",
                                                 "save_steps",
                                                 "save_limit",
                                                 "eval_steps",
                                                 "patience",
                                                 "threads",
                                                 "comment",
                                                 "name",
                                                 "description"};

std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t corner = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t above = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, corner + (a[i - 1] != b[j - 1])});
            corner = above;
        }
    }
    return row[b.size()];
}

// Reads values into a job; the first that is wrong is kept and the rest left alone.
class JobReader {
  public:
    JobReader(const JsonField& root, fs::path folder) : root_(root), folder_(std::move(folder)) {}

    void refuseUnknown() {
        if (!root_.value().is_object()) return fail(root_.malformed("expected an object").value());
        for (const auto& item : root_.value().items()) {
            const std::string& key = item.key();
            if (std::find(kKeys.begin(), kKeys.end(), key) != kKeys.end()) continue;
            const std::string_view near = *std::min_element(
                kKeys.begin(), kKeys.end(),
                [&](auto a, auto b) { return distance(a, key) < distance(b, key); });
            return fail(root_
                            .malformed("\"" + key + "\" is no option of a job; did you mean \"" +
                                       std::string(near) + "\"?")
                            .value());
        }
    }
    void path(const char* key, bool required, fs::path& out) {
        std::string text;
        if (!required && !has(key)) return;
        string(key, text);
        if (!error_ && text.empty()) fail(key, "expected a path");
        out = fs::path(text).is_absolute() ? fs::path(text) : folder_ / text;
    }
    void string(const char* key, std::string& out) {
        with(key, [&](const JsonField& field) {
            const auto value = field.string();
            if (!value) return fail(value.error());
            out = *value;
        });
    }
    void optional(const char* key, std::string& out) {
        if (has(key)) string(key, out);
    }
    void boolean(const char* key, bool& out) {
        if (!has(key)) return;
        with(key, [&](const JsonField& field) {
            const auto value = field.boolean(false);
            if (!value) return fail(value.error());
            out = *value;
        });
    }
    template <class Integer>
    void integer(const char* key, Integer least, Integer most, Integer& out) {
        if (!has(key)) return;
        with(key, [&](const JsonField& field) {
            const auto value = field.integer();
            if (!value) return fail(value.error());
            if (*value < static_cast<std::int64_t>(least) ||
                *value > static_cast<std::int64_t>(most)) {
                return fail(key, "expected a whole number from " + std::to_string(least) + " to " +
                                     std::to_string(most));
            }
            out = static_cast<Integer>(*value);
        });
    }
    void number(const char* key, double least, double most, double& out, const char* expected) {
        if (!has(key)) return;
        with(key, [&](const JsonField& field) {
            const auto value = field.number();
            if (!value) return fail(value.error());
            if (!(*value >= least && *value <= most)) return fail(key, expected);
            out = *value;
        });
    }
    // One of a few words; gives the index.
    std::size_t choice(const char* key, std::span<const std::string_view> words) {
        std::string text;
        if (!has(key)) return 0;
        string(key, text);
        const auto found = std::find(words.begin(), words.end(), text);
        if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
        std::string all;
        for (const std::string_view word : words)
            all += (all.empty() ? "\"" : ", \"") + std::string(word) + "\"";
        fail(key, "expected one of " + all);
        return 0;
    }
    void strings(const char* key, std::vector<std::string>& out) {
        if (!has(key)) return;
        with(key, [&](const JsonField& field) {
            const auto elements = field.elements();
            if (!elements) return fail(elements.error());
            for (const JsonField& element : *elements) {
                const auto value = element.string();
                if (!value) return fail(value.error());
                out.push_back(*value);
            }
        });
    }
    void columns(std::map<std::string, std::string>& out) {
        if (!has("columns")) return;
        with("columns", [&](const JsonField& field) {
            if (!field.value().is_object()) return fail("columns", "expected an object");
            for (const auto& [key, value] : field.value().items()) {
                if (!value.is_string())
                    return fail("columns", "expected the name of a column for \"" + key + "\"");
                out[key] = value.get<std::string>();
            }
        });
    }
    bool has(const char* key) const {
        return root_.value().is_object() && root_.value().contains(key);
    }
    void fail(const char* key, const std::string& expected) {
        fail(root_.malformed(std::string(key) + ": " + expected).value());
    }
    const std::optional<Error>& error() const { return error_; }

  private:
    void fail(const Error& error) {
        if (!error_) error_ = error;
    }
    template <class Take>
    void with(const char* key, const Take& take) {
        const auto field = root_.at(key);
        field ? take(*field) : fail(field.error());
    }

    const JsonField& root_;
    fs::path folder_;
    std::optional<Error> error_;
};

void readTargets(JobReader& read, const JsonField& root, TrainTargets& targets) {
    constexpr std::array<std::string_view, 2> kMethods{"lora", "full"};
    targets.method = static_cast<TrainMethod>(read.choice("method", kMethods));
    if (targets.method == TrainMethod::Full) {
        for (const char* key : {"targets", "modules_to_save", "rank", "alpha", "dropout"}) {
            if (read.has(key)) read.fail(key, "belongs to LoRA; with method \"full\" leave it out");
        }
        return;
    }
    if (read.has("targets") && root.value()["targets"].is_array()) {
        read.strings("targets", targets.targets);
    } else {
        constexpr std::array<std::string_view, 3> kSets{"attention", "attention+shared", "all"};
        const std::size_t set = read.choice("targets", kSets);
        targets.targets = set == 0   ? attentionTargets()
                          : set == 1 ? attentionAndSharedTargets()
                                     : allLinearTargets();
    }
    read.strings("modules_to_save", targets.savedModules);
    read.integer("rank", std::int64_t{1}, kMostRank, targets.lora.rank);
    read.number("alpha", 1e-9, 1e9, targets.lora.alpha, "expected a number above 0");
    read.number("dropout", 0, 0.99, targets.lora.dropout, "expected a share from 0 to 0.99");
    read.boolean("rslora", targets.lora.rankStabilised);
}

void readBatches(JobReader& read, BatchOptions& batches, std::int64_t maxLength) {
    constexpr std::int64_t kMany = 1'000'000;
    batches.batchSamples = 16;
    batches.accumulation = 4;
    batches.seed = 42;
    read.integer("batch_size", std::int64_t{1}, kMany, batches.batchSamples);
    read.integer("accumulation", std::int64_t{1}, kMany, batches.accumulation);
    std::int64_t seed = 42;
    read.integer("seed", std::int64_t{0}, std::int64_t{1} << 53, seed);
    batches.seed = static_cast<std::uint64_t>(seed);
    bool packing = false;
    read.boolean("packing", packing);
    if (packing) batches.packTokens = batches.batchSamples * maxLength;
    read.boolean("group_by_length", batches.groupByLength);
}

void readTraining(JobReader& read, TrainOptions& options) {
    constexpr std::int64_t kMany = 1'000'000'000;
    constexpr std::array<std::string_view, 3> kSchedules{"cosine", "linear", "constant"};
    constexpr std::array<std::string_view, 2> kLosses{"tokens", "mean_of_means"};
    options.warmupSteps = 10;
    read.integer("epochs", std::int64_t{1}, kMany, options.epochs);
    read.integer("max_steps", std::int64_t{0}, kMany, options.maxSteps);
    read.number("learning_rate", 0, 1, options.rate, "expected a number from 0 to 1");
    options.schedule = static_cast<ScheduleKind>(read.choice("schedule", kSchedules));
    read.integer("warmup_steps", std::int64_t{0}, kMany, options.warmupSteps);
    read.number("weight_decay", 0, 1, options.decay, "expected a number from 0 to 1");
    read.number("max_grad_norm", 0, kHuge, options.maxGradNorm, "expected 0 (off) or above");
    read.number("balance_loss", 0, 1, options.balance, "expected 0 (off) to 1");
    options.meanOfMeans = read.choice("loss", kLosses) == 1;
    read.boolean("activation_checkpointing", options.checkpointing);
    read.integer("log_steps", std::int64_t{1}, kMany, options.logSteps);
    read.integer("save_steps", std::int64_t{0}, kMany, options.saveSteps);
    read.integer("save_limit", std::int64_t{0}, kMany, options.saveLimit);
    read.integer("eval_steps", std::int64_t{0}, kMany, options.evalSteps);
    read.integer("patience", std::int64_t{0}, kMany, options.patience);
}

}  // namespace

Result<TrainJob> parseJob(std::string_view text, const std::string& file, const fs::path& folder) {
    const auto document = parseJson(text, file);
    if (!document) return tl::unexpected(document.error());
    const JsonField root(*document, file);
    TrainJob job;
    JobReader read(root, folder);
    read.refuseUnknown();
    read.path("model", true, job.model);
    read.path("output", true, job.options.output);
    read.path("data", true, job.data);
    read.path("eval_data", false, job.evalData);
    read.number("eval_share", 0, 0.9, job.evalShare, "expected a share from 0 to 0.9");
    if (!job.evalData.empty() && job.evalShare > 0)
        read.fail("eval_share", "give either eval_data or eval_share");
    constexpr std::array<std::string_view, 3> kTemplates{"chat", "reference", "raw"};
    job.sampleTemplate = kTemplates[read.choice("template", kTemplates)];
    read.columns(job.columns);
    read.integer("max_length", std::int64_t{2}, std::int64_t{1} << 20, job.maxLength);
    read.integer("threads", 0, 1024, job.threads);
    readTargets(read, root, job.options.targets);
    readBatches(read, job.options.batches, job.maxLength);
    readTraining(read, job.options);
    if (job.options.patience > 0 && job.evalData.empty() && job.evalShare == 0)
        read.fail("patience", "needs eval_data or eval_share");
    if (read.error()) return tl::unexpected(*read.error());
    return job;
}

Result<TrainJob> readJob(const fs::path& path) {
    const auto document = readJson(path, kMostBytes);
    if (!document) return tl::unexpected(document.error());
    return parseJob(document->dump(), path.string(), path.parent_path());
}

}  // namespace dsm
