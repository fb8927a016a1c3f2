#!/usr/bin/env python3
"""Writes the broken tokenizer folders beside this script, one fault each."""

import copy
import json
import pathlib

HERE = pathlib.Path(__file__).parent

GOOD = {
    "version": "1.0",
    "added_tokens": [{"id": 3, "content": "<end>", "special": True}],
    "normalizer": None,
    "pre_tokenizer": {
        "type": "Sequence",
        "pretokenizers": [
            {"type": "Split", "pattern": {"Regex": "[0-9]"}, "behavior": "Isolated"},
            {"type": "ByteLevel", "add_prefix_space": False, "use_regex": False},
        ],
    },
    "model": {"type": "BPE", "vocab": {"a": 0, "b": 1, "ab": 2}, "merges": ["a b"]},
}

END = {"SpecialToken": {"id": "<end>", "type_id": 0}}
TEXT = {"Sequence": {"id": "A", "type_id": 0}}


def template(*single):
    ids = {"<end>": {"id": "<end>", "ids": [3], "tokens": ["<end>"]}}
    return {"type": "TemplateProcessing", "single": list(single), "pair": [], "special_tokens": ids}


TEXT_AND_END = template(TEXT, END)
END_AND_TEXT = template(END, TEXT)  # <end> is BOS where a config says so


def write(case, name, data):
    folder = HERE / case
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(data if isinstance(data, bytes) else data.encode())


def changed(case, change):
    """The good file after change(file), which edits it in place."""
    value = copy.deepcopy(GOOD)
    change(value)
    write(case, "tokenizer.json", json.dumps(value, ensure_ascii=False) + "\n")


def with_config(case, config, file=GOOD):
    write(case, "tokenizer.json", json.dumps(file) + "\n")
    write(case, "tokenizer_config.json", config if isinstance(config, str) else json.dumps(config))


def with_older(case, name, content):
    """A file that counts where tokenizer_config.json has no added_tokens_decoder."""
    with_config(case, {"eos_token": "<end>"})
    write(case, name, content if isinstance(content, str) else json.dumps(content))


def set_in(*path):
    """A change that sets the value at path, whose last element is that value."""
    *keys, last, value = path

    def change(file):
        node = file
        for key in keys:
            node = node[key]
        node[last] = value

    return change


def drop(*path):
    *keys, last = path

    def change(file):
        node = file
        for key in keys:
            node = node[key]
        del node[last]

    return change


def add_token(**fields):
    return lambda file: file["added_tokens"].append(fields)


def split(**fields):
    return lambda file: file["pre_tokenizer"]["pretokenizers"][0].update(fields)


def main():
    text = json.dumps(GOOD)
    write("not_json", "tokenizer.json", "tokenizer\n")
    write("truncated", "tokenizer.json", text[: len(text) // 2])
    write("empty", "tokenizer.json", "")
    write("not_utf8", "tokenizer.json", text.replace('"<end>"', '"<\x00>"').encode().replace(b"\x00", b"\xff"))
    write("key_twice", "tokenizer.json", text.replace('"a": 0', '"a": 0, "a": 0'))
    write("not_an_object", "tokenizer.json", "[]\n")

    changed("model_missing", drop("model"))
    changed("model_type_missing", drop("model", "type"))
    changed("model_unigram", set_in("model", "type", "Unigram"))
    changed("model_dropout", set_in("model", "dropout", 0.1))
    changed("model_subword_prefix", set_in("model", "continuing_subword_prefix", "##"))
    changed("model_byte_fallback", set_in("model", "byte_fallback", True))
    changed("model_unknown_token", set_in("model", "unk_token", "a"))
    changed("normalizer_nfc", set_in("normalizer", {"type": "NFC"}))
    changed("normalizer_in_sequence",
            set_in("normalizer", {"type": "Sequence", "normalizers": [{"type": "NFC"}]}))

    changed("version_other", set_in("version", "2.0"))
    changed("key_unknown", set_in("text_filter", True))
    changed("model_key_unknown", set_in("model", "cut_long_words", True))
    changed("added_key_unknown", add_token(id=4, content="<x>", in_words=False))
    changed("split_key_unknown", split(limit=1))
    changed("decoder_metaspace", set_in("decoder", {"type": "Metaspace"}))
    changed("decoder_beside_others",
            set_in("decoder", {"type": "Sequence", "decoders": [{"type": "ByteLevel"}, {"type": "Strip"}]}))
    changed("post_bert", set_in("post_processor", {"type": "BertProcessing"}))
    changed("post_adds_eos", set_in("post_processor", TEXT_AND_END))
    changed("post_adds_first", set_in("post_processor", {"type": "Sequence", "processors": [END_AND_TEXT]}))

    changed("vocab_missing", drop("model", "vocab"))
    changed("vocab_an_array", set_in("model", "vocab", ["a", "b", "ab"]))
    changed("id_hole", set_in("model", "vocab", {"a": 0, "b": 1, "ab": 4}))
    changed("id_twice", set_in("model", "vocab", {"a": 0, "b": 1, "ab": 1}))
    changed("id_negative", set_in("model", "vocab", {"a": 0, "b": -1, "ab": 2}))
    changed("id_enormous", set_in("model", "vocab", {"a": 0, "b": 4294967297, "ab": 2}))
    changed("id_a_fraction", set_in("model", "vocab", {"a": 0, "b": 1.5, "ab": 2}))
    changed("id_a_string", set_in("model", "vocab", {"a": 0, "b": "1", "ab": 2}))

    changed("merges_missing", drop("model", "merges"))
    changed("merges_an_object", set_in("model", "merges", {}))
    changed("merge_of_no_token", set_in("model", "merges", ["a x"]))
    changed("merge_into_no_token", set_in("model", "merges", ["b a"]))
    changed("merge_of_three", set_in("model", "merges", ["a b a"]))
    changed("merge_of_one", set_in("model", "merges", [["a"]]))
    changed("merge_a_number", set_in("model", "merges", [7]))
    changed("merge_twice", set_in("model", "merges", ["a b", ["a", "b"]]))

    changed("added_an_object", set_in("added_tokens", {}))
    changed("added_without_id", add_token(content="<x>"))
    changed("added_without_content", add_token(id=4))
    changed("added_empty", add_token(id=4, content=""))
    changed("added_id_taken", add_token(id=2, content="<x>"))
    changed("added_id_enormous", add_token(id=1 << 40, content="<x>"))
    changed("added_leaves_hole", add_token(id=5, content="<x>"))
    changed("added_twice", add_token(id=4, content="<end>"))
    changed("added_contradicts_vocab", add_token(id=4, content="a"))
    changed("added_strips", add_token(id=4, content="<x>", lstrip=True))
    changed("added_flag_a_string", add_token(id=4, content="<x>", special="yes"))

    changed("pre_tokenizer_missing", drop("pre_tokenizer"))
    changed("pre_tokenizer_null", set_in("pre_tokenizer", None))
    changed("pre_tokenizer_metaspace", set_in("pre_tokenizer", {"type": "Metaspace"}))
    changed("pre_tokenizer_without_type", set_in("pre_tokenizer", {}))
    changed("pre_tokenizer_not_bytes",
            set_in("pre_tokenizer", {"type": "Digits", "individual_digits": True}))
    changed("pre_tokenizer_after_bytes",
            lambda file: file["pre_tokenizer"]["pretokenizers"].append({"type": "Digits"}))
    changed("pre_tokenizer_late_space",
            set_in("pre_tokenizer", "pretokenizers", 1, "add_prefix_space", True))
    nested = {"type": "ByteLevel"}
    for _ in range(20):
        nested = {"type": "Sequence", "pretokenizers": [nested]}
    changed("pre_tokenizer_deep", set_in("pre_tokenizer", nested))
    changed("split_without_pattern", drop("pre_tokenizer", "pretokenizers", 0, "pattern"))
    changed("split_without_behavior", drop("pre_tokenizer", "pretokenizers", 0, "behavior"))
    changed("split_unknown_behavior", split(behavior="Shuffled"))
    changed("split_broken_pattern", split(pattern={"Regex": "(a"}))
    changed("split_broken_class", split(pattern={"Regex": "[z-a]"}))
    changed("split_nested_class", split(pattern={"Regex": "[a[b]]"}))
    changed("split_word_boundary", split(pattern={"Regex": "\\bthe"}))
    changed("split_dot_all", split(pattern={"Regex": "(?m).+"}))
    changed("split_empty_string", split(pattern={"String": ""}))

    with_config("config_not_json", "{")
    with_config("config_unknown_bos", {"bos_token": "<begin>"})
    with_config("config_plain_eos", {"eos_token": "ab"})
    with_config("config_eos_a_number", {"eos_token": 3})
    with_config("config_add_bos_a_string", {"add_bos_token": "yes"})
    with_config("config_bos_strips", {"bos_token": {"content": "<end>", "lstrip": True}})
    with_config("config_add_eos", {"add_eos_token": True})
    with_config("config_cleans_up", {"clean_up_tokenization_spaces": True})
    with_config("config_splits_specials", {"split_special_tokens": True})
    with_config("config_lower_case", {"do_lower_case": True})
    with_config("config_prefix_space", {"add_prefix_space": True})
    with_config("config_added_otherwise", {"added_tokens_decoder": {"3": {"content": "<stop>", "special": True}}})
    with_config("config_added_plain", {"added_tokens_decoder": {"3": {"content": "<end>", "special": False}}})
    with_config("config_added_beyond", {"added_tokens_decoder": {"4": {"content": "<x>", "special": True}}})
    with_config("config_adds_plain_token", {"added_tokens_decoder": {"2": {"content": "ab", "special": False}}})
    with_config("config_more_specials", {"additional_special_tokens": ["<x>"]})
    with_config("config_and_post_differ", {"bos_token": "<end>", "add_bos_token": False},
                {**GOOD, "post_processor": END_AND_TEXT})
    with_config("config_other_template", {"chat_template": "{{ bos_token }}<|user|>"})
    with_config("config_template_a_number", {"chat_template": 1})

    with_older("map_unknown_bos", "special_tokens_map.json", {"bos_token": {"content": "<begin>", "lstrip": False}})
    with_older("map_eos_strips", "special_tokens_map.json", {"eos_token": {"content": "<end>", "rstrip": True}})
    with_older("map_more_specials", "special_tokens_map.json", {"additional_special_tokens": ["<end>", "<x>"]})
    with_older("map_adds_eos", "special_tokens_map.json", {"eos_token": "<end>", "add_eos_token": True})
    with_older("map_not_json", "special_tokens_map.json", "{")
    with_older("ids_otherwise", "added_tokens.json", {"<stop>": 3})
    with_older("ids_beyond", "added_tokens.json", {"<end>": 3, "<x>": 4})
    with_older("ids_of_plain_token", "added_tokens.json", {"ab": 2})
    with_older("ids_a_string", "added_tokens.json", {"<end>": "3"})
    with_older("ids_enormous", "added_tokens.json", {"<end>": 1 << 40})
    with_older("ids_a_list", "added_tokens.json", ["<end>"])

    write("sentencepiece_empty", "tokenizer.model", "")
    write("sentencepiece_garbage", "tokenizer.model", "no model\n")


if __name__ == "__main__":
    main()
