#!/usr/bin/env python3
"""Compares the speed of two builds of deepseekmoe, in turns: decode, prompts and training.

usage: paired.py OLD NEW [--rounds 5] [--threads 2] [--model DEMO_MODEL]

OLD and NEW are programs; NEW writes the random models that both are measured with (108 M parameters,
in bf16 and q4). Prints for each measure the median speeds and the median of NEW / OLD over the rounds.
"""

import argparse
import json
import pathlib
import statistics
import subprocess
import tempfile

DEMO = pathlib.Path(__file__).resolve().parents[2] / "resources" / "demo_model"


def bench(program, threads, arguments, report):
    subprocess.run([program, "bench", *arguments, "--threads", str(threads), "--json", report], check=True,
                   stdout=subprocess.DEVNULL)
    return json.loads(report.read_text())


def speeds_of(result):
    if "train" in result:
        return {"training": result["train"][0]["tokens_per_second"]}
    return {what: result[what][0]["tokensPerSecond"]["median"] for what in ("decode", "prompt")}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("old")
    parser.add_argument("new")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--model", type=pathlib.Path, default=DEMO, help="which trains")
    options = parser.parse_args()
    programs = {"old": options.old, "new": options.new}
    speeds = {}
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        cases = {"train": ["--train", "--model", options.model, "--train-tokens", "256", "--train-length", "64",
                           "--train-steps", "3", "--train-methods", "lora"]}
        for form in ("q4", "bf16"):
            subprocess.run([options.new, "synth", "--size", "small", "--layers", "10", "--format", form, "--out",
                            folder / form], check=True, stdout=subprocess.DEVNULL)
            cases[form] = ["--model", folder / form, "--prompt", "256", "--decode", "0"]
        for turn in range(options.rounds):
            for case, arguments in cases.items():
                for which in ("old", "new") if turn % 2 == 0 else ("new", "old"):
                    result = bench(programs[which], options.threads, arguments, folder / "report.json")
                    for what, speed in speeds_of(result).items():
                        speeds.setdefault((case, what), {"old": [], "new": []})[which].append(speed)
    for (case, what), of in speeds.items():
        ratio = statistics.median(new / old for old, new in zip(of["old"], of["new"]))
        print(f"{case:6} {what:9} old {statistics.median(of['old']):8.1f}  new {statistics.median(of['new']):8.1f}"
              f"  tokens/s, new / old {ratio:.3f}")


if __name__ == "__main__":
    main()
