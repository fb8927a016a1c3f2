#!/usr/bin/env python3
"""Holds the memory that `finetune` foretells against the most that it then held, for four jobs, and prints a table.

usage: train_memory.py DEEPSEEKMOE [--threads N]      (a minute; fails where an estimate is off by more than 10 %)

Three jobs on the bundled model, and one on a larger one that synth makes (108 M parameters, 217 MB, deleted). Each trains
a few steps and saves twice. Measured is the largest resident set of the whole process, which the mapped pages of the
checkpoint are part of, as they are of the estimate.
"""

import argparse
import json
import os
import pathlib
import re
import sys
import tempfile

LIMIT = 0.10
JOBS = [
    ("demo", "LoRA rank 8, attention", {"targets": "attention", "rank": 8}),
    ("demo", "LoRA rank 8, all linear maps, the head in full", {"targets": "all", "rank": 8, "modules_to_save": ["lm_head"]}),
    ("demo", "all weights", {"method": "full"}),
    ("synth", "LoRA rank 16, all linear maps", {"targets": "all", "rank": 16}),
]


def run(folder, *command):
    """What a child says, and the most that it held, in MB."""
    log = folder / "log"
    with open(log, "w", encoding="utf-8") as file:
        process = os.posix_spawn(command[0], [str(part) for part in command], os.environ,
                                 file_actions=[(os.POSIX_SPAWN_DUP2, file.fileno(), 1), (os.POSIX_SPAWN_DUP2, file.fileno(), 2)])
        _, status, usage = os.wait4(process, 0)
    said = log.read_text(encoding="utf-8")
    if status != 0:
        sys.exit(f"{' '.join(map(str, command))} failed:\n{said}")
    return said, usage.ru_maxrss * 1024 / 1e6


def models(folder, program):
    demo = pathlib.Path(__file__).resolve().parents[2] / "resources/demo_model"
    synth = folder / "synth"
    run(folder, program, "synth", "--size", "small", "--layers", 10, "--out", synth)
    # Random weights come with the vocabulary of their size; the demo's tokenizer fits into it.
    for name in ("tokenizer.json", "tokenizer_config.json"):
        if not (synth / name).exists():
            (synth / name).write_bytes((demo / name).read_bytes())
    return {"demo": demo, "synth": synth}


def measure(folder, program, model, choice, threads):
    rows = folder / "rows.jsonl"
    rows.write_text("".join(json.dumps({"instruction": f"What is {i}?", "output": f"A number, {i}, " * 12}) + "\n"
                            for i in range(16)), encoding="utf-8")
    job = {"model": str(model), "data": str(rows), "output": str(folder / "run"), "batch_size": 4, "accumulation": 1,
           "max_steps": 3, "save_steps": 2, "max_length": 128, "warmup_steps": 0, "threads": threads} | choice
    (folder / "job.json").write_text(json.dumps(job), encoding="utf-8")
    said, measured = run(folder, program, "finetune", folder / "job.json")
    return float(re.search(r"^Memory +([0-9.]+) MB in all", said, re.MULTILINE)[1]), measured


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program", type=lambda text: str(pathlib.Path(text).resolve()))
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    print(f"{'model':6} {'what learns':48} {'estimated':>10} {'measured':>10}  error")
    wrong = 0
    with tempfile.TemporaryDirectory() as name:
        folders = models(pathlib.Path(name), options.program)
        for model, what, choice in JOBS:
            with tempfile.TemporaryDirectory() as inner:
                estimated, measured = measure(pathlib.Path(inner), options.program, folders[model], choice, options.threads)
            error = estimated / measured - 1
            wrong += abs(error) > LIMIT
            print(f"{model:6} {what:48} {estimated:7.1f} MB {measured:7.1f} MB {100 * error:+5.1f} %", flush=True)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
