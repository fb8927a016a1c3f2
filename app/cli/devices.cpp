#include <iostream>

#include "app/cli/terminal.h"
#include "kernels/backend.h"
#include "kernels/base/bytes_in_words.h"
#include "kernels/cuda/device.h"

namespace dsm::cli {

namespace {

std::string lineOf(const CudaDevice& gpu) {
    std::string line = "GPU " + std::to_string(gpu.index) + ": " + gpu.name +
                       ", compute capability " + std::to_string(gpu.computeMajor) + '.' +
                       std::to_string(gpu.computeMinor) + ", ";
    if (!gpu.problem.empty()) {
        return line + bytesInWords(gpu.totalBytes) + ". " + gpu.problem;
    }
    return line + bytesInWords(gpu.freeBytes) + " of " + bytesInWords(gpu.totalBytes) + " free";
}

}  // namespace

int devices() {
    const Result<BackendChoice> choice = chooseBackend(std::nullopt);
    if (!choice) return fail(choice.error());
    const ThreadPool pool(0);
    std::cout << "Backend in use: " << description(choice->backend, pool.threads());
    if (choice->backend == Backend::Cuda) std::cout << ' ' << choice->gpu;
    std::cout << "\nTraining: "
              << (choice->backend == Backend::Cuda
                      ? "there, where model and batch fit, else on the CPU"
                      : "on the CPU")
              << ".\n";
    const auto gpus = cudaDevices();
    if (!gpus) {
        std::cout << "GPUs: " << gpus.error().message << '\n';
        return kOk;
    }
    if (gpus->empty()) std::cout << "GPUs: none found.\n";
    for (const CudaDevice& gpu : *gpus)
        std::cout << lineOf(gpu) << '\n';
    return kOk;
}

}  // namespace dsm::cli
