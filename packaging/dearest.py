#!/usr/bin/env python3
"""Prints what took the longest in a build folder: ten sources to compile and ten tests to run.

usage: packaging/dearest.py BUILD

Seconds are those of the clock, as Ninja and CTest noted them while other work ran beside.
"""

import pathlib
import re
import sys

COUNT = 10


def units(build):
    """Seconds by object file; the newest entry of each counts."""
    seconds = {}
    for line in (build / ".ninja_log").read_text(encoding="utf-8").splitlines():
        fields = line.split("\t")
        if len(fields) == 5 and fields[3].endswith(".o"):
            seconds[re.sub(r"CMakeFiles/([^/]+)\.dir/", "", fields[3]).removesuffix(".o")] = (
                int(fields[1]) - int(fields[0])) / 1000
    return seconds


def tests(build):
    """Seconds by test, of the last run."""
    log = build / "Testing" / "Temporary" / "LastTest.log"
    if not log.exists():
        return {}
    seconds, name = {}, None
    for line in log.read_text(encoding="utf-8", errors="replace").splitlines():
        if match := re.match(r"\d+/\d+ Testing: (.*)", line):
            name = match[1]
        elif (match := re.match(r"Test time =\s+([\d.]+) sec", line)) and name:
            seconds[name] = float(match[1])
    return seconds


def show(what, seconds):
    if not seconds:
        return
    print(f"{len(seconds)} {what}, {sum(seconds.values()):.0f} s together; the dearest:")
    for name, value in sorted(seconds.items(), key=lambda item: -item[1])[:COUNT]:
        print(f"  {value:7.1f} s  {name}")


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__.strip())
    build = pathlib.Path(sys.argv[1])
    show("units", units(build))
    show("tests", tests(build))


if __name__ == "__main__":
    main()
