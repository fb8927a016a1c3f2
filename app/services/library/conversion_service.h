// ConversionService: converts models to smaller formats in the background, one after the other.
//
// Each conversion is remembered in a file from its start on, so that what was stopped, failed, or
// was under way when the program ended can be resumed later, from about where it was. Finished ones
// stay in the list as long as their folder exists: they tell what was made from what.
//
// Threads   Main thread. The converter runs on a thread of its own; destroying the service stops
//           it and waits.
// Errors    A failed conversion carries one or two sentences for people.
#pragma once

#include <QList>
#include <QObject>
#include <QString>
#include <chrono>
#include <functional>
#include <memory>
#include <stop_token>

namespace dsm {

enum class ConversionState { Waiting, Running, Stopped, Failed, Finished };

struct Conversion {
    qint64 id = 0;  // 0: none
    QString sourceFolder;
    QString preset;
    QString folder;  // of the result
    ConversionState state = ConversionState::Waiting;
    quint64 doneBytes = 0;  // of totalBytes
    quint64 totalBytes = 0;
    // While Running; 0 until it can be told.
    double bytesPerSecond = 0;
    std::chrono::seconds timeLeft{0};
    QString error;  // of state Failed

    double share() const {
        return totalBytes > 0 ? static_cast<double>(doneBytes) / static_cast<double>(totalBytes)
                              : 0.0;
    }
};

struct ConversionTask {
    QString sourceFolder;
    QString preset;
    QString folder;
};

struct ConversionEnd {
    bool isStopped = false;
    QString error;  // "": finished, or stopped
};

// What converts: called on another thread, with a sink for the bytes done and their total.
using Converter = std::function<ConversionEnd(
    const ConversionTask& task, const std::function<void(quint64 done, quint64 total)>& progress,
    const std::stop_token& stop)>;

class ConversionService : public QObject {
    Q_OBJECT

  public:
    // Results go to folders below `modelsFolder`. Without a converter the engine converts.
    explicit ConversionService(const QString& modelsFolder, Converter converter = {},
                               QObject* parent = nullptr);
    ~ConversionService() override;

    QList<Conversion> conversions() const;  // oldest first
    Conversion conversion(qint64 id) const;
    // The one of this source and preset.
    Conversion find(const QString& sourceFolder, const QString& preset) const;

    // Begins, or waits for its turn; goes on with one that is there already. Returns its id.
    qint64 start(const QString& sourceFolder, const QString& preset);
    // Keeps what is done.
    void stop(qint64 id);
    void resume(qint64 id);
    // Forgets one that is not finished and deletes the files it has written.
    void discard(qint64 id);
    // Forgets a finished one whose folder was deleted, and returns it; id 0: there was none.
    Conversion forget(const QString& folder);
    // Takes back what was forgotten, with its folder.
    void remember(const Conversion& forgotten);

  Q_SIGNALS:
    // The list or the state of an entry.
    void conversionsChanged();
    void progressed(qint64 id);  // at most ten times a second
    void conversionFinished(qint64 id);
    void conversionFailed(qint64 id, const QString& error);

  private:
    class State;
    std::unique_ptr<State> state_;
};

}  // namespace dsm
