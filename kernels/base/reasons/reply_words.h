// English words of reasons, in the order of their codes. Of replies, GPUs, adapters, weights, servers and backups.
//
// Threads  Any: constants.
#pragma once

#include "kernels/base/reasons/reason_code.h"

namespace dsm::reasons {

inline constexpr ReasonWords kReplyWords[] = {
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
};

}  // namespace dsm::reasons
