// Reason: why something was refused or failed, as codes and what belongs into their sentences, so
// that each front end can say it in its reader's language. text() are the English words, which
// stand in reason_words.cpp alone; an Error made of a reason has them as its message.
//
// Threads  Any. reasonOf() knows the last few errors that its own thread made of reasons: who wants
//          more than the message asks where the error arrives, on the thread that made it.
// Errors   None.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kernels/base/result.h"

namespace dsm {

enum class ReasonCode {
    Other,  // a sentence that has no code, as it is

    // A row that cannot be read from its file.
    CsvCarriageReturn,
    CsvQuote,
    CsvNul,
    CsvOneField,
    CsvFields,
    RowTooLong,
    RowNoMemory,
    RowNotUtf8,
    RowNotUtf8InLine,
    RowNoObject,
    RowIsArray,
    ParquetNotUtf8,
    JsonInvalid,
    JsonNul,
    JsonNotUtf8,
    JsonNumberTooLarge,
    JsonKeyTwice,
    JsonTooDeep,

    // One that teaches nothing that is understood.
    TableByColumns,
    TableByRowNumbers,
    TableByNumberedColumns,
    TableWithNamesApart,
    NoKnownColumn,
    ColumnsMeant,
    ColumnNoText,
    ColumnEmpty,
    ColumnNoList,
    ColumnNoJsonList,
    QuestionColumnMissing,
    HistoryWithoutPlace,
    ColumnOfTools,
    ColumnOfMedia,
    ColumnOfPairs,
    ColumnOfMasks,
    ColumnOfHistoryChoice,
    ColumnOfWeights,
    WeightIsZero,
    WeightStrange,
    WeightsDisagree,
    KeyStrange,
    TurnNoObject,
    TurnKeyMissing,
    TurnNoText,
    TurnTwoTexts,
    TurnRoleUnknown,
    TurnWeightOfQuestion,
    TurnSystemLate,
    TurnQuestionExpected,
    TurnAnswerExpected,
    TurnAnswerEmpty,
    TurnsWithoutQuestion,
    TurnsTwoSystems,
    TurnsEndWithoutAnswer,
    SystemTwice,
    HistoryNoPair,
    TextNeedsRaw,
    ReferenceTakesPair,
    RawTakesTextOrPair,
    NothingTrained,
    NothingLeftToTrain,

    // Data that cannot be used as a whole.
    NoRows,
    NoRowsInFiles,
    NoRowUsable,
    NoRowUsableInFiles,
    AtLine,
    AtRow,
    AtLineOf,
    AtRowOf,
    ColumnNowhere,
    EditedRowChanged,
    EditsOfNoRows,
    LineGone,
    RowGone,
    SystemTextNeedsChat,
    NoTokenToLearn,
    FileEmpty,
    FileOtherEnding,
    FileOtherEncoding,
    FileCompressed,
    FileIsPointer,
    FileIsWebPage,
    FileBreaksOff,
    FileNoJson,
    FileTwoLists,
    FileKeyBesideRows,
    FileRowTooLong,
    ColumnsOfOneName,
    ColumnNameAt,
    SpoolFailed,
    SystemRefused,

    // A run that cannot begin, go on or end.
    JobNeedsMemory,
    NoMemoryForOptimizer,
    NoMemoryForBatch,
    NoMemoryForWeights,
    FullNeedsPlainWeights,
    OutputNotMade,
    OutputNotWritten,
    OutputInUse,
    OutputHoldsOthers,
    NoRoomForRun,
    NoRoomForCheckpoint,
    NoRoomForResult,
    CheckpointOfOtherJob,
    NoCheckpointWhole,
    LossNotFinite,
    EvaluationNotFinite,
    GradientNotFinite,
    FirstNotFinite,
    WeightsNotFinite,
    TryOtherRate,
    LastCheckpoint,
    NoCheckpointYet,

    // A model that cannot be read, an export that cannot be made.
    ModelNotThere,
    ModelFilesMissing,
    ModelFileIncomplete,
    ModelFileCut,
    ModelInFewBits,
    BaseInFewBits,
    PlaceTaken,
    NoRoomForExport,

    // A job that cannot be read.
    JobAtKey,
    JobAtLine,
    JobKeyMissing,
    JobKeyTwice,
    JobKeyUnknown,
    JobKeyMeant,
    JobWholeNumber,
    JobNumber,
    JobOneOf,
    JobPath,
    JobSwitch,

    // What memory, files, models and adapters refuse, wherever they are used.
    NoFile,
    FileUnreadable,
    FileIsPointerTo,
    NoMemoryToRead,
    CheckpointChanged,
    TargetUnknown,
    ModuleUnknown,
    RouterTakesNone,
    NoTargets,
    NoMemoryToMeasure,
    TrainingNeedsGpuMemory,
    GpuHasMemory,
    ChooseLessForGpu,
    ComputerLacksMemoryBeside,
    FitsWithCheckpointing,
    FitsWithPackedMoments,
    FitsInNf4,
    FitsWithLength,
    FitsWithAttentionAlone,
    FitsWithAllOfIt,
    FitsWithLayersOnCpu,
    GpuFailed,
    GpuOfAnother,
    GpuClosed,
    ModelNeedsMemory,
    ModelNeedsMemoryBesideWeights,
    ComputerHasMemory,
    ChooseSmallerContext,
    ChooseSmallerModel,
    NoMemoryForTensor,
    NoMemoryForContext,
    ModelFileNone,
    ModelFileEndsEarly,
    ModelConverted,
    TensorNotFinite,
    TokenizerNotThere,
    TokenizerOfOtherModel,
    NoMemoryForTokenizer,
    AtTensor,
    AdapterOfOtherModel,
    AdapterShape,
    AdapterRank,
    AdapterFactorMissing,
    AdapterNotFinite,
    AdapterModuleMissing,
    AdapterFitsNothing,
    AdapterWithOthers,
    AdapterIsPickle,
    NoMemoryForAdapter,
    MergeNeedsPlainWeights,
    MergedNotFinite,
    NoMemoryToMerge,
    NoMemoryToConvert,
    NoRoomForMerge,
    NoRoomForConversion,
    ConversionUnderWay,
    FolderNotEmpty,
    ScriptNotThere,
    ScriptDoesNotEvaluate,
    NoFolder,
    NothingOfRun,
    TrainerStateStrange,
    EventsDamaged,
    EventsTooLarge,

    // What the file of the trainings, or that of the history, refuses.
    StoreDiskFull,
    StoreNotOpened,
    StoreReadOnly,
    StoreInUse,
    StoreUnreadable,
    StoreDamaged,
    StoreIndexDamaged,
    StoreNoMemory,
    StoreFailed,
    StoreMoved,
    StoreFolderNotMade,
    TrainingGone,

    // What a run says in its log of its data, and of its course.
    LogWarning,
    LogNote,
    LogRows,
    LogRefused,
    LogMoreRefused,
    LogEdited,
    LogNear,
    LogColumnUnused,
    NoteNeverEnds,
    NoteOtherForm,
    NoteBaseModel,
    NoteNoChatForm,
    NoteNoEndToken,
    NoteOtherEndToken,
    NoteTooLong,
    NoteCut,
    NoteRowTrainsNothing,
    NoteRowsTrainNothing,
    NoteRefused,
    NoteHistoryContext,
    NoteHistoryTrained,
    NoteLastAnswer,
    NoteSpecialNames,
    NoteWarmupOneStep,
    NoteWarmupTooLong,
    NoteShared,
    CpuTrainsInstead,
    MomentsOnHost,
    LayersOnCpu,
    BatchesInPieces,
    OlderCheckpointTaken,
    GoingOnAfter,
    EndedByHand,
    EndedWithoutGain,
    LastNumbersKept,
    AnswersNotKept,
    BegunAnew,
    RunInterrupted,

    // What a reply, a text or a load refuses.
    NoModelLoaded,
    NotEnoughMemory,
    EngineFailed,
    NoTextToContinue,
    ReplyCannotContinue,
    TextFillsContext,
    TextTooLong,
    TextTooLongForMaximum,
    MessageTooLong,
    NoChatTemplate,
    TemplateOfOtherModel,
    TemplateHasNoDefault,
    EveryTokenAlike,
    NoMemoryForAnswers,
    WeightsNotLocked,
    WeightsOverLockLimit,
    SummaryEmpty,
    WithoutAdapter,
    WithAdapter,

    // Numbers that are not finite, in a reply.
    NotFinite,
    NotFiniteInEmbedding,
    NotFiniteInAttention,
    NotFiniteInExperts,
    NotFiniteInMlp,
    NotFiniteInHead,
    WeightHoldsNotFinite,
    FactorsHoldNotFinite,
    SumsNotFinite,
    FileDamaged,
    AdapterOrModelDamaged,
    TrySmallerScale,
    TryOtherFormat,

    // A GPU that does not compute.
    GpuAskedButUnusable,
    GpuAskedButNone,
    GpuNotThere,
    BackendUnknown,
    WithoutCuda,
    GpuTooOld,
    DriverTooOld,
    GpuOfOtherGeneration,
    GpuCallFailed,
    GpuMemoryGone,
    GpuMemoryShort,
    LeaveLessOnGpu,
    PinnedMemoryGone,
    LayersNeedGpuMemory,
    ModelNeedsGpuMemory,
    AskForFewerLayers,
    ChooseSmallerForGpu,
    AdapterNeedsGpuMemory,
    AdapterModuleNotOnGpu,

    // What of an adapter is refused.
    AdapterHoldsAnother,
    AdapterTensorTwice,
    AdapterType,
    AdapterNoRows,
    AdapterLeavesOut,
    AdapterWholeIgnored,
    AdapterMethod,
    AdapterOfEmbedding,
    AdapterRowsOfEmbedding,
    AdapterUseOne,
    AdapterBias,
    AdapterNameUnknown,
    AdapterNameBehind,
    AdapterMergeWithPeft,

    // Weights that do not fit what names them.
    TensorMissing,
    TensorInTwoFiles,
    TensorNotInFile,
    TensorShape,
    TensorType,
    TensorTypeOfWeight,
    TensorsOfTwoTypes,
    TensorBeyond,
    TensorIsBias,
    TensorOfOtherModel,
    ModelFileTooLong,

    // What the server for other programs and backups of chats refuse.
    ServerCannotListen,
    ServerNeedsKey,
    AdaptersOfOneName,
    NoRoomForBackup,
    BackupOfNewer,
    ChatsOfNewer,
    BackupIsNone,
    BackupDamaged,
    ChatGone,
    MessageGone,
    TextGone,
    BenchmarkGone,
};

// "%1", "%2" .. stand for the arguments in the English words; "%2w" is one of knownWords().
struct ReasonWords {
    ReasonCode code;
    std::string_view name;  // of the code, where it is kept in files
    std::string_view english;
};

// All of them, in the order of the codes.
std::span<const ReasonWords> reasonWords();
const ReasonWords& wordsOf(ReasonCode code);
// Of a type in JSON, and of what a system says: arguments that have a translation, too.
std::span<const std::string_view> knownWords();

struct ReasonPart {
    ReasonCode code = ReasonCode::Other;
    std::vector<std::string> arguments = {};

    std::string text() const;
    bool operator==(const ReasonPart&) const = default;
};

// A part is a sentence, or what stands before one.
struct Reason {
    std::vector<ReasonPart> parts = {};

    Reason() = default;
    // Not explicit: a problem is set to a code.
    Reason(ReasonCode code, std::vector<std::string> arguments = {})
        : parts{{code, std::move(arguments)}} {}

    bool empty() const { return parts.empty(); }
    void add(ReasonCode code, std::vector<std::string> arguments = {}) {
        parts.push_back({code, std::move(arguments)});
    }
    void add(const Reason& more) {
        parts.insert(parts.end(), more.parts.begin(), more.parts.end());
    }
    std::string text() const;
    bool operator==(const Reason&) const = default;
};

// An error with the reason's words.
tl::unexpected<Error> failure(ErrorCode code, const Reason& reason, int systemReason = 0);
inline tl::unexpected<Error> failure(ErrorCode code, ReasonCode reason,
                                     std::vector<std::string> arguments) {
    return failure(code, Reason(reason, std::move(arguments)));
}
// Of one that was made otherwise: its message, as Other.
Reason reasonOf(const Error& error);
// With another sentence.
Error withReason(Error error, ReasonCode code, std::vector<std::string> arguments = {});

}  // namespace dsm
