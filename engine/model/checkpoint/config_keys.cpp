#include "engine/model/checkpoint/config_keys.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "engine/format/json_file.h"

namespace dsm {
namespace {

// What config.cpp and rope_config.cpp read.
constexpr std::string_view kRead[] = {
    "model_type",
    "vocab_size",
    "hidden_size",
    "intermediate_size",
    "moe_intermediate_size",
    "num_hidden_layers",
    "num_attention_heads",
    "num_key_value_heads",
    "head_dim",
    "n_routed_experts",
    "n_shared_experts",
    "num_experts_per_tok",
    "first_k_dense_replace",
    "moe_layer_freq",
    "max_position_embeddings",
    "norm_topk_prob",
    "rms_norm_eps",
    "rope_theta",
    "rope_scaling",
    "rope_parameters",
    "bos_token_id",
    "eos_token_id",
    "torch_dtype",
    "dtype",
    "quantization_config",
    "layer_types",
};

struct OnlyValue {
    std::string_view key;
    const char* value;  // as JSON
};

// Keys of related architectures; a model that needs another value is another model.
constexpr std::array kOnlyValues{
    OnlyValue{"architectures", "[\"DeepseekForCausalLM\"]"},
    OnlyValue{"hidden_act", "\"silu\""},
    OnlyValue{"hidden_activation", "\"silu\""},
    OnlyValue{"scoring_func", "\"softmax\""},
    OnlyValue{"topk_method", "\"greedy\""},
    OnlyValue{"attention_bias", "false"},
    OnlyValue{"attention_out_bias", "false"},
    OnlyValue{"mlp_bias", "false"},
    OnlyValue{"use_bias", "false"},
    OnlyValue{"bias", "false"},
    OnlyValue{"qkv_bias", "false"},
    OnlyValue{"use_qkv_bias", "false"},
    OnlyValue{"lm_head_bias", "false"},
    OnlyValue{"use_qk_norm", "false"},
    OnlyValue{"qk_norm", "false"},
    OnlyValue{"qk_layernorm", "false"},
    OnlyValue{"tie_word_embeddings", "false"},
    OnlyValue{"routed_scaling_factor", "1"},
    OnlyValue{"n_group", "1"},
    OnlyValue{"topk_group", "1"},
    OnlyValue{"partial_rotary_factor", "1"},
    OnlyValue{"rotary_pct", "1"},
    OnlyValue{"rope_interleave", "false"},
    OnlyValue{"rope_interleaved", "false"},
    OnlyValue{"num_nextn_predict_layers", "0"},
    OnlyValue{"kv_lora_rank", "null"},
    OnlyValue{"q_lora_rank", "null"},
    OnlyValue{"qk_rope_head_dim", "null"},
    OnlyValue{"qk_nope_head_dim", "null"},
    OnlyValue{"qk_head_dim", "null"},
    OnlyValue{"v_head_dim", "null"},
    OnlyValue{"use_mla", "false"},
    OnlyValue{"sliding_window", "null"},
    OnlyValue{"use_sliding_window", "false"},
    OnlyValue{"attention_chunk_size", "null"},
    OnlyValue{"attn_logit_softcapping", "null"},
    OnlyValue{"final_logit_softcapping", "null"},
    OnlyValue{"logit_scale", "1"},
    OnlyValue{"logits_scaling", "1"},
    OnlyValue{"embedding_multiplier", "1"},
    OnlyValue{"residual_multiplier", "1"},
    OnlyValue{"attention_multiplier", "null"},
    OnlyValue{"scale_attn_weights", "true"},
    OnlyValue{"clip_qkv", "null"},
    OnlyValue{"mlp_only_layers", "[]"},
    OnlyValue{"decoder_sparse_step", "1"},
    OnlyValue{"router_bias", "false"},
    OnlyValue{"is_encoder_decoder", "false"},
    OnlyValue{"tie_encoder_decoder", "false"},
    OnlyValue{"add_cross_attention", "false"},
    OnlyValue{"pruned_heads", "{}"},
    OnlyValue{"cross_attention_hidden_size", "null"},
};

constexpr std::string_view kHarmless[] = {
    // Names and notes.
    "auto_map",
    "name_or_path",
    "transformers_version",
    "transformers.js_config",
    "tokenizer_class",
    "license",
    "custom_pipelines",
    // How the makers trained; fine-tuning here has settings of its own.
    "initializer_range",
    "init_std",
    "attention_dropout",
    "hidden_dropout",
    "hidden_dropout_prob",
    "attention_probs_dropout_prob",
    "classifier_dropout",
    "embd_pdrop",
    "resid_pdrop",
    "attn_pdrop",
    "gradient_checkpointing",
    "aux_loss_alpha",
    "seq_aux",
    "router_aux_loss_coef",
    "router_z_loss_coef",
    "router_jitter_noise",
    "output_router_logits",
    // How another program computes the same numbers.
    "use_cache",
    "pretraining_tp",
    "ep_size",
    "use_bfloat16",
    "attn_implementation",
    "torchscript",
    "tf_legacy_loss",
    "chunk_size_feed_forward",
    "use_flash_attention",
    "use_flash_attn",
    "return_dict",
    "output_hidden_states",
    "output_attentions",
    "is_decoder",
    // Of classifiers.
    "id2label",
    "label2id",
    "num_labels",
    "problem_type",
    "finetuning_task",
    "task_specific_params",
    // Ids that no pass reads.
    "pad_token_id",
    "unk_token_id",
    "sep_token_id",
    "cls_token_id",
    "mask_token_id",
    "decoder_start_token_id",
    // Defaults of replies: read, or refused, where there is no generation_config.json to say them.
    "do_sample",
    "temperature",
    "top_k",
    "top_p",
    "typical_p",
    "repetition_penalty",
    "length_penalty",
    "diversity_penalty",
    "no_repeat_ngram_size",
    "encoder_no_repeat_ngram_size",
    "bad_words_ids",
    "suppress_tokens",
    "begin_suppress_tokens",
    "forced_bos_token_id",
    "forced_eos_token_id",
    "exponential_decay_length_penalty",
    "remove_invalid_values",
    "renormalize_logits",
    "num_beams",
    "num_beam_groups",
    "num_return_sequences",
    "early_stopping",
    "max_length",
    "max_new_tokens",
    "min_length",
    "prefix",
    "output_scores",
    "return_dict_in_generate",
    "generation_config",
};

// Private notes of programs, and what one of them adds about itself.
bool isNote(std::string_view key) {
    return key.starts_with('_') || key.starts_with("unsloth");
}

template <class Keys>
bool contains(const Keys& keys, std::string_view key) {
    return std::find(std::begin(keys), std::end(keys), key) != std::end(keys);
}

Result<void> checkKey(const JsonField& field, std::string_view key) {
    if (field.isNull() || contains(kRead, key) || contains(kHarmless, key) || isNote(key)) {
        return {};
    }
    const auto only = std::find_if(kOnlyValues.begin(), kOnlyValues.end(),
                                   [&](const OnlyValue& one) { return one.key == key; });
    if (only == kOnlyValues.end()) {
        return field.unsupported(ReasonCode::ModelKeyUnknown);
    }
    if (field.value() == nlohmann::json::parse(only->value)) return {};
    return field.unsupported({ReasonCode::ModelAsksOther, {shown(field.value()), only->value}});
}

}  // namespace

Result<void> checkOtherKeys(const JsonField& root) {
    for (const auto& [key, value] : root.value().items()) {
        const Result<JsonField> field = root.maybe(key);
        if (!field) return tl::unexpected(field.error());
        if (auto checked = checkKey(*field, key); !checked) return checked;
    }
    return {};
}

}  // namespace dsm
