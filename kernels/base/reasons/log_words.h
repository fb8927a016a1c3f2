// English words of reasons, in the order of their codes. Of what a run says in its log.
//
// Threads  Any: constants.
#pragma once

#include "kernels/base/reasons/reason_code.h"

namespace dsm::reasons {

inline constexpr ReasonWords kLogWords[] = {
    {ReasonCode::LogWarning, "log_warning", REASON("Reasons", "Warning:")},
    {ReasonCode::LogNote, "log_note", REASON("Reasons", "Note:")},
    {ReasonCode::LogRows, "log_rows",
     REASON("Reasons",
            "%1: %2 examples of %3 rows, %4 refused, %5 repeated; %6 tokens, of which "
            "%7 count for the loss.")},
    {ReasonCode::LogRefused, "log_refused", REASON("Reasons", "refused:")},
    {ReasonCode::LogMoreRefused, "log_more_refused",
     REASON("Reasons", "and %1 more refused rows.")},
    {ReasonCode::LogEdited, "log_edited",
     REASON("Reasons", "%1 rows are read as they were edited, and %2 more are left out.")},
    {ReasonCode::LogNear, "log_near",
     REASON("Reasons",
            "%1 examples are nearly equal to an earlier one; the first of them is "
            "number %3 of %2, like "
            "number %5 of %4.")},
    {ReasonCode::LogColumnUnused, "log_column_unused",
     REASON("Reasons", "The column %1 is not used; %2 examples have it.")},
    {ReasonCode::NoteNeverEnds, "note_never_ends",
     REASON("Reasons",
            "The reference template never trains the end-of-text token: a model tuned with it does "
            "not "
            "stop by itself in a chat. Use the template chat to have replies that end.")},
    {ReasonCode::NoteOtherForm, "note_other_form",
     REASON("Reasons",
            "This is a Chat model, trained with \"User: ..\" and \"Assistant:\"; the "
            "reference template "
            "asks in another form, which only the script of the model's authors uses.")},
    {ReasonCode::NoteBaseModel, "note_base_model",
     REASON("Reasons",
            "This is a Base model: it learns the form of a chat from this data set "
            "alone, and its folder "
            "has no chat template. A Chat model needs far fewer examples.")},
    {ReasonCode::NoteNoChatForm, "note_no_chat_form",
     REASON(
         "Reasons",
         "This is a Chat model, but the raw template has no \"User:\" and \"Assistant:\": what is "
         "learned shows in completions more than in chats.")},
    {ReasonCode::NoteNoEndToken, "note_no_end_token",
     REASON("Reasons",
            "The tokenizer has no end-of-text token, so the model cannot learn where to stop.")},
    {ReasonCode::NoteOtherEndToken, "note_other_end_token",
     REASON(
         "Reasons",
         "The tokenizer ends texts with token %1, but config.json says %2: replies may not stop.")},
    {ReasonCode::NoteTooLong, "note_too_long",
     REASON("Reasons", "Samples may have %1 tokens, but the model was made for %2.")},
    {ReasonCode::NoteCut, "note_cut",
     REASON("Reasons",
            "%1 examples (%2) are longer than %3 tokens and lose their end, the "
            "end-of-text token with "
            "it; %4 are cut inside an answer.")},
    {ReasonCode::NoteRowTrainsNothing, "note_row_trains_nothing",
     REASON("Reasons",
            "1 row trains nothing and is left out: all its answers are only to be read, "
            "or lie beyond %1 "
            "tokens.")},
    {ReasonCode::NoteRowsTrainNothing, "note_rows_train_nothing",
     REASON("Reasons",
            "%1 rows train nothing and are left out: all their answers are only to be "
            "read, or lie beyond "
            "%2 tokens.")},
    {ReasonCode::NoteRefused, "note_refused",
     REASON("Reasons", "%1 of %2 rows are refused and not trained.")},
    {ReasonCode::NoteHistoryContext, "note_history_context",
     REASON("Reasons",
            "%1 examples have earlier turns in a column of history; their answers are context, not "
            "trained.")},
    {ReasonCode::NoteHistoryTrained, "note_history_trained",
     REASON(
         "Reasons",
         "%1 examples have earlier turns in a column of history; their answers are trained, too.")},
    {ReasonCode::NoteLastAnswer, "note_last_answer",
     REASON("Reasons",
            "Of each conversation the last answer alone is trained, and any whose weight is 1.")},
    {ReasonCode::NoteSpecialNames, "note_special_names",
     REASON("Reasons",
            "%1 examples spell a special token, such as %2. It is trained as plain "
            "text; take it out of "
            "the data.")},
    {ReasonCode::NoteWarmupOneStep, "note_warmup_one_step",
     REASON("Reasons",
            "Nothing will be learned: the run has 1 step, and a warm-up begins with the "
            "learning rate 0. "
            "Set warmup_steps to 0, or train for more steps.")},
    {ReasonCode::NoteWarmupTooLong, "note_warmup_too_long",
     REASON(
         "Reasons",
         "The warm-up has %1 steps and the run %2: the learning rate never reaches its height. Set "
         "warmup_steps to a tenth of the steps or less.")},
    {ReasonCode::NoteShared, "note_shared",
     REASON("Reasons",
            "%1 training examples are also in the evaluation data, whose loss then "
            "looks better than it "
            "is.")},
    {ReasonCode::CpuTrainsInstead, "cpu_trains_instead",
     REASON("Reasons", "The CPU trains instead.")},
    {ReasonCode::MomentsOnHost, "moments_on_host",
     REASON(
         "Reasons",
         "The optimizer's numbers (%1) lie in the computer's memory, since all else fills the GPU; "
         "each step "
         "reads and writes them there.")},
    {ReasonCode::LayersOnCpu, "layers_on_cpu",
     REASON("Reasons",
            "The CPU computes the experts of the last layers (%1 of %2), for which the GPU has no "
            "room: they stay in the computer's memory (%3).")},
    {ReasonCode::BatchesInPieces, "batches_in_pieces",
     REASON("Reasons",
            "Batches of up to %1 tokens are computed in pieces of at most %2, for which there is "
            "room; what a step learns from stays the same.")},
    {ReasonCode::OlderCheckpointTaken, "older_checkpoint_taken",
     REASON("Reasons", "An older checkpoint is taken.")},
    {ReasonCode::GoingOnAfter, "going_on_after", REASON("Reasons", "Going on after %1.")},
    {ReasonCode::EndedByHand, "ended_by_hand",
     REASON("Reasons", "Ended by hand: the result is what has been learned so far.")},
    {ReasonCode::EndedWithoutGain, "ended_without_gain",
     REASON("Reasons", "The evaluation no longer gains: the run ends early.")},
    {ReasonCode::LastNumbersKept, "last_numbers_kept",
     REASON(
         "Reasons",
         "The result has the numbers of the last step instead of those of the best evaluation.")},
    {ReasonCode::AnswersNotKept, "answers_not_kept",
     REASON("Reasons", "Later answers are not kept.")},
    {ReasonCode::BegunAnew, "begun_anew",
     REASON("Reasons", "Nothing had been saved: the run begins anew.")},
    {ReasonCode::RunInterrupted, "run_interrupted",
     REASON("Reasons", "The program ended while this job ran. It can be resumed.")},
};

}  // namespace dsm::reasons
