#!/usr/bin/env python3
"""Fails when an include points upward, when Qt appears below its line, when ui and finetune_ui see
each other, or when headers and their sources include each other in a circle.

usage: include_edges_test.py REPOSITORY

First checks itself on made-up files that break each rule, so that it cannot pass by seeing nothing.
"""

import pathlib
import re
import sys
import tempfile

# Folder -> folders of the project it may include, besides itself. Every folder with sources has its
# own line. "A system line is crossed" is said by QT.
KERNELS = ["kernels", "kernels/ops", "kernels/base", "kernels/cuda"]
MODEL = ["engine/model", "engine/model/checkpoint", "engine/model/adapter", "engine/model/pass"]
# What is below the downloads' own headers: no other service enters transfer.
FILE, SOURCE, TRANSFER = (f"app/services/downloads/{room}" for room in ("file", "source", "transfer"))
SERVICES = ["app/services/chat", "app/services/transfer", "app/services/texts", "app/services/spelling", "app/services/model", "app/services/library",
            "app/services/remote", "app/services/downloads", "app/services/training", "app/services/training/data",
            "app/services/training/job", "app/services/training/results", "app/services/benchmarks", "app/services/program"]
TUNING = "finetune_ui"
TUNING_BASE = ["ui/words", "ui/widgets", *SERVICES]
MAY_INCLUDE = {
    "kernels/base/reasons": [],
    "kernels/base": ["kernels/base/reasons"],
    "kernels/cpu": ["kernels/base"],
    "kernels/cpu/loops": ["kernels/cpu", "kernels/base"],
    "kernels/cpu/isa": ["kernels/cpu/loops", "kernels/cpu", "kernels/base"],
    "kernels/cuda": ["kernels/base"],
    "kernels/ops": ["kernels/base", "kernels/cpu", "kernels/cuda"],
    "kernels/ops/train": ["kernels/base", "kernels/cpu", "kernels/cuda", "kernels/ops"],
    "kernels": ["kernels/base", "kernels/cpu", "kernels/cuda", "kernels/ops", "kernels/ops/train"],
    "kernels/selftest": ["kernels", "kernels/base", "kernels/cpu", "kernels/cuda", "kernels/ops"],
    "engine/format": ["kernels/base"],
    "engine/text": ["engine/format", "kernels/base"],
    "engine/model/checkpoint": ["engine/format", "kernels/base"],
    "engine/model/adapter": ["engine/model/checkpoint", "engine/format", "kernels/base"],
    "engine/model/pass": ["engine/model/checkpoint", "engine/model/adapter", "engine/format",
                          *KERNELS],
    "engine/model/device": ["engine/model/pass", "engine/model/adapter", "engine/model/checkpoint", "engine/format",
                            *KERNELS],
    "engine/model": [*MODEL, "engine/model/device", "engine/format", *KERNELS],
    "engine/quantize": [*MODEL, "engine/format", "kernels", "kernels/base", "kernels/cpu"],
    "engine/generate": [*MODEL, "engine/text", "engine/format", "kernels/ops", "kernels/base"],
    "engine/train/state": ["engine/format", "kernels/base"],
    "engine/train": ["engine/train/state", "engine/model/checkpoint", "engine/model/adapter",
                     "engine/model/pass", "engine/model/device", "engine/format", "kernels",
                     "kernels/ops", "kernels/ops/train", "kernels/cuda", "kernels/base"],
    "engine/train/job": ["engine/train", "kernels/ops/train", "engine/format", "kernels/base"],
    "engine/train/data/rows": ["engine/text", "engine/format", "kernels/base"],
    "engine/train/data/rows/parquet": ["engine/train/data/rows", "kernels/base"],
    "engine/train/data": ["engine/train", "engine/train/data/rows",
                          "engine/train/data/rows/parquet", "engine/model/checkpoint",
                          "engine/text", "engine/format", "kernels/base"],
    "engine/train/run": ["engine/train", "engine/train/job", "engine/train/state",
                         "engine/train/data", "engine/generate", "engine/model/checkpoint",
                         "engine/model/adapter", "engine/model/pass", "engine/text",
                         "engine/format", "kernels", "kernels/base"],
    "engine/evaluate/tasks": ["engine/train/data", "engine/text", "engine/format", "kernels/base"],
    "engine/evaluate": ["engine/evaluate/tasks", "engine/serve", "engine/train/run", "engine/train", "engine/train/data",
                        "engine/generate", "engine/model", "engine/model/adapter", "engine/model/pass", "engine/text",
                        "engine/format", "kernels/base"],
    "engine/serve": ["engine/generate", "engine/model", "engine/model/adapter", "engine/text", "engine/format",
                     "kernels/ops", "kernels/base"],
    "app/store/base": ["engine/text", "kernels/base"],
    "app/store/search": ["app/store/base", "engine/text"],
    "app/store/care": ["app/store/search", "app/store/base", "kernels/base"],
    "app/store": ["app/store/care", "app/store/search", "app/store/base", "kernels/base"],
    "app/cli": ["engine/evaluate", "engine/evaluate/tasks", "engine/serve", "engine/train/data", "engine/train", "engine/train/run", "engine/generate",
                "engine/quantize", *MODEL, "engine/text", "engine/format", "kernels",
                "kernels/base", "kernels/cpu", "kernels/cuda", "kernels/selftest"],
    "app/services/program": ["engine/generate", "engine/text", "kernels/base"],
    "app/services/model": ["app/services/program", "engine/generate", "engine/serve", "engine/text", "engine/model/adapter",
                           "kernels/base", "kernels/cuda"],
    FILE: ["app/services/program", "kernels/base"],
    SOURCE: [FILE, "app/services/program"],
    TRANSFER: [FILE, SOURCE, "app/services/program"],
    "app/services/downloads": [FILE, SOURCE, TRANSFER, "app/services/program", "kernels/base"],
    "app/services/remote": ["app/services/program", "app/services/model", "app/services/downloads", SOURCE,
                            "engine/format"],
    "app/services/library": ["app/services/program", "app/services/model",
                             "app/services/downloads", FILE, "engine/format", "engine/text",
                             "engine/quantize", "engine/model/checkpoint", "engine/model/pass",
                             "engine/model/device", "kernels", "kernels/base"],
    "app/services/chat": ["app/services/program", "app/services/model", "app/store", "app/store/base",
                          "kernels/base"],
    "app/services/transfer": ["app/services/program", "app/services/chat", "kernels/base"],
    "app/services/texts": ["app/services/program", "app/services/model", "app/store"],
    "app/services/spelling": ["app/services/program"],
    "app/services/benchmarks": ["app/services/program", "app/store", "engine/evaluate", "engine/evaluate/tasks", "kernels/base"],
    "app/services/training": ["app/services/program", "app/store", "engine/train/run", "kernels/base"],
    "app/services/training/data": ["app/services/program", "engine/train",
                                   "engine/train/data", "engine/text", "engine/format",
                                   "kernels/base"],
    "app/services/training/job": ["app/services/program",
                                  "engine/train/job", "engine/train/run", "kernels/base"],
    "app/services/training/results": ["app/services/training", "app/services/training/data",
                                      "app/services/program", "engine/train/data",
                                      "engine/train/run", "engine/evaluate", "engine/quantize",
                                      "engine/model/checkpoint", "engine/model/adapter",
                                      "engine/format", "kernels/base"],
    "ui/widgets": [],
    "ui/widgets/math": [],
    "ui/widgets/message": ["ui/widgets", "ui/widgets/math"],
    "ui/widgets/chart": ["ui/widgets"],
    "ui/words": ["ui/widgets", "ui/widgets/message", *SERVICES],
    "ui/chat": ["ui/words", "ui/widgets", "ui/widgets/message", *SERVICES],
    "ui/downloads": ["ui/words", "ui/widgets", *SERVICES],
    "ui/models": ["ui/downloads", "ui/words", "ui/widgets", *SERVICES],
    "ui/benchmarks": ["ui/words", "ui/widgets", *SERVICES],
    "ui/history": ["ui/words", "ui/widgets", *SERVICES],
    "ui/settings": ["ui/words", "ui/widgets", *SERVICES],
    "ui/texts": ["ui/words", "ui/widgets", *SERVICES],
    "ui/shell": ["ui/benchmarks", "ui/chat", "ui/texts", "ui/history", "ui/models", "ui/settings", "ui/words", "ui/widgets", *SERVICES],
    f"{TUNING}/words": [*TUNING_BASE],
    f"{TUNING}/cards": [f"{TUNING}/words", *TUNING_BASE, "ui/widgets/message"],
    f"{TUNING}/job": [f"{TUNING}/cards", f"{TUNING}/words", *TUNING_BASE],
    f"{TUNING}/data": [f"{TUNING}/cards", f"{TUNING}/words", *TUNING_BASE],
    f"{TUNING}/method": [f"{TUNING}/data", f"{TUNING}/job", f"{TUNING}/cards", *TUNING_BASE],
    f"{TUNING}/start": [f"{TUNING}/job", f"{TUNING}/cards", f"{TUNING}/words", *TUNING_BASE],
    f"{TUNING}/run": [f"{TUNING}/cards", f"{TUNING}/words", *TUNING_BASE, "ui/widgets/chart"],
    f"{TUNING}/runs": [f"{TUNING}/run", f"{TUNING}/cards", f"{TUNING}/words", *TUNING_BASE, "ui/widgets/chart"],
    TUNING: [f"{TUNING}/cards", f"{TUNING}/data", f"{TUNING}/job", f"{TUNING}/method", f"{TUNING}/start", f"{TUNING}/run", f"{TUNING}/runs", *TUNING_BASE],
    "app": ["ui/shell", "ui/widgets", "finetune_ui", *SERVICES],
}
# What pages include, directly or through other headers, lies in these folders only: the headers of
# services that they see show Qt and std types, never the engine or the store.
PAGES = {folder for folder in MAY_INCLUDE if folder.split("/")[0] in ("ui", "finetune_ui")}
PAGES_MAY_REACH = PAGES | {*SERVICES, SOURCE}
# Values that go through every layer: pages see values, never objects.
VALUES = {"engine/text/chat_values.h"}
# Of the downloads, pages include what is made for them; the rest is its inside.
DOWNLOADS_FOR_PAGES = {f"app/services/downloads/{name}.h" for name in (
    "catalogue", "download_service", "download_types", "token_store")}
# What every page is granted, whether it uses it or not.
GRANTED_TO_PAGES = {*SERVICES, "ui/words", "ui/widgets", f"{TUNING}/cards"}
QT = {"app", *SERVICES, FILE, SOURCE, TRANSFER, *PAGES}
WIDGETS = {"app", *PAGES}

SOURCE_SUFFIXES = {".h", ".cpp", ".cu", ".cuh"}
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)
QT_HEADER = re.compile(r"^(Q[A-Z]\w*|Qt\w*/.*)$")
WIDGET_HEADER = re.compile(
    r"^(QtWidgets.*|Q(?!ByteArrayView|StringView|Latin1StringView)(Application|Widget|\w*(Dialog|Button|Layout|View|Box|Edit|Label|Menu|Window"
    r"|Delegate|Style|Bar|Frame|ScrollArea)))$")


def folder_of(path):
    """The folder of this path where the rules have it, or None."""
    folder = pathlib.PurePosixPath(path).parent.as_posix()
    return folder if folder in MAY_INCLUDE else None


def unit_of(path, headers):
    """A header and the sources of its name, or of its name and a part: x_part.cpp counts to x.h."""
    name = path.rsplit(".", 1)[0]
    folder, _, stem = name.rpartition("/")
    words = stem.split("_")
    for count in range(len(words), 0, -1):
        unit = f"{folder}/{'_'.join(words[:count])}"
        if unit + ".h" in headers:
            return unit
    return name


def circles(edges):
    """The sets of nodes that reach each other (Tarjan's algorithm)."""
    index, low, stack, found = {}, {}, [], []

    def visit(node):
        index[node] = low[node] = len(index)
        stack.append(node)
        for target in sorted(edges.get(node, ())):
            if target not in index:
                visit(target)
                low[node] = min(low[node], low[target])
            elif target in stack:
                low[node] = min(low[node], index[target])
        if low[node] != index[node]:
            return
        members = []
        while not members or members[-1] != node:
            members.append(stack.pop())
        if len(members) > 1:
            found.append(sorted(members))

    for node in sorted(edges):
        if node not in index:
            visit(node)
    return found


def circles_in(texts):
    """Units that include each other, as violations: with such a pair neither is read alone."""
    edges = {}
    units = {path: unit_of(path, texts) for path in texts}
    for path, text in texts.items():
        for kind, name in INCLUDE.findall(text):
            if kind == '"' and name in texts and units[name] != units[path]:
                edges.setdefault(units[path], set()).add(units[name])
    for members in circles(edges):
        ways = [f"{a} > {b}" for a in members for b in sorted(edges[a]) if b in members]
        yield f"{members[0]}: in a circle of includes: {', '.join(ways)}"


def violations_in(path, text):
    folder = folder_of(path)
    if folder is None:
        yield f"{path}: lies in no folder of the design"
        return
    allowed = set(MAY_INCLUDE[folder]) | {folder}
    for kind, name in INCLUDE.findall(text):
        if QT_HEADER.match(name):
            if folder not in QT:
                yield f"{path}: includes {name}, but there is no Qt in {folder}"
            elif WIDGET_HEADER.match(name) and folder not in WIDGETS:
                yield f"{path}: includes {name}, but there are no widgets in {folder}"
        elif kind == '"':
            target = folder_of(name)
            if target is None:
                if "/" in name or not name.endswith(".moc"):
                    yield f"{path}: includes {name}, which is not spelled from the repository's root"
            elif (folder in PAGES and name.startswith("app/services/downloads/")
                  and name not in DOWNLOADS_FOR_PAGES):
                yield f"{path}: includes {name}, which is the inside of the downloads"
            elif target not in allowed and name not in VALUES:
                yield f"{path}: includes {name}, but {folder} may not see {target}"


def granted_in_vain(texts):
    """What a folder may include and does not: such a grant invites what nobody wanted."""
    used = {folder: set() for folder in MAY_INCLUDE}
    for path, text in texts.items():
        if folder := folder_of(path):
            used[folder] |= {folder_of(name) for kind, name in INCLUDE.findall(text)
                             if kind == '"' and name not in VALUES}
    for folder, allowed in MAY_INCLUDE.items():
        always = GRANTED_TO_PAGES if folder in PAGES else set(SERVICES) if folder == "app" else set()
        for target in sorted(set(allowed) - used[folder] - always):
            yield f"{folder}: may include {target}, and does not"


MAY_INCLUDE_LINE = re.compile(r"May include (.*?)(?:[.;](?=\s)|[.;]$|\n\n|\Z)", re.DOTALL)


def folders_named(sentence):
    """Those between backticks, with braces written out."""
    for name in re.findall(r"`([^`]+)`", sentence):
        before, brace, rest = name.partition("{")
        inner, _, after = rest.partition("}")
        yield from ([f"{before}{part}{after}" for part in inner.split(",")] if brace else [name])


def stale_in(path, text):
    """A README that says another list than this test has."""
    folder = folder_of(path)
    found = MAY_INCLUDE_LINE.search(text)
    if folder is None or not found:
        return
    # All services of a page, and a folder's own rooms, go without saying.
    unsaid = {*SERVICES, "app/services"} if folder in PAGES else set()
    named = set(folders_named(found.group(1)))
    for target in sorted(named ^ set(MAY_INCLUDE[folder])):
        if target in unsaid or f"{target}/".startswith(f"{folder}/"):
            continue
        says = "says" if target in named else "does not say"
        yield f"{path}: {says} that {target} may be included"


def nameless_in(texts):
    """Sources without a header of their name, or of its beginning: nobody finds what they define."""
    commands = {name for path, text in texts.items() if path.startswith("app/cli/") and path.endswith("command.h")
                for name in re.findall(r"^int (\w+)\(", text, re.MULTILINE)}
    for path in texts:
        stem = path.rsplit("/", 1)[1].rsplit(".", 1)[0]
        words = stem.split("_")
        command = words[0] + "".join(word.capitalize() for word in words[1:])
        # One file per instruction set, all of table.h; one per command, all of command.h or training_command.h.
        isFine = stem == "main" or path.startswith("kernels/cpu/isa/") or (
            path.startswith("app/cli/") and command in commands)
        if path.endswith((".cpp", ".cu")) and not isFine and unit_of(path, texts) + ".h" not in texts:
            yield f"{path}: bears the name of no header"


def leaks_into(path, texts):
    """Project headers that a page reaches through others, where it must not."""
    seen, waiting = {path}, [(path, path)]
    while waiting:
        current, way = waiting.pop()
        for kind, name in INCLUDE.findall(texts.get(current, "")):
            if kind != '"' or name in seen:
                continue
            seen.add(name)
            if folder_of(name) not in PAGES_MAY_REACH | {None} and name not in VALUES and current != path:
                yield f"{path}: reaches {name} through {way}"
            waiting.append((name, f"{way} > {name}" if way != path else name))


def violations(root):
    found, texts = [], {}
    for top in sorted({folder.split("/")[0] for folder in MAY_INCLUDE}):
        for path in sorted((root / top).rglob("*")):
            if path.suffix in SOURCE_SUFFIXES and path.is_file():
                texts[path.relative_to(root).as_posix()] = path.read_text(encoding="utf-8")
    for path, text in texts.items():
        found += violations_in(path, text)
        if folder_of(path) in PAGES:
            found += leaks_into(path, texts)
    found += circles_in(texts)
    for folder in MAY_INCLUDE:
        readme = root / folder / "README.md"
        if readme.is_file():
            found += stale_in(f"{folder}/README.md", readme.read_text(encoding="utf-8"))
    return found, texts


PLANTED = {
    "kernels/ops/a.cpp": '#include "engine/model/model.h"',
    "engine/format/b.h": '#include "engine/text/tokenizer.h"',
    "engine/generate/c.cpp": "#include <QString>",
    "app/cli/d.cpp": "#include <QtCore/QString>",
    "app/store/e.cpp": '#include "engine/generate/generation.h"',
    "app/services/model/f.h": '#include "engine/generate/generation.h"  // seen by ui/chat/f.cpp',
    "ui/chat/f.cpp": '#include "app/services/model/f.h"',
    "app/services/chat/g.cpp": "#include <QPushButton>",
    "ui/models/h.cpp": '#include "finetune_ui/wizard.h"',
    "finetune_ui/i.cpp": '#include "ui/shell/main_window.h"',
    "ui/shell/j.cpp": '#include "app/store/database.h"',
    "ui/widgets/k.cpp": '#include "app/services/program/settings.h"',
    "ui/downloads/m.cpp": '#include "app/services/downloads/transfer/transfer.h"',
    "app/services/downloads/n.cpp": '#include "app/services/library/model_library.h"',
    "engine/model/checkpoint/o.cpp": '#include "engine/model/pass/weights.h"',
    "engine/text/l.cpp": '#include "tokenizer.h"',
    "ui/p.cpp": "// in no room",
    "kernels/ops/q.cpp": '#include "kernels/cpu/isa/table.h"',
    "kernels/cpu/r.cpp": '#include "kernels/cpu/loops/attend.h"',
    "engine/train/data/rows/s.cpp": '#include "engine/train/data/rows/parquet/parquet_rows.h"',
    "app/services/downloads/file/y.cpp": '#include "app/services/downloads/source/source.h"',
    "app/services/downloads/source/z.cpp": '#include "app/services/downloads/transfer/transfer.h"',
    "app/services/new_room/t.cpp": "// in a folder without a rule",
    "app/store/u.cpp": '#include "app/store/v.h"',
    "app/store/u.h": "",
    "app/store/v.h": '#include "app/store/u.h"',
    "app/store/w_part.cpp": '#include "app/store/x.h"',
    "app/store/w.h": "",
    "app/store/x.h": '#include "app/store/w.h"',
    "app/store/care/README.md": "May include `app/store/{base,search}`; others may enter.",  # not kernels/base
    "engine/text/README.md": "May include `engine/format`, `kernels/base`,\n`kernels` and PCRE2. Stale.",
}


def check_itself():
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for name, text in PLANTED.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text + "\n", encoding="utf-8")
        found, _ = violations(root)
        seen = {v.split(":")[0] for v in found}
        assert {"app/store/u", "app/store/w"} <= seen, f"a circle was not seen: {found}"
        fine = {"app/services/model/f.h", *(name for name in PLANTED if re.match(r"app/store/[u-x]", name))}
        assert any(v.endswith("may include engine/quantize, and does not") for v in granted_in_vain({})), "a vain grant"
        nameless = {"a/b.h": "", "a/b_part.cpp": "", "a/c.cpp": "", "app/cli/command.h": "int doIt();", "app/cli/do_it.cpp": ""}
        assert [v.split(":")[0] for v in nameless_in(nameless)] == ["a/c.cpp"], "a source without a header"
        unseen = PLANTED.keys() - fine - seen
        assert not unseen, f"these planted violations were not seen: {unseen}"


def main():
    check_itself()
    found, texts = violations(pathlib.Path(sys.argv[1]))
    found += [*granted_in_vain(texts), *nameless_in(texts)]
    print("\n".join(found) if found else f"{len(texts)} files keep the layers")
    assert len(texts) > 50, "hardly any source file was found: is the path right?"
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
