#include "finetune_ui/words/reason_words.h"

#include <QCoreApplication>
#include <QHash>
#include <algorithm>
#include <iterator>

#include "finetune_ui/words/sentences.h"

namespace dsm {
namespace {

struct Words {
    const char* code;
    const char* text;
};

// "%1", "%2" .. are the arguments; "%2w" is one of kArguments, where it is known.
constexpr Words kReasons[] = {
    {"csv_carriage_return",
     QT_TRANSLATE_NOOP("Reasons", "a carriage return stands alone: lines end with a line feed.")},
    {"csv_quote", QT_TRANSLATE_NOOP("Reasons",
                                    "a quote stands where none may: a field with quotes in it is "
                                    "quoted as a whole, and each quote in it doubled.")},
    {"csv_nul", QT_TRANSLATE_NOOP("Reasons", "a NUL byte, where text was expected.")},
    {"csv_one_field", QT_TRANSLATE_NOOP("Reasons", "there is 1 field, but %1 columns.")},
    {"csv_fields", QT_TRANSLATE_NOOP("Reasons", "there are %1 fields, but %2 columns.")},
    {"row_too_long", QT_TRANSLATE_NOOP("Reasons", "longer than %1 MB.")},
    {"row_no_memory", QT_TRANSLATE_NOOP("Reasons", "there is not enough memory for it.")},
    {"row_not_utf8",
     QT_TRANSLATE_NOOP("Reasons", "byte %1, 0x%2, is not UTF-8. Save the file as UTF-8.")},
    {"row_not_utf8_in_line",
     QT_TRANSLATE_NOOP("Reasons",
                       "byte %1 of its line %3, 0x%2, is not UTF-8. Save the file as UTF-8.")},
    {"row_no_object",
     QT_TRANSLATE_NOOP("Reasons", "a row is an object of columns, but this is a single value.")},
    {"row_is_array",
     QT_TRANSLATE_NOOP("Reasons", "a row is an object of columns, but this is an array.")},
    {"parquet_not_utf8", QT_TRANSLATE_NOOP("Reasons", "a text in it is not UTF-8.")},
    {"json_invalid", QT_TRANSLATE_NOOP("Reasons", "this is not valid JSON.")},
    {"json_nul", QT_TRANSLATE_NOOP("Reasons", "a NUL byte, where JSON was expected.")},
    {"json_not_utf8", QT_TRANSLATE_NOOP("Reasons", "this is not UTF-8, so not valid JSON.")},
    {"json_number_too_large", QT_TRANSLATE_NOOP("Reasons", "a number is too large.")},
    {"json_key_twice", QT_TRANSLATE_NOOP("Reasons", "the key \"%1\" appears twice in one object.")},
    {"json_too_deep", QT_TRANSLATE_NOOP("Reasons", "the values nest deeper than %1 levels.")},
    {"table_by_columns",
     QT_TRANSLATE_NOOP("Reasons",
                       "this is a table by columns, each with the list of all its values, where "
                       "one object for each row was expected. Write it anew, by pandas with "
                       "to_json(\"data.jsonl\", orient=\"records\", lines=True), by datasets with "
                       "Dataset.from_dict(table).to_json(\"data.jsonl\").")},
    {"table_by_row_numbers",
     QT_TRANSLATE_NOOP(
         "Reasons",
         "this is a table whose rows stand under their numbers, where one object for each row was "
         "expected. Write it anew, by pandas with to_json(\"data.jsonl\", orient=\"records\", "
         "lines=True), by datasets with Dataset.from_dict(table).to_json(\"data.jsonl\").")},
    {"table_by_numbered_columns",
     QT_TRANSLATE_NOOP("Reasons",
                       "this is a table by columns, each with its values under the numbers of "
                       "their rows, where one object for each row was expected. Write it anew, by "
                       "pandas with to_json(\"data.jsonl\", orient=\"records\", lines=True), by "
                       "datasets with Dataset.from_dict(table).to_json(\"data.jsonl\").")},
    {"table_with_names_apart",
     QT_TRANSLATE_NOOP("Reasons",
                       "this is a table with the names of its columns apart from its rows, where "
                       "one object for each row was expected. Write it anew, by pandas with "
                       "to_json(\"data.jsonl\", orient=\"records\", lines=True), by datasets with "
                       "Dataset.from_dict(table).to_json(\"data.jsonl\").")},
    {"no_known_column",
     QT_TRANSLATE_NOOP("Reasons",
                       "it has none of the columns output (with instruction), messages, "
                       "conversations and text, or it is null. Its columns are: %1.")},
    {"columns_meant",
     QT_TRANSLATE_NOOP("Reasons",
                       "If these are meant, map %1 (\"columns\" of a job, --map of a command).")},
    {"column_no_text",
     QT_TRANSLATE_NOOP("Reasons", "the column %1 is %2w, where a text was expected.")},
    {"column_empty", QT_TRANSLATE_NOOP("Reasons", "the column %1 is empty.")},
    {"column_no_list",
     QT_TRANSLATE_NOOP("Reasons", "the column %1 is %2w, where a list was expected.")},
    {"column_no_json_list",
     QT_TRANSLATE_NOOP("Reasons", "the column %1 begins like a list, but is not valid JSON.")},
    {"question_column_missing",
     QT_TRANSLATE_NOOP("Reasons", "it has an answer, but no column %1. Its columns are: %2.")},
    {"history_without_place",
     QT_TRANSLATE_NOOP("Reasons",
                       "it has a column %1, which belongs to %2, but is read from %3. Put the "
                       "earlier turns there, or take the column out of the data.")},
    {"column_of_tools",
     QT_TRANSLATE_NOOP(
         "Reasons",
         "it has a column %1, but tools are not trained. Take the column out of the data.")},
    {"column_of_media",
     QT_TRANSLATE_NOOP(
         "Reasons",
         "it has a column %1, but the model reads text alone. Take the column out of the data.")},
    {"column_of_pairs",
     QT_TRANSLATE_NOOP(
         "Reasons",
         "it has a column %1, but pairs of better and worse answers are not trained. Put the "
         "answers to learn, and them alone, into a file with the columns instruction and output.")},
    {"column_of_masks",
     QT_TRANSLATE_NOOP("Reasons",
                       "it has a column %1, but what is trained is chosen by the template, by "
                       "\"history\" of the job (--history of a command) and by the key weight "
                       "alone. Take the column out of the data.")},
    {"column_of_history_choice",
     QT_TRANSLATE_NOOP("Reasons",
                       "it has a column %1, but that is chosen by \"history\" of the job, or "
                       "--history of a command, for all rows. Take the column out of the data.")},
    {"column_of_weights", QT_TRANSLATE_NOOP("Reasons",
                                            "it has a column %1, but only the key weight, of 0 or "
                                            "1, is honoured. Take the column out of the data.")},
    {"weight_is_zero",
     QT_TRANSLATE_NOOP("Reasons", "its weight is 0, so that nothing of it is trained.")},
    {"weight_strange",
     QT_TRANSLATE_NOOP("Reasons",
                       "%1\"%2\" is %3; only 0 (read, not trained) and 1 (trained) are honoured.")},
    {"weights_disagree",
     QT_TRANSLATE_NOOP("Reasons", "%1\"%2\" and \"%3\" disagree on whether it is trained.")},
    {"key_strange", QT_TRANSLATE_NOOP("Reasons",
                                      "%1the key \"%2\" is not understood and may change what is "
                                      "learned. Take it out of the data.")},
    {"turn_no_object", QT_TRANSLATE_NOOP("Reasons", "%1 is %2w, not an object.")},
    {"turn_key_missing", QT_TRANSLATE_NOOP("Reasons", "%1 has no \"%2\".")},
    {"turn_no_text", QT_TRANSLATE_NOOP("Reasons", "%1: \"%2\" is %3w, where a text was expected.")},
    {"turn_two_texts", QT_TRANSLATE_NOOP("Reasons", "%1: \"%2\" and \"%3\" hold different texts.")},
    {"turn_role_unknown", QT_TRANSLATE_NOOP("Reasons", "%1: there is no role \"%2\".")},
    {"turn_weight_of_question",
     QT_TRANSLATE_NOOP("Reasons", "%1: its weight asks that it be trained, but only answers are.")},
    {"turn_system_late",
     QT_TRANSLATE_NOOP("Reasons", "%1: a system text stands only at the beginning.")},
    {"turn_question_expected", QT_TRANSLATE_NOOP("Reasons", "%1: a question was expected.")},
    {"turn_answer_expected", QT_TRANSLATE_NOOP("Reasons", "%1: an answer was expected.")},
    {"turn_answer_empty", QT_TRANSLATE_NOOP("Reasons", "%1: the answer is empty.")},
    {"turns_without_question", QT_TRANSLATE_NOOP("Reasons", "%1 holds no question.")},
    {"turns_two_systems", QT_TRANSLATE_NOOP("Reasons", "%1 holds more than one system text.")},
    {"turns_end_without_answer", QT_TRANSLATE_NOOP("Reasons", "%1 ends without an answer.")},
    {"system_twice",
     QT_TRANSLATE_NOOP("Reasons",
                       "there is a system text in %1[0] and another in a column of its own.")},
    {"history_no_pair",
     QT_TRANSLATE_NOOP("Reasons", "%1 is no list of a question and its answer.")},
    {"text_needs_raw",
     QT_TRANSLATE_NOOP(
         "Reasons", "it holds a text without question and answer, which the raw template takes.")},
    {"reference_takes_pair",
     QT_TRANSLATE_NOOP("Reasons", "the reference template takes one question and one answer.")},
    {"raw_takes_text_or_pair",
     QT_TRANSLATE_NOOP("Reasons",
                       "the raw template takes a text, or one question and one answer.")},
    {"nothing_trained",
     QT_TRANSLATE_NOOP("Reasons", "nothing of it is trained: its answers are only to be read.")},
    {"nothing_left_to_train",
     QT_TRANSLATE_NOOP("Reasons", "within %1 tokens nothing of it is left to train; it has %2.")},
    {"no_rows", QT_TRANSLATE_NOOP("Reasons", "%1 holds no rows.")},
    {"no_rows_in_files", QT_TRANSLATE_NOOP("Reasons", "The %1 files of the data hold no rows.")},
    {"no_row_usable", QT_TRANSLATE_NOOP("Reasons", "%1: none of %2 rows is usable.")},
    {"no_row_usable_in_files",
     QT_TRANSLATE_NOOP("Reasons", "The %1 files of the data: none of %2 rows is usable.")},
    {"at_line", QT_TRANSLATE_NOOP("Reasons", "Line %1:")},
    {"at_row", QT_TRANSLATE_NOOP("Reasons", "Row %1:")},
    {"at_line_of", QT_TRANSLATE_NOOP("Reasons", "%1: line %2:")},
    {"at_row_of", QT_TRANSLATE_NOOP("Reasons", "%1: row %2:")},
    {"column_nowhere",
     QT_TRANSLATE_NOOP("Reasons", "%1: no row has the column %2, which is to be the %3.")},
    {"edited_row_changed",
     QT_TRANSLATE_NOOP("Reasons",
                       "the row was edited, and the file has changed since. Edit it anew, or take "
                       "its edit out of the file of edits.")},
    {"edits_of_no_rows",
     QT_TRANSLATE_NOOP("Reasons",
                       "The edits beside %1 are of rows that are no more: the data has changed "
                       "since. Edit it anew, or remove the files that end in .edits.json.")},
    {"line_gone", QT_TRANSLATE_NOOP("Reasons", "%1 has changed: there is no line %2 any more.")},
    {"row_gone", QT_TRANSLATE_NOOP("Reasons", "%1 has changed: there is no row %2 any more.")},
    {"system_text_needs_chat",
     QT_TRANSLATE_NOOP(
         "Reasons",
         "A system text belongs to the template chat; the template %1 has no place for one.")},
    {"no_token_to_learn",
     QT_TRANSLATE_NOOP(
         "Reasons",
         "The data holds no token to learn: every label is masked, or there is no sample.")},
    {"file_empty",
     QT_TRANSLATE_NOOP("Reasons",
                       "%1 is empty: expected the names of the columns in its first line, such as "
                       "question,answer, and a row in each line below.")},
    {"file_other_ending",
     QT_TRANSLATE_NOOP("Reasons", "%1: data sets end in .jsonl, .json, .csv, .tsv or .parquet.")},
    {"file_other_encoding",
     QT_TRANSLATE_NOOP("Reasons", "%1 is not UTF-8 but %2. Save it as UTF-8.")},
    {"file_compressed",
     QT_TRANSLATE_NOOP("Reasons", "%1 is compressed. Unpack it and name the file inside.")},
    {"file_is_pointer",
     QT_TRANSLATE_NOOP("Reasons",
                       "%1 is a Git LFS pointer, not the file itself. Fetch it with \"git lfs "
                       "pull\" in its folder, or download it again.")},
    {"file_is_web_page",
     QT_TRANSLATE_NOOP("Reasons",
                       "%1 is a web page, not the file itself: a server answered with it, for "
                       "instance to ask for a login. Download the file again.")},
    {"file_breaks_off",
     QT_TRANSLATE_NOOP("Reasons", "the array ends early: the file is cut off. Make it again.")},
    {"file_no_json",
     QT_TRANSLATE_NOOP("Reasons", "this is not valid JSON, so the rows after it cannot be found.")},
    {"file_two_lists", QT_TRANSLATE_NOOP("Reasons",
                                         "there are rows under \"%1\" and under \"%2\". Put those "
                                         "to train on into a file of their own.")},
    {"file_key_beside_rows",
     QT_TRANSLATE_NOOP("Reasons",
                       "%1 stands beside the rows under \"%2\" and would change what is learned. "
                       "Put it into each of them.")},
    {"file_row_too_long", QT_TRANSLATE_NOOP("Reasons", "the row is longer than %1 MB.")},
    {"columns_of_one_name", QT_TRANSLATE_NOOP("Reasons", "two columns are called %1.")},
    {"column_name_at", QT_TRANSLATE_NOOP("Reasons", "the name of column %1:")},
    {"spool_failed",
     QT_TRANSLATE_NOOP("Reasons",
                       "Cannot %1w a file in %2, where the tokens of the data set are kept: %3w. "
                       "Set TMPDIR to a folder on another disk, or one with more room.")},
    {"system_refused", QT_TRANSLATE_NOOP("Reasons", "Cannot %1w %2: %3w.")},
    {"job_needs_memory",
     QT_TRANSLATE_NOOP("Reasons",
                       "This job needs %1 and this computer has %2. Use a smaller batch_size or "
                       "max_length, fewer targets, or a model in fewer bits.")},
    {"no_memory_for_optimizer",
     QT_TRANSLATE_NOOP("Reasons",
                       "Not enough memory for gradients and optimizer. Use LoRA with fewer targets "
                       "or a smaller rank.")},
    {"no_memory_for_batch",
     QT_TRANSLATE_NOOP("Reasons",
                       "Not enough memory for a batch of this size. Use a smaller batch or shorter "
                       "samples, with more accumulation.")},
    {"no_memory_for_weights",
     QT_TRANSLATE_NOOP("Reasons", "Not enough memory for the %1 numbers that would learn.")},
    {"full_needs_plain_weights",
     QT_TRANSLATE_NOOP("Reasons",
                       "Full fine-tuning needs a model in 16 or 32 bits, and %1 is in %2. Use the "
                       "unconverted model, or LoRA.")},
    {"output_not_made",
     QT_TRANSLATE_NOOP(
         "Reasons",
         "The output folder %1 cannot be made: %2w. Name another \"output\" in the job.")},
    {"output_not_written",
     QT_TRANSLATE_NOOP("Reasons",
                       "Nothing can be written into the output folder %1: %2w. Name another "
                       "\"output\" in the job, or make room or give the right to write there.")},
    {"output_in_use", QT_TRANSLATE_NOOP("Reasons",
                                        "%1 is in use: %2 trains there. Wait until it has ended, "
                                        "stop it, or name another \"output\" in the job.")},
    {"output_holds_others",
     QT_TRANSLATE_NOOP("Reasons",
                       "%1 already holds %2, which this run did not write. Nothing was changed; "
                       "name a new or an empty folder as \"output\" of the job.")},
    {"no_room_for_run",
     QT_TRANSLATE_NOOP("Reasons",
                       "%1 has %2 free, and this run needs %3 for %4 checkpoints of %5 and the "
                       "result. Make room, name an \"output\" on another disk, or keep fewer "
                       "checkpoints (save_limit, save_steps).")},
    {"no_room_for_checkpoint",
     QT_TRANSLATE_NOOP(
         "Reasons",
         "%1 has %2 free, and this run needs %3 for the checkpoint of step %4. Make room, name an "
         "\"output\" on another disk, or keep fewer checkpoints (save_limit, save_steps).")},
    {"no_room_for_result",
     QT_TRANSLATE_NOOP(
         "Reasons",
         "%1 has %2 free, and this run needs %3 for the result. Make room, name an \"output\" on "
         "another disk, or keep fewer checkpoints (save_limit, save_steps).")},
    {"checkpoint_of_other_job",
     QT_TRANSLATE_NOOP("Reasons",
                       "%1 is a checkpoint of another job: %2. Give the job back what it had, or "
                       "start anew in another folder.")},
    {"no_checkpoint_whole", QT_TRANSLATE_NOOP("Reasons",
                                              "No checkpoint in %1 can be gone on with. Put back "
                                              "what was there, or start anew in another folder.")},
    {"loss_not_finite", QT_TRANSLATE_NOOP("Reasons", "Step %1: the loss is not a finite number.")},
    {"evaluation_not_finite",
     QT_TRANSLATE_NOOP("Reasons", "Step %1: the loss of the evaluation is not a finite number.")},
    {"gradient_not_finite", QT_TRANSLATE_NOOP("Reasons",
                                              "Step %1: the gradient is not finite while the loss "
                                              "is %2; the first such gradient is that of %3.")},
    {"first_not_finite",
     QT_TRANSLATE_NOOP("Reasons", "The first numbers that are not finite stand in %1.")},
    {"weights_not_finite",
     QT_TRANSLATE_NOOP("Reasons", "Weights that learn are no longer finite.")},
    {"try_other_rate",
     QT_TRANSLATE_NOOP(
         "Reasons",
         "The learning rate was %1. Try a tenth of the learning rate, a longer warm-up or "
         "max_grad_norm 0.3; the model and the data may also be damaged.")},
    {"last_checkpoint", QT_TRANSLATE_NOOP("Reasons", "The last good checkpoint is %1.")},
    {"no_checkpoint_yet", QT_TRANSLATE_NOOP("Reasons", "There is no checkpoint yet.")},
    {"model_not_there",
     QT_TRANSLATE_NOOP("Reasons", "%1 holds no model: neither %2 nor %3 is there.")},
    {"model_files_missing",
     QT_TRANSLATE_NOOP(
         "Reasons",
         "%1 names %2 files of weights, and %3 of them are not there: %4. Fetch them, too.")},
    {"model_file_incomplete",
     QT_TRANSLATE_NOOP("Reasons",
                       "%1 has %2 bytes, too few for a safetensors file; it is incomplete.")},
    {"model_file_cut",
     QT_TRANSLATE_NOOP("Reasons",
                       "%1: the header of %2 bytes ends after the file, which is incomplete.")},
    {"model_in_few_bits", QT_TRANSLATE_NOOP("Reasons",
                                            "The model %1 has its weights in few bits, and is made "
                                            "into no other form. Copy its folder.")},
    {"base_in_few_bits",
     QT_TRANSLATE_NOOP("Reasons",
                       "The base model %1 has its weights in few bits, where nothing can be worked "
                       "in. Choose the model in 16 bits that it was made from as the base of a "
                       "run, or export the adapter alone.")},
    {"place_taken",
     QT_TRANSLATE_NOOP("Reasons", "%1 holds something already: choose another name.")},
    {"no_room_for_export", QT_TRANSLATE_NOOP("Reasons",
                                             "%1 has %2 free, and this export needs %3 at one "
                                             "time. Make room, or choose another disk.")},
    {"job_at_key", QT_TRANSLATE_NOOP("Reasons", "%1: %2:")},
    {"job_at_line", QT_TRANSLATE_NOOP("Reasons", "%1: line %2: %3:")},
    {"job_key_missing", QT_TRANSLATE_NOOP("Reasons", "the key is missing.")},
    {"job_key_twice",
     QT_TRANSLATE_NOOP("Reasons", "the key stands there a second time; leave one of both.")},
    {"job_key_unknown",
     QT_TRANSLATE_NOOP("Reasons",
                       "this is no option of a job. Leave it out, or say it in \"comment\".")},
    {"job_key_meant",
     QT_TRANSLATE_NOOP("Reasons", "this is no option of a job; did you mean \"%1\"?")},
    {"job_whole_number",
     QT_TRANSLATE_NOOP("Reasons", "expected a whole number from %1 to %2, not %3.")},
    {"job_number", QT_TRANSLATE_NOOP("Reasons", "expected a number from %1 to %2, not %3.")},
    {"job_one_of", QT_TRANSLATE_NOOP("Reasons", "expected one of %1, not %2.")},
    {"job_path", QT_TRANSLATE_NOOP("Reasons", "expected a path, not %1.")},
    {"job_switch", QT_TRANSLATE_NOOP("Reasons", "expected true or false, not %1.")},
    {"no_file",
     QT_TRANSLATE_NOOP("Reasons", "Cannot read %1: it is %2w, where a file is expected.")},
    {"file_unreadable", QT_TRANSLATE_NOOP("Reasons", "%1 cannot be read, or is too large.")},
    {"file_is_pointer_to",
     QT_TRANSLATE_NOOP(
         "Reasons",
         "%1 is a Git LFS pointer, not the file itself, whose %2 bytes were not fetched. "
         "Fetch it with \"git lfs pull\" in its folder, or download it again.")},
    {"no_memory_to_read", QT_TRANSLATE_NOOP("Reasons", "Not enough memory to read %1.")},
    {"checkpoint_changed",
     QT_TRANSLATE_NOOP("Reasons", "%1 is not as it was written: its hash is not the one in %2.")},
    {"target_unknown",
     QT_TRANSLATE_NOOP("Reasons",
                       "%1: \"%2\" names no linear map of this model. Names are like q_proj, "
                       "shared_experts.up_proj or model.layers.0.self_attn.q_proj.")},
    {"module_unknown",
     QT_TRANSLATE_NOOP("Reasons",
                       "%1: \"%2\" names no module of this model. Names are like q_proj, "
                       "shared_experts.up_proj or model.layers.0.self_attn.q_proj.")},
    {"router_takes_none", QT_TRANSLATE_NOOP("Reasons", "The router takes no adapter.")},
    {"no_targets",
     QT_TRANSLATE_NOOP("Reasons", "targets: nothing would learn; name at least one.")},
    {"no_memory_to_measure",
     QT_TRANSLATE_NOOP(
         "Reasons",
         "Not enough memory to measure a step. Use a smaller batch_size, fewer targets, "
         "or a model in fewer bits.")},
    {"training_needs_gpu_memory",
     QT_TRANSLATE_NOOP("Reasons",
                       "Training needs %1 of GPU memory (%2 for weights, %3 for what learns with "
                       "gradients and moments, %4 for activations, %5 to compute in).")},
    {"gpu_has_memory",
     QT_TRANSLATE_NOOP("Reasons", "%1 has %2, %3 of it free, and %4 are kept in reserve.")},
    {"choose_less_for_gpu",
     QT_TRANSLATE_NOOP("Reasons",
                       "Choose fewer targets or a smaller rank, shorter samples, a model in fewer "
                       "bits, or train on the CPU (--backend cpu).")},
    {"fits_with_batch",
     QT_TRANSLATE_NOOP("Reasons",
                       "With batch_size %1 it fits; a larger accumulation keeps what a step learns "
                       "from.")},
    {"fits_with_batch_and_checkpointing",
     QT_TRANSLATE_NOOP(
         "Reasons",
         "With batch_size %1 and activations that are computed again it fits; a larger "
         "accumulation keeps what a step learns from.")},
    {"fits_with_packed_moments",
     QT_TRANSLATE_NOOP("Reasons",
                       "With moments of 8 bits (optimizer: adamw_8bit), activations that are "
                       "computed again and batch_size %1 it fits; a larger accumulation keeps what "
                       "a step learns from.")},
    {"gpu_failed",
     QT_TRANSLATE_NOOP("Reasons",
                       "%1 failed or went away: %2. To use the GPU again, restart the program; "
                       "until then it can compute on the CPU (--backend cpu).")},
    {"gpu_of_another",
     QT_TRANSLATE_NOOP("Reasons",
                       "%1 is kept by another program for itself alone (its compute mode is "
                       "exclusive). Close that program, set the mode to DEFAULT with nvidia-smi "
                       "-c, or compute on the CPU (--backend cpu).")},
    {"gpu_closed",
     QT_TRANSLATE_NOOP("Reasons",
                       "%1 is closed to all programs that compute (its compute mode is "
                       "prohibited). Set the mode to DEFAULT with nvidia-smi -c, or compute on the "
                       "CPU (--backend cpu).")},
    {"model_needs_memory",
     QT_TRANSLATE_NOOP("Reasons",
                       "This model needs %1 of memory: %2 for the weights, %3 for a context of %4 "
                       "tokens and %5 to compute in.")},
    {"model_needs_memory_beside_weights",
     QT_TRANSLATE_NOOP(
         "Reasons",
         "This model needs %1 of memory: %2 for a context of %3 tokens and %4 to compute "
         "in.")},
    {"computer_has_memory",
     QT_TRANSLATE_NOOP("Reasons", "This computer has %1, %2 of it available.")},
    {"choose_smaller_context", QT_TRANSLATE_NOOP("Reasons", "Choose a smaller context.")},
    {"choose_smaller_model",
     QT_TRANSLATE_NOOP(
         "Reasons",
         "Choose a smaller preset or a smaller context, or leave the weights on the disk "
         "(--from-disk), which is slow.")},
    {"no_memory_for_tensor",
     QT_TRANSLATE_NOOP("Reasons", "Not enough memory to convert %1 (%2 numbers).")},
    {"no_memory_for_context",
     QT_TRANSLATE_NOOP("Reasons",
                       "Not enough memory for a context of %1 tokens: besides the weights (%2) it "
                       "needs %3. Close other programs or choose a smaller context.")},
    {"model_file_none",
     QT_TRANSLATE_NOOP("Reasons",
                       "%1: the header claims %2 bytes, more than the format allows; this is no "
                       "safetensors file.")},
    {"model_file_ends_early",
     QT_TRANSLATE_NOOP("Reasons",
                       "%1: tensor %2: ends %3 bytes after the file; the file is incomplete.")},
    {"model_converted",
     QT_TRANSLATE_NOOP(
         "Reasons",
         "%1 is converted already: %2 is in %3. Convert from the model in bfloat16, as "
         "it was published.")},
    {"tensor_not_finite",
     QT_TRANSLATE_NOOP(
         "Reasons",
         "Tensor %1 holds numbers that are not finite; the file is damaged. Download it "
         "again.")},
    {"tokenizer_not_there",
     QT_TRANSLATE_NOOP("Reasons",
                       "%1: the folder holds neither tokenizer.json nor tokenizer.model.")},
    {"tokenizer_of_other_model",
     QT_TRANSLATE_NOOP(
         "Reasons",
         "The tokenizer in %1 knows %2 tokens, but vocab_size in config.json is %3: they "
         "do not belong together. Take the tokenizer that came with the weights.")},
    {"no_memory_for_tokenizer",
     QT_TRANSLATE_NOOP("Reasons", "Not enough memory for the tokenizer in %1.")},
    {"at_tensor", QT_TRANSLATE_NOOP("Reasons", "%1: %2:")},
    {"adapter_of_other_model",
     QT_TRANSLATE_NOOP("Reasons",
                       "the model has no such module: this adapter belongs to another model.")},
    {"adapter_shape", QT_TRANSLATE_NOOP("Reasons", "its shape is %1, but the model wants %2.")},
    {"adapter_rank",
     QT_TRANSLATE_NOOP("Reasons",
                       "its rank is %1, but r or rank_pattern in %2 says %3, so its scaling is not "
                       "known. Put the right rank there.")},
    {"adapter_factor_missing",
     QT_TRANSLATE_NOOP("Reasons", "the other factor of this module is missing.")},
    {"adapter_not_finite",
     QT_TRANSLATE_NOOP("Reasons",
                       "it holds numbers that are not finite: the training went wrong.")},
    {"adapter_module_missing",
     QT_TRANSLATE_NOOP(
         "Reasons",
         "%1: modules_to_save in %2 names %3, but its weight is not in the file. Copy "
         "the adapter again, or take the module out of modules_to_save.")},
    {"adapter_fits_nothing",
     QT_TRANSLATE_NOOP("Reasons", "%1 holds nothing that fits this model.")},
    {"adapter_with_others",
     QT_TRANSLATE_NOOP(
         "Reasons",
         "%1 holds weights that were trained along with the adapter, which this program "
         "does not read. Merge both into the model with the tool that wrote them; where "
         "the file belongs to something else, move it away.")},
    {"adapter_is_pickle",
     QT_TRANSLATE_NOOP(
         "Reasons",
         "%1 is a Python pickle, which runs code when it is read; only %2 is read. Load "
         "the adapter with PEFT and save it again (save_pretrained), which writes that "
         "file.")},
    {"no_memory_for_adapter",
     QT_TRANSLATE_NOOP("Reasons",
                       "Not enough memory for the adapter in %1. Close other programs.")},
    {"merge_needs_plain_weights",
     QT_TRANSLATE_NOOP(
         "Reasons",
         "%1: %2 is stored as %3. Merge the adapter into the 16-bit model that this one "
         "was made from.")},
    {"merged_not_finite",
     QT_TRANSLATE_NOOP("Reasons",
                       "Merged, %1 holds numbers that are not finite: the adapter or the model is "
                       "damaged.")},
    {"no_memory_to_merge",
     QT_TRANSLATE_NOOP("Reasons", "Not enough memory to merge %1. Close other programs.")},
    {"no_memory_to_convert",
     QT_TRANSLATE_NOOP("Reasons", "Not enough memory to convert %1. Close other programs.")},
    {"no_room_for_merge",
     QT_TRANSLATE_NOOP("Reasons",
                       "%1 has %2 free, but the merged model needs %3. Free some space or name a "
                       "folder on another disk.")},
    {"no_room_for_conversion",
     QT_TRANSLATE_NOOP(
         "Reasons",
         "%1 has %2 free, but the conversion to %3 needs %4. Free some space or name a "
         "folder on another disk.")},
    {"conversion_under_way",
     QT_TRANSLATE_NOOP("Reasons", "Another conversion is writing to %1. Wait until it is done.")},
    {"folder_not_empty", QT_TRANSLATE_NOOP("Reasons", "%1 is not empty. Name a new folder.")},
    {"script_not_there",
     QT_TRANSLATE_NOOP(
         "Reasons",
         "The training script is not installed: no train.py in %1. Set DSM_FINETUNE_DIR "
         "to its folder.")},
    {"script_does_not_evaluate",
     QT_TRANSLATE_NOOP(
         "Reasons",
         "The exported script does not evaluate. Leave eval_data and eval_share out, and "
         "evaluate the result here.")},
    {"no_folder", QT_TRANSLATE_NOOP("Reasons", "%1 is no folder.")},
    {"nothing_of_run",
     QT_TRANSLATE_NOOP(
         "Reasons",
         "%1 holds nothing of a run: neither adapter_config.json nor a model in "
         "safetensors, trainer_state.json or events.out.tfevents.* were found. Choose "
         "the folder that the training wrote to.")},
    {"trainer_state_strange",
     QT_TRANSLATE_NOOP(
         "Reasons",
         "%1: expected \"log_history\", a list, as the transformers library's Trainer "
         "writes it.")},
    {"events_damaged",
     QT_TRANSLATE_NOOP(
         "Reasons",
         "%1: the record at byte %2 %3: this is no event file of TensorBoard, or it is "
         "damaged.")},
    {"events_too_large",
     QT_TRANSLATE_NOOP("Reasons", "%1 is larger than %2 MiB: it holds more than curves.")},
    {"store_disk_full",
     QT_TRANSLATE_NOOP(
         "Reasons", "The disk is full; free some space and try again (%1 could not be written).")},
    {"store_not_opened",
     QT_TRANSLATE_NOOP("Reasons",
                       "%1 cannot be opened; check that its folder exists and may be written.")},
    {"store_read_only",
     QT_TRANSLATE_NOOP("Reasons", "%1 is open for reading only; nothing can be changed.")},
    {"store_in_use",
     QT_TRANSLATE_NOOP("Reasons", "%1 is in use by another program; close it and try again.")},
    {"store_unreadable",
     QT_TRANSLATE_NOOP("Reasons", "%1 could not be read or written: %2. Check the disk.")},
    {"store_damaged",
     QT_TRANSLATE_NOOP("Reasons", "%1 is damaged (%2). Start the program again to repair it.")},
    {"store_index_damaged",
     QT_TRANSLATE_NOOP(
         "Reasons",
         "The index of the search is damaged and is being made anew. Try again in a moment.")},
    {"store_no_memory", QT_TRANSLATE_NOOP("Reasons", "There is not enough memory to use %1.")},
    {"store_failed", QT_TRANSLATE_NOOP("Reasons", "%1: %2.")},
    {"store_moved",
     QT_TRANSLATE_NOOP("Reasons",
                       "%1 was moved, replaced or deleted while the program has it open; nothing "
                       "was written. Put it back, or start the program again.")},
    {"store_folder_not_made",
     QT_TRANSLATE_NOOP("Reasons", "The folder %1 cannot be created: %2w.")},
    {"training_gone", QT_TRANSLATE_NOOP("Reasons", "There is no training job %1.")},
    {"log_warning", QT_TRANSLATE_NOOP("Reasons", "Warning:")},
    {"log_note", QT_TRANSLATE_NOOP("Reasons", "Note:")},
    {"log_rows", QT_TRANSLATE_NOOP("Reasons",
                                   "%1: %2 examples of %3 rows, %4 refused, %5 repeated; %6 "
                                   "tokens, of which %7 are trained.")},
    {"log_refused", QT_TRANSLATE_NOOP("Reasons", "refused:")},
    {"log_more_refused", QT_TRANSLATE_NOOP("Reasons", "and %1 more refused rows.")},
    {"log_edited",
     QT_TRANSLATE_NOOP("Reasons",
                       "%1 rows are read as they were edited, and %2 more are left out.")},
    {"log_near", QT_TRANSLATE_NOOP("Reasons",
                                   "%1 examples are nearly equal to an earlier one; the first of "
                                   "them is number %3 of %2, like number %5 of %4.")},
    {"log_column_unused",
     QT_TRANSLATE_NOOP("Reasons", "The column %1 is not used; %2 examples have it.")},
    {"note_never_ends",
     QT_TRANSLATE_NOOP(
         "Reasons",
         "The reference template never trains the end-of-text token: a model tuned with it does "
         "not stop by itself in a chat. Use the template chat to have replies that end.")},
    {"note_other_form",
     QT_TRANSLATE_NOOP(
         "Reasons",
         "This is a Chat model, trained with \"User: ..\" and \"Assistant:\"; the reference "
         "template asks in another form, which only the script of the model's authors uses.")},
    {"note_base_model",
     QT_TRANSLATE_NOOP(
         "Reasons",
         "This is a Base model: it learns the form of a chat from this data set alone, and its "
         "folder has no chat template. A Chat model needs far fewer examples.")},
    {"note_no_chat_form",
     QT_TRANSLATE_NOOP("Reasons",
                       "This is a Chat model, but the raw template has no \"User:\" and "
                       "\"Assistant:\": what is learned shows in completions more than in chats.")},
    {"note_no_end_token",
     QT_TRANSLATE_NOOP(
         "Reasons",
         "The tokenizer has no end-of-text token, so the model cannot learn where to stop.")},
    {"note_other_end_token",
     QT_TRANSLATE_NOOP(
         "Reasons",
         "The tokenizer ends texts with token %1, but config.json says %2: replies may not stop.")},
    {"note_too_long",
     QT_TRANSLATE_NOOP("Reasons", "Samples may have %1 tokens, but the model was made for %2.")},
    {"note_cut", QT_TRANSLATE_NOOP("Reasons",
                                   "%1 examples (%2) are longer than %3 tokens and lose their end, "
                                   "the end-of-text token with it; %4 are cut inside an answer.")},
    {"note_row_trains_nothing",
     QT_TRANSLATE_NOOP("Reasons",
                       "1 row trains nothing and is left out: all its answers are only to be read, "
                       "or lie beyond %1 tokens.")},
    {"note_rows_train_nothing",
     QT_TRANSLATE_NOOP("Reasons",
                       "%1 rows train nothing and are left out: all their answers are only to be "
                       "read, or lie beyond %2 tokens.")},
    {"note_refused", QT_TRANSLATE_NOOP("Reasons", "%1 of %2 rows are refused and not trained.")},
    {"note_history_context", QT_TRANSLATE_NOOP("Reasons",
                                               "%1 examples have earlier turns in a column of "
                                               "history; their answers are context, not trained.")},
    {"note_history_trained",
     QT_TRANSLATE_NOOP(
         "Reasons",
         "%1 examples have earlier turns in a column of history; their answers are trained, too.")},
    {"note_last_answer",
     QT_TRANSLATE_NOOP(
         "Reasons",
         "Of each conversation the last answer alone is trained, and any whose weight is 1.")},
    {"note_special_names", QT_TRANSLATE_NOOP("Reasons",
                                             "%1 examples spell a special token, such as %2. It is "
                                             "trained as plain text; take it out of the data.")},
    {"note_warmup_one_step",
     QT_TRANSLATE_NOOP("Reasons",
                       "Nothing will be learned: the run has 1 step, and a warm-up begins with the "
                       "learning rate 0. Set warmup_steps to 0, or train for more steps.")},
    {"note_warmup_too_long",
     QT_TRANSLATE_NOOP("Reasons",
                       "The warm-up has %1 steps and the run %2: the learning rate never reaches "
                       "its height. Set warmup_steps to a tenth of the steps or less.")},
    {"note_shared", QT_TRANSLATE_NOOP("Reasons",
                                      "%1 training examples are also in the evaluation data, whose "
                                      "loss then looks better than it is.")},
    {"cpu_trains_instead", QT_TRANSLATE_NOOP("Reasons", "The CPU trains instead.")},
    {"older_checkpoint_taken", QT_TRANSLATE_NOOP("Reasons", "An older checkpoint is taken.")},
    {"going_on_after", QT_TRANSLATE_NOOP("Reasons", "Going on after %1.")},
    {"ended_by_hand",
     QT_TRANSLATE_NOOP("Reasons", "Ended by hand: the result is what has been learned so far.")},
    {"ended_without_gain",
     QT_TRANSLATE_NOOP("Reasons", "The evaluation no longer gains: the run ends early.")},
    {"last_numbers_kept",
     QT_TRANSLATE_NOOP(
         "Reasons",
         "The result has the numbers of the last step instead of those of the best evaluation.")},
    {"answers_not_kept", QT_TRANSLATE_NOOP("Reasons", "Later answers are not kept.")},
    {"begun_anew", QT_TRANSLATE_NOOP("Reasons", "Nothing had been saved: the run begins anew.")},
    {"run_interrupted",
     QT_TRANSLATE_NOOP("Reasons", "The program ended while this job ran. It can be resumed.")},
    // Of what kind a failure is that has no words of its own (app/services/training/reason_shown.cpp).
    {"kind_not_found", QT_TRANSLATE_NOOP("Reasons", "Something that is needed is not there:")},
    {"kind_refused", QT_TRANSLATE_NOOP("Reasons", "The disk or the system refused:")},
    {"kind_malformed",
     QT_TRANSLATE_NOOP("Reasons", "A file is damaged, or not in the form that was expected:")},
    {"kind_unsupported",
     QT_TRANSLATE_NOOP("Reasons", "This is something that the program does not do:")},
    {"kind_memory", QT_TRANSLATE_NOOP("Reasons", "There is not enough memory:")},
    {"kind_device_lost", QT_TRANSLATE_NOOP("Reasons", "The graphics card failed, or is gone:")},
    {"kind_internal", QT_TRANSLATE_NOOP("Reasons", "Something failed inside the program:")},
};

constexpr const char* kArguments[] = {
    QT_TRANSLATE_NOOP("Reasons", "a number"),
    QT_TRANSLATE_NOOP("Reasons", "true or false"),
    QT_TRANSLATE_NOOP("Reasons", "a list"),
    QT_TRANSLATE_NOOP("Reasons", "an object"),
    QT_TRANSLATE_NOOP("Reasons", "null"),
    QT_TRANSLATE_NOOP("Reasons", "a string"),
    QT_TRANSLATE_NOOP("Reasons", "bytes that are not UTF-8"),
    QT_TRANSLATE_NOOP("Reasons", "a time, a decimal or another value that is not read"),
    QT_TRANSLATE_NOOP("Reasons", "in a form of Parquet that is not read"),
    QT_TRANSLATE_NOOP("Reasons", "read"),
    QT_TRANSLATE_NOOP("Reasons", "write"),
    QT_TRANSLATE_NOOP("Reasons", "remove"),
    QT_TRANSLATE_NOOP("Reasons", "make"),
    QT_TRANSLATE_NOOP("Reasons", "make the folder"),
    QT_TRANSLATE_NOOP("Reasons", "make a file in"),
    QT_TRANSLATE_NOOP("Reasons", "No space left on device"),
    QT_TRANSLATE_NOOP("Reasons", "Disk quota exceeded"),
    QT_TRANSLATE_NOOP("Reasons", "Permission denied"),
    QT_TRANSLATE_NOOP("Reasons", "Read-only file system"),
    QT_TRANSLATE_NOOP("Reasons", "Input/output error"),
    QT_TRANSLATE_NOOP("Reasons", "No such file or directory"),
    QT_TRANSLATE_NOOP("Reasons", "File too large"),
    QT_TRANSLATE_NOOP("Reasons", "Too many open files"),
    QT_TRANSLATE_NOOP("Reasons", "a folder"),
    QT_TRANSLATE_NOOP("Reasons", "a named pipe"),
    QT_TRANSLATE_NOOP("Reasons", "a socket"),
    QT_TRANSLATE_NOOP("Reasons", "a device"),
    QT_TRANSLATE_NOOP("Reasons", "of another kind"),
};

QString translated(const char* text) {
    return QCoreApplication::translate("Reasons", text);
}

QString wordOf(const QString& argument) {
    const auto found =
        std::find_if(std::begin(kArguments), std::end(kArguments),
                     [&](const char* one) { return argument == QLatin1String(one); });
    return found == std::end(kArguments) ? argument : translated(*found);
}

QString filled(const QString& words, const QStringList& arguments) {
    QString text;
    for (qsizetype i = 0; i < words.size(); ++i) {
        const int place = words[i] == u'%' && i + 1 < words.size() ? words[i + 1].digitValue() : 0;
        if (place < 1 || place > arguments.size()) {
            text += words[i];
            continue;
        }
        ++i;
        const bool isWord = i + 1 < words.size() && words[i + 1] == u'w';
        text += isWord ? wordOf(arguments[place - 1]) : arguments[place - 1];
        if (isWord) ++i;
    }
    return text;
}

const char* textOf(const QString& code) {
    static const QHash<QString, const char*> all = [] {
        QHash<QString, const char*> texts;
        for (const Words& words : kReasons)
            texts.insert(QString::fromLatin1(words.code), words.text);
        return texts;
    }();
    return all.value(code);
}

}  // namespace

QString presentReason(const ReasonShown& reason) {
    QStringList sentences;
    for (const ReasonSentence& sentence : reason.sentences) {
        const char* words = textOf(sentence.code);
        // One that has no code, or that a later version of the program kept.
        if (words == nullptr && sentence.arguments.isEmpty()) return reason.text;
        sentences.append(words == nullptr ? sentence.arguments.first()
                                          : filled(translated(words), sentence.arguments));
    }
    return sentences.isEmpty() ? reason.text : inARow(sentences);
}

}  // namespace dsm
