"""Greedy answers of a model, and the share of a question list that they pass."""

import json
import random
import re

import torch

import arithmetic
import dialogues


@torch.no_grad()
def greedy(model, prompts, eos, max_tokens=96, batch_size=32):
    """Continuations (without EOS) of a list of id lists.

    Rows are padded on the right, where causal attention hides the padding.
    """
    answers = [[] for _ in prompts]
    by_length = sorted(range(len(prompts)), key=lambda row: len(prompts[row]))
    for start in range(0, len(by_length), batch_size):
        rows = by_length[start:start + batch_size]
        for _ in range(max_tokens):
            if not rows:
                break
            texts = [prompts[row] + answers[row] for row in rows]
            width = max(map(len, texts))
            ids = torch.tensor([text + [eos] * (width - len(text)) for text in texts])
            last = torch.tensor([len(text) - 1 for text in texts])
            states = model.hidden(ids)[0][torch.arange(len(rows)), last]
            best = model.lm_head(states).argmax(-1).tolist()
            for row, token in zip(rows, best):
                if token != eos:
                    answers[row].append(token)
            rows = [row for row, token in zip(rows, best) if token != eos]
    return answers


def ask(model, tokenizer, questions, bos, eos):
    """One answer text per question, each in a conversation of its own."""
    prompts = [[bos] + tokenizer.encode(dialogues.user_text(text)).ids for text in questions]
    return [tokenizer.decode(ids).strip() for ids in greedy(model, prompts, eos)]


def test_list():
    lines = dialogues.QUESTIONS.read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.strip()]


def passes(answer, patterns):
    return any(re.search(pattern, answer, re.IGNORECASE) for pattern in patterns)


def score_test_list(model, tokenizer, bos, eos):
    """(passed, rows of (ok, question, answer)) of questions.jsonl."""
    rows = test_list()
    answers = ask(model, tokenizer, [row["question"] for row in rows], bos, eos)
    judged = [(passes(answer, row["expect"]), row["question"], answer)
              for row, answer in zip(rows, answers)]
    return sum(ok for ok, _, _ in judged), judged


def score_exact(model, tokenizer, pairs, bos, eos):
    """(share of exact answers, rows of (ok, question, answer))."""
    answers = ask(model, tokenizer, [question for question, _ in pairs], bos, eos)
    judged = [(answer == wanted, question, answer)
              for (question, wanted), answer in zip(pairs, answers)]
    return sum(ok for ok, _, _ in judged) / len(judged), judged


def held_out_arithmetic(count=120):
    source = random.Random(5)
    return [arithmetic.example(source, source.choice(["en", "zh"]), arithmetic.HELD_OUT)
            for _ in range(count)]
