// GpuService: the GPUs of this computer, for people to choose from.
//
// The driver takes a while to wake: it is asked on a thread of its own.
//
// Threads  Main thread; the reader is called on another. The destructor waits for it.
#pragma once

#include <QList>
#include <QObject>
#include <QString>
#include <functional>
#include <thread>

namespace dsm {

struct GpuInfo {
    int index = 0;
    QString name;
    quint64 totalBytes = 0;
    quint64 freeBytes = 0;
    QString problem = {};  // why it cannot compute; "" where it can

    bool operator==(const GpuInfo&) const = default;
};

struct GpuListing {
    QList<GpuInfo> gpus;
    QString problem = {};        // why there is no list
    bool isWithoutCuda = false;  // this program was built so: then there is none

    bool operator==(const GpuListing&) const = default;
};

// The list as it will be once a loaded model gives back what it holds: `freeBytes` of this GPU were
// free before it was there.
GpuListing withoutModel(GpuListing listing, int index, quint64 freeBytes);

using GpuReader = std::function<GpuListing()>;

// The machine's own.
GpuListing readGpus();

class GpuService : public QObject {
    Q_OBJECT

  public:
    explicit GpuService(GpuReader reader = readGpus, QObject* parent = nullptr);
    ~GpuService() override;

    // As it was read last; empty at first.
    const GpuListing& listing() const { return listing_; }
    // Reads it anew, unless that is under way; changed() tells.
    void refresh();

  Q_SIGNALS:
    void changed();

  private:
    void take(const GpuListing& listing);

    GpuReader reader_;
    GpuListing listing_;
    std::thread thread_;
    bool isReading_ = false;
};

}  // namespace dsm
