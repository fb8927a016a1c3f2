#!/usr/bin/env python3
"""Writes adapter/: LoRA adapters of tiny as the PEFT library saves them, and what tiny computes with
them.

usage: golden_adapter.py        (needs `pip install peft`)

The adapters are made and saved by PEFT over deepseek_moe.py; logits are computed in float64 by PEFT's
own forward pass and, merged, by merge_and_unload(). See README.md for the files.
"""

import json
import pathlib
import shutil
import tempfile

import torch
from peft import LoraConfig, get_peft_model

import safetensors_io
from deepseek_moe import Config, DeepseekMoe

HERE = pathlib.Path(__file__).resolve().parent
OUT = HERE / "adapter"

EVERY = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
ADAPTERS = {
    # Every linear, routed experts too; ranks and alphas that differ from module to module.
    "patterns": dict(r=3, lora_alpha=6, target_modules=EVERY,
                     rank_pattern={"layers.1.self_attn.q_proj": 5, "shared_experts.up_proj": 2},
                     alpha_pattern={"layers.2.self_attn.v_proj": 1.5}),
    # Rank-stabilised, a few modules, embedding and head replaced.
    "saved": dict(r=4, lora_alpha=8, use_rslora=True, target_modules=["q_proj", "shared_experts.down_proj"],
                  modules_to_save=["embed_tokens", "lm_head"]),
    # Norms, routers and maps replaced, one expert's alone; ranks and alphas by regular expressions;
    # some experts of some layers.
    "whole": dict(r=2, lora_alpha=3, target_modules=r"model\.layers\.\d+\.(self_attn\.q|mlp\.experts\.[35]\.down)_proj",
                  exclude_modules=["layers.0.self_attn.q_proj"],
                  rank_pattern={r".*\.experts\.5\.\w+": 3}, alpha_pattern={r"(\w+\.)+q_proj": 5},
                  modules_to_save=["norm", "mlp.gate", "layers.1.self_attn.v_proj", "layers.1.mlp.experts.2.up_proj",
                                   "layers.2.mlp.shared_experts.gate_proj"]),
}
MERGED = ("model.layers.1.mlp.experts.3.up_proj.weight", "model.layers.2.self_attn.q_proj.weight", "lm_head.weight")
MERGED_WHOLE = ("model.norm.weight", "model.layers.3.mlp.gate.weight", "model.layers.1.self_attn.v_proj.weight",
                "model.layers.2.mlp.experts.5.down_proj.weight")


def base_model():
    config = Config.from_dict(json.loads((HERE / "tiny/config.json").read_text()))
    model = DeepseekMoe(config)
    weights = {}
    for path in sorted((HERE / "tiny").glob("model-*.safetensors")):
        weights |= safetensors_io.load(path)
    model.load_state_dict(weights)
    return model.double().eval()


def make(name, options):
    torch.manual_seed(len(name))
    model = get_peft_model(base_model(), LoraConfig(task_type=None, **options))
    with torch.no_grad():
        for key, parameter in model.named_parameters():
            if "lora_B" in key:
                parameter.copy_(torch.randn_like(parameter) * 0.1)
            elif "lora_A" in key:
                parameter.copy_(parameter.float())
            elif "modules_to_save" in key:
                parameter.add_(torch.randn_like(parameter) * 0.02)
            parameter.copy_(parameter.float().double())
    ids = safetensors_io.load(HERE / "tiny/golden.safetensors")["input_ids"]
    with torch.no_grad():
        logits = model(ids[None].long())[0]
        # As it is saved: adapters in float32.
        for key, parameter in model.named_parameters():
            if parameter.requires_grad:
                parameter.data = parameter.data.float()
        with tempfile.TemporaryDirectory() as folder:
            model.save_pretrained(folder)
            target = OUT / name
            target.mkdir(parents=True, exist_ok=True)
            for file in ("adapter_config.json", "adapter_model.safetensors"):
                shutil.copy(pathlib.Path(folder) / file, target / file)
        for parameter in model.parameters():
            parameter.data = parameter.data.double()
        merged = model.merge_and_unload()
        tensors = {f"{name}.logits": logits.float()}
        for key in MERGED_WHOLE if name == "whole" else MERGED:
            tensors[f"{name}.merged.{key}"] = merged.state_dict()[key].float()
    return tensors


def main():
    shutil.rmtree(OUT, ignore_errors=True)
    tensors = {}
    for name, options in ADAPTERS.items():
        tensors |= make(name, options)
    safetensors_io.save(OUT / "golden.safetensors", tensors)


if __name__ == "__main__":
    main()
