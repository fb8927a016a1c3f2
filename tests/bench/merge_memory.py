#!/usr/bin/env python3
"""Merges an adapter into models of the 16B shapes with few and with more layers; prints time and peak memory.

usage: merge_memory.py DEEPSEEKMOE [FOLDER [LAYERS..]]     (default: 2 and 4 layers in /var/tmp)

Each layer takes 2.4 GB in FOLDER, which are deleted: 14 GB for 4 layers, 67 GB for all 28.

The peak is the largest resident set, the mapped pages of the checkpoint included.
"""

import json
import os
import pathlib
import random
import struct
import sys
import tempfile
import time

RANK = 8
HEADS, HIDDEN, DENSE, WIDTH, EXPERTS, SHARED = 16, 2048, 10944, 1408, 64, 2


def run(*command):
    """Seconds and megabytes of a child."""
    begin = time.monotonic()
    process = os.spawnv(os.P_NOWAIT, command[0], [str(part) for part in command])
    _, status, usage = os.wait4(process, 0)
    if status != 0:
        sys.exit(f"{' '.join(map(str, command))} failed")
    return time.monotonic() - begin, usage.ru_maxrss / 1024


def linear_maps(layers):
    """(module, inputs, outputs) of every linear map but the router."""
    for layer in range(layers):
        path = f"model.layers.{layer}."
        for name in "qkvo":
            yield path + f"self_attn.{name}_proj", HIDDEN, HIDDEN
        if layer == 0:
            mlps = [("mlp.", DENSE)]
        else:
            mlps = [(f"mlp.experts.{e}.", WIDTH) for e in range(EXPERTS)]
            mlps.append(("mlp.shared_experts.", SHARED * WIDTH))
        for mlp, width in mlps:
            yield path + mlp + "gate_proj", HIDDEN, width
            yield path + mlp + "up_proj", HIDDEN, width
            yield path + mlp + "down_proj", width, HIDDEN


def write_adapter(folder, layers):
    folder.mkdir()
    config = {"peft_type": "LORA", "task_type": "CAUSAL_LM", "r": RANK, "lora_alpha": 32, "bias": "none",
              "target_modules": ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]}
    header, at = {}, 0
    for module, inputs, outputs in linear_maps(layers):
        for name, shape in (("lora_A", [RANK, inputs]), ("lora_B", [outputs, RANK])):
            size = 4 * shape[0] * shape[1]
            header[f"base_model.model.{module}.{name}.weight"] = {
                "dtype": "F32", "shape": shape, "data_offsets": [at, at + size]}
            at += size
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    numbers = struct.pack("<4096f", *(random.uniform(-0.01, 0.01) for _ in range(4096)))
    with open(folder / "adapter_model.safetensors", "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        while at > 0:
            file.write(numbers[:at])
            at -= min(at, len(numbers))
    (folder / "adapter_config.json").write_text(json.dumps(config))


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    random.seed(1)
    parent = sys.argv[2] if len(sys.argv) > 2 else "/var/tmp"
    for layers in [int(text) for text in sys.argv[3:]] or [2, 4]:
        with tempfile.TemporaryDirectory(dir=parent) as folder:
            model, adapter, out = (pathlib.Path(folder) / name for name in ("model", "adapter", "merged"))
            run(program, "synth", "--size", "16b", "--layers", layers, "--format", "bf16", "--out", model)
            write_adapter(adapter, layers)
            seconds, peak = run(program, "merge", model, adapter, out)
            size = sum(file.stat().st_size for file in out.iterdir())
            print(f"{layers} layers, {size / 1e9:.2f} GB: {seconds:.1f} s, peak memory {peak:.0f} MB", flush=True)


if __name__ == "__main__":
    main()
