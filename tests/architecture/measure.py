#!/usr/bin/env python3
"""Prints how wide the house is: files per folder, circles of includes and repeated lines of the sources.

usage: measure.py [REPOSITORY]

A line counts as repeated where a run of six lines with it, all with words in them, stands somewhere else, too.
"""

import collections
import pathlib
import re
import statistics
import sys

from include_edges_test import INCLUDE, SOURCE_SUFFIXES, circles, unit_of

TOPS = ("app", "engine", "kernels", "ui", "finetune_ui")
RUN = 6


def texts_of(root):
    return {path.relative_to(root).as_posix(): path.read_text(encoding="utf-8")
            for top in TOPS for path in sorted((root / top).rglob("*"))
            if path.suffix in SOURCE_SUFFIXES and path.is_file()}


def folders(texts):
    return collections.Counter(pathlib.PurePosixPath(path).parent.as_posix() for path in texts)


def members_of_circles(texts, node_of):
    edges = {}
    for path, text in texts.items():
        for kind, name in INCLUDE.findall(text):
            if kind == '"' and name in texts and node_of(name) != node_of(path):
                edges.setdefault(node_of(path), set()).add(node_of(name))
    return [len(members) for members in circles(edges)]


def repeated(texts):
    """Lines that stand in a run which is also elsewhere, and all lines with words."""
    places, lines_of = collections.defaultdict(list), {}
    for path, text in texts.items():
        lines = [" ".join(line.split()) for line in text.splitlines()]
        lines_of[path] = [line for line in lines if re.search(r"\w{2}", line)
                          and not line.startswith(("//", "#include", "namespace", "}  // namespace"))]
        for at in range(len(lines_of[path]) - RUN + 1):
            places["\n".join(lines_of[path][at:at + RUN])].append((path, at))
    found = {(path, at + i) for where in places.values() if len(where) > 1 for path, at in where for i in range(RUN)}
    return len(found), sum(map(len, lines_of.values()))


def main():
    sys.setrecursionlimit(10000)
    texts = texts_of(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "."))
    counts = folders(texts)
    print(f"{len(texts)} files in {len(counts)} folders, {statistics.median(counts.values()):g} in the median;"
          f" the widest: {', '.join(f'{name} {count}' for name, count in counts.most_common(5))}")
    long = sorted((text.count(chr(10)), path) for path, text in texts.items())
    print(f"{sum(lines for lines, _ in long)} lines; {sum(lines > 350 for lines, _ in long)} files above 350,"
          f" the longest {long[-1][1]} {long[-1][0]}")
    print(f"circles of a header with its sources: {members_of_circles(texts, lambda path: unit_of(path, texts))}")
    print(f"circles of folders: {members_of_circles(texts, lambda path: path.rsplit('/', 1)[0])}")
    print("repeated lines: {} of {}".format(*repeated(texts)))


if __name__ == "__main__":
    main()
