// SuspendWatch: tells when the machine was asleep, after it woke up.
//
// Connections do not survive that, and nobody says so: without this they would be noticed dead
// one stall later each, and count as failures.
//
// Threads  The one it was made on, with an event loop.
#pragma once

#include <QObject>
#include <QTimer>
#include <chrono>
#include <functional>

namespace dsm {

class SuspendWatch : public QObject {
    Q_OBJECT

  public:
    // How long the machine slept since it was started.
    using SleepClock = std::function<std::chrono::milliseconds()>;

    explicit SuspendWatch(SleepClock clock = &SuspendWatch::timeAsleep,
                          std::chrono::milliseconds interval = std::chrono::seconds(2));

    // CLOCK_BOOTTIME counts sleep, CLOCK_MONOTONIC does not.
    static std::chrono::milliseconds timeAsleep();

  Q_SIGNALS:
    void wokeUp();

  private:
    void look();

    SleepClock clock_;
    std::chrono::milliseconds asleep_;
    QTimer timer_;
};

}  // namespace dsm
