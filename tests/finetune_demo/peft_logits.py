#!/usr/bin/env python3
"""PEFT over PyTorch computes the logits that `deepseekmoe logits --adapter` writes, on each question.

usage: peft_logits.py DEEPSEEKMOE ADAPTER FACTS.JSONL      (77: torch, peft or safetensors is not there)
"""

import importlib.util
import json
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
MODEL = ROOT / "resources/demo_model"
TOLERANCE = 2e-5  # of the largest logit: float32 sums in another order


def load_model(adapter):
    import safetensors.torch
    from peft import LoraConfig, get_peft_model, set_peft_model_state_dict

    sys.path.insert(0, str(ROOT / "tests/golden"))
    from deepseek_moe import Config, DeepseekMoe

    base = DeepseekMoe(Config.from_dict(json.loads((MODEL / "config.json").read_text())))
    base.load_state_dict(safetensors.torch.load_file(MODEL / "model.safetensors"))
    config = LoraConfig.from_pretrained(adapter)
    config.task_type = None  # the model's class is none of Transformers'
    config.base_model_name_or_path = None
    model = get_peft_model(base.float(), config).eval()
    state = safetensors.torch.load_file(adapter / "adapter_model.safetensors")
    result = set_peft_model_state_dict(model, state)
    missing = [key for key in result.missing_keys if "lora" in key]
    assert not result.unexpected_keys and not missing, (result.unexpected_keys, missing)
    return model


def program_logits(program, adapter, ids):
    import safetensors.torch

    with tempfile.TemporaryDirectory() as folder:
        words, out = pathlib.Path(folder) / "ids", pathlib.Path(folder) / "logits.safetensors"
        words.write_text(" ".join(map(str, ids)))
        subprocess.run([program, "logits", "--model", MODEL, "--adapter", adapter,
                        "--ids-file", words, "--out", out], check=True, capture_output=True)
        return safetensors.torch.load_file(out)["logits"]


def prompts(program, questions):
    """The ids of each question as the program asks it, BOS first."""
    texts = [json.dumps({"text": f"User: {question}\n\nAssistant:"}) + "\n" for question in questions]
    done = subprocess.run([program, "tokenize", "--model", MODEL, "--jsonl"], input="".join(texts),
                          check=True, capture_output=True, encoding="utf-8")
    bos = json.loads((MODEL / "config.json").read_text())["bos_token_id"]
    return [[bos] + json.loads(line)["ids"] for line in done.stdout.splitlines()]


def main():
    program, adapter, facts = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    missing = [name for name in ("torch", "peft", "safetensors") if importlib.util.find_spec(name) is None]
    if missing:
        print(f"PEFT is not compared: {sys.executable} has no {', '.join(missing)}")
        return 77
    import torch

    model = load_model(adapter)
    rows = facts.read_text(encoding="utf-8").splitlines()
    worst, agree = 0.0, 0
    for ids in prompts(program, [json.loads(row)["instruction"] for row in rows]):
        with torch.no_grad():
            expected = model(torch.tensor([ids]))[0]
        logits = program_logits(program, adapter, ids)
        worst = max(worst, ((logits - expected).abs().max() / expected.abs().max()).item())
        agree += int(logits[-1].argmax() == expected[-1].argmax())
    print(f"PEFT: the logits of {len(rows)} questions within {worst:.1e}, the same first token for {agree}")
    return 0 if worst < TOLERANCE and agree == len(rows) else 1


if __name__ == "__main__":
    sys.exit(main())
