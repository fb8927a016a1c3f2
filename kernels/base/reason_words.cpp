// The English words of all reasons. What collects the texts of the interface for translation finds them
// here by REASON (ui/CMakeLists.txt).
#include <iterator>

#include "kernels/base/reason.h"

#define REASON(context, text) text

namespace dsm {
namespace {

constexpr ReasonWords kReasons[] = {
    {ReasonCode::Other, "other", "%1"},
    {ReasonCode::CsvCarriageReturn, "csv_carriage_return",
     REASON("Reasons", "a carriage return stands alone: lines end with a line feed.")},
    {ReasonCode::CsvQuote, "csv_quote",
     REASON(
         "Reasons",
         "a quote stands where none may: a field with quotes in it is quoted as a whole, and each "
         "quote in it doubled.")},
    {ReasonCode::CsvNul, "csv_nul", REASON("Reasons", "a NUL byte, where text was expected.")},
    {ReasonCode::CsvOneField, "csv_one_field",
     REASON("Reasons", "there is 1 field, but %1 columns.")},
    {ReasonCode::CsvFields, "csv_fields",
     REASON("Reasons", "there are %1 fields, but %2 columns.")},
    {ReasonCode::RowTooLong, "row_too_long", REASON("Reasons", "longer than %1 MB.")},
    {ReasonCode::RowNoMemory, "row_no_memory",
     REASON("Reasons", "there is not enough memory for it.")},
    {ReasonCode::RowNotUtf8, "row_not_utf8",
     REASON("Reasons", "byte %1, 0x%2, is not UTF-8. Save the file as UTF-8.")},
    {ReasonCode::RowNotUtf8InLine, "row_not_utf8_in_line",
     REASON("Reasons", "byte %1 of its line %3, 0x%2, is not UTF-8. Save the file as UTF-8.")},
    {ReasonCode::RowNoObject, "row_no_object",
     REASON("Reasons", "a row is an object of columns, but this is a single value.")},
    {ReasonCode::RowIsArray, "row_is_array",
     REASON("Reasons", "a row is an object of columns, but this is an array.")},
    {ReasonCode::ParquetNotUtf8, "parquet_not_utf8",
     REASON("Reasons", "a text in it is not UTF-8.")},
    {ReasonCode::JsonInvalid, "json_invalid", REASON("Reasons", "this is not valid JSON.")},
    {ReasonCode::JsonNul, "json_nul", REASON("Reasons", "a NUL byte, where JSON was expected.")},
    {ReasonCode::JsonNotUtf8, "json_not_utf8",
     REASON("Reasons", "this is not UTF-8, so not valid JSON.")},
    {ReasonCode::JsonNumberTooLarge, "json_number_too_large",
     REASON("Reasons", "a number is too large.")},
    {ReasonCode::JsonKeyTwice, "json_key_twice",
     REASON("Reasons", "the key \"%1\" appears twice in one object.")},
    {ReasonCode::JsonTooDeep, "json_too_deep",
     REASON("Reasons", "the values nest deeper than %1 levels.")},
    {ReasonCode::TableByColumns, "table_by_columns",
     REASON(
         "Reasons",
         "this is a table by columns, each with the list of all its values, where one object for "
         "each "
         "row was expected. Write it anew, by pandas with to_json(\"data.jsonl\", "
         "orient=\"records\", "
         "lines=True), by datasets with Dataset.from_dict(table).to_json(\"data.jsonl\").")},
    {ReasonCode::TableByRowNumbers, "table_by_row_numbers",
     REASON(
         "Reasons",
         "this is a table whose rows stand under their numbers, where one object for each row was "
         "expected. Write it anew, by pandas with to_json(\"data.jsonl\", orient=\"records\", "
         "lines=True), by datasets with Dataset.from_dict(table).to_json(\"data.jsonl\").")},
    {ReasonCode::TableByNumberedColumns, "table_by_numbered_columns",
     REASON(
         "Reasons",
         "this is a table by columns, each with its values under the numbers of their rows, where "
         "one "
         "object for each row was expected. Write it anew, by pandas with to_json(\"data.jsonl\", "
         "orient=\"records\", lines=True), by datasets with "
         "Dataset.from_dict(table).to_json(\"data.jsonl\").")},
    {ReasonCode::TableWithNamesApart, "table_with_names_apart",
     REASON(
         "Reasons",
         "this is a table with the names of its columns apart from its rows, where one object for "
         "each "
         "row was expected. Write it anew, by pandas with to_json(\"data.jsonl\", "
         "orient=\"records\", "
         "lines=True), by datasets with Dataset.from_dict(table).to_json(\"data.jsonl\").")},
    {ReasonCode::NoKnownColumn, "no_known_column",
     REASON("Reasons",
            "it has none of the columns output (with instruction), messages, "
            "conversations and text, or "
            "it is null. Its columns are: %1.")},
    {ReasonCode::ColumnsMeant, "columns_meant",
     REASON("Reasons", "If these are meant, map %1 (\"columns\" of a job, --map of a command).")},
    {ReasonCode::ColumnNoText, "column_no_text",
     REASON("Reasons", "the column %1 is %2w, where a text was expected.")},
    {ReasonCode::ColumnEmpty, "column_empty", REASON("Reasons", "the column %1 is empty.")},
    {ReasonCode::ColumnNoList, "column_no_list",
     REASON("Reasons", "the column %1 is %2w, where a list was expected.")},
    {ReasonCode::ColumnNoJsonList, "column_no_json_list",
     REASON("Reasons", "the column %1 begins like a list, but is not valid JSON.")},
    {ReasonCode::QuestionColumnMissing, "question_column_missing",
     REASON("Reasons", "it has an answer, but no column %1. Its columns are: %2.")},
    {ReasonCode::HistoryWithoutPlace, "history_without_place",
     REASON("Reasons",
            "it has a column %1, which belongs to %2, but is read from %3. Put the "
            "earlier turns there, "
            "or take the column out of the data.")},
    {ReasonCode::ColumnOfTools, "column_of_tools",
     REASON("Reasons",
            "it has a column %1, but tools are not trained. Take the column out of the data.")},
    {ReasonCode::ColumnOfMedia, "column_of_media",
     REASON(
         "Reasons",
         "it has a column %1, but the model reads text alone. Take the column out of the data.")},
    {ReasonCode::ColumnOfPairs, "column_of_pairs",
     REASON("Reasons",
            "it has a column %1, but pairs of better and worse answers are not trained. Put the "
            "answers "
            "to learn, and them alone, into a file with the columns instruction and output.")},
    {ReasonCode::ColumnOfMasks, "column_of_masks",
     REASON(
         "Reasons",
         "it has a column %1, but what is trained is chosen by the template, by \"history\" of the "
         "job "
         "(--history of a command) and by the key weight alone. Take the column out of the data.")},
    {ReasonCode::ColumnOfHistoryChoice, "column_of_history_choice",
     REASON("Reasons",
            "it has a column %1, but that is chosen by \"history\" of the job, or "
            "--history of a command, "
            "for all rows. Take the column out of the data.")},
    {ReasonCode::ColumnOfWeights, "column_of_weights",
     REASON("Reasons",
            "it has a column %1, but only the key weight, of 0 or 1, is honoured. Take "
            "the column out of "
            "the data.")},
    {ReasonCode::WeightIsZero, "weight_is_zero",
     REASON("Reasons", "its weight is 0, so that nothing of it is trained.")},
    {ReasonCode::WeightStrange, "weight_strange",
     REASON("Reasons", "%1\"%2\" is %3; only 0 (read, not trained) and 1 (trained) are honoured.")},
    {ReasonCode::WeightsDisagree, "weights_disagree",
     REASON("Reasons", "%1\"%2\" and \"%3\" disagree on whether it is trained.")},
    {ReasonCode::KeyStrange, "key_strange",
     REASON("Reasons",
            "%1the key \"%2\" is not understood and may change what is learned. Take it "
            "out of the data.")},
    {ReasonCode::TurnNoObject, "turn_no_object", REASON("Reasons", "%1 is %2w, not an object.")},
    {ReasonCode::TurnKeyMissing, "turn_key_missing", REASON("Reasons", "%1 has no \"%2\".")},
    {ReasonCode::TurnNoText, "turn_no_text",
     REASON("Reasons", "%1: \"%2\" is %3w, where a text was expected.")},
    {ReasonCode::TurnTwoTexts, "turn_two_texts",
     REASON("Reasons", "%1: \"%2\" and \"%3\" hold different texts.")},
    {ReasonCode::TurnRoleUnknown, "turn_role_unknown",
     REASON("Reasons", "%1: there is no role \"%2\".")},
    {ReasonCode::TurnWeightOfQuestion, "turn_weight_of_question",
     REASON("Reasons", "%1: its weight asks that it be trained, but only answers are.")},
    {ReasonCode::TurnSystemLate, "turn_system_late",
     REASON("Reasons", "%1: a system text stands only at the beginning.")},
    {ReasonCode::TurnQuestionExpected, "turn_question_expected",
     REASON("Reasons", "%1: a question was expected.")},
    {ReasonCode::TurnAnswerExpected, "turn_answer_expected",
     REASON("Reasons", "%1: an answer was expected.")},
    {ReasonCode::TurnAnswerEmpty, "turn_answer_empty",
     REASON("Reasons", "%1: the answer is empty.")},
    {ReasonCode::TurnsWithoutQuestion, "turns_without_question",
     REASON("Reasons", "%1 holds no question.")},
    {ReasonCode::TurnsTwoSystems, "turns_two_systems",
     REASON("Reasons", "%1 holds more than one system text.")},
    {ReasonCode::TurnsEndWithoutAnswer, "turns_end_without_answer",
     REASON("Reasons", "%1 ends without an answer.")},
    {ReasonCode::SystemTwice, "system_twice",
     REASON("Reasons", "there is a system text in %1[0] and another in a column of its own.")},
    {ReasonCode::HistoryNoPair, "history_no_pair",
     REASON("Reasons", "%1 is no list of a question and its answer.")},
    {ReasonCode::TextNeedsRaw, "text_needs_raw",
     REASON("Reasons",
            "it holds a text without question and answer, which the raw template takes.")},
    {ReasonCode::ReferenceTakesPair, "reference_takes_pair",
     REASON("Reasons", "the reference template takes one question and one answer.")},
    {ReasonCode::RawTakesTextOrPair, "raw_takes_text_or_pair",
     REASON("Reasons", "the raw template takes a text, or one question and one answer.")},
    {ReasonCode::NothingTrained, "nothing_trained",
     REASON("Reasons", "nothing of it is trained: its answers are only to be read.")},
    {ReasonCode::NothingLeftToTrain, "nothing_left_to_train",
     REASON("Reasons", "within %1 tokens nothing of it is left to train; it has %2.")},
    {ReasonCode::NoRows, "no_rows", REASON("Reasons", "%1 holds no rows.")},
    {ReasonCode::NoRowsInFiles, "no_rows_in_files",
     REASON("Reasons", "The %1 files of the data hold no rows.")},
    {ReasonCode::NoRowUsable, "no_row_usable", REASON("Reasons", "%1: none of %2 rows is usable.")},
    {ReasonCode::NoRowUsableInFiles, "no_row_usable_in_files",
     REASON("Reasons", "The %1 files of the data: none of %2 rows is usable.")},
    {ReasonCode::AtLine, "at_line", REASON("Reasons", "Line %1:")},
    {ReasonCode::AtRow, "at_row", REASON("Reasons", "Row %1:")},
    {ReasonCode::AtLineOf, "at_line_of", REASON("Reasons", "%1: line %2:")},
    {ReasonCode::AtRowOf, "at_row_of", REASON("Reasons", "%1: row %2:")},
    {ReasonCode::ColumnNowhere, "column_nowhere",
     REASON("Reasons", "%1: no row has the column %2, which is to be the %3.")},
    {ReasonCode::EditedRowChanged, "edited_row_changed",
     REASON("Reasons",
            "the row was edited, and the file has changed since. Edit it anew, or take "
            "its edit out of "
            "the file of edits.")},
    {ReasonCode::EditsOfNoRows, "edits_of_no_rows",
     REASON("Reasons",
            "The edits beside %1 are of rows that are no more: the data has changed "
            "since. Edit it anew, "
            "or remove the files that end in .edits.json.")},
    {ReasonCode::LineGone, "line_gone",
     REASON("Reasons", "%1 has changed: there is no line %2 any more.")},
    {ReasonCode::RowGone, "row_gone",
     REASON("Reasons", "%1 has changed: there is no row %2 any more.")},
    {ReasonCode::SystemTextNeedsChat, "system_text_needs_chat",
     REASON("Reasons",
            "A system text belongs to the template chat; the template %1 has no place for one.")},
    {ReasonCode::NoTokenToLearn, "no_token_to_learn",
     REASON("Reasons",
            "The data holds no token to learn: every label is masked, or there is no sample.")},
    {ReasonCode::FileEmpty, "file_empty",
     REASON("Reasons",
            "%1 is empty: expected the names of the columns in its first line, such as "
            "question,answer, "
            "and a row in each line below.")},
    {ReasonCode::FileOtherEnding, "file_other_ending",
     REASON("Reasons", "%1: data sets end in .jsonl, .json, .csv, .tsv or .parquet.")},
    {ReasonCode::FileOtherEncoding, "file_other_encoding",
     REASON("Reasons", "%1 is not UTF-8 but %2. Save it as UTF-8.")},
    {ReasonCode::FileCompressed, "file_compressed",
     REASON("Reasons", "%1 is compressed. Unpack it and name the file inside.")},
    {ReasonCode::FileIsPointer, "file_is_pointer",
     REASON("Reasons",
            "%1 is a Git LFS pointer, not the file itself. Fetch it with \"git lfs "
            "pull\" in its folder, "
            "or download it again.")},
    {ReasonCode::FileIsWebPage, "file_is_web_page",
     REASON("Reasons",
            "%1 is a web page, not the file itself: a server answered with it, for "
            "instance to ask for a "
            "login. Download the file again.")},
    {ReasonCode::FileBreaksOff, "file_breaks_off",
     REASON("Reasons", "the array ends early: the file is cut off. Make it again.")},
    {ReasonCode::FileNoJson, "file_no_json",
     REASON("Reasons", "this is not valid JSON, so the rows after it cannot be found.")},
    {ReasonCode::FileTwoLists, "file_two_lists",
     REASON(
         "Reasons",
         "there are rows under \"%1\" and under \"%2\". Put those to train on into a file of their "
         "own.")},
    {ReasonCode::FileKeyBesideRows, "file_key_beside_rows",
     REASON("Reasons",
            "%1 stands beside the rows under \"%2\" and would change what is learned. "
            "Put it into each of "
            "them.")},
    {ReasonCode::FileRowTooLong, "file_row_too_long",
     REASON("Reasons", "the row is longer than %1 MB.")},
    {ReasonCode::ColumnsOfOneName, "columns_of_one_name",
     REASON("Reasons", "two columns are called %1.")},
    {ReasonCode::ColumnNameAt, "column_name_at", REASON("Reasons", "the name of column %1:")},
    {ReasonCode::SpoolFailed, "spool_failed",
     REASON(
         "Reasons",
         "Cannot %1w a file in %2, where the tokens of the data set are kept: %3w. Set TMPDIR to a "
         "folder on another disk, or one with more room.")},
    {ReasonCode::SystemRefused, "system_refused", REASON("Reasons", "Cannot %1w %2: %3w.")},
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
    {ReasonCode::NoFile, "no_file",
     REASON("Reasons", "Cannot read %1: it is %2w, where a file is expected.")},
    {ReasonCode::FileUnreadable, "file_unreadable",
     REASON("Reasons", "%1 cannot be read, or is too large.")},
    {ReasonCode::FileIsPointerTo, "file_is_pointer_to",
     REASON("Reasons",
            "%1 is a Git LFS pointer, not the file itself, whose %2 bytes were not "
            "fetched. Fetch it with "
            "\"git lfs pull\" in its folder, or download it again.")},
    {ReasonCode::NoMemoryToRead, "no_memory_to_read",
     REASON("Reasons", "Not enough memory to read %1.")},
    {ReasonCode::CheckpointChanged, "checkpoint_changed",
     REASON("Reasons", "%1 is not as it was written: its hash is not the one in %2.")},
    {ReasonCode::TargetUnknown, "target_unknown",
     REASON("Reasons",
            "%1: \"%2\" names no linear map of this model. Names are like q_proj, "
            "shared_experts.up_proj "
            "or model.layers.0.self_attn.q_proj.")},
    {ReasonCode::ModuleUnknown, "module_unknown",
     REASON("Reasons",
            "%1: \"%2\" names no module of this model. Names are like q_proj, "
            "shared_experts.up_proj or "
            "model.layers.0.self_attn.q_proj.")},
    {ReasonCode::RouterTakesNone, "router_takes_none",
     REASON("Reasons", "The router takes no adapter.")},
    {ReasonCode::NoTargets, "no_targets",
     REASON("Reasons", "targets: nothing would learn; name at least one.")},
    {ReasonCode::NoMemoryToMeasure, "no_memory_to_measure",
     REASON("Reasons",
            "Not enough memory to measure a step. Use a smaller batch_size, fewer "
            "targets, or a model in "
            "fewer bits.")},
    {ReasonCode::TrainingNeedsGpuMemory, "training_needs_gpu_memory",
     REASON(
         "Reasons",
         "Training needs %1 of GPU memory (%2 for weights, %3 for what learns with gradients and "
         "moments, %4 for activations, %5 to compute in).")},
    {ReasonCode::GpuHasMemory, "gpu_has_memory",
     REASON("Reasons", "%1 has %2, %3 of it free, and %4 are kept in reserve.")},
    {ReasonCode::ChooseLessForGpu, "choose_less_for_gpu",
     REASON("Reasons",
            "Choose fewer targets or a smaller rank, shorter samples, a model in fewer "
            "bits, or train on "
            "the CPU (--backend cpu).")},
    {ReasonCode::ComputerLacksMemoryBeside, "computer_lacks_memory_beside",
     REASON("Reasons",
            "Beside the GPU it needs %1 of the computer's memory, of which %2 are free.")},
    {ReasonCode::FitsWithCheckpointing, "fits_with_checkpointing",
     REASON("Reasons", "It fits with activations that are computed again (checkpointing: true).")},
    {ReasonCode::FitsWithPackedMoments, "fits_with_packed_moments",
     REASON("Reasons", "It fits with moments of 8 bits (optimizer: adamw_8bit).")},
    {ReasonCode::FitsInNf4, "fits_in_nf4",
     REASON("Reasons", "It fits with the model in 4 bits (preset nf4-double).")},
    {ReasonCode::FitsWithLength, "fits_with_length",
     REASON("Reasons", "It fits with samples of at most %1 tokens (max_length).")},
    {ReasonCode::FitsWithAttentionAlone, "fits_with_attention_alone",
     REASON("Reasons", "It fits with rank %1 on the maps of attention alone.")},
    {ReasonCode::FitsWithAllOfIt, "fits_with_all_of_it",
     REASON("Reasons",
            "It fits with all of this: the model in 4 bits (preset nf4-double), moments of 8 bits, "
            "rank %1 on the maps of attention alone, and samples of at most %2 tokens.")},
    {ReasonCode::FitsWithLayersOnCpu, "fits_with_layers_on_cpu",
     REASON(
         "Reasons",
         "With gpu_layers: fit the CPU computes the experts of the last layers (%1 of %2), and it "
         "fits, more slowly.")},
    {ReasonCode::GpuFailed, "gpu_failed",
     REASON(
         "Reasons",
         "%1 failed or went away: %2. To use the GPU again, restart the program; until then it can "
         "compute on the CPU (--backend cpu).")},
    {ReasonCode::GpuOfAnother, "gpu_of_another",
     REASON("Reasons",
            "%1 is kept by another program for itself alone (its compute mode is "
            "exclusive). Close that "
            "program, set the mode to DEFAULT with nvidia-smi -c, or compute on the CPU "
            "(--backend cpu).")},
    {ReasonCode::GpuClosed, "gpu_closed",
     REASON("Reasons",
            "%1 is closed to all programs that compute (its compute mode is "
            "prohibited). Set the mode to "
            "DEFAULT with nvidia-smi -c, or compute on the CPU (--backend cpu).")},
    {ReasonCode::ModelNeedsMemory, "model_needs_memory",
     REASON("Reasons",
            "This model needs %1 of memory: %2 for the weights, %3 for a context of %4 "
            "tokens and %5 to "
            "compute in.")},
    {ReasonCode::ModelNeedsMemoryBesideWeights, "model_needs_memory_beside_weights",
     REASON("Reasons",
            "This model needs %1 of memory: %2 for a context of %3 tokens and %4 to compute "
            "in.")},
    {ReasonCode::ComputerHasMemory, "computer_has_memory",
     REASON("Reasons", "This computer has %1, %2 of it available.")},
    {ReasonCode::ChooseSmallerContext, "choose_smaller_context",
     REASON("Reasons", "Choose a smaller context.")},
    {ReasonCode::ChooseSmallerModel, "choose_smaller_model",
     REASON("Reasons",
            "Choose a smaller preset or a smaller context, or leave the weights on the disk "
            "(--from-disk), which is slow.")},
    {ReasonCode::NoMemoryForTensor, "no_memory_for_tensor",
     REASON("Reasons", "Not enough memory to convert %1 (%2 numbers).")},
    {ReasonCode::NoMemoryForContext, "no_memory_for_context",
     REASON("Reasons",
            "Not enough memory for a context of %1 tokens: besides the weights (%2) it "
            "needs %3. Close "
            "other programs or choose a smaller context.")},
    {ReasonCode::ModelFileNone, "model_file_none",
     REASON("Reasons",
            "%1: the header claims %2 bytes, more than the format allows; this is no "
            "safetensors file.")},
    {ReasonCode::ModelFileEndsEarly, "model_file_ends_early",
     REASON("Reasons", "%1: tensor %2: ends %3 bytes after the file; the file is incomplete.")},
    {ReasonCode::ModelConverted, "model_converted",
     REASON("Reasons",
            "%1 is converted already: %2 is in %3. Convert from the model in bfloat16, as it was "
            "published.")},
    {ReasonCode::TensorNotFinite, "tensor_not_finite",
     REASON("Reasons",
            "Tensor %1 holds numbers that are not finite; the file is damaged. Download it "
            "again.")},
    {ReasonCode::TokenizerNotThere, "tokenizer_not_there",
     REASON("Reasons", "%1: the folder holds neither tokenizer.json nor tokenizer.model.")},
    {ReasonCode::TokenizerOfOtherModel, "tokenizer_of_other_model",
     REASON("Reasons",
            "The tokenizer in %1 knows %2 tokens, but vocab_size in config.json is %3: "
            "they do not belong "
            "together. Take the tokenizer that came with the weights.")},
    {ReasonCode::NoMemoryForTokenizer, "no_memory_for_tokenizer",
     REASON("Reasons", "Not enough memory for the tokenizer in %1.")},
    {ReasonCode::AtTensor, "at_tensor", REASON("Reasons", "%1: %2:")},
    {ReasonCode::AdapterOfOtherModel, "adapter_of_other_model",
     REASON("Reasons", "the model has no such module: this adapter belongs to another model.")},
    {ReasonCode::AdapterShape, "adapter_shape",
     REASON("Reasons", "its shape is %1, but the model wants %2.")},
    {ReasonCode::AdapterRank, "adapter_rank",
     REASON("Reasons",
            "its rank is %1, but r or rank_pattern in %2 says %3, so its scaling is not "
            "known. Put the "
            "right rank there.")},
    {ReasonCode::AdapterFactorMissing, "adapter_factor_missing",
     REASON("Reasons", "the other factor of this module is missing.")},
    {ReasonCode::AdapterNotFinite, "adapter_not_finite",
     REASON("Reasons", "it holds numbers that are not finite: the training went wrong.")},
    {ReasonCode::AdapterModuleMissing, "adapter_module_missing",
     REASON(
         "Reasons",
         "%1: modules_to_save in %2 names %3, but its weight is not in the file. Copy the adapter "
         "again, or take the module out of modules_to_save.")},
    {ReasonCode::AdapterFitsNothing, "adapter_fits_nothing",
     REASON("Reasons", "%1 holds nothing that fits this model.")},
    {ReasonCode::AdapterWithOthers, "adapter_with_others",
     REASON("Reasons",
            "%1 holds weights that were trained along with the adapter, which this "
            "program does not read. "
            "Merge both into the model with the tool that wrote them; where the file "
            "belongs to something "
            "else, move it away.")},
    {ReasonCode::AdapterIsPickle, "adapter_is_pickle",
     REASON("Reasons",
            "%1 is a Python pickle, which runs code when it is read; only %2 is read. "
            "Load the adapter "
            "with PEFT and save it again (save_pretrained), which writes that file.")},
    {ReasonCode::NoMemoryForAdapter, "no_memory_for_adapter",
     REASON("Reasons", "Not enough memory for the adapter in %1. Close other programs.")},
    {ReasonCode::MergeNeedsPlainWeights, "merge_needs_plain_weights",
     REASON(
         "Reasons",
         "%1: %2 is stored as %3. Merge the adapter into the 16-bit model that this one was made "
         "from.")},
    {ReasonCode::MergedNotFinite, "merged_not_finite",
     REASON("Reasons",
            "Merged, %1 holds numbers that are not finite: the adapter or the model is "
            "damaged.")},
    {ReasonCode::NoMemoryToMerge, "no_memory_to_merge",
     REASON("Reasons", "Not enough memory to merge %1. Close other programs.")},
    {ReasonCode::NoMemoryToConvert, "no_memory_to_convert",
     REASON("Reasons", "Not enough memory to convert %1. Close other programs.")},
    {ReasonCode::NoRoomForMerge, "no_room_for_merge",
     REASON("Reasons",
            "%1 has %2 free, but the merged model needs %3. Free some space or name a "
            "folder on another "
            "disk.")},
    {ReasonCode::NoRoomForConversion, "no_room_for_conversion",
     REASON(
         "Reasons",
         "%1 has %2 free, but the conversion to %3 needs %4. Free some space or name a folder on "
         "another disk.")},
    {ReasonCode::ConversionUnderWay, "conversion_under_way",
     REASON("Reasons", "Another conversion is writing to %1. Wait until it is done.")},
    {ReasonCode::FolderNotEmpty, "folder_not_empty",
     REASON("Reasons", "%1 is not empty. Name a new folder.")},
    {ReasonCode::ScriptNotThere, "script_not_there",
     REASON("Reasons",
            "The training script is not installed: no train.py in %1. Set DSM_FINETUNE_DIR to its "
            "folder.")},
    {ReasonCode::ScriptDoesNotEvaluate, "script_does_not_evaluate",
     REASON("Reasons",
            "The exported script does not evaluate. Leave eval_data and eval_share out, "
            "and evaluate the "
            "result here.")},
    {ReasonCode::NoFolder, "no_folder", REASON("Reasons", "%1 is no folder.")},
    {ReasonCode::NothingOfRun, "nothing_of_run",
     REASON("Reasons",
            "%1 holds nothing of a run: neither adapter_config.json nor a model in safetensors, "
            "trainer_state.json or events.out.tfevents.* were found. Choose the folder that the "
            "training "
            "wrote to.")},
    {ReasonCode::TrainerStateStrange, "trainer_state_strange",
     REASON("Reasons",
            "%1: expected \"log_history\", a list, as the transformers library's Trainer "
            "writes it.")},
    {ReasonCode::EventsDamaged, "events_damaged",
     REASON("Reasons",
            "%1: the record at byte %2 %3: this is no event file of TensorBoard, or it is "
            "damaged.")},
    {ReasonCode::EventsTooLarge, "events_too_large",
     REASON("Reasons", "%1 is larger than %2 MiB: it holds more than curves.")},
    {ReasonCode::StoreDiskFull, "store_disk_full",
     REASON("Reasons",
            "The disk is full; free some space and try again (%1 could not be written).")},
    {ReasonCode::StoreNotOpened, "store_not_opened",
     REASON("Reasons", "%1 cannot be opened; check that its folder exists and may be written.")},
    {ReasonCode::StoreReadOnly, "store_read_only",
     REASON("Reasons", "%1 is open for reading only; nothing can be changed.")},
    {ReasonCode::StoreInUse, "store_in_use",
     REASON("Reasons", "%1 is in use by another program; close it and try again.")},
    {ReasonCode::StoreUnreadable, "store_unreadable",
     REASON("Reasons", "%1 could not be read or written: %2. Check the disk.")},
    {ReasonCode::StoreDamaged, "store_damaged",
     REASON("Reasons", "%1 is damaged (%2). Start the program again to repair it.")},
    {ReasonCode::StoreIndexDamaged, "store_index_damaged",
     REASON("Reasons",
            "The index of the search is damaged and is being made anew. Try again in a moment.")},
    {ReasonCode::StoreNoMemory, "store_no_memory",
     REASON("Reasons", "There is not enough memory to use %1.")},
    {ReasonCode::StoreFailed, "store_failed", REASON("Reasons", "%1: %2.")},
    {ReasonCode::StoreMoved, "store_moved",
     REASON("Reasons",
            "%1 was moved, replaced or deleted while the program has it open; nothing "
            "was written. Put it "
            "back, or start the program again.")},
    {ReasonCode::StoreFolderNotMade, "store_folder_not_made",
     REASON("Reasons", "The folder %1 cannot be created: %2w.")},
    {ReasonCode::TrainingGone, "training_gone", REASON("Reasons", "There is no training job %1.")},
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
    {ReasonCode::NoModelLoaded, "no_model_loaded",
     REASON("Reasons", "No model is loaded. Open a model first.")},
    {ReasonCode::NotEnoughMemory, "not_enough_memory",
     REASON("Reasons",
            "There is not enough memory. Close other programs, or open a smaller model.")},
    {ReasonCode::EngineFailed, "engine_failed", REASON("Reasons", "The engine failed: %1.")},
    {ReasonCode::NoTextToContinue, "no_text_to_continue",
     REASON("Reasons", "There is no text to go on with.")},
    {ReasonCode::ReplyCannotContinue, "reply_cannot_continue",
     REASON("Reasons",
            "The reply cannot go on: with its question it takes %1 tokens, and the context of %2 "
            "leaves room for %3. Begin a new chat.")},
    {ReasonCode::TextFillsContext, "text_fills_context",
     REASON(
         "Reasons",
         "The text takes %1 tokens, but the context holds %2. Shorten it, or begin a new chat.")},
    {ReasonCode::TextTooLong, "text_too_long",
     REASON("Reasons",
            "The text is %1 tokens long, but this model's context holds %2. Shorten it.")},
    {ReasonCode::TextTooLongForMaximum, "text_too_long_for_maximum",
     REASON(
         "Reasons",
         "The text is %1 tokens long, but max_length of this model's generation_config.json is %2, "
         "text and reply together. Shorten it, or choose a longest reply, which counts instead.")},
    {ReasonCode::MessageTooLong, "message_too_long",
     REASON("Reasons",
            "This message is too long: it takes %1 tokens, and the context of %2 leaves room for "
            "%3. Shorten it.")},
    {ReasonCode::NoChatTemplate, "no_chat_template",
     REASON("Reasons",
            "%1 has no chat template: it is a Base model that continues text. Use text completion "
            "instead, or load a Chat model.")},
    {ReasonCode::TemplateOfOtherModel, "template_of_other_model",
     REASON("Reasons",
            "%1: this is not the template of DeepSeekMoE Chat, the only one that this program can "
            "chat by. Text can still be completed.")},
    {ReasonCode::TemplateHasNoDefault, "template_has_no_default",
     REASON("Reasons",
            "%1: none of the templates has the name default, so that nothing says how a plain chat "
            "is written. Text can still be completed.")},
    {ReasonCode::EveryTokenAlike, "every_token_alike",
     REASON("Reasons",
            "To %1 every token is as likely as every other: its weights hold no information, as "
            "where a file of them is full of zeros. Fetch or convert them again.")},
    {ReasonCode::NoMemoryForAnswers, "no_memory_for_answers",
     REASON("Reasons",
            "Not enough memory for another context of %1 tokens: it needs %2, and this computer "
            "has %3 available. Ask for fewer answers at once or for shorter ones.")},
    {ReasonCode::WeightsNotLocked, "weights_not_locked",
     REASON("Reasons",
            "The system does not keep the weights in memory: %1. Load the model without locking.")},
    {ReasonCode::WeightsOverLockLimit, "weights_over_lock_limit",
     REASON("Reasons",
            "The weights cannot be kept in memory, because this user may lock only %1 of it "
            "(RLIMIT_MEMLOCK). Raise the limit, with \"ulimit -l unlimited\" or a \"memlock\" line "
            "in /etc/security/limits.conf, or load the model without locking.")},
    {ReasonCode::SummaryEmpty, "summary_empty", REASON("Reasons", "the model wrote nothing")},
    {ReasonCode::WithoutAdapter, "without_adapter", REASON("Reasons", "Without the adapter:")},
    {ReasonCode::WithAdapter, "with_adapter", REASON("Reasons", "With the adapter:")},
    {ReasonCode::NotFinite, "not_finite",
     REASON("Reasons", "The model computed numbers that are not finite (NaN or infinity).")},
    {ReasonCode::NotFiniteInEmbedding, "not_finite_in_embedding",
     REASON("Reasons",
            "The model computed numbers that are not finite (NaN or infinity): they begin in the "
            "embedding, at token %1 of the text.")},
    {ReasonCode::NotFiniteInAttention, "not_finite_in_attention",
     REASON("Reasons",
            "The model computed numbers that are not finite (NaN or infinity): they begin in the "
            "attention of layer %2, at token %1 of the text.")},
    {ReasonCode::NotFiniteInExperts, "not_finite_in_experts",
     REASON("Reasons",
            "The model computed numbers that are not finite (NaN or infinity): they begin in the "
            "experts of layer %2, at token %1 of the text.")},
    {ReasonCode::NotFiniteInMlp, "not_finite_in_mlp",
     REASON("Reasons",
            "The model computed numbers that are not finite (NaN or infinity): they begin in the "
            "dense MLP of layer %2, at token %1 of the text.")},
    {ReasonCode::NotFiniteInHead, "not_finite_in_head",
     REASON("Reasons",
            "The model computed numbers that are not finite (NaN or infinity): they begin in the "
            "final norm and the head, at token %1 of the text.")},
    {ReasonCode::WeightHoldsNotFinite, "weight_holds_not_finite",
     REASON("Reasons", "The weight %1 holds such numbers:")},
    {ReasonCode::FactorsHoldNotFinite, "factors_hold_not_finite",
     REASON("Reasons", "What the adapter adds to %1 holds such numbers:")},
    {ReasonCode::SumsNotFinite, "sums_not_finite",
     REASON("Reasons", "Its weights are finite, its sums are not.")},
    {ReasonCode::FileDamaged, "file_damaged",
     REASON("Reasons", "the model's file is damaged. Download it again.")},
    {ReasonCode::AdapterOrModelDamaged, "adapter_or_model_damaged",
     REASON("Reasons", "the adapter or the model is damaged. Try without the adapter.")},
    {ReasonCode::TrySmallerScale, "try_smaller_scale",
     REASON("Reasons", "Try a smaller scale of the adapter, or none.")},
    {ReasonCode::TryOtherFormat, "try_other_format",
     REASON("Reasons", "Read it from a model in another format, or download the model again.")},
    {ReasonCode::GpuAskedButUnusable, "gpu_asked_but_unusable",
     REASON("Reasons", "%1w asks for the backend \"cuda\", but no GPU can be used:")},
    {ReasonCode::GpuAskedButNone, "gpu_asked_but_none",
     REASON("Reasons",
            "%1w asks for the backend \"cuda\", but this computer has no NVIDIA GPU, or no driver "
            "for it. Install the driver, or compute on the CPU (--backend cpu).")},
    {ReasonCode::GpuNotThere, "gpu_not_there",
     REASON("Reasons", "There is no GPU %1; deepseekmoe devices lists those there are.")},
    {ReasonCode::BackendUnknown, "backend_unknown",
     REASON("Reasons", "%1w asks for the backend \"%2\"; this build has: reference, cpu, cuda.")},
    {ReasonCode::WithoutCuda, "without_cuda",
     REASON("Reasons", "This program was built without CUDA.")},
    {ReasonCode::GpuTooOld, "gpu_too_old",
     REASON("Reasons",
            "%1 is too old: its compute capability is %2, this program needs 8.0 or newer. Compute "
            "on the CPU (--backend cpu).")},
    {ReasonCode::DriverTooOld, "driver_too_old",
     REASON("Reasons",
            "The NVIDIA driver is too old for this program: it speaks CUDA %1, the program needs "
            "%2. Update the driver, or compute on the CPU (--backend cpu).")},
    {ReasonCode::GpuOfOtherGeneration, "gpu_of_other_generation",
     REASON("Reasons",
            "%1: the GPU is of a generation that this program was not built for. Compute on the "
            "CPU (--backend cpu).")},
    {ReasonCode::GpuCallFailed, "gpu_call_failed",
     REASON("Reasons",
            "%1: %2. Load the model again; if that fails too, restart the program, or compute on "
            "the CPU (--backend cpu).")},
    {ReasonCode::GpuMemoryGone, "gpu_memory_gone",
     REASON("Reasons", "The GPU has not enough memory for %1w.")},
    {ReasonCode::GpuMemoryShort, "gpu_memory_short",
     REASON("Reasons",
            "The GPU has not enough memory for %1w, which needs %2: %3 of %4 are free.")},
    {ReasonCode::LeaveLessOnGpu, "leave_less_on_gpu",
     REASON("Reasons",
            "Close other programs that use the GPU, leave more layers' experts to the CPU "
            "(--gpu-layers), choose a smaller context, or compute on the CPU (--backend cpu).")},
    {ReasonCode::PinnedMemoryGone, "pinned_memory_gone",
     REASON("Reasons",
            "There are not %1 MB of memory for %2w that the GPU can read by itself. Close other "
            "programs.")},
    {ReasonCode::LayersNeedGpuMemory, "layers_need_gpu_memory",
     REASON("Reasons",
            "The routed experts of %1 layers on the GPU, with all else that belongs there, need %2 "
            "(%3 for weights, %4 for a context of %5 tokens, %6 to compute in) of GPU memory.")},
    {ReasonCode::ModelNeedsGpuMemory, "model_needs_gpu_memory",
     REASON("Reasons",
            "Even with all routed experts left to the CPU this model needs %1 (%2 for weights, %3 "
            "for a context of %4 tokens, %5 to compute in) of GPU memory.")},
    {ReasonCode::AskForFewerLayers, "ask_for_fewer_layers",
     REASON("Reasons", "Ask for at most %1 layers (--gpu-layers).")},
    {ReasonCode::ChooseSmallerForGpu, "choose_smaller_for_gpu",
     REASON("Reasons",
            "Close other programs that use the GPU, choose a smaller preset or a smaller context, "
            "or compute on the CPU (--backend cpu).")},
    {ReasonCode::AdapterNeedsGpuMemory, "adapter_needs_gpu_memory",
     REASON("Reasons",
            "The adapter needs %1 of GPU memory beside the model, and %2 are free. Load the model "
            "with a smaller context, with fewer layers on the GPU (--gpu-layers), or on the CPU "
            "(--backend cpu).")},
    {ReasonCode::AdapterModuleNotOnGpu, "adapter_module_not_on_gpu",
     REASON("Reasons",
            "The adapter holds %1 as a whole, which a GPU cannot take in the place of the model's "
            "own. Load the model on the CPU (--backend cpu), or merge the adapter into a model of "
            "its own.")},
    {ReasonCode::AdapterHoldsAnother, "adapter_holds_another",
     REASON("Reasons",
            "the file holds another adapter too, in %1. Save each in a folder of its own.")},
    {ReasonCode::AdapterTensorTwice, "adapter_tensor_twice",
     REASON("Reasons", "it is there twice, as %1 too.")},
    {ReasonCode::AdapterType, "adapter_type",
     REASON("Reasons", "its type is %1; F32, BF16 and F16 are read.")},
    {ReasonCode::AdapterNoRows, "adapter_no_rows", REASON("Reasons", "it has no rows.")},
    {ReasonCode::AdapterLeavesOut, "adapter_leaves_out",
     REASON(
         "Reasons",
         "target_modules, exclude_modules, layers_to_transform or modules_to_save in %1 leave this "
         "module out, and PEFT would ignore the tensor. Correct them, or remove the tensor.")},
    {ReasonCode::AdapterWholeIgnored, "adapter_whole_ignored",
     REASON("Reasons",
            "the module is one that gets factors, and PEFT would ignore a whole weight of this "
            "name. Put the module into modules_to_save in %1, or remove the tensor.")},
    {ReasonCode::AdapterMethod, "adapter_method", REASON("Reasons", "%1 is not supported.")},
    {ReasonCode::AdapterOfEmbedding, "adapter_of_embedding",
     REASON("Reasons", "adapters of the embedding are not supported.")},
    {ReasonCode::AdapterRowsOfEmbedding, "adapter_rows_of_embedding",
     REASON("Reasons", "trained rows of the embedding are not supported.")},
    {ReasonCode::AdapterUseOne, "adapter_use_one", REASON("Reasons", "Use one of its adapters.")},
    {ReasonCode::AdapterBias, "adapter_bias",
     REASON("Reasons", "biases are not supported; train with bias \"none\".")},
    {ReasonCode::AdapterNameUnknown, "adapter_name_unknown",
     REASON("Reasons",
            "this is no name of an adapter's tensor; they are like "
            "base_model.model.<module>.lora_A.weight. Save the adapter again with PEFT.")},
    {ReasonCode::AdapterNameBehind, "adapter_name_behind",
     REASON("Reasons",
            "what stands behind %1 is not understood. Save the adapter again with PEFT.")},
    {ReasonCode::AdapterMergeWithPeft, "adapter_merge_with_peft",
     REASON("Reasons", "Merge the adapter with PEFT (merge_and_unload) and use the merged model.")},
    {ReasonCode::TensorMissing, "tensor_missing", REASON("Reasons", "%1: tensor %2 is missing.")},
    {ReasonCode::TensorInTwoFiles, "tensor_in_two_files",
     REASON("Reasons", "Tensor %1 is in two files: %2 and %3.")},
    {ReasonCode::TensorNotInFile, "tensor_not_in_file",
     REASON("Reasons", "%1: weight_map.%2: the tensor is not in %3.")},
    {ReasonCode::TensorShape, "tensor_shape",
     REASON("Reasons", "%1 has the shape %2, but config.json makes it %3.")},
    {ReasonCode::TensorType, "tensor_type",
     REASON("Reasons", "%1 has the type %2; only F32, F16 and BF16 can be read here.")},
    {ReasonCode::TensorTypeOfWeight, "tensor_type_of_weight",
     REASON("Reasons",
            "%1 has the type %2; only F32, F16 and BF16 can be read, and Q8, Q4 and NF4.")},
    {ReasonCode::TensorsOfTwoTypes, "tensors_of_two_types",
     REASON("Reasons",
            "%1: tensor %2 is in %3, but %4 in %5; these are computed together and must be of one "
            "type.")},
    {ReasonCode::TensorBeyond, "tensor_beyond",
     REASON("Reasons",
            "it belongs to %1w %2, but %3 in config.json is %4 (counted from 0); take the "
            "config.json that came with the weights.")},
    {ReasonCode::TensorIsBias, "tensor_is_bias",
     REASON("Reasons", "this architecture has no biases.")},
    {ReasonCode::TensorOfOtherModel, "tensor_of_other_model",
     REASON("Reasons",
            "layer %1 of this architecture, as config.json describes it, has no such tensor; the "
            "weights are of another model, or hold a layer's parts twice.")},
    {ReasonCode::ModelFileTooLong, "model_file_too_long",
     REASON("Reasons", "%1 has %2 bytes; a file of this kind has at most %3.")},
    {ReasonCode::ServerCannotListen, "server_cannot_listen",
     REASON("Reasons",
            "Nothing can listen at %1:%2: another program does, or it is not an address of this "
            "computer. Choose another --port.")},
    {ReasonCode::ServerNeedsKey, "server_needs_key",
     REASON("Reasons",
            "At %1 other computers could ask: give a key in the environment variable "
            "DEEPSEEKMOE_API_KEY, or listen at 127.0.0.1.")},
    {ReasonCode::AdaptersOfOneName, "adapters_of_one_name",
     REASON("Reasons", "Two adapters would both be called %1: rename the folder of one.")},
    {ReasonCode::NoRoomForBackup, "no_room_for_backup",
     REASON("Reasons", "There is not enough room on the disk: a backup of %1 needs %2.")},
    {ReasonCode::BackupOfNewer, "backup_of_newer",
     REASON("Reasons", "%1 was written by a newer version of this program.")},
    {ReasonCode::ChatsOfNewer, "chats_of_newer",
     REASON("Reasons", "%1 was written by a newer version of this program: use that one.")},
    {ReasonCode::BackupIsNone, "backup_is_none",
     REASON("Reasons", "%1 is damaged or no backup of chats; choose another one.")},
    {ReasonCode::BackupDamaged, "backup_damaged",
     REASON("Reasons", "%1 is damaged; choose another backup.")},
    {ReasonCode::ChatGone, "chat_gone", REASON("Reasons", "There is no conversation %1.")},
    {ReasonCode::MessageGone, "message_gone", REASON("Reasons", "There is no message %1.")},
    {ReasonCode::TextGone, "text_gone", REASON("Reasons", "There is no text %1.")},
    {ReasonCode::BenchmarkGone, "benchmark_gone", REASON("Reasons", "There is no benchmark %1.")},
};

constexpr bool areInOrder() {
    for (std::size_t i = 0; i < std::size(kReasons); ++i) {
        if (kReasons[i].code != static_cast<ReasonCode>(i)) return false;
    }
    return true;
}
static_assert(areInOrder());
static_assert(std::size(kReasons) == static_cast<std::size_t>(ReasonCode::BenchmarkGone) + 1);

constexpr std::string_view kWords[] = {
    REASON("Reasons", "a number"),
    REASON("Reasons", "true or false"),
    REASON("Reasons", "a list"),
    REASON("Reasons", "an object"),
    REASON("Reasons", "null"),
    REASON("Reasons", "a string"),
    REASON("Reasons", "bytes that are not UTF-8"),
    REASON("Reasons", "a time, a decimal or another value that is not read"),
    REASON("Reasons", "in a form of Parquet that is not read"),
    REASON("Reasons", "read"),
    REASON("Reasons", "write"),
    REASON("Reasons", "remove"),
    REASON("Reasons", "make"),
    REASON("Reasons", "make the folder"),
    REASON("Reasons", "make a file in"),
    REASON("Reasons", "No space left on device"),
    REASON("Reasons", "Disk quota exceeded"),
    REASON("Reasons", "Permission denied"),
    REASON("Reasons", "Read-only file system"),
    REASON("Reasons", "Input/output error"),
    REASON("Reasons", "No such file or directory"),
    REASON("Reasons", "File too large"),
    REASON("Reasons", "Too many open files"),
    REASON("Reasons", "a folder"),
    REASON("Reasons", "a named pipe"),
    REASON("Reasons", "a socket"),
    REASON("Reasons", "a device"),
    REASON("Reasons", "of another kind"),
    REASON("Reasons", "DSM_BACKEND"),
    REASON("Reasons", "the adapter"),
    REASON("Reasons", "the weights"),
    REASON("Reasons", "the context"),
    REASON("Reasons", "computing"),
    REASON("Reasons", "the results"),
    REASON("Reasons", "the experts of the CPU"),
    REASON("Reasons", "copies to the GPU"),
    REASON("Reasons", "training"),
    REASON("Reasons", "recorded passes"),
    REASON("Reasons", "The program's setting"),
    REASON("Reasons", "The choice of a GPU"),
    REASON("Reasons", "layer"),
    REASON("Reasons", "expert"),
};

}  // namespace

std::span<const ReasonWords> reasonWords() {
    return kReasons;
}

const ReasonWords& wordsOf(ReasonCode code) {
    return kReasons[static_cast<std::size_t>(code)];
}

std::span<const std::string_view> knownWords() {
    return kWords;
}

}  // namespace dsm
