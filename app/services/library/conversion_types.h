// What the conversions tell, and what converts.
#pragma once

#include <QString>
#include <chrono>
#include <functional>
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

}  // namespace dsm
