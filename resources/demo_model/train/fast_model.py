"""Computes the model of tests/golden/deepseek_moe.py faster: same weights, same function.

Matrix products may run in bfloat16 (autocast), the experts of a layer run as one batched product,
attention as torch's fused kernel. The router stays in float32, since it makes choices. Products
are padded to few different shapes: each new shape costs a kernel compilation.
"""

import pathlib
import sys

import torch
from torch.nn import functional as F

sys.path.append(str(pathlib.Path(__file__).resolve().parents[3] / "tests" / "golden"))

import deepseek_moe  # noqa: E402

plain_route = deepseek_moe.route


def round_up(count, step):
    return (count + step - 1) // step * step


def attend(q, k, v, first_position):
    assert first_position == 0 and q.shape[2] == k.shape[2]
    q, k, v = (x.transpose(1, 2) for x in (q, k, v))
    out = F.scaled_dot_product_attention(q, k, v, is_causal=True)
    return out.transpose(1, 2).flatten(2)


def route(x, gate, *settings):
    with torch.autocast("cpu", enabled=False):
        return plain_route(x, gate, *settings)


def run_experts(moe, flat, experts):
    """Each expert's tokens in a block of their own, all blocks as long as the fullest."""
    active, count = experts.shape[1], len(moe.experts)
    slots = experts.reshape(-1)  # slot n * A + a
    sizes = torch.bincount(slots, minlength=count)
    length = round_up(int(sizes.max()), 128)
    order = torch.sort(slots, stable=True)[1]
    begins = torch.cumsum(sizes, 0) - sizes
    place = torch.empty_like(order)  # of each slot among the E * length rows of the blocks
    place[order] = torch.arange(len(order)) - begins[slots[order]] + slots[order] * length
    token = torch.zeros(count * length, dtype=torch.long)
    token[place] = torch.arange(len(order)) // active
    rows = flat[token].view(count, length, -1)
    gate, up, down = (torch.stack([getattr(expert, name).weight for expert in moe.experts])
                      .transpose(1, 2) for name in ("gate_proj", "up_proj", "down_proj"))
    outputs = (F.silu(rows @ gate) * (rows @ up)) @ down
    return outputs.flatten(0, 1)[place].view(flat.shape[0], active, -1)


def training_loss(model, ids, weights, mask):
    """As DeepseekMoe.training_loss."""
    states, auxiliary = model.hidden(ids[:, :-1], mask[:, :-1])
    wanted, chosen = ids[:, 1:].flatten(), weights[:, 1:].flatten()
    places = chosen.nonzero()[:, 0]
    places = F.pad(places, (0, round_up(len(places), 256) - len(places)), value=0)
    keep = torch.arange(len(places)) < (chosen > 0).sum()
    logits = model.lm_head(states.flatten(0, 1)[places])
    losses = F.cross_entropy(logits.float(), wanted[places], reduction="none")
    chosen = chosen[places] * keep
    return (losses * chosen).sum() / chosen.sum(), auxiliary


def install():
    """From here on, models of deepseek_moe compute as above; training_loss() is called here."""
    deepseek_moe.attend = attend
    deepseek_moe.route = route
    deepseek_moe.Moe._run_experts = run_experts
