// Model figures: what the worker of a model counts and pages show, unchanged on the way.
//
// Threads  Plain values.
#pragma once

#include <QtGlobal>

namespace dsm {

enum class ModelState { Empty, Loading, Ready, Generating, Failed };

struct ModelFigures {
    ModelState state = ModelState::Empty;
    bool isChat = false;     // has a chat template; a Base model only continues text
    bool gpuFailed = false;  // of state Failed: the CPU could go on
    quint64 gpuBytes = 0;    // of the GPU's memory, taken by the model
    quint64 gpuTotalBytes = 0;
    int gpuIndex = -1;           // of the GPU that computes
    int layers = 0;              // with experts
    int layersOnGpu = 0;         // of them: the CPU computes the others
    int threads = 0;             // of the CPU
    bool isReference = false;    // the CPU computes with the plain loops
    quint64 gpuFreeBytes = 0;    // of it, before the model was there
    quint64 memoryBytes = 0;     // of the computer's
    quint64 ownMemoryBytes = 0;  // of it not in mapped files: free again once it is unloaded
    qint64 contextUsed = 0;
    qint64 contextLimit = 0;
    qint64 contextConversation = 0;  // whose context that is; 0: of none that is known
    qint64 promptTokens = 0;         // that are being read; 0: nothing is
    qint64 promptRead = 0;           // of them
    double tokensPerSecond = 0;      // live while generating, then of the last reply; 0: none yet
    double loadProgress = 0;         // 0 to 1

    // Whole in the memory, whether it writes or not.
    bool isLoaded() const { return state == ModelState::Ready || state == ModelState::Generating; }
};

}  // namespace dsm
