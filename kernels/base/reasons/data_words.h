// English words of reasons, in the order of their codes. Of rows, columns and files of examples.
//
// Threads  Any: constants.
#pragma once

#include "kernels/base/reasons/reason_code.h"

namespace dsm::reasons {

inline constexpr ReasonWords kDataWords[] = {
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
};

}  // namespace dsm::reasons
