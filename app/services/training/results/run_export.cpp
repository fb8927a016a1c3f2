#include "app/services/training/results/run_export.h"

#include "app/services/program/background_task.h"
#include "app/services/program/mailbox.h"
#include "app/services/program/work_thread.h"
#include "app/services/training/results/export_work.h"
#include "engine/model/checkpoint/preset.h"
#include "kernels/base/check.h"

namespace dsm {

class RunExport::State {
  public:
    explicit State(RunExport* owner) : owner_(owner) {}
    State(const State&) = delete;
    State& operator=(const State&) = delete;

    void plan(const RunExportTask& task) {
        planner_.post(
            owner_, [task] { return planExport(task); },
            [this, number = ++asked_](const RunExportPlan& plan) {
                if (number == asked_) Q_EMIT owner_->planned(plan);
            });
    }
    void start(const RunExportTask& task);
    void stop() { work_.askToStop(); }
    bool isRunning() const { return work_.isRunning(); }

  private:
    RunExport* owner_;
    Mailbox mailbox_;
    int asked_ = 0;
    WorkThread planner_;
    BackgroundTask work_;  // last: it posts while the others exist
};

void RunExport::State::start(const RunExportTask& task) {
    DSM_CHECK(!isRunning());
    work_.start(
        [this, task](const std::stop_token& stop) {
            const auto progress = [this](double share) {
                mailbox_.post([this, share] {
                    if (isRunning()) Q_EMIT owner_->progressed(share);
                });
            };
            return makeExport(task, progress, stop).map_error([](const Error& error) {
                return shown(error);
            });
        },
        [this, out = task.out](const tl::expected<void, ReasonShown>& made) {
            if (made) {
                Q_EMIT owner_->finished(out);
            } else {
                Q_EMIT owner_->failed(made.error());
            }
        });
}

RunExport::RunExport(QObject* parent) : QObject(parent), state_(std::make_unique<State>(this)) {}

RunExport::~RunExport() = default;

void RunExport::plan(const RunExportTask& task) {
    state_->plan(task);
}

void RunExport::start(const RunExportTask& task) {
    state_->start(task);
}

void RunExport::stop() {
    state_->stop();
}

bool RunExport::isRunning() const {
    return state_->isRunning();
}

QStringList RunExport::presets() {
    QStringList names;
    for (const Preset preset : kPresets) {
        const std::string_view known = name(preset);
        if (preset != Preset::Bf16)
            names.append(QString::fromUtf8(known.data(), qsizetype(known.size())));
    }
    return names;
}

}  // namespace dsm
