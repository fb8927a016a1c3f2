// English words of reasons, in the order of their codes. Of runs of training, their jobs and what they export.
//
// Threads  Any: constants.
#pragma once

#include "kernels/base/reasons/reason_code.h"

namespace dsm::reasons {

inline constexpr ReasonWords kRunWords[] = {
    {ReasonCode::JobNeedsMemory, "job_needs_memory",
     REASON("Reasons",
            "This job needs %1 and this computer has %2. Use a smaller batch_size or "
            "max_length, fewer "
            "targets, or a model in fewer bits.")},
    {ReasonCode::NoMemoryForOptimizer, "no_memory_for_optimizer",
     REASON(
         "Reasons",
         "Not enough memory for gradients and optimizer. Use LoRA with fewer targets or a smaller "
         "rank.")},
    {ReasonCode::NoMemoryForBatch, "no_memory_for_batch",
     REASON(
         "Reasons",
         "Not enough memory for a batch of this size. Use a smaller batch or shorter samples, with "
         "more accumulation.")},
    {ReasonCode::NoMemoryForWeights, "no_memory_for_weights",
     REASON("Reasons", "Not enough memory for the %1 numbers that would learn.")},
    {ReasonCode::FullNeedsPlainWeights, "full_needs_plain_weights",
     REASON("Reasons",
            "Full fine-tuning needs a model in 16 or 32 bits, and %1 is in %2. Use the "
            "unconverted model, "
            "or LoRA.")},
    {ReasonCode::OutputNotMade, "output_not_made",
     REASON("Reasons",
            "The output folder %1 cannot be made: %2w. Name another \"output\" in the job.")},
    {ReasonCode::OutputNotWritten, "output_not_written",
     REASON("Reasons",
            "Nothing can be written into the output folder %1: %2w. Name another "
            "\"output\" in the job, "
            "or make room or give the right to write there.")},
    {ReasonCode::OutputInUse, "output_in_use",
     REASON("Reasons",
            "%1 is in use: %2 trains there. Wait until it has ended, stop it, or name "
            "another \"output\" "
            "in the job.")},
    {ReasonCode::OutputHoldsOthers, "output_holds_others",
     REASON(
         "Reasons",
         "%1 already holds %2, which this run did not write. Nothing was changed; name a new or an "
         "empty folder as \"output\" of the job.")},
    {ReasonCode::NoRoomForRun, "no_room_for_run",
     REASON("Reasons",
            "%1 has %2 free, and this run needs %3 for %4 checkpoints of %5 and the "
            "result. Make room, "
            "name an \"output\" on another disk, or keep fewer checkpoints (save_limit, "
            "save_steps).")},
    {ReasonCode::NoRoomForCheckpoint, "no_room_for_checkpoint",
     REASON(
         "Reasons",
         "%1 has %2 free, and this run needs %3 for the checkpoint of step %4. Make room, name an "
         "\"output\" on another disk, or keep fewer checkpoints (save_limit, save_steps).")},
    {ReasonCode::NoRoomForResult, "no_room_for_result",
     REASON(
         "Reasons",
         "%1 has %2 free, and this run needs %3 for the result. Make room, name an \"output\" on "
         "another disk, or keep fewer checkpoints (save_limit, save_steps).")},
    {ReasonCode::CheckpointOfOtherJob, "checkpoint_of_other_job",
     REASON(
         "Reasons",
         "%1 is a checkpoint of another job: %2. Give the job back what it had, or start anew in "
         "another folder.")},
    {ReasonCode::NoCheckpointWhole, "no_checkpoint_whole",
     REASON("Reasons",
            "No checkpoint in %1 can be gone on with. Put back what was there, or start "
            "anew in another "
            "folder.")},
    {ReasonCode::LossNotFinite, "loss_not_finite",
     REASON("Reasons", "Step %1: the loss is not a finite number.")},
    {ReasonCode::EvaluationNotFinite, "evaluation_not_finite",
     REASON("Reasons", "Step %1: the loss of the evaluation is not a finite number.")},
    {ReasonCode::GradientNotFinite, "gradient_not_finite",
     REASON("Reasons",
            "Step %1: the gradient is not finite while the loss is %2; the first such "
            "gradient is that of "
            "%3.")},
    {ReasonCode::FirstNotFinite, "first_not_finite",
     REASON("Reasons", "The first numbers that are not finite stand in %1.")},
    {ReasonCode::WeightsNotFinite, "weights_not_finite",
     REASON("Reasons", "Weights that learn are no longer finite.")},
    {ReasonCode::TryOtherRate, "try_other_rate",
     REASON("Reasons",
            "The learning rate was %1. Try a tenth of the learning rate, a longer warm-up or "
            "max_grad_norm 0.3; the model and the data may also be damaged.")},
    {ReasonCode::LastCheckpoint, "last_checkpoint",
     REASON("Reasons", "The last good checkpoint is %1.")},
    {ReasonCode::NoCheckpointYet, "no_checkpoint_yet",
     REASON("Reasons", "There is no checkpoint yet.")},
    {ReasonCode::ModelNotThere, "model_not_there",
     REASON("Reasons", "%1 holds no model: neither %2 nor %3 is there.")},
    {ReasonCode::ModelFilesMissing, "model_files_missing",
     REASON("Reasons",
            "%1 names %2 files of weights, and %3 of them are not there: %4. Fetch them, too.")},
    {ReasonCode::ModelFileIncomplete, "model_file_incomplete",
     REASON("Reasons", "%1 has %2 bytes, too few for a safetensors file; it is incomplete.")},
    {ReasonCode::ModelFileCut, "model_file_cut",
     REASON("Reasons", "%1: the header of %2 bytes ends after the file, which is incomplete.")},
    {ReasonCode::ModelInFewBits, "model_in_few_bits",
     REASON("Reasons",
            "The model %1 has its weights in few bits, and is made into no other form. "
            "Copy its folder.")},
    {ReasonCode::BaseInFewBits, "base_in_few_bits",
     REASON("Reasons",
            "The base model %1 has its weights in few bits, where nothing can be worked "
            "in. Choose the "
            "model in 16 bits that it was made from as the base of a run, or export the "
            "adapter alone.")},
    {ReasonCode::PlaceTaken, "place_taken",
     REASON("Reasons", "%1 holds something already: choose another name.")},
    {ReasonCode::NoRoomForExport, "no_room_for_export",
     REASON("Reasons",
            "%1 has %2 free, and this export needs %3 at one time. Make room, or choose "
            "another disk.")},
    {ReasonCode::JobAtKey, "job_at_key", REASON("Reasons", "%1: %2:")},
    {ReasonCode::JobAtLine, "job_at_line", REASON("Reasons", "%1: line %2: %3:")},
    {ReasonCode::JobKeyMissing, "job_key_missing", REASON("Reasons", "the key is missing.")},
    {ReasonCode::JobKeyTwice, "job_key_twice",
     REASON("Reasons", "the key stands there a second time; leave one of both.")},
    {ReasonCode::JobKeyUnknown, "job_key_unknown",
     REASON("Reasons", "this is no option of a job. Leave it out, or say it in \"comment\".")},
    {ReasonCode::JobKeyMeant, "job_key_meant",
     REASON("Reasons", "this is no option of a job; did you mean \"%1\"?")},
    {ReasonCode::JobWholeNumber, "job_whole_number",
     REASON("Reasons", "expected a whole number from %1 to %2, not %3.")},
    {ReasonCode::JobNumber, "job_number",
     REASON("Reasons", "expected a number from %1 to %2, not %3.")},
    {ReasonCode::JobOneOf, "job_one_of", REASON("Reasons", "expected one of %1, not %2.")},
    {ReasonCode::JobPath, "job_path", REASON("Reasons", "expected a path, not %1.")},
    {ReasonCode::JobSwitch, "job_switch", REASON("Reasons", "expected true or false, not %1.")},
};

}  // namespace dsm::reasons
