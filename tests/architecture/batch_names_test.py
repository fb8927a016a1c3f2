#!/usr/bin/env python3
"""Sources of one target are compiled in batches, as one: what stands in their unnamed namespaces has names of its own.

usage: batch_names_test.py SOURCE_DIR

A batch changes with every file that joins a target, so each name is looked for in all of the target. Overloads and equal
aliases are no conflict.
"""

import collections
import pathlib
import re
import sys

TARGET = re.compile(r"dsm_(?:qt_)?(?:library|test|program)\(\s*(\S+)\s+SOURCES(.*?)(?:LINKS|\))", re.S)
ALONE = re.compile(r"dsm_alone\(([^)]*)\)")
UNNAMED = re.compile(r"^namespace \{\n(.*?)^\}  // namespace$", re.S | re.M)
NESTED = re.compile(r"^namespace \w+ \{.*?^\}  // namespace \w+$", re.S | re.M)
CONSTANT = re.compile(r"^(?:inline |static )?(?:constexpr|const|static)\b[^=;({]*?\b(k[A-Z]\w*)\s*(?:\[\w*\])?\s*[={]", re.M)
TYPE = re.compile(r"^(?:struct|class|enum class|enum) (\w+)", re.M)
ALIAS = re.compile(r"^(using \w+ = [^;]*);", re.M)
FUNCTION = re.compile(r"^[A-Za-z][\w:<>,*& ]*?[ *&](\w+)\(([^;{]*)\)\s*(?:const )?\{", re.M)


def names_in(text):
    """(what it is called, what it is): the second tells whether two of one name are the same."""
    for unnamed in UNNAMED.findall(text):
        body = NESTED.sub("", unnamed)
        for pattern in (CONSTANT, TYPE):
            for name in pattern.findall(body):
                yield name, None
        for alias in ALIAS.findall(body):
            yield alias.split()[1], alias
        for name, arguments in FUNCTION.findall(body):
            types = ", ".join(re.sub(r"\s*\b\w+$", "", " ".join(one.split())) for one in arguments.split(","))
            yield f"{name}({types})", None


def conflicts(folder, text):
    alone = {name for match in ALONE.findall(text) for name in match.split()}
    for target, sources in TARGET.findall(text):
        found = collections.defaultdict(list)
        for name in sources.split():
            source = folder / name
            if name.endswith(".cpp") and name not in alone and source.exists():
                for what, meaning in set(names_in(source.read_text())):
                    found[what].append((name, meaning))
        for what, places in sorted(found.items()):
            meanings = {meaning for _, meaning in places}
            if len(places) > 1 and (len(meanings) > 1 or None in meanings):
                yield f"{target}: {what} is in {' and in '.join(sorted(name for name, _ in places))}"


def check_itself():
    one = "namespace dsm {\nnamespace {\nconstexpr int kA = 1;\nusing B = int;\nint f(int a) {\n    return a;\n}\n}  // namespace\n}\n"
    assert set(names_in(one)) == {("kA", None), ("B", "using B = int"), ("f(int)", None)}, set(names_in(one))


def main():
    check_itself()
    root = pathlib.Path(sys.argv[1])
    files = [path for path in root.rglob("CMakeLists.txt") if "build" not in path.relative_to(root).parts]
    wrong = [line for path in files for line in conflicts(path.parent, path.read_text())]
    print("\n".join(wrong) or f"{len(files)} folders: no two sources of a target say the same name")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
