#!/usr/bin/env python3
"""Fails when a source turns a path into a text of Qt, or back, by itself (app/services/program/path_text.h).

usage: path_text_test.py REPOSITORY

What a text is of is judged by its name: texts called folder, file or path that are none of the system
are listed with what they are.
"""

import pathlib
import re
import sys

FOLDERS = ["app", "ui", "finetune_ui"]
NAME = r"\w*(?:[Ff]older|[Ff]ile|[Pp]ath)_?"
TO_SYSTEM = re.compile(rf"\b{NAME}(?:\(\))?\.(?:toStdString|toLocal8Bit)\(\)|QFile::encodeName\(")
TO_TEXT = re.compile(r"(?:fromStdString|fromUtf8|fromLocal8Bit|toText)\((?:[^()]|\([^()]*\))*(?:\.|->)"
                     r"(?:string|native|c_str|u8string)\(\)\)|QFile::decodeName\(")
HOME = "app/services/program/path_text.cpp"
# File -> what its texts of such a name are.
EXCEPTIONS = {
    "app/services/chat/chat_service_order.cpp": "folders of conversations, which are names",
    "app/services/training/training_jobs_list.cpp": "what the store keeps is a text",
}


def violations(path, text):
    if path == HOME or path in EXCEPTIONS:
        return
    for number, line in enumerate(re.sub(r"//[^\n]*", "", text).split("\n"), 1):
        for pattern in (TO_SYSTEM, TO_TEXT):
            if found := pattern.search(line):
                yield f"{path}:{number}: {found.group(0)} in place of toPath() or pathText()"


PLANTED = ["fs::path folder = task.folder.toStdString();", "open(file_.toStdString());",
           "QString::fromStdString(path.string());", "QString::fromStdString(found->file.filename().string())",
           "QFile::encodeName(name)"]
FINE = ["text.toStdString()", "toPath(folder)", "QString::fromStdString(error.message)",
        "// QFile::encodeName(name)", "folder.toStdWString()"]


def main():
    for line in PLANTED:
        assert list(violations("app/a.cpp", line)), f"this was not seen: {line}"
    for line in FINE:
        assert not list(violations("app/a.cpp", line)), f"this turns no path: {line}"
    root = pathlib.Path(sys.argv[1])
    found, count = [], 0
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in {".h", ".cpp"}:
                count += 1
                found += violations(path.relative_to(root).as_posix(), path.read_text(encoding="utf-8"))
    assert count > 300, "hardly any source was found: is the path right?"
    print("\n".join(found) if found else f"{count} files turn paths one way")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
