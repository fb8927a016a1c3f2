#!/usr/bin/env python3
"""Writes tests/malformed/dataset: data sets with broken rows, or broken as a whole.

usage: make_dataset.py

What each must be answered with stands in tests/engine/train/data/malformed_dataset_test.cpp.
"""

import pathlib

GOOD = b'{"instruction": "a", "output": "b"}\n'

FILES = {
    "not_utf8.jsonl": GOOD + b'{"instruction": "a", "output": "\xff\xfe"}\n' + GOOD,
    "cut_off.jsonl": GOOD + b'{"instruction": "a", "outp',
    "wrong_types.jsonl": GOOD + b'{"instruction": ["a"], "output": "b"}\n{"instruction": "a", "output": true}\n[1, 2]\n7\n',
    "empty_answers.jsonl": GOOD + b'{"instruction": "a", "output": " \\n"}\n{"instruction": "", "output": "b"}\n',
    "nul.jsonl": GOOD + b'{"instruction": "a\0", "output": "b"}\n' + GOOD,
    "key_twice.jsonl": GOOD + b'{"output": "a", "instruction": "a", "output": "b"}\n',
    "lone_surrogate.jsonl": GOOD + b'{"instruction": "\\ud800", "output": "b"}\n',
    "deep.jsonl": GOOD + b'{"messages": ' + b"[" * 2_000 + b"]" * 2_000 + b"}\n",
    "no_known_column.jsonl": b'{"question": "a", "answer": "b"}\n',
    "empty.jsonl": b"",
    "blank_lines.jsonl": b"\n \r\n\t\n",
    "utf16.jsonl": "\ufeff".encode("utf-16-le") + GOOD.decode().encode("utf-16-le"),
    "speakers.jsonl": b'{"messages": []}\n{"messages": [{"role": "assistant", "content": "b"}]}\n'
                      b'{"messages": [{"role": "user", "content": "a"}]}\n'
                      b'{"messages": [{"role": "user", "content": "a"}, {"role": "user", "content": "a"}]}\n'
                      b'{"messages": [{"role": "user", "content": "a"}, {"role": "tool", "content": "b"}]}\n'
                      b'{"messages": [{"role": "user", "content": [1]}]}\n{"messages": "a"}\n{"messages": [3]}\n'
                      b'{"conversations": [{"role": "user", "content": "a"}]}\n',
    "cut_off.json": b"[\n" + GOOD.strip() + b",\n" + b'{"instruction": "a", ',
    "no_comma.json": b"[\n" + GOOD + GOOD + b"]\n",
    "numbers.json": b'[{"instruction": "a", "output": "b"}, 1, "x", [2], null]',
    "after_the_end.json": b"[" + GOOD + b"] []",
    "nul_at_the_end.json": b"[" + GOOD + b"]\0[",
    "only_open.json": b"[" * 5_000,
    "quote_inside.csv": b'instruction,output\na "quoted" word,b\nc,d\n',
    "quote_open.csv": b'instruction,output\n"a,b\nc,d\ne,f\n',
    "fields.csv": b"instruction,output\na\na,b\na,b,c\n",
    "columns_twice.csv": b"output,instruction,output\n",
    "column_without_name.csv": b"instruction,,output\na,x,b\n",
    "two_lists.json": b'{"train": [\n' + GOOD + b'], "test": [\n' + GOOD + b"]}\n",
    "list_cut_off.json": b'{"data": [\n' + GOOD.strip() + b",\n" + GOOD,
    "list_and_more.json": b'{"data": [\n' + GOOD + b"]}\n" + GOOD,
    "not_utf8.json": b"[\n" + GOOD.strip() + b",\n" + b'{"instruction": "a", "output": "caf\xe9"}\n]\n',
    "utf16_without_mark.json": GOOD.decode().encode("utf-16-le"),
    "cut_in_a_list.jsonl": GOOD + b'{"messages": [{"role": "user", "content": "a"},\n' + GOOD * 3,
    "cut_after_a_comma.jsonl": GOOD + b'{"instruction": "a",\n' + GOOD,
    "two_arrays.jsonl": b"[" + GOOD.strip() + b"]\n[" + GOOD.strip() + b"]\n",
    "compressed.jsonl": b"\x1f\x8b\x08\x00" + bytes(20),
    "not_utf8.csv": b"instruction,output\na,\xe9\nc,d\n",
    "nul.csv": b"instruction,output\na,b\0c\n",
    "carriage_returns.csv": b"instruction,output\ra,b\rc,d\r",
    "empty.csv": b"",
    "header_only.csv": b"instruction,output\n",
}


def main():
    folder = pathlib.Path(__file__).resolve().parent / "dataset"
    folder.mkdir(exist_ok=True)
    for name, content in FILES.items():
        (folder / name).write_bytes(content)


if __name__ == "__main__":
    main()
