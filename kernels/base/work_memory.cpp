#include "kernels/base/work_memory.h"

#include <cstring>

#include "kernels/base/buffer.h"

namespace dsm {
namespace {

class HostWorkMemory : public WorkMemory {
  public:
    bool isHost() const override { return true; }
    std::shared_ptr<std::byte> allocate(std::size_t bytes) override { return hostMemory(bytes); }
    void put(void* to, std::span<const std::byte> from) override {
        copy(to, from.data(), from.size());
    }
    void get(std::span<std::byte> to, const void* from) override {
        copy(to.data(), from, to.size());
    }
    void copy(void* to, const void* from, std::size_t bytes) override {
        if (bytes > 0) std::memcpy(to, from, bytes);
    }
    void clear(void* to, std::size_t bytes) override {
        if (bytes > 0) std::memset(to, 0, bytes);
    }
    Result<void> finish() override { return {}; }
    void getLater(std::span<std::byte> to, const void* from) override { get(to, from); }
    std::shared_ptr<std::byte> allocateForResults(std::size_t bytes) override {
        return allocate(bytes);
    }
    void mark(int) override {}
    Result<void> waitFor(int) override { return {}; }
    DeviceRun run() const override { return {}; }
};

}  // namespace

WorkMemory& hostWorkMemory() {
    static HostWorkMemory memory;
    return memory;
}

}  // namespace dsm
