#!/usr/bin/env python3
"""Says whether this build is slower than what is kept for the processor at hand: shares of what the machine can do,
not times, so that a slow day of the machine is none of the program.

usage: guard.py PROGRAM [--keep] [--table FILE] [--rounds 3] [--threads N]

PROGRAM is deepseekmoe; it writes the random models that it is measured with (four layers of the 16B size, 2 GB in
q4-small and q8). guard.json has the shares by processor, instruction set and threads, at the memory rates that were
met: a faster memory is harder to use up, so that the nearest rate counts. --keep puts this run in its place. Exit
code: 0 nothing fell, 1 something did, which is named, 3 nothing is kept that this run could be compared with.
"""

import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile

TABLE = pathlib.Path(__file__).with_name("guard.json")
FORMATS = ("q4-small", "q8")
POINTS = ["--prompt", "32,512", "--decode", "0,1000", "--kv", "q8"]
FELL = 0.9  # of the kept share; runs of one build differ by less
SAME_MEMORY = 1.25  # rates that differ by less can be compared


def shares_of(report):
    shares = {f"prompt of {point['tokens']}": point["shareOfPeak"]["median"] for point in report["prompt"]}
    return shares | {f"decode at {point['position']}": point["shareOfBandwidth"]["median"]
                     for point in report["decode"]}


def machine_of(report):
    machine = report["machine"]
    return f"{machine['cpu']}, {machine['instructionSet']}, {machine['threads']} threads"


def measure(program, rounds, threads):
    """The machine, its memory's bytes per second, and the median share of each format and point."""
    reports = {}
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        for form in FORMATS:
            subprocess.run([program, "synth", "--size", "16b", "--layers", "4", "--format", form, "--out",
                            folder / form], check=True, stdout=subprocess.DEVNULL)
        for _ in range(rounds):
            for form in FORMATS:
                out = folder / "report.json"
                subprocess.run([program, "bench", "--model", folder / form, *POINTS, "--json", out, *threads],
                               check=True, stdout=subprocess.DEVNULL)
                reports.setdefault(form, []).append(json.loads(out.read_text()))
    every = [report for form in reports.values() for report in form]
    memory = statistics.median(point["readBytesPerSecond"]["median"]
                               for report in every for point in report["decode"])
    shares = {}
    for form, of in reports.items():
        each = [shares_of(report) for report in of]
        shares |= {f"{form}, {point}": round(statistics.median(one[point] for one in each), 3) for point in each[0]}
    return machine_of(every[0]), memory, shares


def distance(one, other):
    return max(one, other) / min(one, other)


def nearest(kept, memory):
    """The run that was kept at about this rate, or None."""
    best = min(kept, key=lambda run: distance(run["memory"], memory), default=None)
    return best if best and distance(best["memory"], memory) < SAME_MEMORY else None


def keep(table, machine, memory, shares):
    kept = [run for run in table.get(machine, []) if distance(run["memory"], memory) >= SAME_MEMORY]
    table[machine] = sorted(kept + [{"memory": round(memory), "shares": shares}], key=lambda run: run["memory"])


def compare(kept, shares):
    """Prints each share beside the one that is kept; the names of those that fell."""
    fallen = []
    for name, share in shares.items():
        before = kept["shares"].get(name)
        fell = before is not None and share < FELL * before
        fallen += [name] if fell else []
        told = "is new" if before is None else f"was {100 * before:5.1f} %" + (", FELL" if fell else "")
        print(f"  {name:28} {100 * share:5.1f} %  {told}")
    return fallen + [f"{name} (not measured any more)" for name in kept["shares"] if name not in shares]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("--table", type=pathlib.Path, default=TABLE)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads")
    options = parser.parse_args()
    table = json.loads(options.table.read_text()) if options.table.exists() else {}
    machine, memory, shares = measure(options.program, options.rounds,
                                      ["--threads", options.threads] if options.threads else [])
    print(f"{machine}, memory at {memory / 1e9:.1f} GB/s")
    kept = nearest(table.get(machine, []), memory)
    fallen = compare(kept or {"shares": {}}, shares)
    if options.keep:
        keep(table, machine, memory, shares)
        options.table.write_text(json.dumps(table, indent=1, sort_keys=True) + "\n")
        print(f"Kept in {options.table}.")
        return 0
    if kept is None:
        print("Nothing is kept of such a machine with such a memory: --keep does.")
        return 3
    print("Fell: " + "; ".join(fallen) if fallen else "Nothing fell.")
    return 1 if fallen else 0


if __name__ == "__main__":
    sys.exit(main())
