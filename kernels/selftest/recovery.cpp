#include "kernels/selftest/recovery.h"

#include "kernels/backend.h"
#include "kernels/cuda/gpu_session.h"
#include "kernels/cuda/provoked_fault.h"

namespace dsm::selftest {
namespace {

constexpr std::uint64_t kTooMuch = std::uint64_t{1} << 30;  // more than is free

std::string expectError(const Error* error, ErrorCode code, const std::string& words) {
    if (error == nullptr) return "it went on as if nothing had happened";
    if (error->code != code || error->message.find(words) == std::string::npos)
        return "it says: " + error->message;
    return {};
}

template <class T>
std::string expectError(const Result<T>& result, ErrorCode code, const std::string& words) {
    return expectError(result ? nullptr : &result.error(), code, words);
}

std::string runOut(GpuSession& gpu) {
    const auto free = gpu.freeBytes();
    if (!free) return free.error().message;
    const std::string told =
        expectError(gpu.allocate(*free + kTooMuch, "a check"), ErrorCode::OutOfMemory, " GB of ");
    if (!told.empty()) return told;
    const auto little = gpu.allocate(1 << 20, "a check");
    if (!little) return little.error().message;
    gpu.clear(little->get(), 1 << 20);
    const auto done = gpu.finish();
    return done ? std::string() : done.error().message;
}

std::vector<RecoveryRow> rowsOf(std::unique_ptr<GpuSession> gpu) {
    constexpr ErrorCode kLost = ErrorCode::DeviceLost;
    const std::string restart = "restart the program";
    std::vector<RecoveryRow> rows{
        {"memory that runs out is told, and the GPU goes on", runOut(*gpu)}};
    const int index = gpu->device().index;
    provokeFault(*gpu);
    rows.push_back({"a kernel that faults loses the GPU, with what to do",
                    expectError(gpu->finish(), kLost, restart)});
    rows.push_back({"a session that lost its GPU gives no memory",
                    expectError(gpu->allocate(1, "a check"), kLost, restart)});
    gpu.reset();
    rows.push_back({"it stays lost for this process", expectError(openGpu(index), kLost, restart)});
    rows.push_back({"no GPU is listed meanwhile", expectError(cudaDevices(), kLost, restart)});
    rows.push_back(
        {"the CPU is not taken unasked", expectError(chooseBackend(std::nullopt), kLost, restart)});
    const auto cpu = chooseBackend(name(Backend::Cpu));
    rows.push_back({"the CPU goes on where it is asked for", cpu ? "" : cpu.error().message});
    return rows;
}

}  // namespace

std::vector<RecoveryRow> checkRecovery() {
    const auto choice = chooseBackend(name(Backend::Cuda));
    if (!choice) return {{"a GPU to try", choice.error().message}};
    auto gpu = openGpu(choice->gpu);
    if (!gpu) return {{"a GPU to try", gpu.error().message}};
    return rowsOf(std::move(*gpu));
}

}  // namespace dsm::selftest
