// QueueThread: the download queue and the thread it lives on.
//
// Threads  Made and destroyed on the main thread; the destructor waits until everything received
//          is recorded.
#pragma once

#include <QThread>
#include <utility>

#include "app/services/downloads/download_queue.h"

namespace dsm {

class QueueThread {
  public:
    QueueThread(DownloadSetup setup, DownloadList list);
    ~QueueThread();
    QueueThread(const QueueThread&) = delete;
    QueueThread& operator=(const QueueThread&) = delete;

    // Calls with the queue, on its thread, in the order of the posts.
    template <class Call>
    void post(Call call) {
        QMetaObject::invokeMethod(
            queue_, [queue = queue_, call = std::move(call)] { call(*queue); },
            Qt::QueuedConnection);
    }

    DownloadQueue& queue() { return *queue_; }

  private:
    QThread thread_;
    DownloadQueue* queue_ = nullptr;  // lives and dies on thread_
};

}  // namespace dsm
