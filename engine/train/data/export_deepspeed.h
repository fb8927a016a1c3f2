// DeepSpeed export: a training job that is too large for this computer, as a folder that runs where
// there are enough GPUs.
//
//   train.py       our training script: Transformers, PEFT and DeepSpeed
//   modeling_deepseekmoe.py   the model, where its authors' code does not lie beside it
//   requirements.txt          the versions that were tried together
//   model/         config, tokenizer and licence, which go into the result
//   job.json       what it is told: the model, the method, the rates
//   data/train.jsonl   {"ids": [..], "labels": [..]} of each sample, made with the same template
//                  and masks as here
//   zero2.json zero3.json   DeepSpeed's configuration: optimizer state and gradients split over the
//                  GPUs, or the weights as well
//   run.sh         the launch command; hostfile names the nodes where there are several
//   README.md      what is needed and how it is started
//
// Errors    Io, naming the file; Io where the folder holds something; NotFound where the script is
//           not installed.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "engine/train/data/text_dataset.h"
#include "kernels/base/result.h"

namespace dsm {

// The defaults are those of the model authors' recipes.
struct DeepSpeedJob {
    std::string model;               // folder, or name on the Hub, where the job runs
    std::filesystem::path ownFiles;  // the model's folder here, for its config and tokenizer
    bool isLora = true;              // else all weights are trained
    std::int64_t rank = 8;
    double alpha = 32;
    double dropout = 0.1;
    bool rankStabilised = false;
    std::vector<std::string> targets{"q_proj",    "v_proj",    "k_proj", "o_proj",
                                     "gate_proj", "down_proj", "up_proj"};
    std::vector<std::string> modulesToSave = {};
    std::int64_t batchSize = 16;  // of each GPU
    std::int64_t accumulation = 4;
    double epochs = 3;
    double learningRate = 2e-5;
    std::string schedule = "cosine";  // linear, constant_with_warmup
    std::int64_t warmupSteps = 10;
    double weightDecay = 0;
    double maximumGradientNorm = 1;
    std::int64_t saveSteps = 100;
    std::int64_t saveTotalLimit = 100;
    std::int64_t seed = 42;
    int zeroStage = 3;  // 2 or 3
    int gpus = 8;       // of each node
    int nodes = 1;
    double balanceLoss = 0.001;
    TokenId padId = 0;
};

Result<void> exportDeepSpeed(const std::filesystem::path& folder, const DeepSpeedJob& job,
                             const TextDataset& dataset);

}  // namespace dsm
