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


Q4_LEVELS = torch.tensor([-127, -97, -76, -59, -45, -32, -20, -8, 2, 12, 23, 34, 47, 63, 81, 103])


def packed(codes, scales, four_bits):
    """The bytes of a weight in blocks, from codes [rows, 32 * blocks] and float16 scales [rows, blocks].

    Panels of 16 rows, tiles of 64 columns: float16 scales [2][16], then two blocks of 32 columns;
    within a block, four columns of each of the sixteen rows stand together.
    """
    data = []
    for panel in range(0, codes.shape[0], 16):
        for tile in range(0, codes.shape[1], 64):
            scale = scales[panel:panel + 16, tile // 32:tile // 32 + 2].t().contiguous()
            data.append(scale.view(torch.uint8).flatten())
            for begin in (tile, tile + 32):
                block = codes[panel:panel + 16, begin:begin + 32]
                if four_bits:
                    block = block[:, :16] | block[:, 16:] << 4
                quads = block.reshape(16, -1, 4).transpose(0, 1).contiguous()
                data.append(quads.view(torch.uint8).flatten())
    return torch.cat(data)


def rounded(x):
    """x with each 32 numbers of a row rounded to 127 levels, as float64."""
    blocks = x.float().reshape(x.shape[0], -1, 32)
    largest = blocks.abs().amax(-1, keepdim=True)
    levels = torch.round(blocks * (127 / largest))
    return (levels.double() * (largest / 127).double()).reshape(x.shape)


def packed_linear(out):
    """32 rows, 128 columns: products of rounded inputs with weights in 8 and in 4 bits."""
    x = randn(5, 128)
    out["packed.x"] = x
    for name, levels in (("q8", torch.arange(-127, 128)), ("q4", Q4_LEVELS)):
        index = torch.randint(0, len(levels), (32, 128))
        scales = (torch.rand(32, 4) / 100 + 0.001).half()
        weight = levels[index].double() * scales.double().repeat_interleave(32, dim=1)
        codes = index.to(torch.uint8) if name == "q4" else levels[index].to(torch.int8)
        out["packed.%s" % name] = packed(codes, scales, name == "q4")
        out["packed.%s.y" % name] = rounded(x) @ weight.t()


def make_ops(path):
    torch.manual_seed(20240111)
    tensors = {}
    norm_and_linear(tensors)
    positions_and_attention(tensors)
    experts(tensors)
    packed_linear(tensors)
    for name, tensor in tensors.items():
        tensors[name] = tensor.float() if tensor.dtype == torch.float64 else tensor
    safetensors_io.save(path, tensors)
    return tensors
