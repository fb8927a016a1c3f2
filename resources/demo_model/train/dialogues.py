"""The training conversations: read from data/*.jsonl, varied, and packed into token sequences."""

import json
import pathlib
import re

import arithmetic

DATA = pathlib.Path(__file__).resolve().parent / "data"
QUESTIONS = DATA.parents[1] / "questions.jsonl"

# Shares of the training questions; the files not named here share the rest by size.
SHARE = {"arithmetic": 0.28, "unknown": 0.07, "facts": 0.26, "multi_turn": 0.03}

# Conversations of many independent questions teach the model to answer the last one, and to work
# at every position of its context; answers count in every turn, so long ones cost nothing extra.
PAIRS = [(1, 1, 0.70), (2, 2, 0.18), (3, 4, 0.08), (5, 9, 0.03), (10, 16, 0.01)]

PREFIXES = {
    "en": ["please ", "Please ", "hey, ", "Hi, ", "ok, ", "so ", "Can you tell me: ", "um ",
           "Tell me, ", "I have a question: ", "well, ", "Now ", "And "],
    "zh": ["请问", "请问，", "请告诉我，", "那么，", "我想知道，", "嗯，", "你好，", "那", "问一下，"],
}
SUFFIXES = {
    "en": [" please", ", please", " thanks", " ", "  ", " :)", "!"],
    "zh": ["呢", "呀", "啊", " ", "谢谢", "！"],
}
SYSTEM_PROMPTS = ["You are a helpful assistant.", "Answer briefly.", "You are a friendly helper.",
                  "Be kind and short.", "你是一个有用的助手。", "请用简短的话回答。", "请友好地回答。"]


def read_entries():
    """[(topic, language, [turn, ...])] where a turn is (list of questions, answer)."""
    entries = []
    for path in sorted(DATA.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if "turns" in row:
                turns = [([question], answer) for question, answer in row["turns"]]
            else:
                turns = [(row["questions"], row["answer"])]
            entries.append((path.stem, row["lang"], turns))
    return entries


def all_texts(entries):
    for _, _, turns in entries:
        for questions, answer in turns:
            yield from questions
            yield answer


def bare(question):
    """What is left of a question without case, spaces and punctuation."""
    return "".join(c for c in question.lower() if c.isalnum() or c in "+-*/×÷")


def test_questions():
    """The questions of the test list, which no variation may reproduce."""
    lines = QUESTIONS.read_text(encoding="utf-8").splitlines()
    return {bare(json.loads(line)["question"]) for line in lines}


class Sampler:
    """Draws endless varied dialogues: lists of (question, answer), all turns of one entry."""

    def __init__(self, entries, random):
        self.random, self.held_out = random, test_questions()
        self.topics = {}
        for entry in entries:
            self.topics.setdefault(entry[0], []).append(entry)
        rest = 1 - sum(SHARE.values())
        sizes = {name: sum(len(turn[0]) for entry in group for turn in entry[2]) ** 0.7
                 for name, group in self.topics.items() if name not in SHARE}
        self.shares = {name: rest * size / sum(sizes.values()) for name, size in sizes.items()}
        self.shares.update(SHARE)
        # Entries with more phrasings are drawn more often, but not in proportion.
        self.weights = {name: [len(entry[2][0][0]) ** 0.5 * len(entry[2]) for entry in group]
                        for name, group in self.topics.items()}

    def draw(self):
        while True:
            turns = self.draw_any()
            if not any(bare(question) in self.held_out for question, _ in turns):
                return turns

    def draw_any(self):
        topic = self.random.choices(list(self.shares), list(self.shares.values()))[0]
        if topic == "arithmetic":
            language = self.random.choice(["en", "zh"])
            question, answer = arithmetic.example(self.random, language)
            return [(self.vary(question, language, typos=False), answer)]
        _, language, turns = self.random.choices(self.topics[topic], self.weights[topic])[0]
        return [(self.vary(self.random.choice(questions), language), answer)
                for questions, answer in turns]

    def vary(self, text, language, typos=True):
        """What people do to a question: case, punctuation, courtesy, spaces, slips."""
        random = self.random
        if random.random() < 0.35:
            return text
        if random.random() < 0.3:
            text = text.lower()
        elif random.random() < 0.05:
            text = text.upper()
        elif random.random() < 0.2:
            text = text[:1].upper() + text[1:]
        if random.random() < 0.35:
            text = text.rstrip("?？.。!！") or text
        elif text[-1].isalnum() and random.random() < 0.35:
            text += random.choice("??.") if language == "en" else random.choice("？？?。")
        if random.random() < 0.1:
            prefix = random.choice(PREFIXES[language])
            if language == "en" and not text[:2].isupper():
                text = text[:1].lower() + text[1:]
            text = prefix + text
        if random.random() < 0.1:
            text += random.choice(SUFFIXES[language])
        if typos and language == "en" and len(text) > 12 and random.random() < 0.12:
            text = self.slip(text)
        return text

    def slip(self, text):
        """One slip of the fingers inside a long word: a letter lost, doubled or swapped."""
        words = text.split(" ")
        long_words = [i for i, word in enumerate(words) if len(word) > 5 and word.isalpha()]
        if not long_words:
            return text
        index = self.random.choice(long_words)
        word, at = words[index], self.random.randint(1, len(words[index]) - 3)
        words[index] = self.random.choice([
            word[:at] + word[at + 1:],
            word[:at] + word[at] + word[at:],
            word[:at] + word[at + 1] + word[at] + word[at + 2:],
        ])
        return " ".join(words)

    def conversation(self):
        """(system prompt or "", [(question, answer), ...])."""
        random = self.random
        low, high, _ = random.choices(PAIRS, [share for _, _, share in PAIRS])[0]
        wanted, pairs = random.randint(low, high), []
        while len(pairs) < wanted:
            pairs += self.draw()
        system = random.choice(SYSTEM_PROMPTS) if random.random() < 0.04 else ""
        return system, pairs


def user_text(question):
    return "User: " + question + "\n\nAssistant:"


def encode(conversation, encode_question, encode_text, bos, eos, limit):
    """Token ids and loss weights of one conversation, at most limit tokens.

    Only answers and EOS count; what decides an answer counts more, because the rest follows.
    """
    system, pairs = conversation
    ids = [bos] + (encode_text(system + "\n\n") if system else [])
    weights = [0.0] * len(ids)
    for question, answer in pairs:
        asked, told = encode_question(user_text(question)), encode_text(" " + answer) + [eos]
        if len(ids) + len(asked) + len(told) > limit and sum(weights):
            break
        ids += asked + told
        weights += [0.0] * len(asked) + answer_weights(answer, len(told), encode_text)
    return ids[:limit], weights[:limit]


def answer_weights(answer, count, encode_text):
    """The result of a sum counts most; of other answers, the first tokens, which choose it."""
    calculation = re.match(r"\d+ \S \d+ =", answer)
    if calculation:
        copied = len(encode_text(" " + calculation[0]))
        return [0.5] * copied + [3.0] * (count - copied - 2) + [1.0] * 2
    return ([3.0] * 4 + [1.0] * count)[:count]
