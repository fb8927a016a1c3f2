#include "app/services/training/results/run_return.h"

#include <QFileInfo>
#include <map>

#include "app/services/program/path_text.h"
#include "app/services/program/work_thread.h"
#include "app/services/training/results/run_files.h"
#include "engine/model/adapter/adapter_file.h"
#include "engine/model/adapter/adapter_folder.h"
#include "engine/model/checkpoint/tensor_check.h"
#include "engine/train/run/foreign_run.h"

namespace dsm {
namespace {

QList<TrainingStep> stepsOf(const ForeignRun& foreign) {
    std::map<std::int64_t, TrainingStep> steps;
    for (const auto& [name, points] : foreign.metrics) {
        for (const auto& [step, value] : points) {
            TrainingStep& one = steps[step];
            one.step = step;
            one.metrics.append({QString::fromStdString(name), value});
        }
    }
    QList<TrainingStep> list;
    for (const auto& [step, one] : steps)
        list.append(one);
    return list;
}

QJsonObject settingsOf(const ForeignRun& foreign) {
    QJsonObject settings;
    if (foreign.lora.rank > 0 && foreign.hasAdapter) {
        settings[QStringLiteral("rank")] = static_cast<qint64>(foreign.lora.rank);
        settings[QStringLiteral("alpha")] = foreign.lora.alpha;
        if (foreign.lora.dropout > 0) settings[QStringLiteral("dropout")] = foreign.lora.dropout;
    }
    if (!foreign.hasAdapter) settings[QStringLiteral("method")] = QStringLiteral("full");
    if (foreign.rate > 0) settings[QStringLiteral("learning_rate")] = foreign.rate;
    if (foreign.epochs >= 1)
        settings[QStringLiteral("epochs")] = static_cast<qint64>(foreign.epochs);
    return settings;
}

Result<void> checkModel(const std::filesystem::path& folder) {
    const auto config = readConfig(folder);
    if (!config) return tl::unexpected(config.error());
    const auto checkpoint = Checkpoint::open(folder);
    if (!checkpoint) return tl::unexpected(checkpoint.error());
    return checkTensors(*checkpoint, *config);
}

Result<void> checkAdapter(const std::filesystem::path& folder, const std::filesystem::path& base) {
    const auto config = readConfig(base);
    if (!config) return tl::unexpected(config.error());
    const auto file = AdapterFile::open(folder, *config);
    return file ? Result<void>{} : tl::unexpected(file.error());
}

// Whether it can be run: a model by itself, an adapter over this base where one is chosen.
ReasonShown misfitOf(const RunResult& result, const QString& modelFolder) {
    if (!result.isModel && modelFolder.isEmpty()) return {};
    const std::filesystem::path folder = toPath(result.folder);
    const Result<void> ok =
        result.isModel ? checkModel(folder) : checkAdapter(folder, toPath(modelFolder));
    return ok ? ReasonShown() : shown(ok.error());
}

RunReturnLook lookAtRun(const QString& folder, const QString& modelFolder) {
    RunReturnLook look;
    const auto foreign = readForeignRun(toPath(folder));
    if (!foreign) {
        look.problem = shown(foreign.error());
        return look;
    }
    look.run = {folder, foreign->step, foreign->steps, stepsOf(*foreign)};
    look.hasAdapter = foreign->hasAdapter;
    look.hasCurves = !look.run.steps.isEmpty();
    look.baseModel = QString::fromStdString(foreign->baseModel);
    look.settings = settingsOf(*foreign);
    const QList<RunResult> results = filesOfRun(folder).results;
    if (results.isEmpty()) return look;
    // That of the whole run, else the newest checkpoint.
    if (results.first().isModel) look.wholeModel = results.first().folder;
    look.problem = misfitOf(results.first(), modelFolder);
    return look;
}

}  // namespace

class RunReturn::State {
  public:
    explicit State(RunReturn* owner) : owner_(owner) {}

    void look(const QString& folder, const QString& modelFolder) {
        worker_.post(
            owner_, [folder, modelFolder] { return lookAtRun(folder, modelFolder); },
            [this, number = ++asked_](const RunReturnLook& look) {
                if (number == asked_) Q_EMIT owner_->looked(look);
            });
    }

  private:
    RunReturn* owner_;
    int asked_ = 0;
    WorkThread worker_;
};

RunReturn::RunReturn(QObject* parent) : QObject(parent), state_(std::make_unique<State>(this)) {}

RunReturn::~RunReturn() = default;

void RunReturn::look(const QString& folder, const QString& modelFolder) {
    state_->look(folder, modelFolder);
}

}  // namespace dsm
