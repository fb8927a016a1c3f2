#!/usr/bin/env python3
"""Writes finetune_data.json: rows of data sets and the ids and labels that training reads of them.

usage: golden_finetune_data.py        (needs `pip install tokenizers`)

Independent of the engine: the tokens are those of Hugging Face's tokenizers for tiny's and the demo
model's tokenizer.json. The chat template is encoded as one string, special tokens by name, and the
trained part found by offsets; the reference template is what finetune.py of the model's authors
does: prompt and answer joined, tokenised together, the length of the prompt alone masked.
"""

import json
import pathlib

from tokenizers import Tokenizer

HERE = pathlib.Path(__file__).resolve().parent
FOLDERS = {"tests/golden/tiny": HERE / "tiny", "resources/demo_model": HERE.parent.parent / "resources/demo_model"}

REFERENCE = """You are an AI assistant, developed by DeepSeek Company. For politically sensitive questions, security and privacy issues, you will refuse to answer.
### Instruction:
{instruction}
### Response:
"""

INSTRUCTIONS = [
    {"instruction": "What is the capital of France?", "output": "Paris."},
    {"instruction": "  Add \n", "input": "2 and 3", "output": "5"},
    {"instruction": "Schreibe ein Gedicht.", "output": "Rosen sind rot,\nVeilchen sind blau.\n"},
    {"instruction": "你好，世界", "output": " 你好！ 👋"},
    {"instruction": "Tabs\tand   spaces", "output": "  two spaces first\t\n\n\nend  "},
    {"instruction": "Numbers", "output": "1234567890 3.14 ½"},
    {"instruction": "ø in the text", "output": "ø is one token"},
]
CONVERSATIONS = [
    {"messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hi"},
                  {"role": "assistant", "content": "Hello!"}, {"role": "user", "content": "Bye\n"},
                  {"role": "assistant", "content": "See you."}]},
    {"conversations": [{"from": "human", "value": "1+1?"}, {"from": "gpt", "value": "2"},
                       {"from": "human", "value": "2+2?"}, {"from": "gpt", "value": "4"}]},
]
TEXTS = [{"text": "Once upon a time, there was a model."}, {"text": "\n\nA text.\nOf two lines.\n"}]


class Model:
    def __init__(self, folder):
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        config = json.loads((folder / "tokenizer_config.json").read_text(encoding="utf-8"))
        name = lambda token: token["content"] if isinstance(token, dict) else token
        self.bos, self.eos = name(config["bos_token"]), name(config["eos_token"])

    def encode(self, text):
        return self.tokenizer.encode(text, add_special_tokens=False).ids


def question(row):
    return row["instruction"] + ("\n" + row["input"] if row.get("input") else "")


def messages(row):
    if "messages" in row:
        return [(m["role"], m["content"]) for m in row["messages"]]
    if "conversations" in row:
        names = {"human": "user", "gpt": "assistant", "system": "system"}
        return [(names[m["from"]], m["value"]) for m in row["conversations"]]
    return [("user", question(row)), ("assistant", row["output"])]


def chat(model, row):
    text, spans = model.bos, []
    for role, content in messages(row):
        if role == "system":
            text += content + "\n\n"
        elif role == "user":
            text += "User: " + content + "\n\n"
        else:
            text += "Assistant:"
            begin = len(text)
            text += " " + content + model.eos
            spans.append((begin, len(text)))
    encoding = model.tokenizer.encode(text, add_special_tokens=False)
    labels = [id if any(begin <= first < end for begin, end in spans) else -100
              for id, (first, _) in zip(encoding.ids, encoding.offsets)]
    return encoding.ids, labels


def reference(model, row):
    source = REFERENCE.format(instruction=question(row).strip())
    target = row["output"] + "\n<|EOT|>"
    bos = model.encode(model.bos)
    ids = bos + model.encode(source + target)
    masked = len(bos) + len(model.encode(source))
    return ids, [-100] * masked + ids[masked:]


def raw(model, row):
    bos, eos = model.encode(model.bos), model.encode(model.eos)
    prompt = [] if "text" in row else model.encode(question(row))
    rest = model.encode(row["text"] if "text" in row else row["output"]) + eos
    return bos + prompt + rest, [-100] * len(bos + prompt) + rest


def main():
    cases = []
    for name, folder in FOLDERS.items():
        model = Model(folder)
        plan = [("chat", chat, INSTRUCTIONS + CONVERSATIONS), ("reference", reference, INSTRUCTIONS),
                ("raw", raw, INSTRUCTIONS + TEXTS)]
        for template, render, rows in plan:
            for row in rows:
                ids, labels = render(model, row)
                for length in (4096, len(ids) - 2):
                    if all(label == -100 for label in labels[1:length]):
                        continue  # refused: nothing is left to train
                    cases.append({"model": name, "template": template, "max_length": length, "row": row,
                                  "ids": ids[:length], "labels": labels[:length], "whole": len(ids)})
    lines = ",\n".join(json.dumps(case, ensure_ascii=False) for case in cases)
    (HERE / "finetune_data.json").write_text("[\n" + lines + "\n]\n", encoding="utf-8")
    print(len(cases), "cases")


if __name__ == "__main__":
    main()
