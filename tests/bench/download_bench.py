#!/usr/bin/env python3
"""Throughput of the downloader on loopback against curl, in the same run, hashing on.

usage: download_bench.py BUILD [GIGABYTES] [FOLDER] [ROUNDS]

Both fetch the same file from the same server into FOLDER, in turns; the medians are reported with
processor time and peak memory. The server shares the machine with both. curl is asked for one
stream and does not hash; the downloader verifies the SHA-256 and waits for the disk.
"""

import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time


def measure(command):
    begin = time.monotonic()
    process = subprocess.Popen(command)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.monotonic() - begin
    assert status == 0, command
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main():
    build = pathlib.Path(sys.argv[1])
    gigabytes = float(sys.argv[2]) if len(sys.argv) > 2 else 2
    parent = sys.argv[3] if len(sys.argv) > 3 else None
    rounds = int(sys.argv[4]) if len(sys.argv) > 4 else 5
    programs = build / "tests/app/services/downloads"
    size = int(gigabytes * 1e9)
    results = {"curl": [], "downloader": []}
    with subprocess.Popen([programs / "download_server", str(size)], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE, text=True) as server:
        hub, weights = server.stdout.readline().strip(), server.stdout.readline().strip()
        for _ in range(rounds):
            for name in results:
                folder = tempfile.mkdtemp(dir=parent)
                if name == "curl":
                    command = ["curl", "-sS", "-o", folder + "/file", weights]
                else:
                    command = [programs / "download_child", folder + "/list.json", folder + "/hub",
                               hub, "test-org/test-model"]
                results[name].append(measure(command))
                shutil.rmtree(folder)
        server.kill()
    for name, runs in results.items():
        seconds, cpu, memory = (statistics.median(column) for column in zip(*runs))
        print(f"{name:10} {size / 1e6 / seconds:6.0f} MB/s, {cpu / gigabytes:.2f} s of processor "
              f"time per GB, {memory:.0f} MB at most")
    share = (statistics.median(run[0] for run in results["curl"]) /
             statistics.median(run[0] for run in results["downloader"]))
    print(f"{100 * share:.0f} % of curl")


if __name__ == "__main__":
    main()
