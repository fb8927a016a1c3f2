// What the program knows of its GPUs for the life of a process begins anew with a new machine.
#include "kernels/cuda/lost_gpu.h"
#include "tests/support/simt/runtime.h"

namespace dsm {
namespace {

[[maybe_unused]] const bool isTold = [] {
    simt::onNewProcess(forgetLostGpu);
    return true;
}();

}  // namespace
}  // namespace dsm
