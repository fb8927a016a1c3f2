// Owned memory aligned for SIMD loads, zeroed when made.
#pragma once

#include <cstddef>
#include <cstring>
#include <new>
#include <span>
#include <type_traits>
#include <utility>

namespace dsm {

// A fixed number of T on a 64-byte boundary. Movable, not copyable. Throws std::bad_alloc like
// new; callers at a layer's edge turn that into ErrorCode::OutOfMemory.
template <class T>
class Buffer {
    static_assert(std::is_trivially_copyable_v<T>);

  public:
    static constexpr std::align_val_t kAlignment{64};

    Buffer() = default;
    explicit Buffer(std::size_t count) : count_(count) {
        if (count == 0) return;
        data_ = static_cast<T*>(::operator new(count * sizeof(T), kAlignment));
        std::memset(static_cast<void*>(data_), 0, count * sizeof(T));
    }
    Buffer(Buffer&& other) noexcept
        : data_(std::exchange(other.data_, nullptr)), count_(std::exchange(other.count_, 0)) {}
    Buffer& operator=(Buffer&& other) noexcept {
        std::swap(data_, other.data_);
        std::swap(count_, other.count_);
        return *this;
    }
    ~Buffer() { ::operator delete(data_, kAlignment); }

    T* data() const { return data_; }
    std::size_t size() const { return count_; }
    std::size_t sizeBytes() const { return count_ * sizeof(T); }
    T& operator[](std::size_t i) const { return data_[i]; }
    std::span<T> span() const { return {data_, count_}; }

  private:
    T* data_ = nullptr;
    std::size_t count_ = 0;
};

}  // namespace dsm
