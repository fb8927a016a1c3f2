#!/usr/bin/env python3
"""Python's libraries read what the engine writes: PEFT adapters, TensorBoard an event file, and the
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


def peft_logits(adapter, ids):
    """Of tiny with an adapter's folder, every tensor of which PEFT must take."""
    import safetensors.torch
    import torch
    from peft import LoraConfig, get_peft_model, set_peft_model_state_dict

    config = LoraConfig.from_pretrained(adapter)
    assert config.inference_mode and config.task_type == "CAUSAL_LM"
    config.task_type = config.base_model_name_or_path = None  # the small model is none of Transformers'
    model = get_peft_model(tiny_model(), config)
    state = safetensors.torch.load_file(adapter / "adapter_model.safetensors")
    result = set_peft_model_state_dict(model, state)
    assert not result.unexpected_keys, result.unexpected_keys
    missing = [key for key in result.missing_keys if "lora" in key or "modules_to_save" in key]
    assert not missing, missing
    trained = sum(p.numel() for name, p in model.named_parameters() if "lora_" in name or "modules_to_save" in name)
    assert trained == sum(tensor.numel() for tensor in state.values()), "PEFT finds other modules"
    with torch.no_grad():
        return model(ids[None].long())[0]


def expect_equal(logits, expected, what):
    difference = ((logits - expected).abs().max() / expected.abs().max()).item()
    print(f"PEFT computes {what} within {difference:.1e}")
    assert difference < 2e-5


def peft_reads_the_adapters(folder):
    import safetensors.torch

    ids = safetensors.torch.load_file(TINY / "golden.safetensors")["input_ids"]
    expected = safetensors.torch.load_file(GOLDEN / "adapter/golden.safetensors")
    for name in ("patterns", "saved", "whole"):
        expect_equal(peft_logits(folder / name, ids), expected[f"{name}.logits"], f"the logits of {name}")


TRAINED = [
    {"targets": ["experts.3.gate_proj"]},
    {"targets": ["2.mlp.experts.5.down_proj", "lm_head"], "modules_to_save": ["model.layers.1.mlp.gate"]},
    {"targets": "attention", "modules_to_save": ["norm", "gate", "embed_tokens"]},
    {"targets": [], "modules_to_save": ["input_layernorm", "experts.2.up_proj"]},
]


def peft_computes_what_was_trained(folder):
    import safetensors.torch

    ids = safetensors.torch.load_file(TINY / "golden.safetensors")["input_ids"]
    (folder / "ids").write_text(" ".join(str(i) for i in ids.tolist()))
    (folder / "rows.jsonl").write_text('{"text": "some words to learn, and some more of them"}\n' * 8)
    for number, choice in enumerate(TRAINED):
        job = {"model": str(TINY), "output": f"trained{number}", "data": "rows.jsonl", "template": "raw",
               "max_steps": 2, "batch_size": 4, "accumulation": 1, "warmup_steps": 0, "learning_rate": 0.01} | choice
        (folder / "job.json").write_text(json.dumps(job))
        run(PROGRAM, "finetune", folder / "job.json")
        adapter, out = folder / f"trained{number}", folder / "logits.safetensors"
        run(PROGRAM, "logits", "--model", TINY, "--kv", "f32", "--adapter", adapter, "--ids-file", folder / "ids", "--out", out)
        expect_equal(safetensors.torch.load_file(out)["logits"], peft_logits(adapter, ids), f"what {choice} trained")


def every_key_of_peft_is_in_the_table(folder):
    import dataclasses
    import re
    from peft import LoraConfig

    table = (ROOT / "engine/model/adapter/adapter_keys.cpp").read_text()
    known = set(re.findall(r'^    \{"(\w+)", (?:Honoured|Harmless|Refused),', table, re.MULTILINE))
    missing = {field.name for field in dataclasses.fields(LoraConfig)} - known
    print(f"{len(known)} keys of adapter_config.json are known")
    assert not missing, f"keys of this PEFT that adapter_keys.cpp does not know: {missing}"


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


def parquet_is_read_as_pyarrow_wrote_it(folder):
    """Every codec and page version that pyarrow writes trains the same tokens as the rows as JSON Lines."""
    import itertools
    import pyarrow
    import pyarrow.parquet

    turns = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}]
    rows = [{"messages": turns * (1 + i % 3), "id": i, "note": None if i % 4 else f"n{i}"} for i in range(300)]
    rows[7]["messages"] = turns + [{"role": "user", "content": "说你好。"}, {"role": "assistant", "content": "你好！"}]
    (folder / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))

    def trained(path, name):
        run(PROGRAM, "export-job", path, "--model", TINY, "--out", folder / name)
        return (folder / name / "data/train.jsonl").read_bytes()

    expected, table, count = trained(folder / "rows.jsonl", "as-jsonl"), pyarrow.Table.from_pylist(rows), 0
    for codec, version, dictionary in itertools.product(("none", "snappy", "gzip", "zstd", "lz4", "brotli"), ("1.0", "2.0"), (True, False)):
        path = folder / f"{codec}-{version}-{dictionary}.parquet"
        pyarrow.parquet.write_table(table, path, compression=codec, data_page_version=version, use_dictionary=dictionary,
                                    row_group_size=128, data_page_size=512)
        assert trained(path, path.stem) == expected, path.name
        count += 1
    print(f"{count} Parquet files of pyarrow {pyarrow.__version__} train what their rows do")


CHECKS = [(parquet_is_read_as_pyarrow_wrote_it, ("pyarrow",)),
          (peft_reads_the_adapters, ("torch", "peft", "safetensors")),
          (peft_computes_what_was_trained, ("torch", "peft", "safetensors")),
          (every_key_of_peft_is_in_the_table, ("torch", "peft")),
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
