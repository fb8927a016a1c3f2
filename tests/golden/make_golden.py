"""Makes the golden files of this folder: tiny/, tiny_gqa/, ops.safetensors, sentencepiece/.

    python3 tests/golden/make_golden.py

Fixed seeds; see README.md for every file and tensor. Golden numbers are computed in float64 from
the stored weights and rounded to float32 once, so they favour no order of summation.
"""

import json
import math
import pathlib

import torch

import golden_ops
import golden_tokenizers
import safetensors_io
from deepseek_moe import Config, DeepseekMoe

HERE = pathlib.Path(__file__).resolve().parent
PROMPT_TOKENS, GREEDY_TOKENS, GREEDY_CASES = 40, 32, 3
BOS_ID, EOS_ID, FIRST_PADDING_ID = 316, 317, 319  # of tiny/tokenizer.json

COMMON = {
    "architectures": ["DeepseekForCausalLM"],
    "attention_bias": False,
    "attention_dropout": 0.0,
    "auto_map": {
        "AutoConfig": "configuration_deepseek.DeepseekConfig",
        "AutoModel": "modeling_deepseek.DeepseekModel",
        "AutoModelForCausalLM": "modeling_deepseek.DeepseekForCausalLM",
    },
    "bos_token_id": BOS_ID,
    "eos_token_id": EOS_ID,
    "first_k_dense_replace": 1,
    "hidden_act": "silu",
    "initializer_range": 0.02,
    "max_position_embeddings": 256,
    "model_type": "deepseek",
    "pretraining_tp": 1,
    "rms_norm_eps": 1e-6,
    "rope_scaling": None,
    "rope_theta": 10000.0,
    "scoring_func": "softmax",
    "tie_word_embeddings": False,
    "transformers_version": "4.36.0",
    "use_cache": True,
}

TINY = dict(
    COMMON,
    vocab_size=352, hidden_size=64, intermediate_size=160, moe_intermediate_size=96,
    num_hidden_layers=4, num_attention_heads=4, num_key_value_heads=4, n_routed_experts=8,
    n_shared_experts=2, num_experts_per_tok=3, moe_layer_freq=1, norm_topk_prob=False,
    torch_dtype="bfloat16",
)

TINY_GQA = dict(
    COMMON,
    vocab_size=320, hidden_size=64, intermediate_size=72, moe_intermediate_size=24,
    num_hidden_layers=4, num_attention_heads=4, num_key_value_heads=2, n_routed_experts=16,
    n_shared_experts=1, num_experts_per_tok=4, moe_layer_freq=2, norm_topk_prob=True,
    torch_dtype="float32",
)


def random_model(config, seed, dtype):
    """Random weights, rounded to `dtype`, large enough that logits and routers are decided."""
    torch.manual_seed(seed)
    model = DeepseekMoe(Config.from_dict(config))
    for name, parameter in model.named_parameters():
        if name.endswith("norm.weight"):
            values = 0.75 + 0.5 * torch.rand(parameter.shape)
        elif name.endswith("embed_tokens.weight"):
            values = torch.randn(parameter.shape)
        elif name.endswith("mlp.gate.weight"):
            values = 2.0 * torch.randn(parameter.shape) / math.sqrt(parameter.shape[1])
        else:
            values = 1.5 * torch.randn(parameter.shape) / math.sqrt(parameter.shape[1])
        parameter.data = values.to(dtype).double()
    return model.eval()


def prompt_of(seed, length):
    generator = torch.Generator().manual_seed(seed)
    body = torch.randint(0, 256, (length - 1,), generator=generator)
    return torch.cat([torch.tensor([BOS_ID]), body])


@torch.no_grad()
def greedy_case(model, prompt, sampled_vocab):
    """One continuation over ids below sampled_vocab, with the margins that make it meaningful."""
    ids, margin, padding_wins = prompt.clone(), float("inf"), []
    for step in range(GREEDY_TOKENS):
        logits = model(ids[None])[0, -1]
        if int(logits.argmax()) >= sampled_vocab:
            padding_wins.append(step)
        best = torch.topk(logits[:sampled_vocab], 2)
        margin = min(margin, float(best.values[0] - best.values[1]))
        ids = torch.cat([ids, best.indices[:1]])
    return {
        "prompt": prompt.tolist(),
        "continuation": ids[len(prompt):].tolist(),
        "min_margin": round(margin, 6),
        "padding_would_win_at": padding_wins,
    }


@torch.no_grad()
def greedy_cases(model, sampled_vocab):
    """The first prompts whose continuation is decided: margin at least 0.02, no added token (so
    no EOS), no loop."""
    cases, seed = [], 1000
    while len(cases) < GREEDY_CASES:
        seed += 1
        case = greedy_case(model, prompt_of(seed, 5 + 4 * len(cases)), sampled_vocab)
        decided = case["min_margin"] >= 0.02 and max(case["continuation"]) < BOS_ID
        if decided and len(set(case["continuation"])) >= 20:
            cases.append(case)
    return cases


@torch.no_grad()
def golden_tensors(model, traced_layers):
    """ids, logits, and every intermediate value of the layers in `traced_layers`."""
    ids, traces = prompt_of(7, PROMPT_TOKENS), {}
    states, _ = model.hidden(ids[None], traces=traces)
    logits = model.lm_head(states)
    assert torch.equal(logits, model(ids[None]))
    tensors = {
        "input_ids": ids.int(),
        "logits": logits[0].float(),
        "embedding": traces[0]["input"][0].float(),
        "final_norm": states[0].float(),
    }
    for layer in traced_layers:
        for name, value in traces[layer].items():
            per_sequence = value.shape[0] == 1 and value.shape[1] == PROMPT_TOKENS
            value = value[0] if per_sequence else value
            value = value if value.dtype == torch.int32 else value.float()
            tensors["layer%d.%s" % (layer, name)] = value.contiguous()
    return tensors, smallest_router_gap(traces, model.config.num_experts_per_tok)


def smallest_router_gap(traces, active):
    """How far the closest two neighbouring scores among the best active + 1 are apart."""
    gaps = [float("inf")]
    for trace in traces.values():
        if "router_scores" in trace:
            best = torch.topk(trace["router_scores"], active + 1, dim=-1).values
            gaps.append(float((best[:, :-1] - best[:, 1:]).min()))
    return min(gaps)


def first_decided_model(config, dtype):
    """The first seed whose prompt has no near-tie between experts anywhere."""
    for seed in range(1, 200):
        model = random_model(config, seed, dtype)
        traces = {}
        with torch.no_grad():
            model.hidden(prompt_of(7, PROMPT_TOKENS)[None], traces=traces)
        if smallest_router_gap(traces, config["num_experts_per_tok"]) > 1e-5:
            return model, seed
    raise RuntimeError("no seed without near-ties")


def write_json(path, value):
    text = json.dumps(value, indent=2, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8")


def write_weights(folder, weights, shards):
    if shards == 1:
        safetensors_io.save(folder / "model.safetensors", weights)
        return
    names, weight_map, total = list(weights), {}, 0
    for shard in range(shards):
        begin, end = (len(names) * part // shards for part in (shard, shard + 1))
        file_name = "model-%05d-of-%05d.safetensors" % (shard + 1, shards)
        part = {name: weights[name] for name in names[begin:end]}
        total += safetensors_io.save(folder / file_name, part)
        weight_map.update(dict.fromkeys(part, file_name))
    index = {"metadata": {"total_size": total}, "weight_map": weight_map}
    write_json(folder / "model.safetensors.index.json", index)


def make_checkpoint(name, config, dtype, shards, traced_layers, sampled_vocab):
    folder = HERE / name
    folder.mkdir(exist_ok=True)
    model, seed = first_decided_model(config, dtype)
    weights = {key: value.to(dtype) for key, value in model.state_dict().items()}
    write_json(folder / "config.json", config)
    write_json(
        folder / "generation_config.json",
        {
            "_from_model_config": True,
            "bos_token_id": BOS_ID,
            "eos_token_id": EOS_ID,
            "transformers_version": "4.36.0",
        },
    )
    write_weights(folder, weights, shards)
    tensors, gap = golden_tensors(model, traced_layers)
    safetensors_io.save(folder / "golden.safetensors", tensors)
    cases = greedy_cases(model, sampled_vocab)
    write_json(folder / "greedy.json", {"sampled_vocab": sampled_vocab, "cases": cases})
    logits = tensors["logits"]
    print(
        "%s: seed %d, logits std %.2f max %.2f, smallest router gap %.1e, greedy margins %s"
        % (name, seed, logits.std(), logits.abs().max(), gap, [c["min_margin"] for c in cases])
    )
    print("   padding would win at", [c["padding_would_win_at"] for c in cases])
    return tensors


def write_listing(listing):
    """TENSORS.md: name, dtype and shape of every golden tensor, so that tests can be written."""
    lines = ["# Tensors of the golden files", "", "Written by make_golden.py.", ""]
    for title, tensors in listing.items():
        lines += ["## " + title, "", "| name | dtype | shape |", "|---|---|---|"]
        for name, tensor in tensors.items():
            dtype = str(tensor.dtype).replace("torch.", "")
            lines.append("| %s | %s | %s |" % (name, dtype, list(tensor.shape)))
        lines.append("")
    (HERE / "TENSORS.md").write_text("\n".join(lines), encoding="utf-8")


def main():
    torch.set_num_threads(1)
    listing = {
        "tiny/golden.safetensors": make_checkpoint(
            "tiny", TINY, torch.bfloat16, 2, [0, 1], FIRST_PADDING_ID
        ),
        "tiny_gqa/golden.safetensors": make_checkpoint(
            "tiny_gqa", TINY_GQA, torch.float32, 1, [2], TINY_GQA["vocab_size"]
        ),
        "ops.safetensors": golden_ops.make_ops(HERE / "ops.safetensors"),
    }
    write_listing(listing)
    golden_tokenizers.make_byte_level(HERE / "tiny", BOS_ID, EOS_ID, FIRST_PADDING_ID)
    golden_tokenizers.make_sentencepiece(HERE / "sentencepiece")


if __name__ == "__main__":
    main()
