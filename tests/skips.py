#!/usr/bin/env python3
"""Counts the tests that skipped, of CTest and inside its programs, and fails where one did that need not, or too many.

usage: skips.py JUNIT_FILE [--without oracles]

A skip must be in the table below, with its reason: a test that never runs proves nothing, and nobody sees it.
First checks itself on a made-up result.
"""

import re
import sys
import xml.etree.ElementTree as ElementTree

# Of a program and the reason that it gives, as regular expressions.
KNOWN = [
    (r"model_gpu_golden_test", r""),  # no GPU, as the reason says
    (r"model_memory_fit_test", r"RLIMIT_MEMLOCK"),
    (r"download_disk_survival_test|reliability_training_test", r"cannot mount"),
    (r"download_parts_test", r"has a keyring"),
    (r"single_instance_test", r"only root can be somebody else"),
    (r"model_switch_test", r"the reply was over at once"),
    (r"", r"no tokenizer\.json in .*; set DSM_SHARED_DIR"),
]
MOST = 24  # in one run: known reasons, too, must not become the rule
WITHOUT = {"oracles": [(r"^(train_interop_test|train_export_job_test|download_interop_test|serve_interop_test|cluster_test)$", r"")]}

GTEST = re.compile(r"^(?:[^\n]*: Skipped\n(?P<reason>[^\n]*)\n\s*)?\[  SKIPPED \] (?P<name>[^\s,]+) \(\d+ ms\)", re.MULTILINE)
QTEST = re.compile(r"^SKIP   : (?P<name>\S+) ?(?P<reason>.*)$", re.MULTILINE)


def skips(root):
    """(program, test in it, reason) of each."""
    for case in root.iter("testcase"):
        program, text = case.get("name"), case.findtext("system-out") or ""
        if case.find("skipped") is not None or case.get("status") == "notrun":
            yield program, program, text.strip().splitlines()[0] if text.strip() else "no reason given"
        for pattern in (GTEST, QTEST):
            for found in pattern.finditer(text):
                yield program, found["name"], (found["reason"] or "").strip()
        for line in re.findall(r"^(?:skipped |the jobs are not run).*$", text, re.MULTILINE):
            if case.find("skipped") is None:
                yield program, "a part", line


def is_known(skip, without):
    table = KNOWN + [entry for name in without for entry in WITHOUT[name]]
    return any(re.search(program, skip[0]) and re.search(reason, skip[2]) for program, reason in table)


def check_itself():
    root = ElementTree.fromstring(
        "<testsuite><testcase name='train_interop_test' status='notrun'><skipped/><system-out>skipped: no torch\n"
        "</system-out></testcase><testcase name='a_test'><system-out>[ RUN      ] A.B\na.cpp:1: Skipped\nwhy\n\n"
        "[  SKIPPED ] A.B (0 ms)\n[  SKIPPED ] 1 test, listed below:\n[  SKIPPED ] A.B\nSKIP   : C::d() rain\n"
        "</system-out></testcase><testcase name='b_test'><system-out>[       OK ] A.B (0 ms)\n</system-out></testcase>"
        "<testcase name='c_test'><system-out>skipped x: no y\nok</system-out></testcase></testsuite>")
    found = list(skips(root))
    assert found == [("train_interop_test", "train_interop_test", "skipped: no torch"), ("a_test", "A.B", "why"),
                     ("a_test", "C::d()", "rain"), ("c_test", "a part", "skipped x: no y")], found
    assert [is_known(skip, ["oracles"]) for skip in found] == [True, False, False, False]
    assert not is_known(found[0], [])


def main():
    check_itself()
    without = [name for flag, name in zip(sys.argv[2:], sys.argv[3:]) if flag == "--without"]
    found = list(skips(ElementTree.parse(sys.argv[1]).getroot()))
    unknown = [skip for skip in found if not is_known(skip, without)]
    print(f"{len(found)} skipped, {len(unknown)} of them for no known reason")
    for program, name, reason in found:
        mark = " UNKNOWN" if (program, name, reason) in unknown else ""
        print(f"  {program}{'' if name == program else ': ' + name}: {reason}{mark}")
    if len(found) > MOST:
        print(f"at most {MOST} may skip")
    sys.exit(1 if unknown or len(found) > MOST else 0)


if __name__ == "__main__":
    main()
