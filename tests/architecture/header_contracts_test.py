#!/usr/bin/env python3
"""Fails where a header does not say what it must: what it is, of whom its things are, what can fail.

usage: header_contracts_test.py REPOSITORY

A header opens with a sentence. One with a class that owns something or crosses threads says so
(Ownership, Threads, Device); one with a function that returns a Result says its errors (Errors), at
its top or at the function.
"""

import pathlib
import re
import sys

FOLDERS = ["kernels", "engine", "app", "ui", "finetune_ui"]

CLASS = re.compile(r"^\s*class \w+[^;{]*\{", re.MULTILINE)
OWNS = re.compile(
    r"\bstd::(?:unique_ptr|shared_ptr|jthread|thread|mutex|atomic|condition_variable)\b"
    r"|\b(?:Buffer<|QThread\b|Mailbox\b|WorkThread\b|Q_OBJECT\b)")
FAILS = re.compile(r"\bResult<[^;{}()]*>\s+[a-z]\w*\(")
SAYS_OWNER = re.compile(r"\b(?:Ownership|Threads?|Device|Memory) ")
SAYS_ERRORS = re.compile(r"\bErrors?[: ]")


def comments_of(text):
    return "\n".join(re.findall(r"//[^\n]*", text))


def code_of(text):
    return re.sub(r"//[^\n]*", "", text)


def violations(path, text):
    comments, code = comments_of(text), code_of(text)
    if not text.startswith("// "):
        yield f"{path}: does not begin with a sentence of what it is"
    if CLASS.search(code) and OWNS.search(code) and not SAYS_OWNER.search(comments):
        yield f"{path}: has a class that owns something or crosses threads, and does not say so"
    if FAILS.search(code) and not SAYS_ERRORS.search(comments):
        yield f"{path}: returns a Result and does not say its errors"


OWNING = "// A thing.\n{}#pragma once\nclass Thing {{\n    std::unique_ptr<int> number_;\n}};\n"
FAILING = "// A thing.\n{}#pragma once\nResult<std::vector<int>> readThem(int n);\n"
PLANTED = ["#pragma once\nint f();\n", OWNING.format(""), OWNING.format("// owns\n"), FAILING.format("")]
FINE = ["// A thing.\n#pragma once\nint f();\n", OWNING.format("// Ownership  Its number.\n"),
        OWNING.format("// Threads  Any.\n"), FAILING.format("// Errors  Io.\n"),
        "// A thing.\nclass Other;\nstd::unique_ptr<Other> make();\n",
        "// A thing.\nstruct S {\n    Result<int> last;\n};\n"]


def main():
    for text in PLANTED:
        assert list(violations("app/a.h", text)), f"this was not seen: {text}"
    for text in FINE:
        assert not list(violations("app/a.h", text)), f"this says what it must: {text}"
    root = pathlib.Path(sys.argv[1])
    found, count = [], 0
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*.h")):
            count += 1
            found += violations(path.relative_to(root).as_posix(), path.read_text(encoding="utf-8"))
    assert count > 300, "hardly any header was found: is the path right?"
    print("\n".join(found) if found else f"{count} headers say what they must")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
