#include "app/services/training/job/job_export.h"

#include <QDir>
#include <QRegularExpression>

#include "app/services/program/mailbox.h"
#include "app/services/program/path_text.h"
#include "app/services/program/work_thread.h"
#include "engine/train/run/export_job.h"
#include "kernels/base/check.h"

namespace dsm {
namespace {

// As a shell takes it for one word.
QString shellWord(const QString& word) {
    static const QRegularExpression plain(QStringLiteral("^[A-Za-z0-9_.-]+$"));
    if (plain.match(word).hasMatch()) return word;
    return u'\'' + QString(word).replace(u'\'', QStringLiteral("'\\''")) + u'\'';
}

}  // namespace

class JobExport::State {
  public:
    explicit State(JobExport* owner) : owner_(owner) {}
    ~State() { stop_.request_stop(); }
    State(const State&) = delete;
    State& operator=(const State&) = delete;

    void start(const QString& json, const JobExportPlace& place);
    void stop() { stop_.request_stop(); }
    bool isRunning() const { return isRunning_; }

  private:
    JobExport* owner_;
    std::stop_source stop_;
    bool isRunning_ = false;
    Mailbox mailbox_;
    WorkThread worker_;  // last: it posts while the others exist
};

using Exported = tl::expected<std::int64_t, ReasonShown>;

void JobExport::State::start(const QString& json, const JobExportPlace& place) {
    DSM_CHECK(!isRunning_);
    isRunning_ = true;
    stop_ = {};
    worker_.post(
        owner_,
        [this, json, place, stop = stop_.get_token()]() -> Exported {
            const std::string folder = toPath(place.folder);
            const auto job = parseJob(json.toStdString(), "job", folder);
            if (!job) return tl::unexpected(shown(job.error()));
            const auto progress = [this](double share) {
                mailbox_.post([this, share] { Q_EMIT owner_->progressed(share); });
            };
            return exportJob(*job, {.folder = folder, .gpus = place.gpus, .nodes = place.machines},
                             progress, stop)
                .map_error([](const Error& error) { return shown(error); });
        },
        [this, folder = place.folder](const Exported& examples) {
            isRunning_ = false;
            if (examples) {
                Q_EMIT owner_->finished(folder, *examples);
            } else {
                Q_EMIT owner_->failed(examples.error());
            }
        });
}

JobExport::JobExport(QObject* parent) : QObject(parent), state_(std::make_unique<State>(this)) {}

JobExport::~JobExport() = default;

void JobExport::start(const QString& jobJson, const JobExportPlace& place) {
    state_->start(jobJson, place);
}

void JobExport::stop() {
    state_->stop();
}

bool JobExport::isRunning() const {
    return state_->isRunning();
}

QStringList JobExport::commands(const QString& folder) {
    return {QStringLiteral("cd %1").arg(shellWord(QDir(folder).dirName())),
            QStringLiteral("pip install -r requirements.txt"), QStringLiteral("sh run.sh")};
}

}  // namespace dsm
