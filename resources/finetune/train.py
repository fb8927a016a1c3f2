#!/usr/bin/env python3
"""Fine-tunes DeepSeekMoE on several GPUs with Transformers, PEFT and DeepSpeed.

usage: deepspeed train.py [--job job.json]        (run.sh calls it; README.md tells what is needed)

job.json and data/train.jsonl were written by DeepSeekMoE Desktop: the rows are token ids and labels,
with the template, the masks and the end token already in place, so that nothing of the text is
decided here. -100 marks what is read but not trained.
"""

import argparse
import json
import pathlib


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


def load_model(job):
    import torch
    from transformers import AutoModelForCausalLM

    model = AutoModelForCausalLM.from_pretrained(job["model"], dtype=torch.bfloat16, trust_remote_code=True)
    model.config.use_cache = False
    if job["method"] == "full":
        return model
    from peft import LoraConfig, get_peft_model

    model.enable_input_require_grads()  # gradient checkpointing of a frozen base needs it
    lora = job["lora"]
    return get_peft_model(model, LoraConfig(
        task_type="CAUSAL_LM", r=lora["rank"], lora_alpha=lora["alpha"], lora_dropout=lora["dropout"],
        use_rslora=lora["rslora"], target_modules=lora["targets"], modules_to_save=lora["modules_to_save"] or None))


def train(job, folder, resume):
    from transformers import Trainer, TrainingArguments

    class TokenTrainer(Trainer):
        def compute_loss(self, model, inputs, return_outputs=False, num_items_in_batch=None):
            labels = inputs.pop("labels")
            outputs = model(**inputs)
            tokens = num_items_in_batch
            loss = token_loss(outputs.logits, labels, tokens)
            if tokens is not None and self.args.average_tokens_across_devices:
                loss = loss * self.accelerator.num_processes  # gradients are averaged over processes
            return (loss, outputs) if return_outputs else loss

    arguments = TrainingArguments(
        output_dir=str(folder / "checkpoints"), deepspeed=str(folder / job["deepspeed"]), bf16=True,
        per_device_train_batch_size=job["batch_size"], gradient_accumulation_steps=job["accumulation"],
        num_train_epochs=job["epochs"], learning_rate=job["learning_rate"], lr_scheduler_type=job["schedule"],
        warmup_steps=job["warmup_steps"], weight_decay=job["weight_decay"], max_grad_norm=job["max_gradient_norm"],
        adam_beta1=0.9, adam_beta2=0.999, adam_epsilon=1e-8, seed=job["seed"], logging_steps=1,
        save_steps=job["save_steps"], save_total_limit=job["save_total_limit"], gradient_checkpointing=True,
        gradient_checkpointing_kwargs={"use_reentrant": False}, remove_unused_columns=False,
        report_to=["tensorboard"])
    trainer = TokenTrainer(model=load_model(job), args=arguments, train_dataset=Rows(folder / "data/train.jsonl"),
                           data_collator=lambda samples: collate(samples, job["pad_id"]))
    trainer.train(resume_from_checkpoint=resume)
    trainer.save_model(str(folder / "result"))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--job", default="job.json")
    parser.add_argument("--resume", action="store_true", help="go on from the last checkpoint")
    parser.add_argument("--local_rank", type=int, default=-1, help="set by deepspeed")
    options = parser.parse_args()
    path = pathlib.Path(options.job).resolve()
    train(json.loads(path.read_text(encoding="utf-8")), path.parent, options.resume)


if __name__ == "__main__":
    main()
