#!/usr/bin/env python3
"""Writes the broken files that the loaders must refuse: tests/malformed/{safetensors,checkpoint,config}.

    python3 tests/malformed/make_malformed.py

Each file breaks one rule and is named after it. The tests that read them assert that the refusal
names the file and the place; they also fail where a file here has no case there.
"""

import json
import shutil
import struct
from pathlib import Path

HERE = Path(__file__).resolve().parent


def fresh(folder):
    shutil.rmtree(HERE / folder, ignore_errors=True)
    (HERE / folder).mkdir(parents=True)
    return HERE / folder


def tensor(begin, end, shape, dtype="F32"):
    return {"dtype": dtype, "shape": shape, "data_offsets": [begin, end]}


def pack(header, data=b"", length=None):
    """A safetensors file of `header` (a dict, a str or bytes), right or wrong."""
    if isinstance(header, dict):
        header = json.dumps(header)
    if isinstance(header, str):
        header = header.encode()
    return struct.pack("<Q", len(header) if length is None else length) + header + data


def safetensors():
    one = json.dumps(tensor(0, 8, [2]))
    files = {
        "empty": b"",
        "shorter_than_the_length": b"\x02\x00\x00",
        "header_over_the_limit": pack("{}", length=100_000_001),
        "header_length_all_ones": pack("{}", length=2**64 - 1),
        "header_beyond_the_file": pack("{}", length=3),
        "header_not_utf8": pack(b'{"\xff\xfe": ' + one.encode() + b"}", bytes(8)),
        "header_not_json": pack('{"a": '),
        "header_empty": pack(""),
        "header_with_nul": pack(b"{}\x00\x00\x00\x00\x00\x00"),
        "header_with_more_after_it": pack("{} {}"),
        "header_not_an_object": pack("[]"),
        "header_too_deep": pack('{"a": ' + "[" * 200 + "]" * 200 + "}"),
        "tensor_twice": pack('{"a": %s, "a": %s}' % (one, one), bytes(8)),
        "key_twice": pack('{"a": {"dtype": "F32", "dtype": "F32", "shape": [2], '
                          '"data_offsets": [0, 8]}}', bytes(8)),
        "entry_not_an_object": pack({"a": 1}),
        "dtype_missing": pack({"a": {"shape": [2], "data_offsets": [0, 8]}}, bytes(8)),
        "shape_missing": pack({"a": {"dtype": "F32", "data_offsets": [0, 8]}}, bytes(8)),
        "offsets_missing": pack({"a": {"dtype": "F32", "shape": [2]}}, bytes(8)),
        "key_unknown": pack({"a": tensor(0, 8, [2]) | {"stride": [1]}}, bytes(8)),
        "dtype_unknown": pack({"a": tensor(0, 8, [2], "F31")}, bytes(8)),
        "dtype_not_a_string": pack({"a": tensor(0, 8, [2], 32)}, bytes(8)),
        "shape_not_a_list": pack({"a": tensor(0, 8, 2)}, bytes(8)),
        "shape_negative": pack({"a": tensor(0, 8, [-2])}, bytes(8)),
        "shape_not_whole": pack({"a": tensor(0, 8, [2.0])}, bytes(8)),
        "shape_overflow": pack({"a": tensor(0, 8, [2**62, 2**62, 4])}, bytes(8)),
        "shape_overflow_beside_zero": pack({"a": tensor(0, 0, [0, 2**62, 2**62])}),
        "shape_over_64_bits": pack({"a": tensor(0, 8, [2**64])}, bytes(8)),
        "shape_too_long": pack({"a": tensor(0, 4, [1] * 1000)}, bytes(4)),
        "half_a_byte": pack({"a": tensor(0, 1, [3], "F4")}, bytes(1)),
        "offsets_not_a_pair": pack({"a": tensor(0, 8, [2]) | {"data_offsets": [0, 8, 8]}}, bytes(8)),
        "offsets_negative": pack({"a": tensor(-8, 0, [2])}, bytes(8)),
        "end_before_begin": pack({"a": tensor(8, 0, [2])}, bytes(8)),
        "bytes_not_shape_times_dtype": pack({"a": tensor(0, 12, [2])}, bytes(12)),
        "overlap": pack({"a": tensor(0, 8, [2]), "b": tensor(4, 12, [2])}, bytes(12)),
        "same_bytes_twice": pack({"a": tensor(0, 8, [2]), "b": tensor(0, 8, [2])}, bytes(8)),
        "hole": pack({"a": tensor(0, 8, [2]), "b": tensor(12, 20, [2])}, bytes(20)),
        "hole_at_the_start": pack({"a": tensor(4, 12, [2])}, bytes(12)),
        "data_too_short": pack({"a": tensor(0, 8, [2])}, bytes(7)),
        "data_too_long": pack({"a": tensor(0, 8, [2])}, bytes(9)),
        "offsets_near_overflow": pack({"a": tensor(2**64 - 8, 2**64 - 1, [7], "U8")}),
        "metadata_not_an_object": pack({"__metadata__": []}),
        "metadata_not_a_string": pack({"__metadata__": {"step": 3}}),
    }
    folder = fresh("safetensors")
    for name, content in files.items():
        (folder / f"{name}.safetensors").write_bytes(content)


NF4_LEVELS = [
    -1.0, -0.6961928009986877, -0.5250730514526367, -0.39491748809814453, -0.28444138169288635,
    -0.18477343022823334, -0.09105003625154495, 0.0, 0.07958029955625534, 0.16093020141124725,
    0.24611230194568634, 0.33791524171829224, 0.44070982933044434, 0.5626170039176941,
    0.7229568362236023, 1.0]

BASE = {
    "model_type": "deepseek",
    "vocab_size": 4,
    "hidden_size": 4,
    "intermediate_size": 3,
    "moe_intermediate_size": 2,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "num_key_value_heads": 1,
    "n_routed_experts": 3,
    "n_shared_experts": 1,
    "num_experts_per_tok": 2,
    "first_k_dense_replace": 1,
    "moe_layer_freq": 1,
    "max_position_embeddings": 8,
    "rms_norm_eps": 1e-6,
    "rope_theta": 10000,
    "norm_topk_prob": False,
    "bos_token_id": 0,
    "eos_token_id": 1,
}


def config():
    folder = fresh("config")

    def write(name, changes):
        (folder / f"{name}.json").write_text(json.dumps(BASE | changes, indent=1) + "\n")

    for key in BASE:
        without = {k: v for k, v in BASE.items() if k != key}
        (folder / f"missing.{key}.json").write_text(json.dumps(without, indent=1) + "\n")
    sizes = [k for k, v in BASE.items()
             if isinstance(v, int) and not isinstance(v, bool) and k != "rope_theta"]
    for key in sizes:
        write(f"negative.{key}", {key: -1})
        write(f"enormous.{key}", {key: 2**63})
        if key not in ("first_k_dense_replace", "bos_token_id", "eos_token_id"):
            write(f"zero.{key}", {key: 0})
    for key, value in {"hidden_size": "4", "num_hidden_layers": 2.5, "vocab_size": None,
                       "rope_theta": "10000", "rms_norm_eps": True, "norm_topk_prob": 0,
                       "n_routed_experts": [3], "eos_token_id": "one", "model_type": 1,
                       "n_shared_experts": None, "head_dim": 2.5,
                       "quantization_config": "q4"}.items():
        write(f"wrong_type.{key}", {key: value})
    for key, changes in {
        "num_experts_per_tok": {"num_experts_per_tok": 4},
        "hidden_size": {"hidden_size": 5},
        "head_dim": {"head_dim": 3},
        "num_key_value_heads": {"hidden_size": 8, "num_attention_heads": 4,
                                "num_key_value_heads": 3},
        "first_k_dense_replace": {"first_k_dense_replace": 3},
        "eos_token_id": {"eos_token_id": 4},
        "rope_theta": {"rope_theta": 0},
        "rms_norm_eps": {"rms_norm_eps": 0},
        "n_routed_experts": {"n_routed_experts": 4096, "num_hidden_layers": 1024},
    }.items():
        write(f"contradiction.{key}", changes)
    write("contradiction.odd_head_size.hidden_size", {"hidden_size": 6})
    write("contradiction.parameters.hidden_size",
          {"hidden_size": 65536, "num_hidden_layers": 1024, "intermediate_size": 2**20,
           "first_k_dense_replace": 1024, "num_attention_heads": 1024})
    for key, value in {
        "model_type": "deepseek_v2", "hidden_act": "gelu", "scoring_func": "sigmoid",
        "topk_method": "group_limited_greedy", "rope_scaling": {"type": "yarn", "factor": 40},
        "attention_bias": True, "mlp_bias": True, "tie_word_embeddings": True,
        "routed_scaling_factor": 2.5, "n_group": 8, "topk_group": 4, "partial_rotary_factor": 0.5,
        "num_nextn_predict_layers": 1, "kv_lora_rank": 512, "q_lora_rank": 1536,
        "qk_rope_head_dim": 64, "qk_nope_head_dim": 128, "v_head_dim": 128,
        "quantization_config": {"quant_method": "fp8"}, "torch_dtype": "float8_e4m3fn",
    }.items():
        write(f"unsupported.{key}", {key: value})
    for case, value in {
        "newer_version": {"quant_method": "deepseekmoe", "version": 2, "preset": "q4"},
        "eight_bits": {"quant_method": "bitsandbytes", "load_in_8bit": True},
        "fp4": {"quant_method": "bitsandbytes", "load_in_4bit": True,
                "bnb_4bit_quant_type": "fp4"},
        "storage": {"quant_method": "bitsandbytes", "load_in_4bit": True,
                    "bnb_4bit_quant_type": "nf4", "bnb_4bit_quant_storage": "bfloat16"},
        "no_method": {"bits": 4},
    }.items():
        write(f"unsupported.{case}.quantization_config", {"quantization_config": value})
    text = json.dumps(BASE)
    whole_files = {"not_json": text[:-1], "not_an_object": "[]", "empty": "",
                   "key_twice": text[:-1] + ', "hidden_size": 8}', "nul": text + "\0",
                   "number_too_large": text[:-1] + ', "x": 1e999}'}
    for name, content in whole_files.items():
        (folder / f"file.{name}.json").write_text(content)


def model_tensors():
    """name -> shape of the model that BASE describes."""
    tensors = {"model.embed_tokens.weight": [4, 4]}
    for layer in range(2):
        prefix = f"model.layers.{layer}."
        tensors |= {prefix + "input_layernorm.weight": [4],
                    prefix + "self_attn.q_proj.weight": [4, 4],
                    prefix + "self_attn.k_proj.weight": [2, 4],
                    prefix + "self_attn.v_proj.weight": [2, 4],
                    prefix + "self_attn.o_proj.weight": [4, 4],
                    prefix + "post_attention_layernorm.weight": [4]}
        mlps = {"mlp.": 3}
        if layer == 1:
            tensors[prefix + "mlp.gate.weight"] = [3, 4]
            mlps = {f"mlp.experts.{e}.": 2 for e in range(3)} | {"mlp.shared_experts.": 2}
        for mlp, width in mlps.items():
            tensors |= {prefix + mlp + "gate_proj.weight": [width, 4],
                        prefix + mlp + "up_proj.weight": [width, 4],
                        prefix + mlp + "down_proj.weight": [4, width]}
    return tensors | {"model.norm.weight": [4], "lm_head.weight": [4, 4]}


def save(path, tensors, dtypes=None, contents=None):
    header, data = {}, b""
    for name, shape in tensors.items():
        dtype = (dtypes or {}).get(name, "BF16")
        size = {"BF16": 2, "F32": 4, "F64": 8, "U8": 1}[dtype]
        for extent in shape:
            size *= extent
        content = (contents or {}).get(name, bytes(size))
        assert len(content) == size
        header[name] = tensor(len(data), len(data) + size, shape, dtype)
        data += content
    path.write_bytes(pack(header, data))


def checkpoint():
    root = fresh("checkpoint")

    def folder(name, index=None):
        path = root / name
        path.mkdir()
        if index is not None:
            text = index if isinstance(index, str) else json.dumps(index, indent=1) + "\n"
            (path / "model.safetensors.index.json").write_text(text)
        return path

    a, b = "model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"
    both = {"weight_map": {"x": a, "y": b}}
    save(folder("shard_missing", both) / a, {"x": [2]})
    path = folder("tensor_not_in_its_shard", both)
    save(path / a, {"x": [2]})
    save(path / b, {"z": [2]})
    path = folder("tensor_in_the_other_shard", both)
    save(path / a, {"x": [2], "y": [2]})
    save(path / b, {"z": [2]})
    path = folder("tensor_in_two_shards", both)
    save(path / a, {"x": [2], "y": [2]})
    save(path / b, {"y": [2]})
    path = folder("shard_cut_off", both)
    save(path / a, {"x": [2]})
    save(path / b, {"y": [2]})
    (path / b).write_bytes((path / b).read_bytes()[:-1])
    for name, shard in {"parent": "../tensors.safetensors", "absolute": "/tensors.safetensors",
                        "subfolder": "sub/tensors.safetensors",
                        "backslash": "..\\tensors.safetensors", "dots": "..",
                        "other_kind": "config.json", "nothing": "", "number": 1,
                        "nul": "a\0.safetensors"}.items():
        folder(f"shard_name_{name}", {"weight_map": {"x": shard}})
    folder("weight_map_missing", {"metadata": {}})
    folder("weight_map_not_an_object", {"weight_map": [a]})
    folder("weight_map_empty", {"weight_map": {}})
    folder("index_not_json", '{"weight_map": ')
    folder("index_lists_twice", '{"weight_map": {"x": "%s", "x": "%s"}}' % (a, b))
    (folder("no_checkpoint") / "config.json").write_text(json.dumps(BASE, indent=1) + "\n")

    # These open, but are not the model that their config.json describes.
    def model(name, changes, dtypes=None, contents=None):
        path = folder(f"model_{name}")
        (path / "config.json").write_text(json.dumps(BASE, indent=1) + "\n")
        tensors = model_tensors() | changes
        save(path / "model.safetensors", {k: v for k, v in tensors.items() if v}, dtypes, contents)

    expert = "model.layers.1.mlp.experts.2.down_proj.weight"
    model("tensor_missing", {expert: None})
    model("shape_contradicts", {expert: [2, 4]})
    model("rank_contradicts", {"model.norm.weight": [1, 4]})
    model("dtype_unreadable", {}, {expert: "F64"})
    model("bias", {"model.layers.0.self_attn.q_proj.bias": [4]})

    # `expert`, whose weights are [4, 2], in packed formats: one panel of one tile.
    model("packed_shape", {expert: [1, 577]}, {expert: "U8"})
    model("packed_panels", {expert: [2, 576]}, {expert: "U8"})
    model("packed_router", {"model.layers.1.mlp.gate.weight": [1, 576]},
          {"model.layers.1.mlp.gate.weight": "U8"})
    model("packed_norm", {"model.norm.weight": [1, 1088]}, {"model.norm.weight": "U8"})

    # One expert in Q4 beside others in bfloat16.
    model("types_mixed_in_a_layer", {expert: [1, 576]}, {expert: "U8"})

    def nf4(name, changes=None, state=None, levels=None, dtypes=None):
        absmax, nested = f"{expert}.absmax", f"{expert}.nested_absmax"
        quant_state = f"{expert}.quant_state.bitsandbytes__nf4"
        text = "{" if state is False else json.dumps({
            "quant_type": "nf4", "blocksize": 64, "shape": [4, 2],
            "nested_blocksize": 256, "nested_offset": 0.5} | (state or {}))
        shapes = {expert: [4, 1], absmax: [1], nested: [1], f"{expert}.nested_quant_map": [256],
                  f"{expert}.quant_map": [16], quant_state: [len(text)]}
        types = dict.fromkeys(shapes, "F32") | {expert: "U8", absmax: "U8", quant_state: "U8"}
        model(f"nf4_{name}", shapes | (changes or {}), types | (dtypes or {}),
              {quant_state: text.encode(),
               f"{expert}.quant_map": struct.pack("<16f", *(levels or NF4_LEVELS))})

    nf4("absmax_missing", {f"{expert}.absmax": None})
    nf4("absmax_too_long", {f"{expert}.absmax": [2]})
    nf4("absmax_of_another_type", dtypes={f"{expert}.absmax": "BF16"})
    nf4("nested_absmax_missing", {f"{expert}.nested_absmax": None})
    nf4("nested_map_too_short", {f"{expert}.nested_quant_map": [255]})
    nf4("levels_of_another_format", levels=[level * 0.5 for level in NF4_LEVELS])
    nf4("state_not_json", state=False)
    nf4("state_of_other_blocks", state={"blocksize": 128})
    nf4("state_of_another_shape", state={"shape": [2, 4]})
    nf4("state_without_offset", state={"nested_offset": None})
    nf4("state_missing", {f"{expert}.quant_state.bitsandbytes__nf4": None})


if __name__ == "__main__":
    safetensors()
    config()
    checkpoint()
