// GPU work memory: a GPU's, for training (kernels/base/work_memory.h), and what of the computer's memory
// the GPU reads and writes by itself: kernels reach it by the same addresses, at the speed of the
// bus, so that what is met once a step, number by number, need not lie on the GPU.
//
// Ownership Borrows session and pool, which outlive it.
// Errors    make(): those of gpu_session.h.
#pragma once

#include <memory>

#include "kernels/base/thread_pool.h"
#include "kernels/base/work_memory.h"
#include "kernels/cuda/device_tables.h"
#include "kernels/cuda/gpu_recordings.h"
#include "kernels/cuda/gpu_session.h"
#include "kernels/cuda/gpu_transfer.h"

namespace dsm {

// Of the computer, pinned. The host's side of put(), get() and clear() waits for what was queued.
class GpuPinnedMemory : public WorkMemory {
  public:
    explicit GpuPinnedMemory(GpuSession& gpu) : gpu_(gpu) {}

    bool isHost() const override { return false; }
    std::shared_ptr<std::byte> allocate(std::size_t bytes) override;
    void put(void* to, std::span<const std::byte> from) override;
    void get(std::span<std::byte> to, const void* from) override;
    void copy(void* to, const void* from, std::size_t bytes) override;
    void clear(void* to, std::size_t bytes) override;
    Result<void> finish() override { return gpu_.finish(); }
    void getLater(std::span<std::byte> to, const void* from) override { get(to, from); }
    std::shared_ptr<std::byte> allocateForResults(std::size_t bytes) override {
        return allocate(bytes);
    }
    void mark(int) override {}
    Result<void> waitFor(int) override { return finish(); }
    DeviceRun run() const override { return {.stream = gpu_.stream()}; }

  private:
    GpuSession& gpu_;
};

// Uses the events 4 and 5 of the session, and those of its parts.
class GpuWorkMemory : public WorkMemory {
  public:
    static Result<std::unique_ptr<GpuWorkMemory>> make(GpuSession& gpu, ThreadPool& pool);

    GpuTransfer& transfer() { return transfer_; }
    GpuPinnedMemory& pinned() { return pinned_; }
    GpuRecordings& recordings() { return *recordings_; }
    // What it takes of the GPU itself.
    static constexpr std::uint64_t kOwnBytes = 2 * DeviceTables::kHalfBytes;

    bool isHost() const override { return false; }
    std::shared_ptr<std::byte> allocate(std::size_t bytes) override;
    void put(void* to, std::span<const std::byte> from) override;
    void get(std::span<std::byte> to, const void* from) override;
    void copy(void* to, const void* from, std::size_t bytes) override;
    void clear(void* to, std::size_t bytes) override;
    Result<void> finish() override;
    void getLater(std::span<std::byte> to, const void* from) override;
    std::shared_ptr<std::byte> allocateForResults(std::size_t bytes) override;
    void mark(int number) override;
    Result<void> waitFor(int number) override;
    void repeat(std::span<const std::int64_t> shape, const std::function<void()>& work) override;
    std::uint64_t recordedBytes() const override { return recordings_->bytes(); }
    DeviceRun run() const override;

  private:
    GpuWorkMemory(GpuSession& gpu, GpuTransfer transfer, std::unique_ptr<DeviceTables> tables)
        : gpu_(gpu),
          pinned_(gpu),
          transfer_(std::move(transfer)),
          tables_(std::move(tables)),
          recordings_(std::make_unique<GpuRecordings>(gpu, transfer_, *tables_)) {}

    GpuSession& gpu_;
    GpuPinnedMemory pinned_;
    GpuTransfer transfer_;
    std::unique_ptr<DeviceTables> tables_;
    std::unique_ptr<GpuRecordings> recordings_;
};

}  // namespace dsm
