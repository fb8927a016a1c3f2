"""Trains the same model in PyTorch and with this program, in turns, and prints both speeds.

    deepseekmoe synth --size small --layers 10 --out /tmp/m100     (108 M parameters)
    python3 tests/bench/train_pytorch.py /tmp/m100 build/release/app/cli/deepseekmoe --threads 2

Same weights, tokens per step, lengths of samples, threads and optimizer; PyTorch runs the model of
tests/golden/deepseek_moe.py, whose experts are one product each for the tokens they are chosen by,
in float32, with its own fused attention and fused AdamW where it has them. Both compute all
activations again in the way back with --recompute, and keep them otherwise.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile
import time

import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.checkpoint import checkpoint

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "golden"))
import deepseek_moe  # noqa: E402
import safetensors_io  # noqa: E402
from golden_training import ALL, ATTENTION, Lora  # noqa: E402


def fused_attend(q, k, v, first_position):
    """The same attention through PyTorch's own kernel."""
    group = q.shape[2] // k.shape[2]
    q, k, v = (x.transpose(1, 2) for x in (q, k, v))
    k, v = k.repeat_interleave(group, 1), v.repeat_interleave(group, 1)
    out = F.scaled_dot_product_attention(q, k, v, is_causal=True)
    return out.transpose(1, 2).flatten(2)


def load(folder):
    config = deepseek_moe.Config.from_dict(json.loads((folder / "config.json").read_text()))
    model = deepseek_moe.DeepseekMoe(config)
    tensors = {}
    for path in sorted(folder.glob("model*.safetensors")):
        tensors.update(safetensors_io.load(path))
    model.load_state_dict({name: value.float() for name, value in tensors.items()})
    return model.train()


def add_lora(model, names, rank=8, alpha=32):
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    for path, module in list(model.named_modules()):
        parent, _, leaf = path.rpartition(".")
        if isinstance(module, nn.Linear) and leaf in names:
            setattr(model.get_submodule(parent), leaf, Lora(module, rank, alpha).float())


def recompute_layers(model):
    for layer in model.model.layers:
        forward = layer.forward
        layer.forward = lambda *a, f=forward: checkpoint(f, *a, use_reentrant=False)


def step(model, optimizer, parameters, ids):
    optimizer.zero_grad()
    states, _ = model.hidden(ids)
    logits = model.lm_head(states[:, :-1])
    F.cross_entropy(logits.flatten(0, 1), ids[:, 1:].flatten()).backward()
    nn.utils.clip_grad_norm_(parameters, 1.0)
    optimizer.step()


def measure_pytorch(options, method):
    torch.manual_seed(1)
    model = load(options.model)
    if method != "full":
        add_lora(model, ALL if method == "lora" else ATTENTION)
    if options.recompute:
        recompute_layers(model)
    parameters = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(parameters, lr=2e-5, weight_decay=0.0, fused=True)
    seconds = []
    for _ in range(options.steps + 1):
        ids = torch.randint(0, model.config.vocab_size, (options.tokens // options.length, options.length))
        begin = time.perf_counter()
        step(model, optimizer, parameters, ids)
        seconds.append(time.perf_counter() - begin)
    return options.tokens / sorted(seconds[1:])[options.steps // 2]


def measure_program(options, method):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "bench.json"
        command = [options.program, "bench", "--train", "--model", options.model, "--threads", options.threads,
                   "--train-tokens", options.tokens, "--train-length", options.length,
                   "--train-steps", options.steps, "--train-methods", method, "--json", path]
        if not options.recompute:
            command.append("--keep-activations")
        subprocess.run([str(part) for part in command], check=True, stdout=subprocess.DEVNULL)
        return json.loads(path.read_text())["train"][0]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("model", type=pathlib.Path)
    parser.add_argument("program")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--tokens", type=int, default=512)
    parser.add_argument("--length", type=int, default=128)
    parser.add_argument("--steps", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--methods", default="attention,lora,full")
    parser.add_argument("--recompute", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    deepseek_moe.attend = fused_attend
    print("method     PyTorch tok/s   this program   of peak   faster")
    for method in options.methods.split(","):
        for _ in range(options.rounds):  # in turns: the machine drifts
            theirs = measure_pytorch(options, method)
            ours = measure_program(options, method)
            print("%-10s %13.1f %14.1f %8.1f%% %7.2fx" % (
                method, theirs, ours["tokens_per_second"], 100 * ours["share_of_peak"],
                ours["tokens_per_second"] / theirs))


if __name__ == "__main__":
    main()
