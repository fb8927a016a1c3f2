#include "app/services/library/conversion_service.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFileInfo>
#include <algorithm>
#include <deque>
#include <thread>
#include <utility>

#include "app/services/library/conversion_list.h"
#include "app/services/library/engine_converter.h"
#include "app/services/library/model_name.h"
#include "app/services/program/mailbox.h"
#include "app/services/program/private_file.h"
#include "app/services/program/reason_words.h"
#include "app/services/program/said.h"
#include "kernels/base/folder.h"
#include "kernels/base/processors.h"

namespace dsm {
namespace {

constexpr auto kReportInterval = std::chrono::milliseconds(100);
constexpr qint64 kSaveIntervalMs = 2000;
// Speed is that of the last seconds: a disk that slows down shows soon, a hiccup does not.
constexpr qint64 kSpeedWindowMs = 8000;
constexpr qint64 kShortestWindowMs = 500;

class SpeedMeter {
  public:
    void restart() {
        samples_.clear();
        clock_.start();
    }
    // Bytes per second; 0 until it can be told.
    double add(quint64 doneBytes) {
        const qint64 now = clock_.elapsed();
        samples_.push_back({now, doneBytes});
        while (now - samples_.front().ms > kSpeedWindowMs)
            samples_.pop_front();
        const qint64 window = now - samples_.front().ms;
        if (window < kShortestWindowMs) return 0;
        return 1000.0 * static_cast<double>(doneBytes - samples_.front().doneBytes) /
               static_cast<double>(window);
    }

  private:
    struct Sample {
        qint64 ms;
        quint64 doneBytes;
    };
    QElapsedTimer clock_;
    std::deque<Sample> samples_;
};

}  // namespace

class ConversionService::State {
  public:
    State(ConversionService* service, QString modelsFolder, Converter converter)
        : service_(service),
          modelsFolder_(std::move(modelsFolder)),
          converter_(std::move(converter)),
          list_(loadConversions(file(), modelsFolder_)),
          lastId_(list_.isEmpty() ? 0 : list_.last().id) {}
    ~State() {
        if (thread_.joinable()) {
            thread_.request_stop();
            thread_.join();
        }
        save();
    }
    State(const State&) = delete;
    State& operator=(const State&) = delete;

    const QList<Conversion>& list() const { return list_; }
    Conversion* find(qint64 id);
    Conversion* find(const QString& sourceFolder, const QString& preset);
    qint64 add(const QString& sourceFolder, const QString& preset);
    void queue(Conversion& conversion);
    void stop(Conversion& conversion);
    void discard(qint64 id);
    Conversion forget(const QString& folder);
    void remember(const Conversion& forgotten);

  private:
    QString file() const { return modelsFolder_ + QStringLiteral("/conversions.json"); }
    void save();
    void changed();
    QString newFolder(const QString& sourceFolder, const QString& preset) const;
    void startNext();
    void run(const ConversionTask& task, qint64 id, const std::stop_token& stop);
    void takeProgress(qint64 id, quint64 done, quint64 total);
    void takeEnd(qint64 id, const ConversionEnd& end);

    ConversionService* service_;
    QString modelsFolder_;
    Converter converter_;
    QList<Conversion> list_;
    qint64 lastId_;
    qint64 running_ = 0;  // id
    qint64 discarding_ = 0;
    SpeedMeter speed_;
    QElapsedTimer sinceSave_;
    Mailbox mailbox_;
    std::jthread thread_;  // last: it posts while the others exist
};

void ConversionService::State::save() {
    sinceSave_.start();
    if (list_.isEmpty() && !QFileInfo::exists(file())) return;
    saveConversions(file(), list_);
}

void ConversionService::State::changed() {
    save();
    Q_EMIT service_->conversionsChanged();
}

Conversion* ConversionService::State::find(qint64 id) {
    for (Conversion& conversion : list_) {
        if (conversion.id == id) return &conversion;
    }
    return nullptr;
}

Conversion* ConversionService::State::find(const QString& sourceFolder, const QString& preset) {
    for (Conversion& conversion : list_) {
        if (conversion.preset == preset && QDir(conversion.sourceFolder) == QDir(sourceFolder))
            return &conversion;
    }
    return nullptr;
}

QString ConversionService::State::newFolder(const QString& sourceFolder,
                                            const QString& preset) const {
    const QString base =
        QStringLiteral("%1/%2-%3").arg(modelsFolder_, modelName(sourceFolder), preset);
    QString folder = base;
    const auto isTaken = [this](const QString& name) {
        return QFileInfo::exists(name) ||
               std::any_of(list_.begin(), list_.end(),
                           [&](const Conversion& other) { return other.folder == name; });
    };
    for (int number = 2; isTaken(folder); ++number)
        folder = QStringLiteral("%1-%2").arg(base).arg(number);
    return folder;
}

qint64 ConversionService::State::add(const QString& sourceFolder, const QString& preset) {
    Conversion conversion;
    conversion.id = ++lastId_;
    conversion.sourceFolder = QDir(sourceFolder).absolutePath();
    conversion.preset = preset;
    conversion.folder = newFolder(conversion.sourceFolder, preset);
    list_.append(conversion);
    queue(list_.last());
    return lastId_;
}

void ConversionService::State::queue(Conversion& conversion) {
    conversion.state = ConversionState::Waiting;
    conversion.error.clear();
    startNext();
    changed();
}

void ConversionService::State::startNext() {
    if (running_ != 0) return;
    for (Conversion& next : list_) {
        if (next.state != ConversionState::Waiting) continue;
        next.state = ConversionState::Running;
        running_ = next.id;
        speed_.restart();
        const ConversionTask task{next.sourceFolder, next.preset, next.folder};
        // The thread before has posted its end, which is the last it does.
        thread_ = std::jthread(
            [this, task, id = next.id](const std::stop_token& stop) { run(task, id, stop); });
        return;
    }
}

// On the converter's thread.
void ConversionService::State::run(const ConversionTask& task, qint64 id,
                                   const std::stop_token& stop) {
    computeInBackground();
    auto lastReport = std::chrono::steady_clock::now() - kReportInterval;
    const auto progress = [&](quint64 done, quint64 total) {
        const auto now = std::chrono::steady_clock::now();
        if (now - lastReport < kReportInterval && done < total) return;
        lastReport = now;
        mailbox_.post([this, id, done, total] { takeProgress(id, done, total); });
    };
    const ConversionEnd end = converter_(task, progress, stop);
    mailbox_.post([this, id, end] { takeEnd(id, end); });
}

void ConversionService::State::takeProgress(qint64 id, quint64 done, quint64 total) {
    Conversion* conversion = find(id);
    if (conversion == nullptr || conversion->state != ConversionState::Running) return;
    // It goes back where it ends early: to what is finished.
    const bool isForth = done >= conversion->doneBytes;
    conversion->doneBytes = done;
    conversion->totalBytes = total;
    if (isForth) conversion->bytesPerSecond = speed_.add(done);
    if (conversion->bytesPerSecond > 0) {
        conversion->timeLeft = std::chrono::seconds(static_cast<qint64>(
            static_cast<double>(total - std::min(done, total)) / conversion->bytesPerSecond));
    }
    if (sinceSave_.elapsed() > kSaveIntervalMs) save();
    Q_EMIT service_->progressed(id);
}

void ConversionService::State::takeEnd(qint64 id, const ConversionEnd& end) {
    running_ = 0;
    thread_.join();
    Conversion* conversion = find(id);
    conversion->bytesPerSecond = 0;
    conversion->timeLeft = {};
    const bool isFinished = !end.isStopped && end.error.isEmpty();
    if (end.isStopped) {
        conversion->state = ConversionState::Stopped;
    } else if (isFinished) {
        conversion->state = ConversionState::Finished;
        conversion->doneBytes = conversion->totalBytes;
    } else {
        conversion->state = ConversionState::Failed;
        conversion->error = end.error;
    }
    if (std::exchange(discarding_, 0) == id && !isFinished) discard(id);
    startNext();
    changed();
    if (isFinished) Q_EMIT service_->conversionFinished(id);
    if (!end.error.isEmpty()) Q_EMIT service_->conversionFailed(id, end.error);
}

void ConversionService::State::stop(Conversion& conversion) {
    if (conversion.id == running_) {
        thread_.request_stop();  // takeEnd() says so when it has
    } else if (conversion.state == ConversionState::Waiting) {
        conversion.state = ConversionState::Stopped;
        changed();
    }
}

void ConversionService::State::discard(qint64 id) {
    Conversion* conversion = find(id);
    if (conversion == nullptr || conversion->state == ConversionState::Finished) return;
    if (id == running_) {
        discarding_ = id;
        thread_.request_stop();
        return;
    }
    // Only what this service has named, below its own folder.
    const auto removed = removeTree(toPath(conversion->folder));
    if (removed) {
        list_.removeIf([id](const Conversion& other) { return other.id == id; });
    } else {
        conversion->state = ConversionState::Failed;
        conversion->error = said(
            [] {
                return ConversionService::tr(
                    "%1 cannot be deleted (%2). Check the permissions of its folder, "
                    "then discard it again.");
            },
            {QDir::toNativeSeparators(conversion->folder),
             presentSystemReason(removed.error().systemReason)});
    }
    const QString error = removed ? QString() : conversion->error;
    changed();
    if (!removed) Q_EMIT service_->conversionFailed(id, error);
}

Conversion ConversionService::State::forget(const QString& folder) {
    Conversion forgotten;
    list_.removeIf([&](const Conversion& other) {
        const bool isIt =
            other.state == ConversionState::Finished && QDir(other.folder) == QDir(folder);
        if (isIt) forgotten = other;
        return isIt;
    });
    if (forgotten.id != 0) changed();
    return forgotten;
}

void ConversionService::State::remember(const Conversion& forgotten) {
    if (find(forgotten.id) != nullptr) return;
    list_.append(forgotten);
    changed();
}

ConversionService::ConversionService(const QString& modelsFolder, Converter converter,
                                     QObject* parent)
    : QObject(parent) {
    if (!converter) converter = convertWithEngine;
    state_ = std::make_unique<State>(this, modelsFolder, std::move(converter));
}

ConversionService::~ConversionService() = default;

QList<Conversion> ConversionService::conversions() const {
    return state_->list();
}

Conversion ConversionService::conversion(qint64 id) const {
    const Conversion* found = state_->find(id);
    return found != nullptr ? *found : Conversion{};
}

Conversion ConversionService::find(const QString& sourceFolder, const QString& preset) const {
    const Conversion* found = state_->find(sourceFolder, preset);
    return found != nullptr ? *found : Conversion{};
}

qint64 ConversionService::start(const QString& sourceFolder, const QString& preset) {
    const Conversion* there = state_->find(sourceFolder, preset);
    if (there == nullptr) return state_->add(sourceFolder, preset);
    const qint64 id = there->id;
    resume(id);
    return id;
}

void ConversionService::stop(qint64 id) {
    if (Conversion* conversion = state_->find(id)) state_->stop(*conversion);
}

void ConversionService::resume(qint64 id) {
    Conversion* conversion = state_->find(id);
    if (conversion == nullptr) return;
    const bool canResume = conversion->state == ConversionState::Stopped ||
                           conversion->state == ConversionState::Failed;
    if (canResume) state_->queue(*conversion);
}

void ConversionService::discard(qint64 id) {
    state_->discard(id);
}

Conversion ConversionService::forget(const QString& folder) {
    return state_->forget(folder);
}

void ConversionService::remember(const Conversion& forgotten) {
    state_->remember(forgotten);
}

}  // namespace dsm
