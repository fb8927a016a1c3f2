#include "app/cli/task_evaluation.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <span>
#include <string>
#include <utility>

#include "app/cli/terminal.h"
#include "engine/evaluate/benchmark.h"
#include "engine/evaluate/benchmark_comparison.h"
#include "engine/evaluate/benchmark_file.h"
#include "engine/evaluate/tasks/task_data.h"
#include "kernels/base/atomic_file.h"

namespace dsm::cli {
namespace {

using nlohmann::json;

// By what two runs' answers to one question are found: its file may lie elsewhere.
using QuestionKey = std::pair<std::string, std::int64_t>;

std::string percent(double share) {
    return shortNumber(share * 100, 4) + " %";
}

// The questions as they are asked, and how long the rest takes.
class AskingProgress {
  public:
    AskingProgress(std::int64_t done, std::int64_t all) : begun_(done), all_(all) {}

    void show(std::int64_t done) const {
        if (!errorIsTerminal()) return;
        const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - started_;
        const double left = taken.count() /
                            static_cast<double>(std::max<std::int64_t>(1, done - begun_)) *
                            static_cast<double>(all_ - done);
        std::cerr << "\rAsking " << done << " of " << all_;
        if (done < all_) std::cerr << ", " << inWords(left) << " left";
        std::cerr << "\x1b[K" << (done < all_ ? "" : "\r\x1b[K") << std::flush;
    }
    double itemsPerSecond(std::int64_t done) const {
        const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - started_;
        return taken.count() > 0 ? static_cast<double>(done - begun_) / taken.count() : 0;
    }

  private:
    static std::string inWords(double seconds) {
        if (seconds < 90) return std::to_string(std::lround(seconds)) + " s";
        if (seconds < 5400) return std::to_string(std::lround(seconds / 60)) + " min";
        return shortNumber(seconds / 3600, 3) + " h";
    }

    std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
    std::int64_t begun_;
    std::int64_t all_;
};

struct Asked {
    std::set<std::int64_t> done = {};
    BenchmarkTotals totals;
    std::map<QuestionKey, bool> right = {};  // of those that are judged
    std::int64_t cut = 0;

    void add(const Task& task, const BenchmarkItem& item) {
        done.insert(item.number);
        totals.add(item.measures);
        cut += item.isCut ? 1 : 0;
        if (const auto isRight = item.isRight(task)) right[keyOf(item)] = *isRight;
    }
    static QuestionKey keyOf(const BenchmarkItem& item) {
        return {std::filesystem::path(item.file).filename().string(), item.line};
    }
};

std::vector<std::string> asTexts(const std::vector<std::filesystem::path>& files) {
    std::vector<std::string> names;
    for (const auto& file : files)
        names.push_back(file.string());
    return names;
}

// What was asked of whom: two runs of which this is equal give the same answers.
json benchmarkOf(const EvaluateOptions& options, const TaskDataOptions& data,
                 const LanguageModel& model) {
    return {{"task", data.task->name},
            {"source", data.task->source},
            {"few_shot", data.shots},
            {"files", asTexts(data.files)},
            {"shots_files", asTexts(data.shotFiles)},
            {"subject", data.subject},
            {"bos", options.task.addsBos},
            {"max_tokens", options.task.mostTokens},
            {"model", model.name()},
            {"fingerprint", model.fingerprint()},
            {"adapter", options.engine.adapter},
            {"context", model.contextLimit()},
            {"cache", std::string(name(options.engine.kv))}};
}

void print(const Task& task, const TaskDataOptions& data, const Asked& asked, double speed) {
    printRow("Task", std::string(task.title) + ", " + std::to_string(data.shots) + "-shot, as " +
                         std::string(task.source));
    std::string questions = std::to_string(asked.totals.count());
    if (asked.cut > 0)
        questions += "; " + std::to_string(asked.cut) + " lost the beginning of their prompt";
    if (speed > 0) questions += "; " + shortNumber(speed, 3) + " a second";
    printRow("Questions", questions);
    for (const BenchmarkValue& one : asked.totals.values()) {
        const bool isShare = task.form != TaskForm::Likelihood;
        std::string value = isShare ? percent(one.value) : shortNumber(one.value, 6);
        if (one.error)
            value += " ± " + (isShare ? percent(*one.error) : shortNumber(*one.error, 3));
        printRow(one.name.c_str(), value);
    }
    if (task.form == TaskForm::Code)
        note(
            "The programs were written and not run: nothing is judged. They are in the file of "
            "--items.");
}

Result<json> printComparison(const std::filesystem::path& against, const Task& task,
                             const Asked& asked) {
    std::vector<std::pair<bool, bool>> answers;
    const auto other = readBenchmarkFile(against, [&](const BenchmarkItem& item) {
        const auto isRight = item.isRight(task);
        const auto own = asked.right.find(Asked::keyOf(item));
        if (isRight && own != asked.right.end()) answers.emplace_back(*isRight, own->second);
    });
    if (!other) return tl::unexpected(other.error());
    if (other->value("task", "") != task.name)
        return failure(ErrorCode::Unsupported,
                       against.string() + ": its answers are of another task.");
    if (answers.empty())
        return failure(ErrorCode::Unsupported,
                       against.string() + ": no question of it was asked here.");
    const BenchmarkComparison found = compareAnswers(answers);
    printRow("Difference", percent(found.difference()) + " ± " + percent(found.error()) + " of " +
                               std::to_string(found.questions()) + " questions, against " +
                               other->value("model", ""));
    printRow("McNemar", "p = " + shortNumber(found.chance(), 3) + "; right only here " +
                            std::to_string(found.onlySecond) + ", only there " +
                            std::to_string(found.onlyFirst));
    return json{{"difference", found.difference()},
                {"error", found.error()},
                {"p", found.chance()},
                {"only_here", found.onlySecond},
                {"only_there", found.onlyFirst},
                {"questions", found.questions()}};
}

Result<void> writeResult(const std::filesystem::path& file, const json& result) {
    const std::string text = result.dump(2, ' ', false, json::error_handler_t::replace) + '\n';
    return writeFile(file, std::as_bytes(std::span(text)));
}

Result<TaskDataOptions> dataOf(const EvaluateOptions& options) {
    TaskDataOptions data{.task = taskNamed(options.task.name),
                         .files = options.data.files,
                         .shotFiles = options.task.shotFiles,
                         .subject = options.task.subject,
                         .limit = options.task.limit};
    data.shots = options.task.shots.value_or(data.task->shots);
    if (data.shots > 0 && data.shotFiles.empty())
        return failure(ErrorCode::Unsupported,
                       std::string(data.task->title) + " is asked with " +
                           std::to_string(data.shots) +
                           " examples before each question. Name the file that they are from "
                           "(--shots-file), or ask without (--few-shot 0).");
    return data;
}

Result<void> ask(LanguageModel& model, const TaskData& data, const EvaluateOptions& options,
                 const json& benchmark, Asked& asked, double& speed, const std::stop_token& stop) {
    std::optional<BenchmarkFile> file;
    if (!options.task.items.empty()) {
        auto opened = BenchmarkFile::open(options.task.items, benchmark, [&](BenchmarkItem item) {
            if (item.number < static_cast<std::int64_t>(data.items().size()) &&
                !asked.done.contains(item.number))
                asked.add(data.task(), item);
        });
        if (!opened) return tl::unexpected(opened.error());
        file = std::move(*opened);
    }
    const std::set<std::int64_t> before = asked.done;
    const AskingProgress progress(asked.totals.count(),
                                  static_cast<std::int64_t>(data.items().size()));
    const auto take = [&](const BenchmarkItem& item) -> Result<void> {
        if (file) {
            if (auto ok = file->add(item); !ok) return ok;
        }
        asked.add(data.task(), item);
        progress.show(asked.totals.count());
        return {};
    };
    auto done = runBenchmark(model, data, before,
                             {.mostTokens = options.task.mostTokens,
                              .addsBos = options.task.addsBos,
                              .streams = static_cast<std::size_t>(options.task.streams)},
                             take, stop);
    speed = progress.itemsPerSecond(asked.totals.count());
    if (!done || !file) return done;
    return file->finish();
}

}  // namespace

int evaluateTask(const EvaluateOptions& options) {
    const auto data = dataOf(options);
    if (!data) return fail(data.error());
    const auto stop = Interrupt::arm();
    const auto questions = TaskData::read(*data, stop->get_token());
    if (!questions) return fail(questions.error());
    EngineOptions engine = options.engine;
    engine.threads = options.data.threads;
    const auto model = loadModel(engine, stop->get_token());
    if (!model) return fail(model.error());
    const json benchmark = benchmarkOf(options, *data, **model);
    Asked asked{.totals = BenchmarkTotals(*data->task)};
    double speed = 0;
    const auto done = ask(**model, *questions, options, benchmark, asked, speed, stop->get_token());
    if (!done) {
        if (done.error().code == ErrorCode::Cancelled && !options.task.items.empty())
            note("\n" + std::to_string(asked.totals.count()) + " of " +
                 std::to_string(questions->items().size()) +
                 " questions are answered. The same command goes on.");
        return fail(done.error());
    }
    print(*data->task, *data, asked, speed);
    json result = benchmark;
    result["questions"] = asked.totals.count();
    result["cut"] = asked.cut;
    result["items_per_second"] = speed;
    for (const BenchmarkValue& one : asked.totals.values()) {
        result["results"][one.name] = one.value;
        if (one.error) result["errors"][one.name] = *one.error;
    }
    if (!options.task.against.empty()) {
        auto found = printComparison(options.task.against, *data->task, asked);
        if (!found) return fail(found.error());
        result["comparison"] = std::move(*found);
    }
    if (options.json.empty()) return kOk;
    if (const auto ok = writeResult(options.json, result); !ok) return fail(ok.error());
    return kOk;
}

}  // namespace dsm::cli
