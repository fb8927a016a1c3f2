#!/usr/bin/env python3
"""Reads a large data set with `deepseekmoe dataset` and prints the time and the peak memory.

usage: dataset_memory.py DEEPSEEKMOE [GIGABYTES]     (1 by default; needs twice that in /var/tmp)
"""

import json
import os
import pathlib
import random
import resource
import subprocess
import sys
import tempfile
import time


def write_rows(path, size):
    words = ["model", "expert", "token", "layer", "router", "shared", "answer", "question"]
    random.seed(1)
    with open(path, "w", encoding="utf-8") as file:
        written = 0
        while written < size:
            row = {"instruction": " ".join(random.choices(words, k=40)), "output": " ".join(random.choices(words, k=60))}
            written += file.write(json.dumps(row) + "\n")


def main():
    size = int(float(sys.argv[2] if len(sys.argv) > 2 else "1") * 1e9)
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        path = pathlib.Path(folder) / "rows.jsonl"
        write_rows(path, size)
        begin = time.monotonic()
        child = subprocess.run([sys.argv[1], "dataset", path, "--show", "0"], stdout=subprocess.PIPE, check=True,
                               env={**os.environ, "TMPDIR": folder})
        seconds = time.monotonic() - begin
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(child.stdout.decode().split("\n\n")[0])
        print(f"{path.stat().st_size / 1e9:.2f} GB in {seconds:.1f} s, peak memory {peak:.0f} MB")


if __name__ == "__main__":
    main()
