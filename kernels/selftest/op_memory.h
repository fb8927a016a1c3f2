// Op memory: where the numbers of an operation lie, so that one table of cases tries operations on
// the host and on a device alike.
//
// Ownership What is returned lives as long as someone holds it, and until every operation that was
//           begun is done; borrow() may give the bytes back where they are, so they must outlive
//           it.
// Threads   One thread at a time.
// Errors    Too little memory throws std::bad_alloc.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <vector>

#include "kernels/base/kv_panels.h"
#include "kernels/base/views.h"

namespace dsm::selftest {

class OpMemory {
  public:
    virtual ~OpMemory() = default;

    // The bytes for reading.
    virtual std::shared_ptr<const std::byte> borrow(std::span<const std::byte> bytes) = 0;
    // Several of them; on a device at a fixed distance from one to the next, where all are of one
    // size.
    virtual std::vector<std::shared_ptr<const std::byte>> borrowAll(
        const std::vector<std::span<const std::byte>>& pieces);
    // A copy for writing, on a 64-byte boundary.
    virtual std::shared_ptr<std::byte> copy(std::span<const std::byte> bytes) = 0;
    // What lies there now, after every operation that was begun.
    virtual void fetch(const std::byte* from, std::span<std::byte> to) = 0;
};

// The memory of the process.
OpMemory& hostMemory();

// The inputs of one call, where an operation looks for them.
class PlacedInputs {
  public:
    explicit PlacedInputs(OpMemory& memory) : memory_(memory) {}

    template <class T>
    std::span<const T> place(std::span<const T> values) {
        return {reinterpret_cast<const T*>(bytes(std::as_bytes(values))), values.size()};
    }
    Matrix<const float> place(const Matrix<const float>& rows);
    Weight place(const Weight& weight);
    std::vector<Weight> place(const std::vector<Weight>& weights);

  private:
    const std::byte* bytes(std::span<const std::byte> bytes);
    // Scales of NF4, nested ones as a device wants them (kernels/cuda/device_weight.h).
    void placeScales(std::vector<Weight>& weights);
    // Factors of an adapter, where the weights have any.
    void placeFactors(std::vector<Weight>& weights);

    OpMemory& memory_;
    std::vector<std::shared_ptr<const std::byte>> held_;
    std::deque<Nf4Scales> scales_;  // stay where they are when it grows
    std::deque<std::vector<float>> tables_;
    std::deque<LowRank> lowRanks_;  // likewise
};

// An output [rows, cols] between two zones of canaries, that begins filled with them too: what an
// operation leaves out or writes beside its output shows.
template <class T>
class PlacedOutput {
  public:
    static constexpr T kCanary = static_cast<T>(-987654.0F);
    static constexpr std::int64_t kZone = 64;

    PlacedOutput(OpMemory& memory, std::int64_t rows, std::int64_t cols)
        : PlacedOutput(memory, rows, cols,
                       std::vector<T>(static_cast<std::size_t>(rows * cols), kCanary)) {}
    // Begins with these values instead.
    PlacedOutput(OpMemory& memory, std::int64_t rows, std::int64_t cols,
                 const std::vector<T>& values)
        : memory_(memory), rows_(rows), cols_(cols) {
        std::vector<T> all(static_cast<std::size_t>(rows * cols + 2 * kZone), kCanary);
        std::copy(values.begin(), values.end(), all.begin() + kZone);
        bytes_ = memory.copy(std::as_bytes(std::span(all)));
    }

    Matrix<T> view() const { return {reinterpret_cast<T*>(bytes_.get()) + kZone, rows_, cols_}; }
    Matrix<T> rows(std::int64_t first, std::int64_t count) const {
        return {view().row(first), count, cols_};
    }
    std::span<T> span() const { return {view().data, static_cast<std::size_t>(rows_ * cols_)}; }

    // Fetches the values and says whether both zones are as they were.
    bool finish(std::vector<T>& values) const {
        std::vector<T> all(static_cast<std::size_t>(rows_ * cols_ + 2 * kZone));
        memory_.fetch(bytes_.get(), std::as_writable_bytes(std::span(all)));
        values.assign(all.begin() + kZone, all.end() - kZone);
        const auto isCanary = [](T value) { return value == kCanary; };
        return std::all_of(all.begin(), all.begin() + kZone, isCanary) &&
               std::all_of(all.end() - kZone, all.end(), isCanary);
    }

  private:
    OpMemory& memory_;
    std::int64_t rows_;
    std::int64_t cols_;
    std::shared_ptr<std::byte> bytes_;
};

}  // namespace dsm::selftest
