#!/usr/bin/env python3
"""Fails where a loader refuses something in an English sentence instead of a code (kernels/base/reason.h),
where an argument that is a word of the engine has no place among knownWords(), or where a reason has no Chinese.

usage: reason_codes_test.py REPOSITORY

First checks itself on sentences that it must see. "Loaders" are the folders of LOADERS: what reads models, tokenizers, adapters and
conversions, whose errors the window shows.
"""

import html
import pathlib
import re
import sys

LOADERS = ["engine/format", "engine/text", "engine/model", "engine/quantize", "engine/generate"]
# Calls that make errors; each may hold sentences only as codes.
CALL = re.compile(r"\b(failure|malformed|unsupported|refuse|refused|refuseSettings|failMalformed|placed|withReason"
                  r"|tl::unexpected\(Error|Error)(?=[({])")
STRING = r'"(?:\\.|[^"\\])*"'
CHARACTER = r"'(?:\\.|[^'\\])'"
# A string of words, where no code stands: "is damaged", but not "num_attention_heads" or ".safetensors".
SENTENCE = re.compile(r"[A-Za-z]+ |  ?[A-Za-z]+")


def without_comments(text):
    return re.sub(rf"({STRING}|{CHARACTER})|//[^\n]*", lambda found: found.group(1) or "", text)


def arguments(text, begin):
    """What stands in the brackets at `begin`, with them."""
    depth, at = 0, begin
    while at < len(text):
        literal = re.compile(rf"{STRING}|{CHARACTER}").match(text, at)
        if literal:
            at = literal.end()
            continue
        depth += {"(": 1, "{": 1, ")": -1, "}": -1}.get(text[at], 0)
        at += 1
        if depth == 0:
            return text[begin:at]
    return text[begin:]


def violations(path, source, words):
    text = without_comments(source)
    for found in CALL.finditer(text):
        said = arguments(text, found.end())
        line = text.count("\n", 0, found.start()) + 1
        if "ReasonCode::Other" in said:
            yield f"{path}:{line}: {found.group(1)}: a sentence without a code"
            continue
        for sentence in re.findall(STRING, said):
            if SENTENCE.search(sentence) and sentence[1:-1] not in words:
                yield f"{path}:{line}: {found.group(1)}: {sentence} has no code and is no known word"
        if found.group(1) != "failure" or "ReasonCode::" in said or said == "()":
            continue
        # A variable, or what a function gives.
        names = [part.strip().rstrip(")").split("(")[0] for part in said.split(",")[1:]]
        if not any(re.search(rf"\bReason(?:Code)?&? (?:\w+::)*{re.escape(name)}\b", text) for name in names if name):
            yield f"{path}:{line}: failure: {said} is no reason"
    for what in re.findall(rf"\bexpected\(({STRING})\)", text):
        if what[1:-1] not in words:
            yield f"{path}: expected({what}) is no known word"


def literals(text):
    """The texts of REASON(), joined as the compiler joins them."""
    for found in re.finditer(rf'REASON\(\s*"Reasons",\s*((?:{STRING}\s*)+)\)', text):
        yield "".join(part[1:-1] for part in re.findall(STRING, found.group(1)))


def plain(literal):
    return literal.replace('\\"', '"').replace("\\\\", "\\")


def translated(root):
    """Source texts with a finished Chinese translation, of the context of reasons."""
    text = (root / "resources/translations/deepseekmoe_zh_CN.ts").read_text(encoding="utf-8")
    context = re.search(r"<context>\s*<name>Reasons</name>(.*?)</context>", text, re.DOTALL).group(1)
    for message in re.findall(r"<message.*?</message>", context, re.DOTALL):
        source = html.unescape(re.search(r"<source>(.*?)</source>", message, re.DOTALL).group(1))
        target = re.search(r"<translation>(.+?)</translation>", message, re.DOTALL)
        if target:
            yield source


PLANTED = ['return failure(ErrorCode::Malformed, path + ": the key is gone.");', 'field.malformed("expected a thing");',
           'return Error{ErrorCode::Io, "It is lost."};', "failure(ErrorCode::Io, message)",
           'root.malformed({ReasonCode::Other, {text}});', 'field.expected("a thing")',
           'failure(code, ReasonCode::PatternUses, {"some other construct"})']
FINE = ["return failure(ErrorCode::Malformed, ReasonCode::NoFolder, {folder});", "// as failure(code, \"a b\") was",
        "Reason reason(ReasonCode::AtFile); return failure(code, reason);", 'field.expected("an object")',
        "field.unsupported({ReasonCode::OnlyNull, {}});"]


def main():
    root = pathlib.Path(sys.argv[1])
    table = (root / "kernels/base/reason_words.cpp").read_text(encoding="utf-8")
    words = set(map(plain, literals(table)))
    assert len(words) > 80, "hardly any known word was found"
    for line in PLANTED:
        assert list(violations("a.cpp", line, words)), f"this was not seen: {line}"
    for line in FINE:
        assert not list(violations("a.cpp", line, words)), f"this has a code: {line}"
    found, count = [], 0
    for folder in LOADERS:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in {".h", ".cpp"}:
                count += 1
                found += violations(path.relative_to(root).as_posix(), path.read_text(encoding="utf-8"), words)
    assert count > 200, "hardly any source was found: is the path right?"
    said = list(words)
    for path in sorted((root / "kernels/base/reasons").glob("*_words.h")):
        said += map(plain, literals(path.read_text(encoding="utf-8")))
    assert len(said) > 500, "hardly any reason was found"
    chinese = set(translated(root))
    found += [f"no Chinese: {text}" for text in said if text not in chinese]
    print("\n".join(found) if found else f"{count} files refuse by codes; {len(said)} texts have their Chinese")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
