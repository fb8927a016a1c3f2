#include "app/services/training/results/evaluation_service.h"

#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <algorithm>
#include <chrono>
#include <new>

#include "app/services/program/background_task.h"
#include "app/services/program/mailbox.h"
#include "app/services/program/path_text.h"
#include "app/services/program/private_file.h"
#include "engine/evaluate/row_evaluation.h"
#include "engine/train/data/file_look.h"
#include "engine/train/run/job_dataset.h"
#include "engine/train/run/json_document.h"
#include "kernels/base/folder.h"

namespace dsm {
namespace {

const QString kFileName = QStringLiteral("/evaluations.jsonl");
constexpr qint64 kMostBytes = qint64{256} << 20;
// Progress is told no oftener.
constexpr std::chrono::milliseconds kTellEvery{50};

QStringList filesIn(const QJsonValue& value) {
    QStringList files;
    if (value.isString()) files.append(value.toString());
    for (const QJsonValue& file : value.toArray())
        files.append(file.toString());
    return files;
}

// What the task reads, and whether of it only the part that the run evaluates with.
struct Source {
    QStringList files;
    bool isPart = false;
    bool isOwn = true;  // read by the columns that the run has
};

Source sourceOf(const EvaluationTask& task, const QJsonObject& settings) {
    const QStringList data = filesIn(settings[QLatin1String("data")]);
    const QStringList evaluation = filesIn(settings[QLatin1String("eval_data")]);
    if (!task.files.isEmpty()) {
        const bool isOwn = std::all_of(
            task.files.begin(), task.files.end(),
            [&](const QString& file) { return data.contains(file) || evaluation.contains(file); });
        return {task.files, false, isOwn};
    }
    if (!evaluation.isEmpty()) return {evaluation};
    return {data, settings[QLatin1String("eval_share")].toDouble() > 0};
}

bool has(const FileLook& look, const std::string& column) {
    return column.empty() || std::any_of(look.columns.begin(), look.columns.end(),
                                         [&](const ColumnLook& one) { return one.name == column; });
}

// The run's job, as if it trained what is evaluated.
Result<TrainJob> jobOf(const EvaluationTask& task, const Source& source, const QString& keptIn) {
    QJsonObject settings = QJsonDocument::fromJson(task.settingsJson.toUtf8()).object();
    settings[QStringLiteral("model")] = task.modelFolder;
    settings[QStringLiteral("output")] = keptIn;
    settings[QStringLiteral("data")] = QJsonArray::fromStringList(source.files);
    // Without its own files a job takes nothing that is about measuring on the way.
    for (const char* key : {"eval_data", "eval_at_start", "eval_steps", "patience"})
        settings.remove(QLatin1String(key));
    if (!source.isOwn) {
        settings.remove(QStringLiteral("edits"));
    }
    auto job = parseJob(QJsonDocument(settings).toJson().toStdString(), "job", {});
    if (!job || source.isOwn || job->data.empty()) return job;
    const auto look = lookAtFile(job->data.front(), {});
    if (!look) return tl::unexpected(look.error());
    // Of a file that is not the run's the columns may be called otherwise; where all are there, what
    // a person said of them goes before any guess.
    const bool isLikeOwn = !job->columns.empty() &&
                           std::all_of(job->columns.begin(), job->columns.end(),
                                       [&](const auto& item) { return has(*look, item.second); });
    if (!isLikeOwn) job->columns = {look->guessed.begin(), look->guessed.end()};
    return job;
}

QStringList namesOf(const QStringList& files) {
    QStringList names;
    for (const QString& file : files)
        names.append(QFileInfo(file).fileName());
    return names;
}

EvaluationResult resultOf(const QJsonObject& line) {
    EvaluationResult result;
    result.made = QDateTime::fromString(line[QLatin1String("made")].toString(), Qt::ISODate);
    result.subject = line[QLatin1String("subject")].toString();
    result.modelFolder = line[QLatin1String("model")].toString();
    result.adapter = line[QLatin1String("adapter_name")].toString();
    result.files = filesIn(line[QLatin1String("files")]);
    result.isPart = line[QLatin1String("part")].toBool();
    result.rows = line[QLatin1String("rows")].toInteger();
    result.refused = line[QLatin1String("refused")].toInteger();
    result.tokens = line[QLatin1String("tokens")].toInteger();
    result.loss = line[QLatin1String("loss")].toDouble();
    result.perplexity = line[QLatin1String("perplexity")].toDouble();
    result.answers = line[QLatin1String("answers")].toInteger();
    result.exact = line[QLatin1String("exact")].toInteger();
    result.ends.rows = result.rows;
    readEvaluatedRows(line, result.ends);
    return result;
}

struct Outcome {
    EvaluationResult result;
    ReasonShown error;
    bool isStopped = false;
};

Outcome evaluate(const EvaluationTask& task, const QString& keptIn,
                 const EvaluationProgress& progress, const std::stop_token& stop) {
    const QJsonObject settings = QJsonDocument::fromJson(task.settingsJson.toUtf8()).object();
    const Source source = sourceOf(task, settings);
    const auto failed = [](const Error& error) {
        return Outcome{{}, shown(error), error.code == ErrorCode::Cancelled};
    };
    const auto job = jobOf(task, source, keptIn);
    if (!job) return failed(job.error());
    RowEvaluationOptions options{.model = job->model, .data = datasetOptions(*job, job->data)};
    if (!task.adapterFolder.isEmpty())
        options.adapter = AdapterChoice{.folder = toPath(task.adapterFolder)};
    if (source.isPart) {
        options.share = job->evalShare;
        options.seed = job->options.batches.seed;
    }
    const auto found = evaluateRows(options, progress, stop);
    if (!found) return failed(found.error());
    QJsonObject line =
        QJsonDocument::fromJson(QByteArray::fromStdString(documentText(evaluationJson(*found))))
            .object();
    line[QStringLiteral("made")] = QDateTime::currentDateTimeUtc().toString(Qt::ISODate);
    line[QStringLiteral("subject")] = task.subject;
    line[QStringLiteral("model")] = task.modelFolder;
    line[QStringLiteral("adapter")] = task.adapterFolder;
    line[QStringLiteral("adapter_name")] = task.adapter;
    line[QStringLiteral("files")] = QJsonArray::fromStringList(namesOf(source.files));
    line[QStringLiteral("part")] = source.isPart;
    Outcome outcome{resultOf(line), {}, false};
    outcome.result.notKept =
        appendLine(keptIn + kFileName, QJsonDocument(line).toJson(QJsonDocument::Compact));
    return outcome;
}

}  // namespace

class EvaluationService::State {
  public:
    State(EvaluationService* service, EngineLease& lease, const QString& ownFolder)
        : service_(service), lease_(lease), ownFolder_(ownFolder) {}
    ~State() {
        if (!task_.isRunning()) return;
        task_.stop();
        lease_.giveBack(EngineLease::Holder::Training);
    }
    State(const State&) = delete;
    State& operator=(const State&) = delete;

    bool start(const EvaluationTask& task);
    void stop() { task_.askToStop(); }
    bool isRunning() const { return task_.isRunning(); }
    const QString& folder() const { return folder_; }
    const QString& ownFolder() const { return ownFolder_; }

  private:
    Outcome work(const EvaluationTask& task, const std::stop_token& stop);
    void end(const Outcome& outcome);

    EvaluationService* service_;
    EngineLease& lease_;
    const QString ownFolder_;
    QString folder_;
    Mailbox mailbox_;
    BackgroundTask task_;  // last: it posts while the others exist
};

bool EvaluationService::State::start(const EvaluationTask& task) {
    if (isRunning() || !lease_.take(EngineLease::Holder::Training)) {
        Q_EMIT service_->failed(
            lease_.holder() == EngineLease::Holder::Chat
                ? EvaluationService::tr(
                      "The model is loading or writing. Evaluate when it is done.")
                : EvaluationService::tr("A training run or another evaluation uses the computer. "
                                        "Pause it, or wait until it has finished."));
        return false;
    }
    folder_ = task.runFolder;
    task_.start([this, task](const std::stop_token& stop) { return work(task, stop); },
                [this](const Outcome& outcome) { end(outcome); });
    return true;
}

// On the evaluation's thread.
Outcome EvaluationService::State::work(const EvaluationTask& task, const std::stop_token& stop) {
    auto told = std::chrono::steady_clock::now() - kTellEvery;
    const auto progress = [this, &told](const char* what, double share) {
        const auto now = std::chrono::steady_clock::now();
        if (now - told < kTellEvery && share < 1) return;
        told = now;
        mailbox_.post([this, name = QString::fromUtf8(what), share] {
            if (isRunning()) Q_EMIT service_->progressed(name, share);
        });
    };
    try {
        if (!task.runFolder.isEmpty()) return evaluate(task, task.runFolder, progress, stop);
        // Where it cannot be made, the result is not kept, and says so.
        static_cast<void>(makeFolders(toPath(ownFolder_)));
        return evaluate(task, ownFolder_, progress, stop);
    } catch (const std::bad_alloc&) {
        return {{},
                EvaluationService::tr("There is not enough memory. Close other programs, or "
                                      "unload the model of the chat."),
                false};
    }
}

void EvaluationService::State::end(const Outcome& outcome) {
    folder_.clear();
    lease_.giveBack(EngineLease::Holder::Training);
    if (outcome.isStopped) {
        Q_EMIT service_->failed({});
    } else if (!outcome.error.isEmpty()) {
        Q_EMIT service_->failed(outcome.error);
    } else {
        Q_EMIT service_->finished(outcome.result);
    }
}

EvaluationService::EvaluationService(EngineLease& lease, const QString& ownFolder, QObject* parent)
    : QObject(parent), state_(std::make_unique<State>(this, lease, ownFolder)) {}

EvaluationService::~EvaluationService() = default;

bool EvaluationService::start(const EvaluationTask& task) {
    return state_->start(task);
}

void EvaluationService::stop() {
    state_->stop();
}

bool EvaluationService::isRunning() const {
    return state_->isRunning();
}

QString EvaluationService::runFolder() const {
    return state_->folder();
}

QList<EvaluationResult> EvaluationService::resultsOf(const QString& runFolder) {
    QList<EvaluationResult> results;
    for (const QByteArray& text : readSmallFile(runFolder + kFileName, kMostBytes).split('\n')) {
        const QJsonObject line = QJsonDocument::fromJson(text).object();
        if (line.contains(QLatin1String("loss"))) results.append(resultOf(line));
    }
    return results;
}

QList<EvaluationResult> EvaluationService::ownResults() const {
    if (state_->ownFolder().isEmpty()) return {};
    return resultsOf(state_->ownFolder());
}

}  // namespace dsm
