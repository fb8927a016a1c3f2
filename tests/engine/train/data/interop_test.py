#!/usr/bin/env python3
"""Python's libraries read what the engine writes: PEFT an adapter, TensorBoard an event file, and the
training script of an exported job computes the engine's loss.

usage: interop_test.py INTEROP_WRITER DEEPSEEKMOE REPOSITORY      (77: no Python package was there)
"""

import importlib.util
import json
import pathlib
import subprocess
import sys
import tempfile

WRITER, PROGRAM, ROOT = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
GOLDEN = ROOT / "tests/golden"
TINY = GOLDEN / "tiny"


def run(*arguments):
    subprocess.run([str(argument) for argument in arguments], check=True, stdout=subprocess.DEVNULL)


def has(*modules):
    return all(importlib.util.find_spec(module) is not None for module in modules)


def tiny_model():
    import safetensors_io
    from deepseek_moe import Config, DeepseekMoe

    model = DeepseekMoe(Config.from_dict(json.loads((TINY / "config.json").read_text())))
    weights = {}
    for path in sorted(TINY.glob("model-*.safetensors")):
        weights |= safetensors_io.load(path)
    model.load_state_dict(weights)
    return model.float().eval()


def peft_reads_the_adapter(folder):
    import safetensors.torch
    import torch
    from peft import LoraConfig, get_peft_model, set_peft_model_state_dict

    config = LoraConfig.from_pretrained(folder / "adapter")
    assert config.inference_mode and config.task_type == "CAUSAL_LM"
    config.task_type = None  # the small model is none of Transformers'
    model = get_peft_model(tiny_model(), config)
    state = safetensors.torch.load_file(folder / "adapter/adapter_model.safetensors")
    result = set_peft_model_state_dict(model, state)
    assert not result.unexpected_keys, result.unexpected_keys
    assert not [key for key in result.missing_keys if "lora" in key], result.missing_keys
    ids = safetensors.torch.load_file(TINY / "golden.safetensors")["input_ids"]
    expected = safetensors.torch.load_file(GOLDEN / "adapter/golden.safetensors")["patterns.logits"]
    with torch.no_grad():
        logits = model(ids[None].long())[0]
    difference = ((logits - expected).abs().max() / expected.abs().max()).item()
    print(f"PEFT computes the adapter's logits within {difference:.1e}")
    assert difference < 2e-5


def tensorboard_reads_the_events(folder):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    events = EventAccumulator(str(folder / "events"))
    events.Reload()
    assert sorted(events.Tags()["scalars"]) == ["train/grad_norm", "train/loss"], events.Tags()
    assert [(e.step, e.value) for e in events.Scalars("train/loss")] == [(7, 1.5), (8, 1.5)]
    print("TensorBoard reads the event file")


def script_computes_the_engines_loss(folder):
    import safetensors.torch
    import torch

    rows = [{"instruction": "What is 2+2?", "output": "4"}, {"instruction": "Hi", "input": "there", "output": "Hello!"},
            {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"},
                          {"role": "user", "content": "c"}, {"role": "assistant", "content": "d"}]}]
    data = folder / "rows.jsonl"
    data.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    job = folder / "job"
    run(PROGRAM, "export-job", data, "--model", TINY, "--out", job, "--zero", 3, "--nodes", 2)
    for name in ("zero2.json", "zero3.json", "job.json"):
        json.loads((job / name).read_text())
    assert "--hostfile" in (job / "run.sh").read_text()
    spec = importlib.util.spec_from_file_location("train", job / "train.py")
    train = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(train)
    samples = train.Rows(job / "data/train.jsonl")
    assert len(samples) == len(rows)
    pad = json.loads((job / "job.json").read_text())["pad_id"]
    batch = train.collate([samples[i] for i in range(len(samples))], pad)
    engine = torch.zeros(*batch["input_ids"].shape, 352)
    total, count = 0.0, 0
    for i in range(len(samples)):
        ids, labels = samples[i]["input_ids"], samples[i]["labels"]
        (folder / "ids").write_text(" ".join(map(str, ids)))
        run(PROGRAM, "logits", "--model", TINY, "--ids-file", folder / "ids", "--out", folder / "logits.safetensors")
        logits = safetensors.torch.load_file(folder / "logits.safetensors")["logits"]
        engine[i, :len(ids)] = logits
        for t in range(1, len(ids)):
            if labels[t] == -100:
                continue
            assert labels[t] == ids[t]
            scores = logits[t - 1].double()
            total += (torch.logsumexp(scores, 0) - scores[ids[t]]).item()
            count += 1
    expected = total / count
    ours = train.token_loss(engine, batch["labels"]).item()
    with torch.no_grad():
        theirs = train.token_loss(tiny_model()(batch["input_ids"]), batch["labels"]).item()
    print(f"loss {expected:.6f}: the script on the engine's logits {ours:.6f}, on PyTorch's {theirs:.6f}")
    assert abs(ours - expected) < 1e-4 and abs(theirs - expected) < 1e-4
    halves = sum(train.token_loss(engine[part], batch["labels"][part], count).item() for part in (slice(0, 1), slice(1, 3)))
    assert abs(halves - expected) < 1e-4  # accumulation weighs tokens, not batches


CHECKS = [(peft_reads_the_adapter, ("torch", "peft", "safetensors")),
          (tensorboard_reads_the_events, ("tensorboard",)),
          (script_computes_the_engines_loss, ("torch", "safetensors"))]


def main():
    sys.path.insert(0, str(GOLDEN))
    ran = 0
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        run(WRITER, folder)
        for check, modules in CHECKS:
            if not has(*modules):
                print(f"skipped {check.__name__}: needs the Python packages {', '.join(modules)}")
                continue
            check(folder)
            ran += 1
    sys.exit(0 if ran else 77)


if __name__ == "__main__":
    main()
