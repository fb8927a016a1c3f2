"""Stand-alone goldens of single operations, with sizes that no vector width divides."""

import torch
from torch.nn import functional as F

import safetensors_io
from deepseek_moe import attend, rms_norm, rope, route


def randn(*shape):
    """float32 values held in float64: what the engine reads is exactly what was computed with."""
    return torch.randn(*shape).float().double()


def swiglu(x, gate, up, down):
    return (F.silu(x @ gate.t()) * (x @ up.t())) @ down.t()


def norm_and_linear(out):
    x, weight = randn(3, 37), (1 + 0.1 * randn(37)).float().double()
    out.update({"rms_norm.x": x, "rms_norm.weight": weight})
    out["rms_norm.y"] = rms_norm(x, weight, 1e-6)
    tiny = (x * 1e-4).float().double()  # where eps matters
    out.update({"rms_norm_small.x": tiny, "rms_norm_small.y": rms_norm(tiny, weight, 1e-6)})
    x, weight = randn(5, 37), randn(29, 37)
    out.update({"linear.x": x, "linear.weight": weight, "linear.y": x @ weight.t()})
    weight = weight.bfloat16()
    out.update({"linear_bf16.weight": weight, "linear_bf16.y": x @ weight.double().t()})


def positions_and_attention(out):
    positions = torch.tensor([0, 1, 2, 5, 63, 1000, 4095], dtype=torch.int32)
    x = randn(7, 3, 10)
    out.update({"rope.x": x, "rope.positions": positions, "rope.y": rope(x, positions, 10000.0)})
    q, k, v = randn(3, 6, 10), randn(11, 2, 10), randn(11, 2, 10)
    out.update({"attend.q": q, "attend.k": k, "attend.v": v})
    out["attend.first_position"] = torch.tensor([8], dtype=torch.int32)
    out["attend.y"] = attend(q[None], k[None], v[None], 8)[0]


def experts(out):
    x, gate = randn(9, 37), (randn(13, 37) / 3).float().double()
    scores, chosen, weights = route(x, gate, 4, False)
    normalised = route(x, gate, 4, True)[2]
    out.update({"route.x": x, "route.gate": gate, "route.scores": scores})
    out.update({"route.experts": chosen.int(), "route.weights": weights})
    out["route.weights_normalised"] = normalised
    x, gate, up, down = randn(4, 37), randn(33, 37), randn(33, 37), randn(37, 33)
    out.update({"swiglu.x": x, "swiglu.gate": gate, "swiglu.up": up, "swiglu.down": down})
    out["swiglu.y"] = swiglu(x, gate, up, down)


def make_ops(path):
    torch.manual_seed(20240111)
    tensors = {}
    norm_and_linear(tensors)
    positions_and_attention(tensors)
    experts(tensors)
    for name, tensor in tensors.items():
        tensors[name] = tensor.float() if tensor.dtype == torch.float64 else tensor
    safetensors_io.save(path, tensors)
    return tensors
