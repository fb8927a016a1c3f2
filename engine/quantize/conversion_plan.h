// Conversion plan: which tensors of a checkpoint go into which file, and as what type.
//
// Ownership Borrows the mapped checkpoint.
// Errors    Unsupported: it is converted already; else those of reading the checkpoint.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "engine/format/checkpoint.h"
#include "engine/format/checkpoint_writer.h"
#include "engine/model/checkpoint/preset.h"
#include "engine/model/checkpoint/tensor_table.h"
#include "engine/quantize/tensor_converter.h"

namespace dsm {

struct PlannedTensor {
    TensorSpec spec;
    DType type;
    PlainRows source;
};

struct PlannedShard {
    CheckpointShard file;
    std::vector<PlannedTensor> tensors;
    std::uint64_t sizeBytes = 0;    // of what is written
    std::uint64_t sourceBytes = 0;  // of what is read
};

struct ConversionPlan {
    std::vector<PlannedShard> shards;
    std::uint64_t sourceBytes = 0;
};

struct ConversionWish {
    std::filesystem::path source;  // of the checkpoint, for messages
    Preset preset = Preset::Q4;
    std::uint64_t maximumShardBytes = 0;
};

Result<ConversionPlan> planConversion(const Checkpoint& checkpoint,
                                      const std::vector<TensorSpec>& table,
                                      const ConversionWish& wish);

}  // namespace dsm
