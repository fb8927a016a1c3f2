#!/usr/bin/env python3
"""Questions per second of `deepseekmoe evaluate --task`, beside lm-eval with PyTorch over the same tiny model.

usage: evaluate.py DEEPSEEKMOE [--questions 64] [--threads 2]

Four choices with long endings, four letters behind five examples, and short answers that are written. Both answer the
same files in one run, in float32, in turn; only the time of the answers counts, not that of loading. PyTorch's model is
that of the tests, a question's requests one after the other, as lm-eval's with batch_size 1 has them.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
WORDS = "the sky river city dog bread snow water table music sea moon noon colour animal number language".split()


def words(seed, count):
    return " ".join(WORDS[(seed * 7 + i * (i + seed) * 3) % len(WORDS)] for i in range(count))


def rows_of(task, count):
    if task == "hellaswag":
        return [{"activity_label": "Talk", "ctx_a": words(i, 24) + ".", "ctx_b": "then", "label": str(i % 4),
                 "endings": [words(i * 5 + k, 14) + "." for k in range(4)]} for i in range(count)]
    if task == "mmlu":
        return [{"question": words(i, 18) + "?", "choices": [words(i * 5 + k, 4) for k in range(4)], "answer": i % 4,
                 "subject": "anatomy"} for i in range(count)]
    return [{"question": "which is " + words(i, 8), "answer": [words(i, 1)]} for i in range(count)]


def measure_program(program, model, task, files, shots, options, folder):
    result = folder / "result.json"
    subprocess.run([program, "evaluate", "--task", task, "--data", files[0], "--shots-file", files[1], "--few-shot", str(shots),
                    "--model", model, "--threads", str(options.threads), "--max-tokens", "16", "--json", result],
                   check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return json.loads(result.read_text())["items_per_second"]


def measure_harness(harness, model, task, files, shots, options, folder):
    import lm_eval
    from lm_eval.tasks import TaskManager
    tasks = pathlib.Path(lm_eval.__file__).parent / "tasks"
    splits = {split: str(files[0]) for split in ("test", "validation")} | {split: str(files[1]) for split in ("train", "dev")}
    shape = {"include": str(tasks / (harness.YAML[task].replace("high_school_geography", "anatomy") + ".yaml")),
             "task": f"bench_{task}", "dataset_path": "json", "dataset_name": None, "dataset_kwargs": {"data_files": splits},
             "num_fewshot": shots}
    if task == "nq_open":
        shape["generation_kwargs"] = {"until": ["\n", ".", ","], "do_sample": False, "max_gen_toks": 16}
    (folder / f"bench_{task}.yaml").write_text(json.dumps(shape))
    taken = 0

    def timed(answer):
        def call(*arguments, **more):
            nonlocal taken
            begun = time.perf_counter()
            found = answer(*arguments, **more)
            taken += time.perf_counter() - begun
            return found
        return call
    for name in ("loglikelihood", "generate_until"):
        setattr(model, name, timed(getattr(type(model), name).__get__(model)))
    lm_eval.simple_evaluate(model=model, tasks=[f"bench_{task}"], bootstrap_iters=0, log_samples=False, verbosity="ERROR",
                            task_manager=TaskManager(include_path=str(folder), include_defaults=False))
    return options.questions / taken


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--questions", type=int, default=64)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    sys.argv = [sys.argv[0], options.program, str(ROOT)]
    sys.path.insert(0, str(ROOT / "tests/engine/evaluate"))
    os.environ.update(HF_HUB_OFFLINE="1", HF_DATASETS_OFFLINE="1", TOKENIZERS_PARALLELISM="false")
    print(f"{'task':<12}{'shots':>6}{'deepseekmoe':>14}{'lm-eval, PyTorch':>19}{'times':>8}   questions a second")
    with tempfile.TemporaryDirectory() as name:
        os.environ["HF_HOME"] = name
        folder = pathlib.Path(name)
        import harness_items as harness
        import torch
        model = harness.demo_in_pytorch()
        torch.set_num_threads(options.threads)
        model.model.float()
        for task, shots in (("hellaswag", 0), ("mmlu", 5), ("nq_open", 5)):
            files = []
            for part, count in (("asked", options.questions), ("examples", 8)):
                files.append(folder / f"{task}-{part}.jsonl")
                files[-1].write_text("".join(json.dumps(row) + "\n" for row in rows_of(task, count)))
            own = measure_program(options.program, harness.DEMO, task, files, shots, options, folder)
            theirs = measure_harness(harness, model, task, files, shots, options, folder)
            print(f"{task:<12}{shots:>6}{own:>14.1f}{theirs:>19.1f}{own / theirs:>8.1f}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
