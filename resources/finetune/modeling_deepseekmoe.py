"""DeepSeekMoE for Transformers: what a training job runs where the authors' code is not beside the model.

Written for DeepSeekMoE Desktop from the paper (arXiv 2401.06066) and the published config.json; the names
of modules are those of the checkpoint's tensors. Trains with Trainer, PEFT and DeepSpeed; it does not
generate text. Padding stands on the right, where causal attention never sees it.
"""

import torch
import torch.nn.functional as F
from torch import nn
from transformers import PretrainedConfig, PreTrainedModel
from transformers.modeling_layers import GradientCheckpointingLayer
from transformers.modeling_outputs import CausalLMOutput


class DeepseekConfig(PretrainedConfig):
    """Every key of config.json becomes an attribute; sizes have no defaults, since those of no model fit."""

    model_type = "deepseek"


def rotary(config, tokens, device):
    """Cosines and sines [T, K] of position * theta^(-2i/K); the halves of a head turn together."""
    theta = getattr(config, "rope_theta", None) or config.rope_parameters["rope_theta"]
    size = config.hidden_size // config.num_attention_heads
    exponent = torch.arange(0, size, 2, dtype=torch.float64, device=device) / size
    angle = torch.arange(tokens, dtype=torch.float32, device=device)[:, None] * (theta ** -exponent).float()
    angle = torch.cat([angle, angle], dim=-1)
    return angle.cos(), angle.sin()


def rotate(x, cos, sin):
    low, high = x.chunk(2, dim=-1)
    return x * cos.to(x.dtype) + torch.cat([-high, low], dim=-1) * sin.to(x.dtype)


class DeepseekRMSNorm(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(config.hidden_size))
        self.eps = config.rms_norm_eps

    def forward(self, x):
        wide = x.float()
        return self.weight * (wide * torch.rsqrt(wide.pow(2).mean(-1, keepdim=True) + self.eps)).to(x.dtype)


class DeepseekMLP(nn.Module):
    def __init__(self, hidden, width):
        super().__init__()
        self.gate_proj = nn.Linear(hidden, width, bias=False)
        self.up_proj = nn.Linear(hidden, width, bias=False)
        self.down_proj = nn.Linear(width, hidden, bias=False)

    def forward(self, x):
        return self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))


class DeepseekGate(nn.Module):
    """Scores [N, E] in float32; the weights of the chosen experts are not renormalised unless asked."""

    def __init__(self, config):
        super().__init__()
        self.config = config
        self.weight = nn.Parameter(torch.empty(config.n_routed_experts, config.hidden_size))

    def forward(self, x):
        scores = F.linear(x.float(), self.weight.float()).softmax(-1)
        weights, experts = torch.topk(scores, self.config.num_experts_per_tok, dim=-1)
        if self.config.norm_topk_prob:
            weights = weights / (weights.sum(-1, keepdim=True) + 1e-20)
        return scores, experts, weights


class DeepseekMoE(nn.Module):
    """The shared experts, plus the weighted sum of the chosen ones; and the balance loss, summed over samples:
    sum_e share[e] * mean_t score[t, e], where share[e] = count[e] / (length * A / E)."""

    def __init__(self, config):
        super().__init__()
        self.config = config
        self.gate = DeepseekGate(config)
        self.experts = nn.ModuleList(
            DeepseekMLP(config.hidden_size, config.moe_intermediate_size) for _ in range(config.n_routed_experts))
        self.shared_experts = DeepseekMLP(config.hidden_size, config.moe_intermediate_size * config.n_shared_experts)

    def forward(self, x, mask):
        flat = x.reshape(-1, x.shape[-1])
        scores, experts, weights = self.gate(flat)
        y = self.shared_experts(flat)
        for e, expert in enumerate(self.experts):
            rows, slots = (experts == e).nonzero(as_tuple=True)
            if len(rows) > 0:
                part = expert(flat[rows]) * weights[rows, slots, None].to(x.dtype)
                y = y.index_add(0, rows, part)
        return y.view(x.shape), self.balance(scores, experts, mask)

    def balance(self, scores, experts, mask):
        batch, tokens = mask.shape
        scores = scores.view(batch, tokens, -1)
        chosen = torch.zeros_like(scores).scatter_(2, experts.view(batch, tokens, -1), 1.0) * mask[..., None]
        length = mask.sum(1, keepdim=True).clamp(min=1)
        share = chosen.sum(1) * scores.shape[-1] / (length * experts.shape[-1])
        mean = (scores * mask[..., None]).sum(1) / length
        return (share.detach() * mean).sum()


class DeepseekAttention(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        self.size = config.hidden_size // config.num_attention_heads
        key_value = config.num_key_value_heads * self.size
        self.q_proj = nn.Linear(config.hidden_size, config.hidden_size, bias=False)
        self.k_proj = nn.Linear(config.hidden_size, key_value, bias=False)
        self.v_proj = nn.Linear(config.hidden_size, key_value, bias=False)
        self.o_proj = nn.Linear(config.hidden_size, config.hidden_size, bias=False)

    def forward(self, x, cos, sin):
        heads = (*x.shape[:2], -1, self.size)
        q = rotate(self.q_proj(x).view(heads).transpose(1, 2), cos, sin)
        k = rotate(self.k_proj(x).view(heads).transpose(1, 2), cos, sin)
        v = self.v_proj(x).view(heads).transpose(1, 2)
        group = q.shape[1] // k.shape[1]
        out = F.scaled_dot_product_attention(
            q, k.repeat_interleave(group, 1), v.repeat_interleave(group, 1), is_causal=True)
        return self.o_proj(out.transpose(1, 2).reshape(x.shape))


class DeepseekDecoderLayer(GradientCheckpointingLayer):
    def __init__(self, config, layer):
        super().__init__()
        self.input_layernorm = DeepseekRMSNorm(config)
        self.self_attn = DeepseekAttention(config)
        self.post_attention_layernorm = DeepseekRMSNorm(config)
        self.is_moe = layer >= config.first_k_dense_replace and layer % config.moe_layer_freq == 0
        self.mlp = DeepseekMoE(config) if self.is_moe else DeepseekMLP(config.hidden_size, config.intermediate_size)

    def forward(self, x, cos, sin, mask):
        x = x + self.self_attn(self.input_layernorm(x), cos, sin)
        normed = self.post_attention_layernorm(x)
        y, balance = self.mlp(normed, mask) if self.is_moe else (self.mlp(normed), x.new_zeros((), dtype=torch.float32))
        return x + y, balance


class DeepseekPreTrainedModel(PreTrainedModel):
    config_class = DeepseekConfig
    base_model_prefix = "model"
    supports_gradient_checkpointing = True
    _no_split_modules = ["DeepseekDecoderLayer"]
    _supports_sdpa = True

    def _init_weights(self, module):
        if isinstance(module, (nn.Linear, nn.Embedding, DeepseekGate)):
            module.weight.data.normal_(0, getattr(self.config, "initializer_range", 0.02))


class DeepseekModel(DeepseekPreTrainedModel):
    def __init__(self, config):
        super().__init__(config)
        self.embed_tokens = nn.Embedding(config.vocab_size, config.hidden_size)
        self.layers = nn.ModuleList(DeepseekDecoderLayer(config, i) for i in range(config.num_hidden_layers))
        self.norm = DeepseekRMSNorm(config)
        self.gradient_checkpointing = False
        self.post_init()

    def get_input_embeddings(self):
        return self.embed_tokens

    def forward(self, input_ids, attention_mask):
        mask = (torch.ones_like(input_ids) if attention_mask is None else attention_mask).float()
        cos, sin = rotary(self.config, input_ids.shape[1], input_ids.device)
        x = self.embed_tokens(input_ids)
        balance = 0.0
        for layer in self.layers:
            x, part = layer(x, cos, sin, mask)
            balance = balance + part
        return self.norm(x), balance


class DeepseekForCausalLM(DeepseekPreTrainedModel):
    def __init__(self, config):
        super().__init__(config)
        self.model = DeepseekModel(config)
        self.lm_head = nn.Linear(config.hidden_size, config.vocab_size, bias=False)
        self.post_init()

    def get_input_embeddings(self):
        return self.model.embed_tokens

    def get_output_embeddings(self):
        return self.lm_head

    def prepare_inputs_for_generation(self, input_ids, **kwargs):  # PEFT asks for one
        return {"input_ids": input_ids}

    def forward(self, input_ids, attention_mask=None, **kwargs):
        """The logits; `balance_loss` of the last call is summed over samples and layers, not yet scaled."""
        x, self.balance_loss = self.model(input_ids, attention_mask)
        return CausalLMOutput(logits=self.lm_head(x))
