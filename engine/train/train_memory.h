// What a run keeps in memory, part by part.
#pragma once

#include <cstdint>

namespace dsm {

// Counted as it is allocated; or, of an estimate, as it will be.
struct TrainMemory {
    std::uint64_t programBytes = 0;  // code, and what reading data and tokenizer left
    std::uint64_t weightBytes = 0;   // of the model as it was loaded
    std::uint64_t trainedBytes = 0;
    std::uint64_t gradientBytes = 0;
    std::uint64_t optimizerBytes = 0;
    std::uint64_t activationBytes = 0;
    std::uint64_t lossBytes = 0;
    std::uint64_t scratchBytes = 0;
    std::uint64_t saveBytes = 0;  // while a checkpoint or the result is written
    // Of a run on a GPU, in the computer's memory, and not in the total: the optimizer's, where it
    // lies there; the experts that stay; what they are computed in; the numbers that learn, as they
    // were last brought; and, while a checkpoint is written or read, the optimizer's.
    std::uint64_t pinnedBytes = 0;
    std::uint64_t hostWeightBytes = 0;
    std::uint64_t hostWorkBytes = 0;
    std::uint64_t hostValueBytes = 0;
    std::uint64_t hostSaveBytes = 0;

    std::uint64_t besideBytes() const {
        return pinnedBytes + hostWeightBytes + hostWorkBytes + hostValueBytes + hostSaveBytes;
    }

    std::uint64_t totalBytes() const {
        return programBytes + weightBytes + trainedBytes + gradientBytes + optimizerBytes +
               activationBytes + lossBytes + scratchBytes + saveBytes;
    }
};

}  // namespace dsm
