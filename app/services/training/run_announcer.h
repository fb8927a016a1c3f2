// RunAnnouncer: tells the desktop of runs: it stays awake and shows progress while one learns, and
// notifies when one has ended.
//
// Ownership  Borrows both.
// Threads    Main thread.
#pragma once

#include <QObject>
#include <functional>

#include "app/services/program/desktop_link.h"
#include "app/services/training/training_service.h"

namespace dsm {

class RunAnnouncer : public QObject {
    Q_OBJECT

  public:
    // `words`: of a reason, in the reader's language.
    RunAnnouncer(TrainingService& training, DesktopLink& desktop,
                 const std::function<QString(const ReasonShown&)>& words,
                 QObject* parent = nullptr);

  private:
    void showState();

    TrainingService& training_;
    DesktopLink& desktop_;
    int shown_ = -1;  // hundredths; -1: nothing
};

}  // namespace dsm
