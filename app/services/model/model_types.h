// What is known of the loaded model, and what a load is asked for.
//
// Threads  Plain values.
#pragma once

#include <QString>

namespace dsm {

enum class ModelState { Empty, Loading, Ready, Generating, Failed };

struct ModelLoadChoices {
    QString folder = {};
    QString backend = {};         // "reference", "cpu", "cuda"; "" is the best
    int gpu = -1;                 // its number, of "cuda"; -1: the one with most free memory
    int gpuLayers = -1;           // whose experts lie on the GPU; -1: as many as fit
    int threads = 0;              // 0: one per core
    int contextLimit = 0;         // tokens; 0: what the model offers, at most 4096
    bool isDemo = false;          // the small model that ships with the program
    bool fromDisk = false;        // the weights stay on the disk until they are needed
    bool contextIn8Bits = false;  // not bfloat16
    QString adapterFolder = {};   // of a LoRA adapter to compute with; "": none
    double adapterScale = 1;
};

struct ModelStatus {
    ModelState state = ModelState::Empty;
    QString name;  // of the loaded (or loading) model
    QString folder;
    bool isDemo = false;
    bool isChat = false;      // has a chat template; a Base model only continues text
    QString templateProblem;  // why it is none although it has a template: that is of another kind
    QString adapterFolder;    // that it computes with; "": none
    double adapterScale = 1;
    QString backend;         // for people, e.g. "CPU (AVX2, 8 threads)"
    QString fallback;        // why no GPU computes; "" where there is nothing to tell
    bool gpuFailed = false;  // of state Failed: the CPU could go on
    quint64 gpuBytes = 0;    // of the GPU's memory, taken by the model
    quint64 gpuTotalBytes = 0;
    int gpuIndex = -1;           // of the GPU that computes
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
    QString error;                   // of state Failed
    bool isWaiting = false;          // a reply that was asked for, for a training run to let it in
};

}  // namespace dsm
