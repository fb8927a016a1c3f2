#!/usr/bin/env python3
"""Fine-tunes DeepSeekMoE on several GPUs with Transformers, PEFT and DeepSpeed.

usage: deepspeed train.py [--job job.json]        (run.sh calls it; README.md tells what is needed)
       python3 train.py [--job job.json]          one process: on one GPU, or on the processor

job.json and data/train.jsonl were written by DeepSeekMoE Desktop: the rows are token ids and labels,
with the template, the masks and the end token already in place, so that nothing of the text is
decided here. -100 marks what is read but not trained.
"""

import argparse
import json
import os
import pathlib
import shutil
import socket
import sys


class Rows:
    """The samples of a JSON Lines file, found by their offsets, so that a large file takes no memory."""

    def __init__(self, path):
        self.path = str(path)
        self.offsets = []
        with open(self.path, "rb") as file:
            offset = 0
            for line in file:
                self.offsets.append(offset)
                offset += len(line)

    def __len__(self):
        return len(self.offsets)

    def __getitem__(self, index):
        with open(self.path, "rb") as file:
            file.seek(self.offsets[index])
            row = json.loads(file.readline())
        return {"input_ids": row["ids"], "labels": row["labels"]}


def collate(samples, pad_id):
    """Pads on the right; padding is neither attended to nor trained."""
    import torch

    longest = max(len(sample["input_ids"]) for sample in samples)
    shape = (len(samples), longest)
    ids = torch.full(shape, pad_id, dtype=torch.long)
    labels = torch.full(shape, -100, dtype=torch.long)
    mask = torch.zeros(shape, dtype=torch.long)
    for i, sample in enumerate(samples):
        length = len(sample["input_ids"])
        ids[i, :length] = torch.tensor(sample["input_ids"])
        labels[i, :length] = torch.tensor(sample["labels"])
        labels[i, 0] = -100  # nothing stands before it
        mask[i, :length] = 1
    return {"input_ids": ids, "labels": labels, "attention_mask": mask}


def token_loss(logits, labels, label_tokens=None):
    """The sum of the losses of all trained tokens over their number: labels[t] is what the logits of
    t - 1 shall say. `label_tokens` is their number over the whole effective batch."""
    import torch.nn.functional as F

    flat_logits = logits[:, :-1].float().reshape(-1, logits.shape[-1])
    flat_labels = labels[:, 1:].reshape(-1)
    total = F.cross_entropy(flat_logits, flat_labels, ignore_index=-100, reduction="sum")
    count = (flat_labels != -100).sum() if label_tokens is None else label_tokens
    return total / count


def authors_class(model):
    """The class of the code that stands beside the model, as config.json names it; None where there is none, or
    where it does not load with these versions."""
    folder = pathlib.Path(model)
    config = folder / "config.json"
    if not config.is_file():
        return None
    name = json.loads(config.read_text(encoding="utf-8")).get("auto_map", {}).get("AutoModelForCausalLM", "")
    if not name or not (folder / (name.split(".")[0] + ".py")).is_file():
        return None
    from transformers.dynamic_module_utils import get_class_from_dynamic_module

    try:
        return get_class_from_dynamic_module(name, str(folder))
    except (ImportError, AttributeError) as error:
        print(f"The code beside the model does not load here ({error}); ours is used.", file=sys.stderr)
        return None


def load_model(job):
    import torch

    found = authors_class(job["model"])
    if found is not None:
        from transformers import AutoModelForCausalLM

        model = AutoModelForCausalLM.from_pretrained(job["model"], dtype=torch.bfloat16, trust_remote_code=True)
    else:
        from modeling_deepseekmoe import DeepseekForCausalLM

        model = DeepseekForCausalLM.from_pretrained(job["model"], dtype=torch.bfloat16)
    print(f"The model's code: {sys.modules[type(model).__module__].__file__}", file=sys.stderr)
    model.config.use_cache = False
    if "zero3" in job["deepspeed"]:
        # Which experts run differs from process to process: their weights are gathered together.
        from deepspeed.utils import set_z3_leaf_modules

        blocks = {type(module) for module in model.modules() if type(module).__name__ == "DeepseekMoE"}
        if blocks:
            set_z3_leaf_modules(model, list(blocks))
    if job["method"] == "full":
        return model
    from peft import LoraConfig, get_peft_model

    model.enable_input_require_grads()  # gradient checkpointing of a frozen base needs it
    lora = job["lora"]
    return get_peft_model(model, LoraConfig(
        task_type="CAUSAL_LM", r=lora["rank"], lora_alpha=lora["alpha"], lora_dropout=lora["dropout"],
        use_rslora=lora["rslora"], target_modules=lora["targets"], modules_to_save=lora["modules_to_save"] or None))


def make_trainer(job, folder):
    import torch
    from transformers import Trainer, TrainingArguments

    class TokenTrainer(Trainer):
        """Weighs every trained token of an effective batch alike, over all processes and accumulation steps."""

        def get_batch_samples(self, epoch_iterator, num_batches, device):
            self.model_accepts_loss_kwargs = True  # counts the tokens, whatever the model's signature says
            batches, tokens = super().get_batch_samples(epoch_iterator, num_batches, device)
            samples = torch.tensor(sum(len(batch["labels"]) for batch in batches), device=device)
            self.batch_samples = self.accelerator.gather(samples).sum().item()
            return batches, tokens

        def compute_loss(self, model, inputs, return_outputs=False, num_items_in_batch=None):
            labels = inputs.pop("labels")
            outputs = model(**inputs)
            loss = token_loss(outputs.logits, labels, num_items_in_batch)
            loss = loss + balance_loss(self.accelerator.unwrap_model(model)) / max(self.batch_samples, 1)
            loss = loss * self.accelerator.num_processes  # gradients are averaged over processes
            return (loss, outputs) if return_outputs else loss

    def balance_loss(model):
        """Of the last pass, where our module has noted it; the authors' code adds its own to the gradient."""
        base = model.get_base_model() if hasattr(model, "get_base_model") else model
        return job["balance_loss"] * getattr(base, "balance_loss", 0.0)

    arguments = TrainingArguments(
        output_dir=str(folder / "checkpoints"), deepspeed=str(folder / job["deepspeed"]), bf16=True,
        use_cpu=not torch.cuda.is_available(), average_tokens_across_devices=True,
        per_device_train_batch_size=job["batch_size"], gradient_accumulation_steps=job["accumulation"],
        num_train_epochs=job["epochs"], learning_rate=job["learning_rate"], lr_scheduler_type=job["schedule"],
        warmup_steps=job["warmup_steps"], weight_decay=job["weight_decay"], max_grad_norm=job["max_gradient_norm"],
        adam_beta1=0.9, adam_beta2=0.999, adam_epsilon=1e-8, seed=job["seed"], logging_steps=1,
        save_steps=job["save_steps"], save_total_limit=job["save_total_limit"], gradient_checkpointing=True,
        gradient_checkpointing_kwargs={"use_reentrant": "zero3" in job["deepspeed"]}, remove_unused_columns=False,
        report_to=["tensorboard"])
    return TokenTrainer(model=load_model(job), args=arguments, train_dataset=Rows(folder / "data/train.jsonl"),
                        data_collator=lambda samples: collate(samples, job["pad_id"]))


def train(job, folder, resume):
    trainer = make_trainer(job, folder)
    trainer.train(resume_from_checkpoint=resume)
    result = folder / "result"
    trainer.save_model(str(result))
    if not trainer.is_world_process_zero():
        return
    # The model's own files: what was trained is still a model of the same kind.
    for path in (folder / "model").iterdir():
        if path.name == "config.json" and job["method"] != "full":
            continue
        shutil.copy(path, result / path.name)


def alone():
    """What a launcher would tell one process."""
    if "RANK" in os.environ:
        return
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    os.environ.update(RANK="0", LOCAL_RANK="0", WORLD_SIZE="1", MASTER_ADDR="127.0.0.1", MASTER_PORT=str(port))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--job", default="job.json")
    parser.add_argument("--resume", action="store_true", help="go on from the last checkpoint")
    parser.add_argument("--local_rank", type=int, default=-1, help="set by deepspeed")
    options = parser.parse_args()
    path = pathlib.Path(options.job).resolve()
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
    alone()
    train(json.loads(path.read_text(encoding="utf-8")), path.parent, options.resume)


if __name__ == "__main__":
    main()
