#!/usr/bin/env python3
"""What a training step of DeepSeekMoE 16B should cost on a GPU: operations, bytes, launches, and the
time that follows. Computed, not measured; every token is learned.

usage: train_model.py [--length 1024] [--batch 16] [--share SHARE] [--boundary 1.3e-6] [--parts]

QLoRA over NF4 with nested scales, activations computed again on the way back. A launch takes, in the
model, the larger of two times and its boundary: its operations on tensor cores at a share of their
peak, with sums in float32 and rows and columns filled up to the blocks of train_product.h; or its
bytes from and to memory, each operand once. A batch of 16 fits all three GPUs in one piece
(tests/engine/train/gpu_fit_test.cpp).
"""

import argparse
import math

HIDDEN, LAYERS, DENSE, HEADS, HEAD, VOCABULARY = 2048, 28, 1, 16, 128, 102400
EXPERTS, ACTIVE, WIDTH, SHARED, DENSE_WIDTH = 64, 6, 1408, 2816, 10944
NF4 = (4 + 8 / 64 + 32 / (64 * 256)) / 8  # bytes of a weight
SIDE = 128  # rows and columns of a block
LOSS_ROWS = min((32 << 20) // VOCABULARY, 1024)  # whose logits exist at once

# name: (bf16 operations/s with sums in float32, bytes/s) on paper, of the H200 as others measured it
GPUS = {"H200": (989e12, 4.3e12), "A100 80 GB": (312e12, 2.0e12), "RTX 4090": (165e12, 1.0e12)}
# Of the peak, that products reach: assumed, but where the L2 cache feeds them less (KERNELS.md).
SHARE, SHARES = 0.4, {"H200": 0.32}
# name: rank of attention and shared experts, of routed experts, and bytes of moments of a number
RECIPES = {"attention + shared, rank 16": (16, 0, 8), "all linear maps, rank 8": (8, 8, 2)}


def filled(n):
    return math.ceil(n / SIDE) * SIDE


class Work:
    """Launches, each with useful operations, operations as they are computed, and bytes."""

    def __init__(self):
        self.launches = []

    def add(self, part, useful=0.0, done=None, size=0.0, count=1):
        done = useful if done is None else done
        for _ in range(count):
            self.launches.append((part, useful / count, done / count, size / count))

    def seconds(self, peak, bandwidth, boundary, part=None):
        return sum(max(done / peak, size / bandwidth) + boundary
                   for name, _, done, size in self.launches if part in (None, name))

    def sum(self, field, part=None):
        return sum(launch[field] for launch in self.launches if part in (None, launch[0]))


def linear(work, part, maps, back, goes_on=True):
    """maps: (rows of inputs, columns in, columns out, weights read, rank, inputs shared with others)."""
    shrink, main, grads = [0, 0, 0], [0, 0, 0], [0, 0, 0]
    for rows, cols, outs, weights, rank, shares in maps:
        tiles = filled(rows) if weights == 1 else rows + weights * SIDE / 2
        frozen = 2.0 * rows * cols * outs
        main[0] += frozen + 2.0 * rows * rank * outs
        main[1] += 2.0 * tiles * filled(outs if not back else cols) * (cols if not back else outs)
        main[1] += 2.0 * tiles * filled(outs if not back else cols) * rank
        main[2] += weights * cols * outs * NF4 + rows * 4.0 * (outs + (0 if shares else cols))
        if rank == 0:
            continue
        shrink[0] += 2.0 * rows * rank * (outs if back else cols)
        shrink[1] += 2.0 * tiles * filled(rank) * (outs if back else cols)
        shrink[2] += rows * 4.0 * ((outs if back else 0 if shares else cols) + rank)
        grads[0] += 2.0 * rows * rank * (cols + outs)
        grads[1] += 2.0 * weights * filled(rank) * (filled(cols) + filled(outs)) * rows / weights
        grads[2] += rows * 4.0 * (cols + outs + 2 * rank)
    for launch in [shrink] if shrink[0] else []:
        work.add(part, *launch)
    if goes_on:  # below the first layer nobody wants a gradient
        work.add(part, *main)
    if back and grads[0]:
        work.add(part, *grads)


def touch(work, part, numbers, count=1):
    """Launches that read and write so many float32 numbers in all."""
    work.add(part, size=4.0 * numbers, count=count)


def layer(work, part, tokens, samples, i, ranks, back):
    is_moe = i >= DENSE
    rank, routed_rank, _ = ranks
    slots = tokens * ACTIVE if is_moe else 0
    width = SHARED if is_moe else DENSE_WIDTH
    length = tokens / samples
    wide = HEADS * HEAD
    scores = 2.0 * tokens * length * wide  # two products over half of all pairs
    heads = [(tokens, HIDDEN, wide, 1, rank, i > 0) for i in range(3)]
    out = [(tokens, wide, HIDDEN, 1, rank, False)]
    gates = [(tokens, HIDDEN, width, 1, rank, i > 0) for i in range(2)]
    down = [(tokens, width, HIDDEN, 1, rank, False)]
    if is_moe:
        gates += [(slots, HIDDEN, WIDTH, EXPERTS, routed_rank, i > 0) for i in range(2)]
        down += [(slots, WIDTH, HIDDEN, EXPERTS, routed_rank, False)]
    router = 2.0 * tokens * HIDDEN * EXPERTS
    gated = slots * WIDTH + tokens * width
    if not back:
        touch(work, part, 4 * tokens * HIDDEN, 2)  # norms
        linear(work, part, heads, back)
        touch(work, part, 4 * tokens * wide, 2)  # rotations
        work.add(part, scores, size=16.0 * tokens * wide)
        linear(work, part, out, back)
        if is_moe:
            work.add(part, router, 3 * router * SIDE / EXPERTS, 4.0 * tokens * HIDDEN)
            touch(work, part, 4 * tokens * EXPERTS, 3)  # choice, groups, places
        linear(work, part, gates, back)
        touch(work, part, 3 * gated, 2 if is_moe else 1)
        linear(work, part, down, back)
        if is_moe:  # slots to tokens; and the copies of residuals, which are no launches
            touch(work, part, slots * HIDDEN + 6 * tokens * HIDDEN)
        return
    linear(work, part, down, back)
    touch(work, part, 5 * gated, 2 if is_moe else 1)
    linear(work, part, gates, back)
    if is_moe:
        touch(work, part, slots * HIDDEN + 2 * tokens * HIDDEN)
        touch(work, part, 4 * tokens * EXPERTS)
        work.add(part, router, 3 * router, 8.0 * tokens * HIDDEN)
    touch(work, part, 4 * tokens * HIDDEN)
    linear(work, part, out, back)
    work.add(part, 2.5 * scores, 3.5 * scores, 32.0 * tokens * wide, 3)
    touch(work, part, 4 * tokens * wide, 2)
    linear(work, part, heads, back, i > 0)
    if i > 0:
        touch(work, part, 4 * tokens * HIDDEN)


def loss(work, tokens):
    for first in range(0, tokens, LOSS_ROWS):
        some = min(LOSS_ROWS, tokens - first)
        product = 2.0 * some * HIDDEN * VOCABULARY
        head = 2.0 * HIDDEN * VOCABULARY  # stays in bfloat16
        touch(work, "loss", 4 * some * HIDDEN, 4)
        for _ in range(2):
            work.add("loss", product, product * filled(some) / some,
                     head + 4.0 * some * (VOCABULARY + HIDDEN))
        touch(work, "loss", 2 * some * VOCABULARY)


def learning(ranks):
    rank, routed_rank, _ = ranks
    shared = lambda width: 3 * rank * (HIDDEN + width)
    moe = LAYERS - DENSE
    return (LAYERS * 4 * rank * 2 * HIDDEN + moe * shared(SHARED) + DENSE * shared(DENSE_WIDTH) +
            moe * EXPERTS * 3 * routed_rank * (HIDDEN + WIDTH))


def step(ranks, batch, length):
    work = Work()
    tokens = batch * length
    touch(work, "forth", tokens * HIDDEN)
    for i in range(LAYERS):
        layer(work, "forth", tokens, batch, i, ranks, False)
        if i >= DENSE:
            touch(work, "forth", tokens * EXPERTS)  # the balance loss
        if i + 1 < LAYERS:
            layer(work, "forth again", tokens, batch, i, ranks, False)
        layer(work, "back", tokens, batch, i, ranks, True)
    loss(work, tokens)
    numbers = learning(ranks)
    work.add("optimizer", size=numbers * (4.0 * 4 + 2 * ranks[2]), count=3)
    return work


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--length", type=int, default=1024)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--share", type=float, help="of the peak, that products reach")
    parser.add_argument("--boundary", type=float, default=1.3e-6, help="of a launch, seconds")
    parser.add_argument("--parts", action="store_true", help="the parts of each step")
    args = parser.parse_args()
    print("| GPU | trained | useful TFLOP | as computed | GB | launches | s | tokens/s "
          "| of the peak |\n|---|---|---|---|---|---|---|---|---|")
    for recipe, ranks in RECIPES.items():
        for gpu, (peak, bandwidth) in GPUS.items():
            work = step(ranks, args.batch, args.length)
            reached = peak * (args.share or SHARES.get(gpu, SHARE))
            seconds = work.seconds(reached, bandwidth, args.boundary)
            print(f"| {gpu} | {recipe} | {work.sum(1) / 1e12:.0f} | "
                  f"{work.sum(2) / 1e12:.0f} | {work.sum(3) / 1e9:,.0f} | "
                  f"{len(work.launches):,} | {seconds:.2f} | "
                  f"{args.batch * args.length / seconds:,.0f} | "
                  f"{work.sum(1) / seconds / peak:.0%} |")
            for part in ["forth", "forth again", "back", "loss", "optimizer"] if args.parts else []:
                print(f"|   | {part} | {work.sum(1, part) / 1e12:.0f} | "
                      f"{work.sum(2, part) / 1e12:.0f} | {work.sum(3, part) / 1e9:,.0f} | "
                      f"{sum(1 for launch in work.launches if launch[0] == part):,} | "
                      f"{work.seconds(reached, bandwidth, args.boundary, part):.2f} |   |   |")


if __name__ == "__main__":
    main()
