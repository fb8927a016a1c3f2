"""Trains the demo model and writes it to resources/demo_model.

    pip install "torch>=2.4" tokenizers
    python3 resources/demo_model/train/train.py

No GPU is needed; the schedule counts tokens (--tokens), so that a busy machine changes nothing.
--out writes elsewhere; the folder is also written at half time and at three quarters.
Prints the score on questions.jsonl of the exported bf16 weights, answered greedily.
"""

import argparse
import json
import math
import os
import pathlib
import random
import sys
import time

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # on a busy machine, waiting threads must sleep

import tokenizers  # noqa: E402
import torch  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
sys.path[:0] = [str(HERE), str(ROOT / "tests" / "golden")]

import arithmetic  # noqa: E402
import dialogues  # noqa: E402
import evaluate  # noqa: E402
import fast_model  # noqa: E402
import golden_tokenizers  # noqa: E402
import safetensors_io  # noqa: E402
from deepseek_moe import Config, DeepseekMoe  # noqa: E402
from muon import Muon  # noqa: E402

VOCABULARY = 2560
BOS, EOS = VOCABULARY - 2, VOCABULARY - 1
CONTEXT = 1024

CONFIG = {
    "architectures": ["DeepseekForCausalLM"],
    "attention_bias": False,
    "attention_dropout": 0.0,
    "bos_token_id": BOS,
    "eos_token_id": EOS,
    "first_k_dense_replace": 1,
    "hidden_act": "silu",
    "hidden_size": 256,
    "initializer_range": 0.04,
    "intermediate_size": 512,
    "max_position_embeddings": CONTEXT,
    "model_type": "deepseek",
    "moe_intermediate_size": 96,
    "moe_layer_freq": 1,
    "n_routed_experts": 8,
    "n_shared_experts": 1,
    "norm_topk_prob": False,
    "num_attention_heads": 4,
    "num_experts_per_tok": 2,
    "num_hidden_layers": 5,
    "num_key_value_heads": 4,
    "rms_norm_eps": 1e-6,
    "rope_scaling": None,
    "rope_theta": 10000.0,
    "scoring_func": "softmax",
    "tie_word_embeddings": False,
    "torch_dtype": "bfloat16",
    "use_cache": True,
    "vocab_size": VOCABULARY,
}

# A batch is 2016 tokens, whatever its width, so that its products have one shape; 2016 has many
# divisors.
BATCH_TOKENS = 2016
WIDTHS = [width for width in range(12, CONTEXT) if BATCH_TOKENS % width == 0]
MATRIX_RATE, OTHER_RATE, WARMUP = 0.015, 3e-3, 100
BALANCE = 0.01  # a tiny model on few tokens needs a firmer hand than the 0.001 of the paper


def learn_tokenizer(entries):
    """Byte-level BPE over the dialogues, as the text of a tokenizer.json."""
    source = random.Random(1)
    sums = [arithmetic.example(source, language) for language in ("en", "zh") for _ in range(400)]
    texts = list(dialogues.all_texts(entries)) + [text for pair in sums for text in pair]
    texts += ["User: hello\n\nAssistant: hello"] * 50
    texts += [" " + text for text in texts]  # answers follow a space
    learner = tokenizers.Tokenizer(tokenizers.models.BPE())
    shell = {"version": "1.0", "truncation": None, "padding": None, "added_tokens": [],
             "normalizer": None, "pre_tokenizer": golden_tokenizers.pre_tokenizer(),
             "post_processor": golden_tokenizers.byte_level_wrapper(),
             "decoder": golden_tokenizers.byte_level_wrapper(),
             "model": json.loads(learner.to_str())["model"]}
    learner = tokenizers.Tokenizer.from_str(json.dumps(shell))
    learner.train_from_iterator(texts, tokenizers.trainers.BpeTrainer(
        vocab_size=VOCABULARY - 2, show_progress=False, special_tokens=[], max_token_length=24,
        initial_alphabet=tokenizers.pre_tokenizers.ByteLevel.alphabet()))
    learned = json.loads(learner.to_str())["model"]
    assert len(learned["vocab"]) == VOCABULARY - 2, "the data is too small for this vocabulary"
    merges = [pair if isinstance(pair, str) else " ".join(pair) for pair in learned["merges"]]
    shell["model"] = {"type": "BPE", "dropout": None, "unk_token": None,
                      "continuing_subword_prefix": None, "end_of_word_suffix": None,
                      "fuse_unk": False, "byte_fallback": False,
                      "vocab": learned["vocab"], "merges": merges}
    shell["added_tokens"] = [golden_tokenizers.added_token(BOS, golden_tokenizers.BOS, True),
                             golden_tokenizers.added_token(EOS, golden_tokenizers.EOS, True)]
    return shell


def initialise(model):
    """Normal weights; what writes to the residual stream is smaller, by its number of writers."""
    spread = CONFIG["initializer_range"]
    writers = math.sqrt(2 * CONFIG["num_hidden_layers"])
    for name, parameter in model.named_parameters():
        if parameter.dim() == 2:
            writes = name.endswith(("o_proj.weight", "down_proj.weight"))
            torch.nn.init.normal_(parameter, std=spread / writers if writes else spread)


class Batches:
    """Endless batches of BATCH_TOKENS tokens, rows of similar length together."""

    def __init__(self, sampler, tokenizer, random):
        self.sampler, self.random = sampler, random
        self.waiting = {width: [] for width in WIDTHS}
        self.exact = lambda text: tokenizer.encode(text).ids
        # Questions are sometimes cut into smaller pieces than usual (BPE dropout), so that words
        # never seen whole mean something too.
        self.loose_tokenizer = tokenizers.Tokenizer.from_str(tokenizer.to_str())
        self.loose_tokenizer.model.dropout = 0.1

    def encode_question(self, text):
        if self.random.random() < 0.15:
            return self.loose_tokenizer.encode(text).ids
        return self.exact(text)

    def __next__(self):
        while True:
            row = dialogues.encode(self.sampler.conversation(), self.encode_question, self.exact,
                                   BOS, EOS, WIDTHS[-1] + 1)
            width = next(width for width in WIDTHS if width >= len(row[0]) - 1)
            self.waiting[width].append(row)
            if len(self.waiting[width]) * width == BATCH_TOKENS:
                rows, self.waiting[width] = self.waiting[width], []
                return pad(rows, width + 1)


def pad(rows, width):
    """(ids, loss weights, token mask), each [B, T]."""
    ids = torch.tensor([ids + [EOS] * (width - len(ids)) for ids, _ in rows])
    loss = torch.tensor([weights + [0.0] * (width - len(weights)) for _, weights in rows])
    real = torch.tensor([[1] * len(ids) + [0] * (width - len(ids)) for ids, _ in rows])
    return ids, loss, real


def rate_at(step, progress):
    """Share of the peak rates: up, level, and down to zero over the last two thirds."""
    return min(1.0, (step + 1) / WARMUP) * min(1.0, (1 - progress) * 1.5)


def rounded(model):
    """The model as it will be shipped: weights rounded to bf16, computed in float32."""
    shipped = DeepseekMoe(model.config)
    weights = {name: value.bfloat16().float() for name, value in model.state_dict().items()}
    shipped.load_state_dict(weights)
    return shipped.eval()


def report(model, tokenizer):
    """Prints the scores and the failures of the bf16 weights."""
    shipped = rounded(model)
    passed, judged = evaluate.score_test_list(shipped, tokenizer, BOS, EOS)
    share, sums = evaluate.score_exact(
        shipped, tokenizer, evaluate.held_out_arithmetic(), BOS, EOS)
    print("test list %d of %d; arithmetic in held-out phrasings %.0f %%"
        % (passed, len(judged), 100 * share))
    for _, question, answer in (row for row in judged if not row[0]):
        print("FAIL %s -> %s" % (question, answer))
    for _, question, answer in (row for row in sums if not row[0]):
        print("fail %s -> %s" % (question, answer))


def export(model, tokenizer_json, folder):
    def write(name, value):
        text = json.dumps(value, ensure_ascii=False, indent=1)
        (folder / name).write_text(text + "\n", encoding="utf-8")

    write("config.json", CONFIG)
    write("tokenizer.json", tokenizer_json)
    settings = dict(golden_tokenizers.tokenizer_config(), model_max_length=CONTEXT)
    write("tokenizer_config.json", settings)
    write("generation_config.json", {
        "_from_model_config": True, "bos_token_id": BOS, "eos_token_id": EOS,
        "do_sample": False, "max_new_tokens": 256})
    weights = {name: value.bfloat16() for name, value in model.state_dict().items()}
    safetensors_io.save(folder / "model.safetensors", weights)


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--tokens", type=float, default=4.4e6)
    options.add_argument("--threads", type=int, default=2)
    options.add_argument("--out", type=pathlib.Path, default=HERE.parent)
    options = options.parse_args()
    fast_model.install()
    torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    options.out.mkdir(parents=True, exist_ok=True)
    train(options)


def train(options):
    entries = dialogues.read_entries()
    tokenizer_json = learn_tokenizer(entries)
    tokenizer = tokenizers.Tokenizer.from_str(json.dumps(tokenizer_json))
    source = random.Random(2)
    batches = Batches(dialogues.Sampler(entries, source), tokenizer, source)
    model = DeepseekMoe(Config.from_dict(dict(CONFIG, aux_loss_alpha=BALANCE)))
    initialise(model)
    optimisers = optimisers_of(model)
    parameters = sum(p.numel() for p in model.parameters())
    print("%d entries, %d parameters" % (len(entries), parameters), flush=True)
    begin, step, tokens, mean_loss, next_export = time.time(), 0, 0, 0.0, 0.5
    while tokens < options.tokens:
        for optimiser, peak in optimisers:
            optimiser.param_groups[0]["lr"] = peak * rate_at(step, tokens / options.tokens)
        ids, weights, mask = next(batches)
        with torch.autocast("cpu", torch.bfloat16):
            loss, auxiliary = fast_model.training_loss(model, ids, weights, mask)
        model.zero_grad()
        (loss + auxiliary).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for optimiser, _ in optimisers:
            optimiser.step()
        step, tokens = step + 1, tokens + int(mask.sum())
        mean_loss += (loss.item() - mean_loss) * max(0.02, 1 / step)
        if step % 50 == 0:
            print("step %d  %.2f million tokens  %.1f min  loss %.4f  balance %.4f" % (
                step, tokens / 1e6, (time.time() - begin) / 60, mean_loss,
                auxiliary.item() / BALANCE), flush=True)
        if tokens >= next_export * options.tokens:
            export(model, tokenizer_json, options.out)
            next_export += 0.25
    report(model, tokenizer)


def optimisers_of(model):
    """[(optimiser, peak rate)]: Muon for what maps vectors to vectors, AdamW for the rest."""
    matrices = [p for name, p in model.named_parameters() if name.endswith("proj.weight")]
    others = [p for name, p in model.named_parameters() if not name.endswith("proj.weight")]
    return [(Muon(matrices, MATRIX_RATE, weight_decay=0.05), MATRIX_RATE),
            (torch.optim.AdamW(others, OTHER_RATE, betas=(0.9, 0.98), weight_decay=0.01,
                               fused=True), OTHER_RATE)]


if __name__ == "__main__":
    main()
