#!/usr/bin/env python3
"""Prints what took the longest in a build folder: ten sources to compile and ten tests to run.

usage: packaging/dearest.py BUILD
       packaging/dearest.py BUILD --cpu [PART OF A NAME]    runs the tests, one after the other

Seconds are those of the clock, as Ninja and CTest noted them while other work ran beside; with --cpu
they are those of processors, of each test with all that it starts.
"""

import json
import os
import pathlib
import re
import subprocess
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


def run(build, part):
    """Processor seconds by test; what fails is named and counts all the same."""
    listed = subprocess.run(["ctest", "--test-dir", build, "--show-only=json-v1", "-R", part],
                            check=True, capture_output=True, text=True)
    seconds = {}
    for test in json.loads(listed.stdout)["tests"]:
        properties = {one["name"]: one["value"] for one in test["properties"]}
        wanted = dict(entry.split("=", 1) for entry in properties.get("ENVIRONMENT", []))
        if "command" not in test:
            print("not built:", test["name"])
            continue
        child = subprocess.Popen(test["command"], cwd=properties.get("WORKING_DIRECTORY", build),
                                 env={**os.environ, **wanted}, stdin=subprocess.DEVNULL,
                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        seconds[test["name"]] = used.ru_utime + used.ru_stime
        skipped = child.returncode == properties.get("SKIP_RETURN_CODE", 0)
        if not skipped and child.returncode != 0:
            print("failed:", test["name"])
    return seconds


def show(what, seconds, count=COUNT):
    if not seconds:
        return
    print(f"{len(seconds)} {what}, {sum(seconds.values()):.0f} s together; the dearest:")
    for name, value in sorted(seconds.items(), key=lambda item: -item[1])[:count]:
        print(f"  {value:7.1f} s  {name}")


def main():
    wants_run = len(sys.argv) in (3, 4) and sys.argv[2] == "--cpu"
    if len(sys.argv) != 2 and not wants_run:
        sys.exit(__doc__.strip())
    build = pathlib.Path(sys.argv[1])
    if wants_run:
        show("tests", run(build, sys.argv[3] if len(sys.argv) == 4 else ""), None)
        return
    show("units", units(build))
    show("tests", tests(build))


if __name__ == "__main__":
    main()
