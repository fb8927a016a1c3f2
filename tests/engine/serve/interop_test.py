#!/usr/bin/env python3
"""Other people's clients get from the server what they expect, and what PyTorch computes.

usage: interop_test.py DEEPSEEKMOE REPOSITORY          (77: none of their packages is there)

The official client chats, streams and completes. lm-eval measures the demo model through the server with
tasks of the shapes of HellaSwag, ARC, PIQA and GSM8K, and each item is as PyTorch has it, which computes
the same model alone; `deepseekmoe evaluate` finds what lm-eval's own tasks find (harness_items.py). Schemathesis asks what the description allows, and what it does not.
"""

import contextlib
import importlib.util
import json
import os
import pathlib
import subprocess
import sys
import tempfile

PROGRAM, ROOT = sys.argv[1], pathlib.Path(sys.argv[2])
DEMO = ROOT / "resources/demo_model"
NAME = "demo_model"
GOLDEN = ROOT / "tests/golden"
FACTS = [
    ("The capital of France is", ["Rome.", "Paris.", "Berlin.", "London."], 1),
    ("The sky is", ["made of iron.", "blue.", "a kind of bread.", "square."], 1),
    ("Water boils at", ["100 degrees.", "the moon.", "noon.", "a table."], 0),
    ("Two plus two is", ["four.", "a dog.", "five hundred.", "green."], 0),
    ("A dog is", ["a number.", "a colour.", "a city.", "an animal."], 3),
    ("Snow is", ["seven.", "cold and white.", "loud.", "a language."], 1),
    ("The capital of Japan is", ["Tokyo.", "Kyoto, where", "a river", "Paris."], 0),
    ("Bread is made from", ["stones.", "flour.", "the sea.", "music and"], 1),
]


def has(module):
    return importlib.util.find_spec(module) is not None


@contextlib.contextmanager
def server():
    """Its address, which ends in /v1. The cache has float32 numbers, as PyTorch has."""
    process = subprocess.Popen([PROGRAM, "serve", "--model", DEMO, "--port", "0", "--kv", "f32", "--context", "512"],
                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.wait()


# --- The official client


def the_official_client_is_answered(url):
    import openai
    client = openai.OpenAI(base_url=url, api_key="any", max_retries=0)
    assert [model.id for model in client.models.list()] == [NAME]
    asked = {"model": NAME, "messages": [{"role": "user", "content": "Hello"}], "temperature": 0, "max_tokens": 12}
    whole = client.chat.completions.create(logprobs=True, top_logprobs=2, **asked)
    text = whole.choices[0].message.content
    assert text and whole.usage.total_tokens > 2 and len(whole.choices[0].logprobs.content[0].top_logprobs) == 2
    pieces, usage = [], None
    for event in client.chat.completions.create(stream=True, stream_options={"include_usage": True}, **asked):
        pieces += [choice.delta.content or "" for choice in event.choices]
        usage = event.usage or usage
    assert "".join(pieces) == text and usage.total_tokens == whole.usage.total_tokens, (pieces, text, usage)
    completion = client.completions.create(model=NAME, prompt="The sky is", max_tokens=5, logprobs=2, echo=True)
    assert completion.choices[0].text.startswith("The sky is")
    for refused, request in ((openai.NotFoundError, {"model": "gpt-4", "prompt": "x"}),
                             (openai.BadRequestError, {"model": NAME, "prompt": "x", "best_of": 3})):
        try:
            client.completions.create(**request)
            raise AssertionError(f"{request} was answered")
        except refused:
            pass
    print(f"openai {openai.__version__}: chat, stream, completion, models and refusals")


# --- The harness


def write_tasks(folder):
    """Tasks as the harness's own are: choices as endings, letters' texts, two solutions; and a text to be written."""
    rows = {
        "hellaswag": [{"ctx": c, "endings": e, "label": str(i)} for c, e, i in FACTS],
        "arc": [{"question": c, "choices": {"text": e, "label": list("ABCD")}, "answerKey": "ABCD"[i]} for c, e, i in FACTS],
        "piqa": [{"goal": c, "sol1": e[0], "sol2": e[1], "label": min(i, 1)} for c, e, i in FACTS],
        "gsm8k": [{"question": "How many is " + c.lower() + "?", "answer": "It is this. #### " + str(i)} for c, e, i in FACTS],
    }
    shapes = {
        "hellaswag": {"doc_to_text": "{{ctx}}", "doc_to_choice": "endings", "doc_to_target": "{{label}}"},
        "arc": {"doc_to_text": "Question: {{question}}\nAnswer:", "doc_to_choice": "{{choices.text}}",
                "doc_to_target": "{{choices.label.index(answerKey)}}"},
        "piqa": {"doc_to_text": "Question: {{goal}}\nAnswer:", "doc_to_choice": "{{[sol1, sol2]}}", "doc_to_target": "label"},
        "gsm8k": {"doc_to_text": "Question: {{question}}\nAnswer:", "doc_to_target": "{{answer}}",
                  "output_type": "generate_until",
                  "generation_kwargs": {"until": ["Question:", "\n"], "do_sample": False, "temperature": 0.0, "max_gen_toks": 24},
                  "metric_list": [{"metric": "exact_match"}]},
    }
    for name, shape in shapes.items():
        data = folder / f"{name}.jsonl"
        data.write_text("".join(json.dumps(row) + "\n" for row in rows[name]))
        task = {"task": f"local_{name}", "dataset_path": "json", "dataset_kwargs": {"data_files": {"test": str(data)}},
                "test_split": "test", "output_type": "multiple_choice",
                "metric_list": [{"metric": "acc"}, {"metric": "acc_norm"}], **shape}
        (folder / f"{name}.yaml").write_text(json.dumps(task))  # JSON is YAML
    return [f"local_{name}" for name in shapes]


class OwnModel:
    """The demo model in PyTorch, float64, and its tokenizer: the numbers that the harness should find."""

    def __init__(self):
        import tokenizers
        import torch
        sys.path.insert(0, str(GOLDEN))
        import golden_training
        torch.set_num_threads(1)  # of so small a model, two mostly wait for each other
        self.torch = torch
        self.model = golden_training.load_model(DEMO).eval()
        self.tokenizer = tokenizers.Tokenizer.from_file(str(DEMO / "tokenizer.json"))
        self.end = json.loads((DEMO / "config.json").read_text())["eos_token_id"]

    def ids(self, text):
        return self.tokenizer.encode(text, add_special_tokens=False).ids

    def logits(self, ids):
        with self.torch.no_grad():
            return self.model(self.torch.tensor([ids]))[0]

    def likelihood(self, context, continuation):
        """(log-likelihood, whether it is what would be written), cut where the harness cuts."""
        spaces = len(context) - len(context.rstrip())
        if spaces:
            context, continuation = context[:-spaces], context[-spaces:] + continuation
        whole, begun = self.ids(context + continuation), len(self.ids(context))
        rows = self.torch.log_softmax(self.logits(whole)[begun - 1:-1], -1)
        wanted = self.torch.tensor(whole[begun:])
        return rows.gather(1, wanted[:, None]).sum().item(), bool((rows.argmax(-1) == wanted).all())

    def written(self, context, stops, most):
        ids, new = self.ids(context), []
        text = ""
        while len(new) < most and not any(stop in text for stop in stops):
            token = int(self.logits(ids + new)[-1].argmax())
            if token == self.end:
                break
            new.append(token)
            text = self.tokenizer.decode(new)
        return min((text.split(stop)[0] for stop in stops), key=len)


def the_harness_finds_what_pytorch_computes(url):
    import lm_eval
    from lm_eval.tasks import TaskManager
    with tempfile.TemporaryDirectory() as folder:
        names = write_tasks(pathlib.Path(folder))
        results = lm_eval.simple_evaluate(
            model="local-completions", tasks=names, log_samples=True, bootstrap_iters=0, batch_size=4,
            task_manager=TaskManager(include_path=folder, include_defaults=False),
            model_args={"model": NAME, "base_url": url + "/completions", "tokenizer": str(DEMO), "max_length": 512,
                        "tokenizer_backend": "huggingface", "num_concurrent": 4})
    own, compared = OwnModel(), 0
    for name in names:
        right = 0
        for sample in results["samples"][name]:
            answers = [answer for (answer, *_) in sample["resps"]]
            arguments = [(one["arg_0"], one["arg_1"]) for one in sample["arguments"].values()] if isinstance(
                sample["arguments"], dict) else sample["arguments"]
            for (context, asked), answer in zip(arguments, answers):
                if isinstance(asked, str):
                    expected = own.likelihood(context, asked)
                    assert abs(float(answer[0]) - expected[0]) < 2e-3, (name, context, asked, answer, expected)
                    assert str(answer[1]) == str(expected[1]), (name, context, asked, answer, expected)
                else:
                    expected = own.written(context, asked["until"], asked["max_gen_toks"])
                    assert answer == expected, (name, context, answer, expected)
                compared += 1
            if isinstance(arguments[0][1], str):
                likelihoods = [own.likelihood(*argument)[0] for argument in arguments]
                right += likelihoods.index(max(likelihoods)) == int(sample["target"])
        if name != "local_gsm8k":
            assert results["results"][name]["acc,none"] == right / len(FACTS), (name, results["results"][name], right)
    print(f"lm-eval: {compared} items of {len(names)} tasks, each as PyTorch has it")
    sys.path.insert(0, str(ROOT / "tests/engine/evaluate"))
    import harness_items
    harness_items.the_program_evaluates_as_the_harness_does()


# --- The description


def the_description_is_kept(url):
    """Valid requests may still be refused: an id that the model has not, a text longer than its context. A method
    that HTTP's library does not know (QUERY) is refused by it with 400; others with 405 (server_test)."""
    command = [pathlib.Path(sys.executable).parent / "schemathesis", "run", url.removesuffix("/v1") + "/openapi.json",
               "--checks", "all", "--exclude-checks", "positive_data_acceptance,ignored_auth,unsupported_method", "--max-examples", "15",
               "--generation-deterministic", "--request-timeout", "60", "--no-color"]
    done = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert done.returncode == 0, done.stdout[-6000:]
    print("schemathesis: what is described is answered as described")


def main():
    os.environ.update(HF_HUB_OFFLINE="1", HF_DATASETS_OFFLINE="1", TOKENIZERS_PARALLELISM="false")
    parts = {"openai": the_official_client_is_answered, "lm_eval": the_harness_finds_what_pytorch_computes,
             "schemathesis": the_description_is_kept}
    there = [module for module in parts if has(module)]
    if not there:
        print(f"skipped: none of {', '.join(parts)} is installed")
        return 77
    with tempfile.TemporaryDirectory() as folder, server() as url:
        os.environ["HF_HOME"] = folder
        for module in there:
            parts[module](url)
    for module in parts:
        if module not in there:
            print(f"skipped a part: {module} is not installed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
