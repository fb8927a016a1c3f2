#!/usr/bin/env python3
"""Fails when ARCHITECTURE.md, FAULTS.md, KERNELS.md or a README names a source, header or test that is not there.

usage: named_files_test.py REPOSITORY

Every folder of sources has a README that says where to start, and who may enter or what it may include.
A test that is named behind its source or program, as in "`a_test.cpp`: SaysWhatIsWrong, Stops", must be in that
source, or in some test.

`chat_state.h` counts where some file of that name exists, `app/services/chat/chat_state.h` where it lies there;
OP_ref.cpp and files of other projects, which have a capital, are no names of files here.
"""

import pathlib
import re
import sys

NAMED = re.compile(r"`((?:[a-z0-9_]+/)*[a-z0-9][a-z0-9_]*\.(?:h|cpp|cu|cuh|py|sh))`")
TESTS = re.compile(r"`([a-z0-9_]+_test(?:\.cpp)?)`: ((?:\w+(?:, )?)+)")
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


def missing_tests(text, sources):
    """`sources` maps paths of tests to their texts."""
    everything = "\n".join(sources.values())
    for where, names in TESTS.findall(text):
        inside = "\n".join(source for path, source in sources.items() if path.endswith("/" + where)) or everything
        for name in names.split(", "):
            if name and not re.search(rf"\b{name}\b", inside):
                yield f"{where}: {name}"


def wordless(files, read):
    """Folders of sources without a README, or whose README leaves one of its questions open."""
    tops = ("app/", "engine/", "kernels/", "ui/", "finetune_ui/")
    folders = {name.rpartition("/")[0] for name in files if name.startswith(tops) and name.endswith((".h", ".cpp", ".cu"))}
    for folder in sorted(folders):
        if f"{folder}/README.md" not in files:
            yield f"{folder} has no README.md"
            continue
        text = " ".join(read(f"{folder}/README.md").split())
        if not re.search(r"\b[Ss]tart", text):
            yield f"{folder}/README.md does not say where to start reading"
        if not re.search(r"\b[Ee]nters?\b|[Ii]ncludes?\b", text):
            yield f"{folder}/README.md does not say who may enter"


def main():
    assert list(wordless(["ui/a/b.h", "ui/c/d.h", "ui/c/README.md"], lambda _: "Start with d.")) == [
        "ui/a has no README.md", "ui/c/README.md does not say who may enter"]
    assert list(missing_tests("by `a_test.cpp`: Stops, Goes; `b_test`: ends", {
        "x/a_test.cpp": "TEST(A, Stops)", "x/c_test.cpp": "Goes ends"})) == ["a_test.cpp: Goes"]
    assert list(missing("see `b/c.h` and `d.cpp`, not `E_x.cpp`", ["a/b/c.h"])) == ["d.cpp"]
    root = pathlib.Path(sys.argv[1])
    files = sorted(files_below(root))
    texts = [name for name in files if name.endswith(("ARCHITECTURE.md", "FAULTS.md", "KERNELS.md", "README.md"))]
    assert len(texts) > 20, "hardly any README was found: is the path right?"
    found = [f"{name}: names {path}, which is not there" for name in texts
             for path in missing((root / name).read_text(encoding="utf-8"), files)]
    found += wordless(files, lambda name: (root / name).read_text(encoding="utf-8"))
    sources = {name: (root / name).read_text(encoding="utf-8")
               for name in files if name.startswith("tests/") and name.endswith((".cpp", ".py"))}
    found += [f"{name}: names a test that is not there, {test}" for name in texts
              for test in missing_tests((root / name).read_text(encoding="utf-8"), sources)]
    print("\n".join(found) if found else f"{len(texts)} texts name files that are there")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
