// Form fit: where a form of a model would be computed, and whether it fits there, by the plans that
// the loader goes by: a GPU's (device_plan.h) where it would take one, else the computer's
// (memory_fit.h).
//
// For model_library.cpp and model_scan.cpp only.
#pragma once

#include <QString>
#include <cstdint>
#include <memory>

#include "app/services/library/library_types.h"
#include "engine/model/checkpoint/config.h"
#include "engine/model/device/device_plan.h"

namespace dsm {

// What a GPU's plan is made of.
struct FormPlan {
    ModelConfig config;
    DeviceWeightSizes sizes;
    std::int64_t positions = 0;
    KvType kv = KvType::BF16;
};

// Of the settings.
struct ComputeChoice {
    QString backend;     // "": the best
    int gpu = -1;        // of "cuda"; -1: the one with most free memory
    int gpuLayers = -1;  // -1: as many as fit
};

// Sets fit and onGpu.
void judgeForm(ModelForm& form, const ComputerMemory& memory, const ComputeChoice& choice);

}  // namespace dsm
