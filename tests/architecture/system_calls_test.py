#!/usr/bin/env python3
"""Fails when a source calls the system for a file, a folder or a name by itself, past kernels/base.

usage: system_calls_test.py REPOSITORY

What goes past it cannot be failed by a test (kernels/base/system_faults.h), and repeats what is
written once there: interruptions, short writes, what a message says.
"""

import pathlib
import re
import sys

FOLDERS = ["kernels", "engine", "app", "ui", "finetune_ui"]
HOME = "kernels/base/"
CALLS = re.compile(
    r"(?<![\w:>])::(open|openat|creat|read|pread|write|pwrite|fsync|fdatasync|ftruncate|truncate|flock"
    r"|rename|renameat2|unlink|mkdir|rmdir|symlink|readlink|fallocate|statvfs|mkstemp|mkostemp|opendir"
    r"|close)\("
    r"|\bEINTR\b|\bstd::rename\(|\bstd::remove\(\"|\bfopen\("
    r"|\b(?:fs|filesystem)::(rename|remove|remove_all|create_director(?:y|ies)|copy|copy_file|resize_file"
    r"|space|create_symlink)\("
    r"|\bstd::[iow]?fstream\b|\b(?:QFile|QSaveFile|QTemporaryFile|QTemporaryDir|QLockFile|QStorageInfo)\b(?!::(?:encode|decode)Name)"
    r"|\bQDir\(\)\.(?:mk|rm|re)\w+\(|\.(?:removeRecursively|mkpath|mkdir|rmdir|rmpath)\(|\bdir\.(?:remove|rename)\(")
# File -> why it does so itself.
EXCEPTIONS = {
    "app/termination_signals.cpp": "in a signal's handler",
    "app/services/program/disk_space.cpp": "asks which device a folder is on",
    "app/services/program/power.cpp": "reads /sys",
    "app/services/program/single_instance.cpp": "QLockFile knows which process holds a lock, and whether it lives",
    "app/services/program/single_instance.h": "the same",
    "app/services/training/data/data_reading.h": "millions of refused rows, through QDataStream, in a file that goes by itself",
    "app/cli/bench_report.cpp": "reads /proc",
    "ui/downloads/licence_dialog.cpp": "reads what is built in",
    "ui/widgets/svg_icon.cpp": "reads what is built in",
    "finetune_ui/start/start_page.cpp": "reads a job that its user names",
}


def strip_comments(text):
    return re.sub(r"//[^\n]*|^ *#include[^\n]*", "", text, flags=re.MULTILINE)


def violations(path, text):
    if path.startswith(HOME) or path in EXCEPTIONS:
        return
    for number, line in enumerate(strip_comments(text).split("\n"), 1):
        if found := CALLS.search(line):
            yield f"{path}:{number}: {found.group(0)} goes past kernels/base"


PLANTED = ["const int file = ::open(path, O_RDONLY);", "if (got < 0 && errno == EINTR) continue;",
           "fs::rename(a, b, error);", "std::filesystem::create_directories(folder, error);",
           "std::ofstream out(path);", "std::ifstream in(path);", "QFile file(path);", "QFile::rename(a, b);",
           "QDir().mkpath(folder);", "QDir(folder).removeRecursively();", "dir.rmdir(name);", "dir.remove(name);", "QTemporaryFile file_;",
           "std::make_unique<QLockFile>(path);", "QSaveFile out(path);", "::close(handle);"]
FINE = ["auto file = File::open(path, O_RDONLY);", "sys::open(path, 0);", "// see ::open()",
        "#include <QFile>", "QFileInfo::exists(path)", "QFile::encodeName(path)",
        "Checkpoint::open(folder)", "fs::exists(path, error)", "StandardPaths::write(x)"]


def main():
    for line in PLANTED:
        assert list(violations("app/a.cpp", line)), f"this was not seen: {line}"
    for line in FINE:
        assert not list(violations("app/a.cpp", line)), f"this is no call of the system: {line}"
    root = pathlib.Path(sys.argv[1])
    found, count = [], 0
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in {".h", ".cpp", ".cu", ".cuh"}:
                count += 1
                found += violations(path.relative_to(root).as_posix(), path.read_text(encoding="utf-8"))
    assert count > 300, "hardly any source was found: is the path right?"
    print("\n".join(found) if found else f"{count} files leave the system to kernels/base")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
