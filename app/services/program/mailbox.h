// Mailbox: calls that other threads want carried out on the owner's thread.
//
// Calls are carried out in the order they were posted, from the owner's event loop. Those that
// were not carried out when the mailbox is destroyed are dropped.
//
// Threads  Made and destroyed by the owner, which runs an event loop; post() from any thread, which
//          has ended its last call by the time of the destruction.
#pragma once

#include <QSocketNotifier>
#include <functional>
#include <mutex>
#include <vector>

#include "app/services/program/bell.h"

namespace dsm {

class Mailbox {
  public:
    Mailbox();

    void post(std::function<void()> call);

  private:
    void carryOut();

    Bell bell_;
    QSocketNotifier notifier_;
    std::mutex mutex_;
    std::vector<std::function<void()>> calls_;  // guarded by mutex_
};

}  // namespace dsm
