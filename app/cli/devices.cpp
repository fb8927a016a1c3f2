#include <iostream>

#include "app/cli/terminal.h"
#include "kernels/backend.h"
#include "kernels/cuda/device.h"

namespace dsm::cli {

int devices() {
    const Result<Backend> backend = chooseBackend(std::nullopt);
    if (!backend) return fail(backend.error());
    const ThreadPool pool(0);
    std::cout << "Backend in use: " << description(*backend, pool.threads()) << '\n';
    const auto gpus = cudaDevices();
    if (!gpus) {
        std::cout << "GPUs: " << gpus.error().message << '\n';
        return kOk;
    }
    if (gpus->empty()) std::cout << "GPUs: none found.\n";
    for (const CudaDevice& gpu : *gpus) {
        std::cout << "GPU " << gpu.index << ": " << gpu.name << ", compute capability "
                  << gpu.computeMajor << '.' << gpu.computeMinor << ", "
                  << gpu.freeBytes / 1'000'000 << " of " << gpu.totalBytes / 1'000'000
                  << " MB free (not used by this version)\n";
    }
    return kOk;
}

}  // namespace dsm::cli
