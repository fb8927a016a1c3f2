// What is known of the loaded model, and what a load is asked for.
//
// Threads  Plain values.
#pragma once

#include <QString>
#include <QStringList>

#include "app/services/model/model_figures.h"

namespace dsm {

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
    bool isBare = false;  // the adapter that is remembered for the model is left out
};

struct ModelStatus : ModelFigures {
    QString name;  // of the loaded (or loading) model
    QString folder;
    bool isDemo = false;
    bool isBare = false;      // loaded to be asked without the adapter that is remembered for it
    QString templateProblem;  // why it is none although it has a template: that is of another kind
    QString adapterFolder;    // that it computes with; "": none
    double adapterScale = 1;
    QString backend;         // for logs, e.g. "CPU (AVX2, 8 threads)"
    QString gpuName;         // that computes; "": the CPU does
    QString fallback;        // why no GPU computes; "" where there is nothing to tell
    QString error;           // of state Failed
    bool isWaiting = false;  // a reply that was asked for, for a training run to let it in
    // Of a model at an address:
    QString remoteHost;     // where it is; "": on this computer
    QString remoteProblem;  // why it did not answer the last time; "": it did, or was not asked
    QStringList remoteRefused;  // settings that it does not take, by its name of them
    int latencyMs = 0;      // of its last short answer; 0: not known

    bool isRemote() const { return !remoteHost.isEmpty(); }
};

}  // namespace dsm
