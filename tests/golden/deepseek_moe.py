"""DeepSeekMoE (arXiv 2401.06066) in plain PyTorch: the independent oracle, and the model that
the demo model is trained with.

Written from the paper and the published config.json and tensor names, so that it shares no
mistake with the engine. Module names spell the checkpoint's tensor names, therefore
`state_dict()` is the checkpoint. Works with torch 1.13 and later.

Letters: B sequences, T tokens, N = B * T, D hidden, H heads, G key/value heads, K head size,
V vocabulary, E routed experts, A active experts, F expert width.
"""

import math
from dataclasses import dataclass, fields

import torch
from torch import nn
from torch.nn import functional as F


@dataclass
class Config:
    vocab_size: int
    hidden_size: int
    intermediate_size: int
    moe_intermediate_size: int
    num_hidden_layers: int
    num_attention_heads: int
    num_key_value_heads: int
    n_routed_experts: int
    n_shared_experts: int
    num_experts_per_tok: int
    first_k_dense_replace: int
    moe_layer_freq: int
    norm_topk_prob: bool
    rms_norm_eps: float
    rope_theta: float
    max_position_embeddings: int
    routed_scaling_factor: float = 1.0  # absent from the released checkpoints
    aux_loss_alpha: float = 0.001

    @staticmethod
    def from_dict(values):
        """Keeps the keys that shape the model; a missing structural key raises TypeError."""
        names = {field.name for field in fields(Config)}
        return Config(**{name: value for name, value in values.items() if name in names})

    @property
    def head_size(self):
        return self.hidden_size // self.num_attention_heads

    def is_moe_layer(self, layer):
        return layer >= self.first_k_dense_replace and layer % self.moe_layer_freq == 0


def at_least_f32(x):
    """Statistics and softmax run in float32, or in float64 when the whole model does."""
    return x if x.dtype == torch.float64 else x.float()


def rms_norm(x, weight, eps):
    """y = weight * x / sqrt(mean(x^2) + eps), over the last dimension."""
    wide = at_least_f32(x)
    scale = torch.rsqrt(wide.pow(2).mean(-1, keepdim=True) + eps)
    return weight * (wide * scale).to(x.dtype)


def rope(x, positions, theta):
    """Rotates pairs (x[i], x[i + K/2]) by positions * theta^(-2i/K). x [..., T, heads, K].

    Frequencies and angles are float32 whatever the dtype of x, as in the original.
    """
    half = x.shape[-1] // 2
    exponent = torch.arange(half, dtype=torch.float64) / half
    frequency = (theta ** -exponent).float()
    angle = positions.float()[:, None] * frequency  # [T, K/2]
    cos, sin = angle.cos().to(x.dtype)[:, None, :], angle.sin().to(x.dtype)[:, None, :]
    low, high = x[..., :half], x[..., half:]
    return torch.cat([low * cos - high * sin, high * cos + low * sin], dim=-1)


def attend(q, k, v, first_position):
    """Causal attention with grouped heads. q [B, T, H, K]; k, v [B, S, G, K] -> [B, T, H * K].

    Query t stands at position first_position + t and sees keys 0 .. first_position + t.
    """
    batch, tokens, heads, size = q.shape
    group = heads // k.shape[2]
    k = k.repeat_interleave(group, dim=2).transpose(1, 2)  # [B, H, S, K]
    v = v.repeat_interleave(group, dim=2).transpose(1, 2)
    scores = q.transpose(1, 2) @ k.transpose(2, 3) / math.sqrt(size)  # [B, H, T, S]
    query_position = first_position + torch.arange(tokens)[:, None]
    hidden = torch.arange(k.shape[2])[None, :] > query_position
    scores = at_least_f32(scores).masked_fill(hidden, float("-inf"))
    probability = torch.softmax(scores, dim=-1).to(q.dtype)
    return (probability @ v).transpose(1, 2).reshape(batch, tokens, heads * size)


def route(x, gate, active, normalise, scaling=1.0):
    """x [N, D], gate [E, D] -> scores [N, E], experts [N, A] best first, weights [N, A]."""
    scores = torch.softmax(at_least_f32(x) @ at_least_f32(gate).t(), dim=-1)
    weights, experts = torch.topk(scores, active, dim=-1)
    if normalise:
        weights = weights / (weights.sum(-1, keepdim=True) + 1e-20)
    return scores, experts, weights * scaling


def balance_loss(scores, experts, mask, alpha):
    """Sequence-wise auxiliary loss. scores [B, T, E], experts [B, T, A], mask [B, T] of 0/1.

    ce[e] = count[e] / (len * A / E); loss = alpha * mean_b sum_e ce[e] * mean_t score[t, e].
    """
    expert_count, active = scores.shape[-1], experts.shape[-1]
    mask = mask.to(scores.dtype)
    length = mask.sum(1).clamp(min=1)  # [B]
    chosen = torch.zeros_like(scores).scatter_(2, experts, 1.0) * mask[..., None]
    load = chosen.sum(1) / (length * active / expert_count)[:, None]
    mean_score = (scores * mask[..., None]).sum(1) / length[:, None]
    return alpha * (load.detach() * mean_score).sum(1).mean()


def linear(rows_in, rows_out):
    return nn.Linear(rows_in, rows_out, bias=False)


class Mlp(nn.Module):
    """down(silu(gate(x)) * up(x))."""

    def __init__(self, hidden, width):
        super().__init__()
        self.gate_proj = linear(hidden, width)
        self.up_proj = linear(hidden, width)
        self.down_proj = linear(width, hidden)

    def forward(self, x):
        return self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))


class Gate(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(config.n_routed_experts, config.hidden_size))
        nn.init.normal_(self.weight, std=0.02)


class Moe(nn.Module):
    """Shared experts (one wide MLP, always on) plus the weighted sum of the routed ones."""

    def __init__(self, config):
        super().__init__()
        self.config = config
        self.gate = Gate(config)
        self.experts = nn.ModuleList(
            Mlp(config.hidden_size, config.moe_intermediate_size)
            for _ in range(config.n_routed_experts)
        )
        self.shared_experts = Mlp(
            config.hidden_size, config.moe_intermediate_size * config.n_shared_experts
        )

    def forward(self, x, mask=None, trace=None):
        """x [B, T, D] -> (y [B, T, D], auxiliary loss; 0 without a mask)."""
        config, shape = self.config, x.shape
        flat = x.reshape(-1, shape[-1])
        scores, experts, weights = route(
            flat,
            self.gate.weight,
            config.num_experts_per_tok,
            config.norm_topk_prob,
            config.routed_scaling_factor,
        )
        outputs = self._run_experts(flat, experts)  # [N, A, D]
        routed = (outputs * weights.to(x.dtype)[..., None]).sum(1)
        shared = self.shared_experts(flat)
        if trace is not None:
            trace.update(
                router_scores=scores, experts=experts.int(), weights=weights,
                expert_outputs=outputs, shared_output=shared,
            )
        loss = 0.0
        if mask is not None:
            loss = balance_loss(
                scores.view(*shape[:2], -1), experts.view(*shape[:2], -1), mask,
                config.aux_loss_alpha,
            )
        return (shared + routed).view(shape), loss

    def _run_experts(self, flat, experts):
        """Gathers the tokens of each expert, so that every expert is one matrix product."""
        active = experts.shape[1]
        slots = experts.reshape(-1)  # slot n * A + a
        order = torch.sort(slots, stable=True)[1]
        counts = torch.bincount(slots, minlength=len(self.experts)).tolist()
        gathered = flat[torch.div(order, active, rounding_mode="floor")].split(counts)
        pieces = [expert(rows) for expert, rows in zip(self.experts, gathered) if len(rows)]
        sorted_rows = torch.cat(pieces)
        inverse = torch.empty_like(order)
        inverse[order] = torch.arange(len(order))
        return sorted_rows[inverse].view(flat.shape[0], active, flat.shape[1])


class Norm(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(config.hidden_size))
        self.eps = config.rms_norm_eps

    def forward(self, x):
        return rms_norm(x, self.weight, self.eps)


class Attention(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        key_value = config.num_key_value_heads * config.head_size
        self.q_proj = linear(config.hidden_size, config.hidden_size)
        self.k_proj = linear(config.hidden_size, key_value)
        self.v_proj = linear(config.hidden_size, key_value)
        self.o_proj = linear(config.hidden_size, config.hidden_size)

    def forward(self, x, trace=None):
        config, (batch, tokens, _) = self.config, x.shape
        positions = torch.arange(tokens)
        heads = (batch, tokens, -1, config.head_size)
        q = rope(self.q_proj(x).view(heads), positions, config.rope_theta)
        k = rope(self.k_proj(x).view(heads), positions, config.rope_theta)
        v = self.v_proj(x).view(heads)
        attention = attend(q, k, v, 0)
        if trace is not None:
            trace.update(q=q, k=k, v=v, attention=attention)
        return self.o_proj(attention)


class Layer(nn.Module):
    def __init__(self, config, index):
        super().__init__()
        self.input_layernorm = Norm(config)
        self.self_attn = Attention(config)
        self.post_attention_layernorm = Norm(config)
        self.is_moe = config.is_moe_layer(index)
        self.mlp = Moe(config) if self.is_moe else Mlp(config.hidden_size, config.intermediate_size)

    def forward(self, x, mask=None, trace=None):
        normed = self.input_layernorm(x)
        middle = x + self.self_attn(normed, trace)
        post_normed = self.post_attention_layernorm(middle)
        if self.is_moe:
            update, loss = self.mlp(post_normed, mask, trace)
        else:
            update, loss = self.mlp(post_normed), 0.0
        output = middle + update
        if trace is not None:
            trace.update(
                input=x, input_norm=normed, after_attention=middle, post_norm=post_normed,
                mlp_output=update, output=output,
            )
        return output, loss


class Body(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.embed_tokens = nn.Embedding(config.vocab_size, config.hidden_size)
        self.layers = nn.ModuleList(Layer(config, i) for i in range(config.num_hidden_layers))
        self.norm = Norm(config)


class DeepseekMoe(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        self.model = Body(config)
        self.lm_head = linear(config.hidden_size, config.vocab_size)

    def hidden(self, ids, mask=None, traces=None):
        """ids [B, T] -> (normed hidden states [B, T, D], auxiliary loss).

        Padding stands on the right, where causal attention hides it from every real token;
        `mask` [B, T] keeps it out of the auxiliary loss. `traces`, a dict, receives one dict of
        intermediate values per layer.
        """
        x, total = self.model.embed_tokens(ids), 0.0
        for index, layer in enumerate(self.model.layers):
            trace = None if traces is None else traces.setdefault(index, {})
            x, loss = layer(x, mask, trace)
            total = total + loss
        return self.model.norm(x), total

    def forward(self, ids):
        """ids [B, T] -> logits [B, T, V]."""
        return self.lm_head(self.hidden(ids)[0])

    def training_loss(self, ids, weights, mask):
        """(mean cross entropy of ids[:, 1:] weighted by weights[:, 1:], auxiliary loss).

        All [B, T]; tokens of weight 0 are not predicted, those of mask 0 are padding.
        """
        states, auxiliary = self.hidden(ids[:, :-1], mask[:, :-1])
        wanted = weights[:, 1:] > 0
        logits = self.lm_head(states[wanted])  # only the rows that count
        losses = F.cross_entropy(logits.float(), ids[:, 1:][wanted], reduction="none")
        chosen = weights[:, 1:][wanted]
        return (losses * chosen).sum() / chosen.sum(), auxiliary
