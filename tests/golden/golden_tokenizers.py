"""The two small tokenizers of the golden files: byte-level BPE, and SentencePiece by spm_train."""

import collections
import json
import shutil
import subprocess

BOS, EOS = "<｜begin▁of▁sentence｜>", "<｜end▁of▁sentence｜>"

# Texts the merges and the SentencePiece model are learned from.
TEXT = """The quick brown fox jumps over the lazy dog near the river bank.
A mixture of experts sends every token to a few experts only.
The router gives each expert a score, and the best experts do the work.
Shared experts see every token; routed experts see only some of them.
Numbers such as 12, 345 and 6789 are split into single digits.
What is the capital of France? The capital of France is Paris.
How are you today? I am fine, thank you. And you?
Hello, world! Good morning, good evening and good night.
专家混合模型把每个词交给少数几个专家。
路由器给每个专家打分，得分最高的专家来计算。
今天天气很好，我们去公园散步。
你好，世界！早上好，晚安。
法国的首都是哪里？法国的首都是巴黎。
"""

# What the vectors exercise: spaces, line ends, both scripts, digits, bytes never seen in training.
SAMPLES = [
    "Hello, world!", "The experts", " the the  the", "hello", "  two leading spaces",
    "trailing spaces   ", "line one\nline two\r\n\r\nline three", "tab\there", "12345 67,890.5",
    "你好，世界！", "专家混合模型", "Mixed 中文 and English，一起。", "naïve café Führer ø ö ü",
    "emoji 🙂🚀 end", "½ Ⅷ ٣", "a", " ", "\n", "User: What is 1+1?\n\nAssistant: 2",
    EOS, "before " + BOS + " after", "don't stop-me_now (ok) [x] {y} <z>", "ÀÖØöø", "한국어 ひらがな",
    "x" * 40, "zero\u200bwidth, non\u00a0breaking", "quoted \"text\" and \\ backslash",
]


def byte_symbols():
    """The printable stand-in of each byte in byte-level BPE: itself, or U+0100 onwards."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    symbols, extra = {}, 0
    for byte in range(256):
        if byte in printable:
            symbols[byte] = chr(byte)
        else:
            symbols[byte], extra = chr(256 + extra), extra + 1
    return symbols


def learn_merges(count):
    """Plain BPE over words that keep their leading space; ties go to the smaller pair."""
    symbols, words = byte_symbols(), []
    for line in TEXT.splitlines():
        for index, word in enumerate(line.split(" ")):
            raw = ((" " if index else "") + word).encode()
            words.append([symbols[byte] for byte in raw])
    merges = []
    while len(merges) < count:
        pairs = collections.Counter(pair for word in words for pair in zip(word, word[1:]))
        best = min(pairs, key=lambda pair: (-pairs[pair], pair))
        merges.append(best)
        words = [merge(word, best) for word in words]
    return merges


def merge(word, pair):
    merged, index = [], 0
    while index < len(word):
        if tuple(word[index:index + 2]) == pair:
            merged.append(word[index] + word[index + 1])
            index += 2
        else:
            merged.append(word[index])
            index += 1
    return merged


def split(pattern):
    return {
        "type": "Split", "pattern": {"Regex": pattern}, "behavior": "Isolated", "invert": False,
    }


def pre_tokenizer():
    """The same kinds, in the same order, as the tokenizer of DeepSeekMoE 16B."""
    return {
        "type": "Sequence",
        "pretokenizers": [
            split("[\r\n]"),
            split("\\s?[A-Za-zÀ-ÖØ-öø-ƺͰ-ͳА-я]+"),
            split("\\s?[!-/:-~！-／：-～‘-‟\u3000-。]+"),
            split("\\s+$"),
            split("[一-龥가-힣]+"),
            {"type": "Digits", "individual_digits": True},
            {
                "type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True,
                "use_regex": False,
            },
        ],
    }


def added_token(token_id, content, special):
    return {
        "id": token_id, "content": content, "single_word": False, "lstrip": False,
        "rstrip": False, "normalized": not special, "special": special,
    }


def byte_level_wrapper():
    return {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True}


CHAT_TEMPLATE = (
    "{% if not add_generation_prompt is defined %}{% set add_generation_prompt = false %}"
    "{% endif %}{{ bos_token }}{% for message in messages %}{% if message['role'] == 'user' %}"
    "{{ 'User: ' + message['content'] + '\n\n' }}{% elif message['role'] == 'assistant' %}"
    "{{ 'Assistant: ' + message['content'] + eos_token }}{% elif message['role'] == 'system' %}"
    "{{ message['content'] + '\n\n' }}{% endif %}{% endfor %}{% if add_generation_prompt %}"
    "{{ 'Assistant:' }}{% endif %}"
)


def tokenizer_config():
    return {
        "add_bos_token": True,
        "add_eos_token": False,
        "bos_token": BOS,
        "eos_token": EOS,
        "pad_token": EOS,
        "unk_token": None,
        "clean_up_tokenization_spaces": False,
        "legacy": True,
        "tokenizer_class": "LlamaTokenizerFast",
        "model_max_length": 256,
        "chat_template": CHAT_TEMPLATE,
    }


def dump(path, value):
    text = json.dumps(value, indent=1, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8")


def make_byte_level(folder, bos_id, eos_id, first_padding_id):
    """256 bytes, merges up to bos_id, BOS, EOS, and one literal added token; then vectors."""
    merges = learn_merges(bos_id - 256)
    symbols = [*byte_symbols().values(), *("".join(pair) for pair in merges)]
    # As in DeepSeekMoE's vocabulary: the byte 0xF8 occurs in no UTF-8, has no token, and the
    # character that would spell it is an added token instead.
    literal = added_token(eos_id + 1, "ø", False)
    symbols[symbols.index("ø")] = "<no token for 0xF8>"
    assert literal["id"] + 1 == first_padding_id
    dump(folder / "tokenizer.json", {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [added_token(bos_id, BOS, True), added_token(eos_id, EOS, True), literal],
        "normalizer": None,
        "pre_tokenizer": pre_tokenizer(),
        "post_processor": byte_level_wrapper(),
        "decoder": byte_level_wrapper(),
        "model": {
            "type": "BPE", "dropout": None, "unk_token": None,
            "continuing_subword_prefix": None, "end_of_word_suffix": None, "fuse_unk": False,
            "byte_fallback": False,
            "vocab": {symbol: index for index, symbol in enumerate(symbols)},
            "merges": [" ".join(pair) for pair in merges],
        },
    })
    dump(folder / "tokenizer_config.json", tokenizer_config())
    write_byte_level_vectors(folder)


def write_byte_level_vectors(folder):
    """Ids by the `tokenizers` package (pip install tokenizers); without it the file is kept."""
    try:
        import tokenizers
    except ImportError:
        print("tokenizers is not installed: %s is kept as it is" % (folder / "vectors.jsonl"))
        return
    reference = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
    plain = [text for text in SAMPLES if BOS not in text and EOS not in text]
    vectors = [(text, reference.encode(text, add_special_tokens=False).ids) for text in plain]
    write_vectors(folder / "vectors.jsonl", vectors)


def write_vectors(path, vectors):
    lines = [json.dumps({"text": text, "ids": ids}, ensure_ascii=False) for text, ids in vectors]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def make_sentencepiece(folder):
    """A BPE model with byte fallback, trained on TEXT, and ids by spm_encode."""
    if not shutil.which("spm_train"):
        print("spm_train is not installed: %s is kept as it is" % folder)
        return
    folder.mkdir(exist_ok=True)
    corpus = folder / "corpus.tmp"
    corpus.write_text(TEXT, encoding="utf-8")
    run("spm_train", "--input=%s" % corpus, "--model_prefix=%s" % (folder / "tokenizer"),
        "--model_type=bpe", "--vocab_size=420", "--byte_fallback=true", "--num_threads=1",
        "--character_coverage=0.98", "--normalization_rule_name=identity",
        "--remove_extra_whitespaces=false", "--split_digits=true", "--unk_id=0", "--bos_id=1",
        "--eos_id=2", "--minloglevel=2")
    corpus.unlink()
    (folder / "tokenizer.vocab").unlink()
    model = "--model=%s" % (folder / "tokenizer.model")
    vectors = []
    for text in (sample for sample in SAMPLES if "\n" not in sample and "\r" not in sample):
        encoded = run("spm_encode", model, "--output_format=id", stdin=text + "\n")
        vectors.append((text, [int(piece) for piece in encoded.split()]))
    write_vectors(folder / "vectors.jsonl", vectors)


def run(*command, stdin=""):
    done = subprocess.run(command, input=stdin.encode(), stdout=subprocess.PIPE, check=True)
    return done.stdout.decode()
