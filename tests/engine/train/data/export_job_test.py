#!/usr/bin/env python3
"""The exported job's own model against the independent one of tests/golden, and one whole job.

usage: export_job_test.py DEEPSEEKMOE SOURCE_DIR
Needs what resources/finetune/requirements.txt installs, DeepSpeed for the jobs alone; without it the test is
skipped (77), with the reason.
DSM_EXPORT_JOBS=1 also runs jobs to their end, LoRA and full fine-tuning with ZeRO 2 and 3, which takes minutes.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

os.environ.setdefault("OMP_NUM_THREADS", "2")
os.environ["CUDA_VISIBLE_DEVICES"] = ""

try:
    import torch
    import transformers
except ImportError as error:
    print(f"skipped: {error}; point DSM_ORACLES_PYTHON at a Python with tests/oracles.txt")
    sys.exit(77)


def check(condition, what):
    if not condition:
        sys.exit(f"FAILED: {what}")
    print(f"ok: {what}")


def check_logits(source):
    """Same weights, same tokens, same logits; in float32, with grouped heads too."""
    sys.path[:0] = [str(source / "resources/finetune"), str(source / "tests/golden")]
    import deepseek_moe
    from modeling_deepseekmoe import DeepseekForCausalLM

    for name in ("tiny", "tiny_gqa"):
        folder = source / "tests/golden" / name
        ours = DeepseekForCausalLM.from_pretrained(str(folder), dtype=torch.float32)
        config = deepseek_moe.Config.from_dict(json.loads((folder / "config.json").read_text()))
        other = deepseek_moe.DeepseekMoe(config)
        other.load_state_dict(ours.state_dict())
        ids = torch.arange(48).view(2, 24) * 7 % config.vocab_size
        mask = torch.ones_like(ids)
        mask[1, 20:] = 0
        hidden, loss = other.hidden(ids, mask=mask)
        expected = other.lm_head(hidden)
        got = ours(ids, attention_mask=mask).logits
        error = (got - expected)[mask.bool()].abs().max().item() / expected.abs().max().item()
        check(error < 1e-5, f"{name}: logits equal the independent model's within {error:.1e}")
        scaled = config.aux_loss_alpha * ours.balance_loss.item() / len(ids)
        check(abs(scaled - float(loss)) < 1e-6, f"{name}: so does the balance loss, {scaled:.3e}")


def check_state(program, source, folder):
    """TrainerState of transformers reads a run's state, all its fields and no other."""
    from dataclasses import fields
    from transformers import TrainerState

    rows(folder)
    job = {"model": str(source / "tests/golden/tiny"), "data": "rows.jsonl", "output": "run", "max_steps": 2,
           "batch_size": 2, "accumulation": 1, "eval_share": 0.25, "eval_steps": 1, "threads": 1}
    (folder / "run.json").write_text(json.dumps(job))
    subprocess.run([program, "finetune", str(folder / "run.json")], check=True, stdout=subprocess.DEVNULL)
    path = folder / "run/checkpoint-2/trainer_state.json"
    state = TrainerState.load_from_json(str(path))
    check(state.global_step == 2 and state.max_steps == 2 and len(state.log_history) == 4, "TrainerState reads it")
    check(state.best_global_step in (1, 2), "with the best step")
    check(set(json.loads(path.read_text())) == {field.name for field in fields(TrainerState)}, "it has its fields")


def rows(folder):
    with open(folder / "rows.jsonl", "w", encoding="utf-8") as file:
        for i in range(8):
            file.write(json.dumps({"instruction": f"What is {i}?", "output": f"A number, {i}. " * (1 + i % 3)}) + "\n")


def run_job(program, source, folder, method, stage, authors):
    base = source / "tests/golden/tiny"
    model = folder / f"model-{method}-{stage}"
    model.mkdir()
    for path in base.iterdir():
        (model / path.name).symlink_to(path)
    if authors:  # as a user has it: code beside the model, under the names that config.json says
        code = (source / "resources/finetune/modeling_deepseekmoe.py").read_text(encoding="utf-8")
        (model / "modeling_deepseek.py").write_text(code)
        (model / "configuration_deepseek.py").write_text(
            "from transformers import PretrainedConfig\n\n\nclass DeepseekConfig(PretrainedConfig):\n"
            "    model_type = 'deepseek'\n")
        (model / "modeling_deepseek.py").write_text(code.replace(
            'class DeepseekConfig(PretrainedConfig):', 'from .configuration_deepseek import DeepseekConfig\n\n\n'
            'class Unused(PretrainedConfig):'))
    job = folder / f"job-{method}-{stage}"
    command = [program, "export-job", str(folder / "rows.jsonl"), "--model", str(model), "--out", str(job), "--method",
               method, "--zero", str(stage), "--batch", "2", "--accumulation", "2", "--epochs", "1", "--gpus", "1"]
    if method == "lora":
        command += ["--targets", "q_proj,v_proj,down_proj"]
    subprocess.run(command, check=True)
    done = subprocess.run([sys.executable, "train.py"], cwd=job, capture_output=True, text=True)
    check(done.returncode == 0, f"{method}, ZeRO {stage}: runs\n{done.stderr[-2000:] if done.returncode else ''}")
    uses = "transformers_modules" in done.stderr
    check(uses == authors, f"with {'the code beside the model' if authors else 'our module'}")
    result = job / "result"
    check((result / "tokenizer.json").read_bytes() == (base / "tokenizer.json").read_bytes(), "the tokenizer is there")
    asked = ["compare", "--model", str(base), "--adapter", str(result), "-n", "4", "What is 1?"]
    if method == "full":
        asked = ["complete", "--model", str(result), "-n", "4", "What is 1?"]
    opened = subprocess.run([program, *asked], capture_output=True, text=True)
    check(opened.returncode == 0, f"the program opens the result {opened.stderr if opened.returncode else ''}")


def main():
    program, source = sys.argv[1], pathlib.Path(sys.argv[2])
    check_logits(source)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        check_state(program, source, folder)
        if os.environ.get("DSM_EXPORT_JOBS") is None:
            return
        for method, stage in (("lora", 2), ("full", 2), ("lora", 3), ("full", 3)):
            run_job(program, source, folder, method, stage, authors=(method, stage) == ("full", 2))


if __name__ == "__main__":
    main()
