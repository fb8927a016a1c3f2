// Prompt samples: the same few prompts, answered by the model as it is at some steps of a run, so
// that one can read what it has learned.
//
//   samples.jsonl   in the run's folder, a line for each answer, as it comes:
//                   {"step": 20, "prompt": "..", "answer": ".."}, or "problem" in the place of
//                   "answer"
//
// The prompt has the form that the run trains. Answers are drawn with the run's seed, as the
// model's own settings have it. The model is loaded for the answers alone, from its files and those
// of a checkpoint, on the CPU, and gone afterwards.
//
// Threads   One at a time; the sink is called there.
// Errors    None that end a run: what went wrong is told in the place of the answer, and what
// cannot
//           be written once, through `note`.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <set>
#include <stop_token>
#include <string>

#include "engine/train/job/job.h"
#include "kernels/base/reason.h"

namespace dsm {

inline constexpr const char* kSamplesName = "samples.jsonl";

struct PromptSample {
    std::int64_t step = 0;
    std::string prompt;
    std::string answer;
    std::string problem;  // why there is no answer; "": there is
};

class PromptSampler {
  public:
    struct Sinks {
        std::function<void(const PromptSample& sample)> sample;
        std::function<void(const Reason& line)> note;
    };

    // Borrows the job. Of answers in the folder, those to `done` are kept: the run goes on there.
    PromptSampler(const TrainJob& job, std::int64_t done, Sinks sinks);

    // Answers all prompts, unless that was done before. `checkpoint` holds what was learned until
    // this step; empty: nothing was.
    void answer(std::int64_t step, const std::filesystem::path& checkpoint,
                const std::stop_token& stop);

  private:
    void tell(const PromptSample& sample);
    void stopWriting(const Error& error);

    const TrainJob& job_;
    const std::filesystem::path file_;
    Sinks sinks_;
    std::set<std::int64_t> answered_;  // steps
    bool isWritten_ = true;            // nothing went wrong yet
};

}  // namespace dsm
