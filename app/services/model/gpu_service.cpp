#include "app/services/model/gpu_service.h"

#include <algorithm>

#include "app/services/program/reason_words.h"
#include "kernels/cuda/device.h"
#include "kernels/cuda/without_cuda.h"

namespace dsm {
namespace {

QString problemOf(const CudaDevice& device) {
    if (device.problem.empty()) return {};
    return presentError({ErrorCode::Unsupported, device.problem});
}

}  // namespace

GpuListing readGpus() {
    GpuListing listing;
    const auto devices = cudaDevices();
    if (!devices) {
        listing.problem = presentError(devices.error());
        listing.isWithoutCuda = devices.error().message == withoutCuda().value().message;
        return listing;
    }
    for (const CudaDevice& device : *devices) {
        listing.gpus.append({.index = device.index,
                             .name = QString::fromStdString(device.name),
                             .totalBytes = device.totalBytes,
                             .freeBytes = device.freeBytes,
                             .problem = problemOf(device)});
    }
    return listing;
}

GpuListing withoutModel(GpuListing listing, int index, quint64 freeBytes) {
    for (GpuInfo& gpu : listing.gpus)
        if (gpu.index == index) gpu.freeBytes = std::max(gpu.freeBytes, freeBytes);
    return listing;
}

GpuService::GpuService(GpuReader reader, QObject* parent)
    : QObject(parent), reader_(std::move(reader)) {}

GpuService::~GpuService() {
    if (thread_.joinable()) thread_.join();
}

void GpuService::refresh() {
    if (isReading_) return;
    isReading_ = true;
    if (thread_.joinable()) thread_.join();
    thread_ = std::thread([this] {
        const GpuListing listing = reader_();
        QMetaObject::invokeMethod(
            this, [this, listing] { take(listing); }, Qt::QueuedConnection);
    });
}

void GpuService::take(const GpuListing& listing) {
    isReading_ = false;
    if (listing == listing_) return;
    listing_ = listing;
    Q_EMIT changed();
}

}  // namespace dsm
