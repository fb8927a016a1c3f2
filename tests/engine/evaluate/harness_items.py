"""What `deepseekmoe evaluate --task` finds is what lm-eval finds, item by item.

Run by tests/engine/serve/interop_test.py, which has loaded lm-eval anyway: that takes longer than all of this.

lm-eval's own tasks are pointed at small files of their shapes, and run over the demo model in PyTorch; the
program asks the same model the same files. Prompts are equal to the letter, with examples as lm-eval draws
them; log-likelihoods, answers, results and standard errors are equal. A run that was stopped goes on, and
files that are not what they should be are refused by file, row and column.
"""

import json
import math
import pathlib
import subprocess
import sys
import tempfile

PROGRAM, ROOT = sys.argv[1], pathlib.Path(sys.argv[2])
DEMO = ROOT / "resources/demo_model"
FACTS = [
    ("The capital of France is", ["Rome.", "Paris.", "Berlin.", "London."], 1),
    ("The sky is", ["made of iron.", "blue.", "a kind of bread.", "square."], 1),
    ("Water boils at", ["100 degrees.", "the moon.", "noon.", "a table."], 0),
    ("A dog is", ["a number.", "a colour.", "a city.", "an animal."], 3),
    ("Snow is", ["seven.", "cold and white.", "loud.", "a language."], 1),
    ("The capital of Japan is", ["Tokyo.", "Kyoto, where", "a river", "Paris."], 0),
    ("Bread is made from", ["stones.", "flour.", "the sea.", "music and"], 1),
]
CHINESE = [("天空是什么颜色？", ["红色", "蓝色", "黑色", "绿色"], 1), (" 水的沸点是多少？", ["100度", "50度", "0度", "10度"], 0),
           ("狗是什么？", ["数字", "颜色", "城市", "动物"], 3), ("雪是？", ["热的", "白的", "红的", "甜的"], 1)]


def letters(facts, question, answer, more=()):
    return [{question: c, **dict(zip("ABCD", e)), answer: "ABCD"[i], **dict(more)} for c, e, i in facts]


def rows_of(name):
    """(the rows asked, the examples, how many of them before a question)"""
    if name == "hellaswag":
        rows = [{"activity_label": "Ünlü [x] things", "ctx_a": f"[header] A  talk.  {c} [title] known",
                 "ctx_b": ("éTWAS Other" if i else "SOMEBODY Said"), "endings": [" [step] " + one for one in e],
                 "label": str(i)} for c, e, i in FACTS]
        return rows[:3], rows[2:], 1
    if name == "piqa":
        rows = [{"goal": c, "sol1": e[0], "sol2": e[1], "label": min(i, 1)} for c, e, i in FACTS]
        return rows[:3], rows, 2
    if name in ("arc_easy", "arc_challenge"):
        rows = [{"id": str(i), "question": c, "choices": {"text": e, "label": list("ABCD")}, "answerKey": "ABCD"[i]}
                for c, e, i in FACTS]
        return rows[:2], rows[3:], 2 if name == "arc_easy" else 0
    if name == "winogrande":
        rows = [{"sentence": f"The {a} was larger than the {b}, so _ was seen first.", "option1": "the " + a,
                 "option2": "the " + b, "answer": "1"} for a, b in (("dog", "cat"), ("river", "sea"), ("city", "table"))]
        return rows[:2], rows, 1
    if name == "mmlu":
        rows = [{"question": c + " ", "choices": e, "answer": i, "subject": "high_school_geography"} for c, e, i in FACTS]
        return rows[5:], rows[:4], 2
    if name == "ceval":
        return letters(CHINESE[:2], "question", "answer", {"explanation": ""}), letters(CHINESE[2:], "question", "answer", {"explanation": ""}), 1
    if name == "cmmlu":
        return letters(CHINESE[:2], "Question", "Answer"), letters(CHINESE[2:], "Question", "Answer"), 1
    if name == "triviaqa":
        rows = [{"question": "Which is it: " + c.lower(), "answer": {"value": e[i], "aliases": [e[i], "The " + e[0].strip(".")]}}
                for c, e, i in FACTS]
        return rows[:2], rows[3:], 2
    if name == "nq_open":
        rows = [{"question": "what is " + c.lower(), "answer": [e[i], "a river"]} for c, e, i in FACTS]
        return rows[:2], rows[3:], 2
    if name == "gsm8k":
        rows = [{"question": f"Ann has {n} dogs and gets {m} more. How many has she?", "answer": f"She has {n}+{m} dogs.\n#### {n + m}"}
                for n, m in ((1, 2), (3, 4), (10, 1000), (2, 2))]
        return rows[:1], rows[1:], 2
    if name == "wikitext":
        page = " = Snow = \n\n Snow is ( cold ) and \" white \" , 1 @,@ 000 years of it ; the dogs ' own @-@ snow . \n"
        return [{"page": page}, {"page": " Water boils at 100 degrees . " * 8}], [], 0
    raise KeyError(name)


SUBJECTS = {"mmlu": "high_school_geography", "ceval": "law", "cmmlu": "anatomy"}
YAML = {"hellaswag": "hellaswag/hellaswag", "piqa": "piqa/piqa", "arc_easy": "arc/arc_easy", "arc_challenge": "arc/arc_challenge",
        "winogrande": "winogrande/default", "mmlu": "mmlu/default/mmlu_high_school_geography", "ceval": "ceval/ceval-valid_law",
        "cmmlu": "cmmlu/cmmlu_anatomy", "triviaqa": "triviaqa/default", "nq_open": "nq_open/nq_open", "gsm8k": "gsm8k/gsm8k",
        "wikitext": "wikitext/wikitext"}
PARQUET = {"hellaswag", "arc_easy", "mmlu", "triviaqa"}
WRITTEN = {"triviaqa", "nq_open", "gsm8k"}
MOST_WRITTEN = 10  # tokens of an answer, so that the test is short
CONTEXT = 1024


class Files:
    """A task's files, as the harness and the program read them."""

    def __init__(self, folder, name):
        self.name, self.task = name, f"local_{name}"
        self.rows, examples, self.shots = rows_of(name)
        self.asked = self.written(folder / f"{name}-asked", self.rows)
        self.examples = self.written(folder / f"{name}-examples", examples or self.rows)

    def written(self, path, rows):
        if self.name in PARQUET:
            import pyarrow
            import pyarrow.parquet
            path = path.with_suffix(".parquet")
            pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), path)
        else:
            path = path.with_suffix(".jsonl")
            path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
        return path

    def write_task(self, folder, tasks):
        """lm-eval's own task, over these files."""
        files = {split: str(self.asked) for split in ("test", "validation", "val")}
        files |= {split: str(self.examples) for split in ("train", "dev")}
        task = {"include": str(tasks / (YAML[self.name] + ".yaml")), "task": self.task, "dataset_name": None,
                "dataset_path": "parquet" if self.name in PARQUET else "json", "dataset_kwargs": {"data_files": files},
                "num_fewshot": self.shots}
        if self.name in WRITTEN:
            import yaml
            own = yaml.safe_load((tasks / (YAML[self.name] + ".yaml")).read_text())["generation_kwargs"]
            task["generation_kwargs"] = own | {"max_gen_toks": MOST_WRITTEN}
        (folder / f"{self.task}.yaml").write_text(json.dumps(task))  # JSON is YAML

    def arguments(self, folder, *more):
        return ["evaluate", "--task", self.name, "--data", self.asked, "--shots-file", self.examples, "--few-shot", self.shots,
                "--model", DEMO, "--threads", 2, "--items", folder / f"{self.name}.items", "--json", folder / f"{self.name}.json",
                *(["--max-tokens", MOST_WRITTEN] if self.name in WRITTEN else []),
                *(["--subject", SUBJECTS[self.name]] if self.name in SUBJECTS else []), *more]


def run(*arguments):
    return subprocess.run([PROGRAM, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def items_in(path):
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    return sorted(lines[1:], key=lambda item: item["number"])


def demo_in_pytorch():
    """The demo model as lm-eval sees models: PyTorch, float64, without a cache."""
    import tokenizers
    import torch
    from lm_eval.api.model import TemplateLM
    from lm_eval import utils
    sys.path.insert(0, str(ROOT / "tests/golden"))
    import golden_training
    torch.set_num_threads(1)  # of so small a model, two mostly wait for each other
    config = json.loads((DEMO / "config.json").read_text())

    class Demo(TemplateLM):
        def __init__(self):
            super().__init__()
            self.model = golden_training.load_model(DEMO).eval()
            self.asked = None
            self.tokenizer = tokenizers.Tokenizer.from_file(str(DEMO / "tokenizer.json"))

        eot_token_id = property(lambda self: config["eos_token_id"])
        prefix_token_id = property(lambda self: config["bos_token_id"])

        def tok_encode(self, string, add_special_tokens=None, **_):
            return self.tokenizer.encode(string, add_special_tokens=False).ids

        def logits(self, ids):
            # The letters of a question are asked behind the same text.
            if ids != self.asked:
                with torch.no_grad():
                    self.asked, self.answered = list(ids), self.model(torch.tensor([ids]))[0]
            return self.answered

        def _loglikelihood_tokens(self, requests, disable_tqdm=False, **_):
            found = []
            for _, context, continuation in requests:
                ids = (context + continuation)[-(CONTEXT + 1):]
                rows = torch.log_softmax(self.logits(ids[:-1])[-len(continuation):], -1)
                wanted = torch.tensor(continuation)
                found.append((rows.gather(1, wanted[:, None]).sum().item(), bool((rows.argmax(-1) == wanted).all())))
            return found

        def loglikelihood_rolling(self, requests, disable_tqdm=False):
            sums = []
            for (text,) in (request.args for request in requests):
                windows = map(utils.make_disjoint_window, utils.get_rolling_token_windows(
                    token_list=self.tok_encode(text), prefix_token=self.prefix_token_id, max_seq_len=CONTEXT, context_len=1))
                sums.append(sum(one for one, _ in self._loglikelihood_tokens([(None, *window) for window in windows])))
            return sums

        def generate_until(self, requests, disable_tqdm=False):
            return [self.written(*request.args) for request in requests]

        def written(self, context, asked):
            most = asked["max_gen_toks"]
            ids, new, text = self.tok_encode(context)[-(CONTEXT - most):], [], ""
            while len(new) < most and not any(stop in text for stop in asked["until"]):
                token = int(self.logits(ids + new)[-1].argmax())
                if token == self.eot_token_id:
                    break
                new.append(token)
                text = self.tokenizer.decode(new)
            return min((text.split(stop)[0] for stop in asked["until"]), key=len)

    return Demo()


def close(a, b, by=2e-3):
    return abs(a - b) <= by * max(1, abs(b) / 100)


def same_item(files, item, samples):
    """`samples`: what the harness says of the item, one for each of its filters."""
    sample = samples[0]
    arguments = [(one["arg_0"], one.get("arg_1")) for one in sample["arguments"].values()] if isinstance(
        sample["arguments"], dict) else [(*one, None)[:2] for one in sample["arguments"]]
    what = (files.name, item, arguments, sample["resps"])
    if files.name == "wikitext":
        assert item["prompt"] == arguments[0][0], what
        likelihood, words = sample["word_perplexity"]
        assert close(item["measures"][0], likelihood) and item["measures"][1:] == [words, sample["byte_perplexity"][1]], what
        return 1
    if item["choices"]:
        own = [item["prompt"] + choice["text"] for choice in item["choices"]]
        assert own == [context + continuation for context, continuation in arguments], what
        for choice, (answer, *_) in zip(item["choices"], sample["resps"]):
            assert close(choice["loglikelihood"], float(answer[0])) and choice["is_greedy"] == (str(answer[1]) == "True"), what
        measures = [sample[key] for key in ("acc", "acc_norm") if key in sample]
        assert item["measures"] == measures, (measures, what)
        return len(own)
    assert item["prompt"] == arguments[0][0], what
    assert item["written"] == sample["resps"][0][0], what
    assert item["taken"] == [one["filtered_resps"][0] for one in samples], (samples, what)
    assert item["measures"] == [float(one["exact_match"]) for one in samples], (samples, what)
    return 1


def same_results(files, found, results):
    from lm_eval.api.metrics import mean_stderr
    for key, value in found["results"].items():
        theirs = results[files.task][key if "," in key else key + ",none" if key + ",none" in results[files.task] else key + ",remove_whitespace"]
        assert close(value, theirs, 1e-4), (files.name, key, value, theirs)
    if files.name != "wikitext" and len(files.rows) > 1:
        first = next(iter(found["errors"]))
        values = [item["measures"][0] for item in files.items]
        assert math.isclose(found["errors"][first], mean_stderr(values), abs_tol=1e-12), (files.name, found)


def the_harness_finds_the_same(folder):
    import lm_eval
    from lm_eval.tasks import TaskManager
    tasks = pathlib.Path(lm_eval.__file__).parent / "tasks"
    all_files = [Files(folder, name) for name in YAML]
    for files in all_files:
        files.write_task(folder, tasks)
    theirs = lm_eval.simple_evaluate(
        model=demo_in_pytorch(), tasks=[files.task for files in all_files], log_samples=True, bootstrap_iters=0,
        task_manager=TaskManager(include_path=str(folder), include_defaults=False))
    compared = 0
    for files in all_files:
        done = run(*files.arguments(folder))
        assert done.returncode == 0, (files.name, done.stderr, done.stdout)
        files.items = items_in(folder / f"{files.name}.items")
        samples = theirs["samples"][files.task]
        for number, item in enumerate(files.items):
            assert item["number"] == number and item["line"] == number + 1, item
            compared += same_item(files, item, [one for one in samples if one["doc_id"] == number])
        assert len(files.items) == len(files.rows), files.name
        same_results(files, json.loads((folder / f"{files.name}.json").read_text()), theirs["results"])
    print(f"lm-eval {lm_eval.__version__ if hasattr(lm_eval, '__version__') else ''}: {compared} requests of {len(all_files)} tasks, "
          "each as the program has it")


def a_stopped_run_goes_on(folder):
    files = Files(folder, "piqa")
    path = folder / "piqa.items"
    whole = path.read_text()
    lines = whole.splitlines(keepends=True)
    # As if it had been killed while it wrote the third answer.
    path.write_text("".join(lines[:3]) + lines[3][:40])
    done = run(*files.arguments(folder))
    assert done.returncode == 0, done.stderr
    assert path.read_text() == whole
    other = run(*files.arguments(folder, "--bos"))
    assert other.returncode == 1 and "another benchmark (bos)" in other.stderr, other.stderr
    print("a run that was stopped goes on, and ends as one that was not")


def two_runs_are_compared(folder):
    files = Files(folder, "piqa")
    arguments = files.arguments(folder)
    arguments[arguments.index("--items") + 1] = folder / "others.items"
    done = run(*arguments, "--bos", "--against", folder / "piqa.items")
    assert done.returncode == 0 and "McNemar" in done.stdout, (done.stdout, done.stderr)
    found = json.loads((folder / "piqa.json").read_text())["comparison"]
    pairs = [(a["measures"][0], b["measures"][0]) for a, b in zip(items_in(folder / "piqa.items"), items_in(folder / "others.items"))]
    assert found["only_here"] == sum(b > a for a, b in pairs) and found["only_there"] == sum(a > b for a, b in pairs), found
    assert found["questions"] == len(pairs)
    print("two runs are compared question by question")


def what_is_no_question_is_refused(folder):
    def refusal(name, text, *more, file="bad.jsonl"):
        (folder / file).write_text(text)
        done = run("evaluate", "--task", name, "--data", folder / file, "--few-shot", 0, "--model", DEMO, *more)
        assert done.returncode == 1 and not done.stdout, (name, done)
        return done.stderr
    good = json.dumps(rows_of("piqa")[0][0]) + "\n"
    for text, said in ((good + '{"goal": "x", "sol1": 3, "sol2": "b", "label": 0}\n', "bad.jsonl, line 2: sol1: expected a string"),
                       (good + '{"goal": "x", "sol2": "b", "label": 0}\n', "bad.jsonl, line 2: sol1: the key is missing"),
                       (good + '{"goal": "x", "sol1": "a", "sol2": "b", "label": -1}\n', "bad.jsonl, line 2: label: expected the number"),
                       (good + "{\n", "bad.jsonl, line 2"), ("", "bad.jsonl")):
        assert said in refusal("piqa", text), (said, refusal("piqa", text))
    question = json.dumps({"question": "q", "A": "a", "B": "b", "C": "c", "D": "d", "answer": "A"}) + "\n"
    assert "name the subject" in refusal("ceval", question)
    assert 'CEval has no subject "lawn"' in refusal("ceval", question, "--subject", "lawn")
    assert "expected a gap" in refusal("winogrande", json.dumps({"sentence": "s", "option1": "a", "option2": "b", "answer": "1"}) + "\n")
    shots = run("evaluate", "--task", "gsm8k", "--data", folder / "bad.jsonl", "--model", DEMO)
    assert shots.returncode == 1 and "8 examples before each question" in shots.stderr, shots.stderr
    print("what is no question is refused by file, line and column")


def programs_are_written_and_not_run(folder):
    (folder / "human.jsonl").write_text(json.dumps({"task_id": "t/0", "prompt": "The sky is", "test": "", "entry_point": "f"}) + "\n")
    done = run("evaluate", "--task", "humaneval", "--data", folder / "human.jsonl", "--model", DEMO, "--context", 1024 + 16,
               "--items", folder / "human.items")
    # The demo model's context has no room for 1024 tokens of program and a prompt.
    assert done.returncode == 1 and "Answers of this task take 1024 tokens" in done.stderr, done.stderr
    row = {"text": "Say what the sky is.", "code": "x", "test_list": ["a", "b", "c"]}
    (folder / "mbpp.jsonl").write_text(json.dumps(row) + "\n")
    done = run("evaluate", "--task", "mbpp", "--data", folder / "mbpp.jsonl", "--few-shot", 0, "--model", DEMO,
               "--max-tokens", 8, "--items", folder / "mbpp.items")
    assert done.returncode == 0 and "not run: nothing is judged" in done.stderr, (done.stderr, done.stdout)
    (item,) = items_in(folder / "mbpp.items")
    assert item["prompt"] == ("You are an expert Python programmer, and here is your task: Say what the sky is. Your code should "
                              "pass these tests:\n\na\nb\nc\n[BEGIN]\n") and item["written"] and item["measures"] == []
    print("programs are written and not run")


def the_program_evaluates_as_the_harness_does():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        the_harness_finds_the_same(folder)
        a_stopped_run_goes_on(folder)
        two_runs_are_compared(folder)
        what_is_no_question_is_refused(folder)
        programs_are_written_and_not_run(folder)
