// Owned memory aligned for SIMD loads, zeroed when made.
//
// Ownership A buffer owns its memory; what data() gave is valid until it is moved from or gone.
// Errors    Too little memory throws std::bad_alloc.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>
#include <span>
#include <type_traits>
#include <utility>

namespace dsm {

// Asks the system for large pages: a walk through large memory finds its place at fewer entries of
// the processor's tables. Only advice.
void wantLargePages(void* memory, std::size_t sizeBytes);

// A fixed number of T on a 64-byte boundary. Movable, not copyable. Large buffers take memory from
// the system page by page, as they are first written to, and in large pages where it has them.
// Throws std::bad_alloc like new; callers at a layer's edge turn that into ErrorCode::OutOfMemory.
template <class T>
class Buffer {
    static_assert(std::is_trivially_copyable_v<T>);

  public:
    static constexpr std::size_t kAlignment = 64;
    static constexpr std::size_t kLargeBytes = std::size_t{4} << 20;

    Buffer() = default;
    explicit Buffer(std::size_t count) : count_(count) {
        if (count == 0) return;
        if (count > (SIZE_MAX - kAlignment) / sizeof(T)) throw std::bad_alloc();
        std::size_t space = count * sizeof(T) + kAlignment;
        memory_ = std::calloc(space, 1);
        if (memory_ == nullptr) throw std::bad_alloc();
        if (space >= kLargeBytes) wantLargePages(memory_, space);
        void* aligned = memory_;
        data_ = static_cast<T*>(std::align(kAlignment, count * sizeof(T), aligned, space));
    }
    Buffer(Buffer&& other) noexcept
        : memory_(std::exchange(other.memory_, nullptr)),
          data_(std::exchange(other.data_, nullptr)),
          count_(std::exchange(other.count_, 0)) {}
    Buffer& operator=(Buffer&& other) noexcept {
        std::swap(memory_, other.memory_);
        std::swap(data_, other.data_);
        std::swap(count_, other.count_);
        return *this;
    }
    ~Buffer() { std::free(memory_); }

    T* data() const { return data_; }
    std::size_t size() const { return count_; }
    std::size_t sizeBytes() const { return count_ * sizeof(T); }
    T& operator[](std::size_t i) const { return data_[i]; }
    std::span<T> span() const { return {data_, count_}; }

  private:
    void* memory_ = nullptr;
    T* data_ = nullptr;
    std::size_t count_ = 0;
};

// The same of bytes, for whoever does not mind where memory lies.
inline std::shared_ptr<std::byte> hostMemory(std::size_t sizeBytes) {
    const auto buffer = std::make_shared<Buffer<std::byte>>(sizeBytes);
    return {buffer, buffer->data()};
}

}  // namespace dsm
