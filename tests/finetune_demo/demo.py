#!/usr/bin/env python3
"""The bundled model learns invented facts: asked before, after, through NF4, after a kill, merged.

    python3 tests/finetune_demo/demo.py build/release/app/cli/deepseekmoe [--peft-python PYTHON]

CI asks fewer: --facts 10 --epochs 60. Every question is asked in a conversation of its own, greedily; an answer is right where it matches
the fact's "expect". Prints the right answers and the seconds of each stage, and fails below the
limits of `limits()`. The training that is killed must end in the bytes of the one that was not.
"""

import argparse
import json
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
MODEL = HERE.parents[1] / "resources/demo_model"
JOB = {"targets": "all", "rank": 16, "alpha": 32, "batch_size": 10, "accumulation": 1,
       "learning_rate": 2e-3, "warmup_steps": 10, "balance_loss": 0, "seed": 1,
       # Names that nobody knew are made of tokens the head has hardly ever given.
       "modules_to_save": ["lm_head"]}


# Of a model as small as this one, two mostly wait for each other. What comes out is the same.
ONE_THREAD = ["--threads", "1"]


class Demo:
    def __init__(self, program, facts, epochs, folder):
        self.program, self.facts, self.epochs, self.folder = program, facts, epochs, folder
        with open(folder / "facts.jsonl", "w", encoding="utf-8") as file:
            for fact in facts:
                row = {key: fact[key] for key in ("instruction", "output")}
                file.write(json.dumps(row, ensure_ascii=False) + "\n")

    def command(self, *arguments):
        return [str(argument) for argument in (self.program, *arguments)]

    def run(self, *arguments, text=""):
        done = subprocess.run(self.command(*arguments), input=text, capture_output=True,
                              encoding="utf-8", errors="replace")
        if done.returncode != 0:
            sys.exit(f"{' '.join(map(str, arguments))} failed:\n{done.stdout}{done.stderr}")
        return done.stdout

    def right_answers(self, model, adapter=None):
        options = ["chat", "--model", model, "--temperature", "0", "--max-tokens", "48", *ONE_THREAD]
        if adapter:
            options += ["--adapter", adapter]
        return sum(bool(re.search(fact["expect"], self.run(*options, text=fact["instruction"])))
                   for fact in self.facts)

    def job(self, name, model, save_steps=0):
        path = self.folder / f"{name}.json"
        path.write_text(json.dumps({**JOB, "model": str(model), "output": name, "data": "facts.jsonl",
                                    "epochs": self.epochs, "save_steps": save_steps}))
        return path, self.folder / name

    def tune(self, name, model):
        job, out = self.job(name, model)
        begin = time.monotonic()
        self.run("finetune", job, *ONE_THREAD)
        return out, time.monotonic() - begin

    def tune_killed(self, name, model):
        """Killed with SIGKILL after the first checkpoint, then resumed."""
        job, out = self.job(name, model, save_steps=20)
        begin = time.monotonic()
        process = subprocess.Popen(self.command("finetune", job, *ONE_THREAD), stdout=subprocess.PIPE,
                                   stderr=subprocess.STDOUT, encoding="utf-8")
        for line in process.stdout:
            if line.startswith("step 25/"):
                process.send_signal(signal.SIGKILL)
                break
        process.stdout.read()
        if process.wait() != -signal.SIGKILL:
            sys.exit("the run that was to be killed ended by itself")
        self.run("finetune", "--resume", job, *ONE_THREAD)
        return out, time.monotonic() - begin


def limits(count):
    """Right answers: at most before, at least after."""
    return count // 25, count - max(count // 25, 1)


def show(stage, right, count, seconds=None):
    time_text = f"   {seconds:6.1f} s of training" if seconds else ""
    print(f"{stage:34}{right:3} of {count}{time_text}", flush=True)


def check_stages(demo):
    """Runs all stages; what went wrong, in words."""
    count = len(demo.facts)
    most_before, least_after = limits(count)
    wrong = []

    def judge(stage, right, seconds=None):
        show(stage, right, count, seconds)
        if right < least_after:
            wrong.append(f"{stage}: {right} right answers, expected at least {least_after}")

    before = demo.right_answers(MODEL)
    show("before", before, count)
    if before > most_before:
        wrong.append(f"{before} right answers before, expected at most {most_before}")

    adapter, seconds = demo.tune("lora", MODEL)
    judge("after, LoRA over bf16", demo.right_answers(MODEL, adapter), seconds)

    killed, seconds = demo.tune_killed("killed", MODEL)
    judge("after a kill and --resume", demo.right_answers(MODEL, killed), seconds)
    weights = "adapter_model.safetensors"
    same = (killed / weights).read_bytes() == (adapter / weights).read_bytes()
    print("the resumed adapter is the same, byte for byte" if same else "the resumed adapter differs")
    if not same:
        wrong.append("the resumed adapter differs from the uninterrupted one")

    four_bits = demo.folder / "nf4-model"
    demo.run("quantize", MODEL, "--to", "nf4-double", four_bits)
    nf4_adapter, seconds = demo.tune("nf4", four_bits)
    judge("after, LoRA over NF4", demo.right_answers(four_bits, nf4_adapter), seconds)

    merged = demo.folder / "merged"
    demo.run("merge", MODEL, adapter, merged)
    judge("merged into bf16", demo.right_answers(merged))
    return wrong, adapter


def compare_with_peft(python, demo, adapter):
    code = subprocess.run([python, HERE / "peft_logits.py", demo.program, adapter, demo.folder / "facts.jsonl"],
                          check=False).returncode
    return [] if code in (0, 77) else ["PEFT computes other logits"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("--facts", type=int, default=50, help="only the first so many")
    parser.add_argument("--epochs", type=int, default=25)
    parser.add_argument("--peft-python", default=sys.executable, help="a Python with torch and peft")
    parser.add_argument("--keep", type=pathlib.Path, help="leave everything in this new folder")
    options = parser.parse_args()
    lines = (HERE / "facts.jsonl").read_text(encoding="utf-8").splitlines()
    facts = [json.loads(line) for line in lines][:options.facts]
    folder = pathlib.Path(options.keep or tempfile.mkdtemp())
    folder.mkdir(parents=True, exist_ok=bool(options.keep is None))
    try:
        demo = Demo(options.program.resolve(), facts, options.epochs, folder.resolve())
        wrong, adapter = check_stages(demo)
        wrong += compare_with_peft(options.peft_python, demo, adapter)
    finally:
        if not options.keep:
            shutil.rmtree(folder)
    for line in wrong:
        print(line, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
