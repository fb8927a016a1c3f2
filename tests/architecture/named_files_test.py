#!/usr/bin/env python3
"""Fails when ARCHITECTURE.md or a README names a source or header that is not there.

usage: named_files_test.py REPOSITORY

`chat_state.h` counts where some file of that name exists, `app/services/chat/chat_state.h` where it lies there;
OP_ref.cpp and files of other projects, which have a capital, are no names of files here.
"""

import pathlib
import re
import sys

NAMED = re.compile(r"`((?:[a-z0-9_]+/)*[a-z0-9][a-z0-9_]*\.(?:h|cpp|cu|cuh|py|sh))`")
SKIPPED = {"build", ".git", ".ci"}


def files_below(root):
    for path in root.rglob("*"):
        relative = path.relative_to(root)
        if relative.parts[0] not in SKIPPED and path.is_file():
            yield relative.as_posix()


def missing(text, files):
    ends = {"/" + name for name in files}
    for name in NAMED.findall(text):
        if not any(end.endswith("/" + name) for end in ends):
            yield name


def main():
    assert list(missing("see `b/c.h` and `d.cpp`, not `E_x.cpp`", ["a/b/c.h"])) == ["d.cpp"]
    root = pathlib.Path(sys.argv[1])
    files = sorted(files_below(root))
    texts = [name for name in files if name == "ARCHITECTURE.md" or name.endswith("README.md")]
    assert len(texts) > 20, "hardly any README was found: is the path right?"
    found = [f"{name}: names {path}, which is not there" for name in texts
             for path in missing((root / name).read_text(encoding="utf-8"), files)]
    print("\n".join(found) if found else f"{len(texts)} texts name files that are there")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
