"""Makes training.safetensors and train_ops.safetensors: gradients and loss curves by PyTorch.

    python3 tests/golden/golden_training.py

Needs torch alone. Models are those of tiny/ and tiny_gqa/; everything is computed in float64. LoRA
is written here from its paper, not taken from a library, so that only the architecture is shared
with deepseek_moe.py.
"""

import json
import math
import pathlib

import torch
from torch import nn
from torch.nn import functional as F

import safetensors_io
from deepseek_moe import Config, DeepseekMoe, attend, balance_loss, rms_norm, route

HERE = pathlib.Path(__file__).resolve().parent
STEPS, SAMPLES, ACCUMULATION = 20, 16, 2
ATTENTION = ("q_proj", "k_proj", "v_proj", "o_proj")
ALL = ATTENTION + ("gate_proj", "up_proj", "down_proj")


class Lora(nn.Module):
    def __init__(self, base, rank, alpha):
        super().__init__()
        self.base = base
        rows, cols = base.weight.shape
        # Random B instead of zeros in the goldens of gradients, so that A has a gradient too.
        a = (2 * torch.rand(rank, cols) - 1) / math.sqrt(cols)
        self.a = nn.Parameter(a.float().double())
        self.b = nn.Parameter((0.02 * torch.randn(rows, rank)).float().double())
        self.scaling = alpha / rank

    def forward(self, x):
        return self.base(x) + self.scaling * (x @ self.a.t()) @ self.b.t()


def load_model(folder, dtype=torch.float64):
    config = Config.from_dict(json.loads((HERE / folder / "config.json").read_text()))
    model = DeepseekMoe(config)
    tensors = {}
    for path in sorted((HERE / folder).glob("model*.safetensors")):
        tensors.update(safetensors_io.load(path))
    model.load_state_dict({name: value.to(dtype) for name, value in tensors.items()})
    return model.double().train()


def add_lora(model, names, rank, alpha):
    """Freezes everything, then gives every linear map of these names factors; the map's path -> Lora."""
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    found = {}
    for path, module in list(model.named_modules()):
        leaf = path.rsplit(".", 1)[-1]
        if isinstance(module, nn.Linear) and leaf in names:
            parent = model.get_submodule(path.rsplit(".", 1)[0])
            found[path] = Lora(module, rank, alpha)
            setattr(parent, leaf, found[path])
    return found


def samples(vocabulary, seed):
    """(ids, first trained position) of random samples of different lengths."""
    generator = torch.Generator().manual_seed(seed)
    result = []
    for _ in range(SAMPLES):
        length = int(torch.randint(5, 15, (1,), generator=generator))
        ids = torch.randint(0, vocabulary, (length,), generator=generator)
        result.append((ids, int(torch.randint(1, length - 1, (1,), generator=generator))))
    return result


def sample_loss(model, ids, start):
    """Sum of the losses of ids[start:], and the balance loss of this sample."""
    states, auxiliary = model.hidden(ids[None], torch.ones(1, len(ids)))
    logits = model.lm_head(states[0, start - 1:-1])
    return F.cross_entropy(logits, ids[start:], reduction="sum"), auxiliary


def batch_loss(model, batch):
    """Token losses over all label tokens of the batch, plus the mean balance loss of its samples."""
    tokens = sum(len(ids) - start for ids, start in batch)
    total = 0
    for ids, start in batch:
        loss, auxiliary = sample_loss(model, ids, start)
        total = total + loss / tokens + auxiliary / len(batch)
    return total


def cross_entropy_of(model, batch):
    with torch.no_grad():
        tokens = sum(len(ids) - start for ids, start in batch)
        return sum(float(sample_loss(model, ids, start)[0]) for ids, start in batch) / tokens


def schedule(step):
    """Cosine with two steps of warm-up."""
    if step < 2:
        return step / 2
    return max(0.0, 0.5 * (1 + math.cos(math.pi * (step - 2) / (STEPS - 2))))


def train(model, parameters, data, rate, decay):
    """The loss, the gradient's norm before clipping at 1 and the rate of each step."""
    norms = [p for name, p in parameters if name.endswith("norm.weight")]
    others = [p for name, p in parameters if not name.endswith("norm.weight")]
    optimizer = torch.optim.AdamW(
        [{"params": others, "weight_decay": decay}, {"params": norms, "weight_decay": 0.0}],
        lr=rate, betas=(0.9, 0.999), eps=1e-8,
    )
    curve = []
    for step in range(STEPS):
        first = step * 2 * ACCUMULATION % SAMPLES
        batch = data[first:first + 2 * ACCUMULATION]
        for group in optimizer.param_groups:
            group["lr"] = rate * schedule(step)
        # Zeros instead of nothing for experts without a token: their momentum goes on, as where an
        # implementation runs every expert.
        for _, parameter in parameters:
            parameter.grad = torch.zeros_like(parameter)
        loss = cross_entropy_of(model, batch)
        batch_loss(model, batch).backward()
        norm = torch.nn.utils.clip_grad_norm_([p for _, p in parameters], 1.0)
        curve.append([loss, float(norm), rate * schedule(step)])
        optimizer.step()
    return torch.tensor(curve, dtype=torch.float64)


def make_case(out, folder, name, prepare):
    torch.manual_seed(11)
    model = load_model(folder)
    parameters, start, rate, decay = prepare(model)
    key = "%s.%s." % (folder, name)
    out.update({key + "start." + path: value for path, value in start.items()})
    data = samples(model.config.vocab_size, 5)
    if folder + ".ids" not in out:
        out[folder + ".ids"] = torch.cat([ids for ids, _ in data]).int()
        out[folder + ".lengths"] = torch.tensor([len(ids) for ids, _ in data], dtype=torch.int32)
        out[folder + ".starts"] = torch.tensor([start for _, start in data], dtype=torch.int32)
    batch_loss(model, data[:4]).backward()
    for path, parameter in parameters:
        # One tensor of each kind is enough to see where an error lies; the norm sees them all.
        gradient = parameter.grad if parameter.grad is not None else torch.zeros_like(parameter)
        out[key + "norm." + path] = gradient.norm().reshape(1)
        parts = path.split(".")
        if parts[:2] != ["model", "layers"] or parts[2] in "02":
            if "experts" not in parts or parts[parts.index("experts") + 1] == "3":
                if gradient.numel() <= 10000:
                    out[key + "gradient." + path] = gradient.clone()
    out[key + "curve"] = train(model, parameters, data, rate, decay)


def lora_case(names, rank, alpha):
    def prepare(model):
        found = add_lora(model, names, rank, alpha)
        parameters, start = [], {}
        for path, lora in found.items():
            parameters += [(path + ".lora_A", lora.a), (path + ".lora_B", lora.b)]
            start.update({path + ".lora_A": lora.a.detach().clone()})
            start.update({path + ".lora_B": lora.b.detach().clone()})
        return parameters, start, 5e-3, 0.0
    return prepare


def full_case(model):
    return list(model.named_parameters()), {}, 1e-3, 0.1


def gradients(out, name, function, **inputs):
    """Saves inputs, output, a random gradient of the output, and the gradients of the inputs."""
    leaves = {key: value.clone().requires_grad_(value.is_floating_point())
              for key, value in inputs.items()}
    y = function(**leaves)
    dy = torch.randn(y.shape).float().double()
    y.backward(dy)
    out.update({"%s.%s" % (name, key): value for key, value in inputs.items()})
    out.update({name + ".y": y.detach(), name + ".dy": dy})
    out.update({"%s.d%s" % (name, key): value.grad for key, value in leaves.items()
                if value.is_floating_point()})


def randn(*shape):
    return torch.randn(*shape).float().double()


def segments_attention(q, k, v, bounds):
    parts = []
    for begin, end in zip(bounds[:-1], bounds[1:]):
        parts.append(attend(q[None, begin:end], k[None, begin:end], v[None, begin:end], 0)[0])
    return torch.cat(parts)


def router_loss(logits, active, normalise, bounds):
    """Weights of the choice as an output, and the balance loss as one more number."""
    eye = torch.eye(logits.shape[1], dtype=torch.float64)
    scores, experts, weights = route(logits, eye, active, normalise)
    losses = [balance_loss(scores[None, b:e], experts[None, b:e], torch.ones(1, e - b), 1.0)
              for b, e in zip(bounds[:-1], bounds[1:])]
    return torch.cat([weights.flatten(), sum(losses).reshape(1)])


def make_ops(out):
    torch.manual_seed(3)
    gradients(out, "norm", lambda x, w: rms_norm(x, w, 1e-6), x=randn(5, 37), w=1 + 0.1 * randn(37).float().double())
    gradients(
        out, "linear", lambda x, w, a, b: x @ w.t() + 1.5 * (x @ a.t()) @ b.t(),
        x=randn(7, 37), w=randn(29, 37), a=randn(3, 37), b=randn(29, 3),
    )
    bounds = [0, 1, 6, 40]
    out["attention.segments"] = torch.tensor(bounds, dtype=torch.int32)
    gradients(out, "attention", lambda q, k, v: segments_attention(q, k, v, bounds),
              q=randn(40, 6, 10), k=randn(40, 2, 10), v=randn(40, 2, 10))
    for name, normalise in (("router", False), ("router_normalised", True)):
        out[name + ".segments"] = torch.tensor([0, 4, 9], dtype=torch.int32)
        gradients(out, name, lambda logits: router_loss(logits, 4, normalise, [0, 4, 9]),
                  logits=randn(9, 13))
    gradients(out, "gated", lambda g, u, w: w[:, None] * F.silu(g) * u,
              g=randn(4, 33), u=randn(4, 33), w=randn(4))
    labels = torch.tensor([3, 0, 10, 36], dtype=torch.int32)
    out["cross_entropy.labels"] = labels
    gradients(out, "cross_entropy",
              lambda x: F.cross_entropy(x, labels.long(), reduction="none"), x=3 * randn(4, 37))
    adamw(out)


def adamw(out):
    weight = nn.Parameter(randn(37))
    optimizer = torch.optim.AdamW([weight], lr=0.01, weight_decay=0.1)
    out["adamw.start"] = weight.detach().clone()
    for step in range(3):
        weight.grad = randn(37)
        out["adamw.gradient%d" % step] = weight.grad.clone()
        optimizer.step()
    out["adamw.end"] = weight.detach().clone()


def save(name, tensors):
    wide = {key: value.float() if value.dtype == torch.float64 else value
            for key, value in tensors.items()}
    size = safetensors_io.save(HERE / name, {k: v.contiguous() for k, v in wide.items()})
    print(name, len(wide), "tensors,", size, "bytes")


def main():
    torch.set_num_threads(1)
    ops = {}
    make_ops(ops)
    save("train_ops.safetensors", ops)
    out = {}
    for folder in ("tiny", "tiny_gqa"):
        make_case(out, folder, "attention", lora_case(ATTENTION, 4, 8))
        make_case(out, folder, "all", lora_case(ALL, 2, 8))
        make_case(out, folder, "full", full_case)
    save("training.safetensors", out)


if __name__ == "__main__":
    main()
