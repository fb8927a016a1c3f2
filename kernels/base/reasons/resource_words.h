// English words of reasons, in the order of their codes. Of memory, files and folders, and of the databases.
//
// Threads  Any: constants.
#pragma once

#include "kernels/base/reasons/reason_code.h"

namespace dsm::reasons {

inline constexpr ReasonWords kResourceWords[] = {
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
};

}  // namespace dsm::reasons
