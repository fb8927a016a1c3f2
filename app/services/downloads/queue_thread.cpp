#include "app/services/downloads/queue_thread.h"

namespace dsm {

QueueThread::QueueThread(DownloadSetup setup, DownloadList list) {
    thread_.setObjectName(QStringLiteral("downloads"));
    auto* maker = new QObject;
    maker->moveToThread(&thread_);
    thread_.start();
    // The queue's network and timers belong to the thread they are made on.
    QMetaObject::invokeMethod(
        maker,
        [this, maker, setup = std::move(setup), list = std::move(list)]() mutable {
            queue_ = new DownloadQueue(std::move(setup), std::move(list));
            maker->deleteLater();
        },
        Qt::BlockingQueuedConnection);
}

QueueThread::~QueueThread() {
    post([this](DownloadQueue& queue) {
        queue.shutDown([this, &queue] {
            queue.deleteLater();
            thread_.quit();
        });
    });
    thread_.wait();
}

}  // namespace dsm
