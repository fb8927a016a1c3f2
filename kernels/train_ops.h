// The operations of training of each backend (train_op_table.h).
#pragma once

#include "kernels/backend.h"
#include "kernels/train_op_table.h"

namespace dsm {

template <class T>
const TrainOps<T>& referenceTrainOps();
// Of Cuda only where a GPU is: in a build without CUDA there is none (CHECK).
const TrainOps<float>& trainOps(Backend backend);

}  // namespace dsm
