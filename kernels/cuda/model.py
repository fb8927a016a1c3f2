#!/usr/bin/env python3
"""What the decode path should cost: bytes and launches per token of DeepSeekMoE 16B, and the time
per operation that follows. Computed, not measured.

And what dense products of prompts would cost by cuBLAS, and how fast our own kernels have to be to
be the faster ones.

usage: model.py [--bandwidth 4.3e12] [--boundary 1.3e-6] [--latency 2.0e-6] [--sms 132]
                [--peak 989e12] [--share 0.6]
       model.py --registers [--nvcc nvcc] [--arch 90 ..] [--only attend ..]
                                                           registers, spills and stack frames, from the compiler

An operation of one token takes, in the model, the larger of two times, and the boundary of its
launch: its bytes at the memory's bandwidth, divided by how evenly its blocks fill the
multiprocessors (100 GB/s for each where there are fewer blocks), or the latency of its dependent
steps (inputs, sums, weights, sums).

A dense product by cuBLAS takes the split of its inputs (float32 read, two bfloat16 written) and two
products, each the larger of two times: the tensor cores' at a share of their peak, and the weights'
and inputs' and results' way from and to memory; and three boundaries.
"""

import argparse
import math
import pathlib
import re
import subprocess

HIDDEN, LAYERS, DENSE, HEADS, HEAD, VOCABULARY = 2048, 28, 1, 16, 128, 102400
EXPERTS, ACTIVE, WIDTH, SHARED, DENSE_WIDTH = 64, 6, 1408, 2816, 10944
BYTES = {"bf16": 2.0, "q8": 8.5 / 8, "q4": 4.5 / 8}
KV_BYTES = 2.0  # bfloat16
ROUTER_BYTES = 2.0
KV_TYPES = ["F32", "BF16", "Q8"]  # KvType's order


def operations(weight, position):
    """(operation, calls per token, bytes of a call, blocks of a call)"""
    b = BYTES[weight]
    moe = LAYERS - DENSE
    panels = lambda rows: math.ceil(rows / 16)
    splits = math.ceil((position + 1) / 256)
    experts = ACTIVE * WIDTH + SHARED
    pieces = ACTIVE * math.ceil(WIDTH / 2048) + math.ceil(SHARED / 2048)
    dense_pieces = math.ceil(DENSE_WIDTH / 2048)
    return [
        ("embed", 1, HIDDEN * b, 8),
        ("attentionInput", LAYERS, 3 * HIDDEN * HIDDEN * b, 3 * panels(HIDDEN)),
        ("attend", LAYERS, 2 * HEADS * HEAD * (position + 1) * KV_BYTES, HEADS * splits),
        ("attentionOutput", LAYERS, HIDDEN * HIDDEN * b, panels(HIDDEN)),
        ("route", moe, EXPERTS * HIDDEN * ROUTER_BYTES, math.ceil(EXPERTS / 8)),
        ("expertsInput", moe, 2 * experts * HIDDEN * b,
         ACTIVE * panels(WIDTH) + panels(SHARED)),
        ("expertsOutput", moe, experts * HIDDEN * b, pieces * panels(HIDDEN)),
        ("norm (dense)", DENSE, HIDDEN * 4, 1),
        ("expertsInput (dense)", DENSE, 2 * DENSE_WIDTH * HIDDEN * b, panels(DENSE_WIDTH)),
        ("expertsOutput (dense)", DENSE, DENSE_WIDTH * HIDDEN * b, dense_pieces * panels(HIDDEN)),
        ("logits", 1, VOCABULARY * HIDDEN * b, panels(VOCABULARY)),
        ("sample (greedy)", 1, VOCABULARY * 8, 1),  # logits and history, from the L2 cache
    ]


ONE_SM = 100e9  # bytes/s that one multiprocessor draws at most
# Of a draw, besides the greedy one, over all logits and the history: the sums of stretches, the ends of
# the nucleus and of the draw (a top k: two more).
DRAW_PASSES = 3


def fill(blocks, sms):
    """Share of the multiprocessors' time that has work, at whole blocks for each."""
    return blocks / (math.ceil(blocks / sms) * sms)


def rate(blocks, args):
    """Bytes/s: the memory's while all multiprocessors have work, else what the few draw."""
    if blocks < args.sms:
        return min(args.bandwidth, blocks * ONE_SM)
    return args.bandwidth * fill(blocks, args.sms)


def print_model(args):
    for weight in BYTES:
        for position in (0, 4095):
            total = launches = moved = 0
            print(f"\n{weight} weights, bf16 cache, position {position}")
            print(f"{'operation':24}{'calls':>6}{'MB':>9}{'blocks':>8}{'fill':>6}"
                  f"{'us each':>9}{'us':>9}")
            for name, calls, size, blocks in operations(weight, position):
                share = fill(blocks, args.sms)
                streaming = size / rate(blocks, args)
                each = max(streaming, args.latency) + args.boundary
                total += calls * each
                launches += calls
                moved += calls * size
                print(f"{name:24}{calls:6}{size / 1e6:9.2f}{blocks:8}{share:6.2f}"
                      f"{each * 1e6:9.2f}{calls * each * 1e6:9.1f}")
            limit = moved / args.bandwidth
            print(f"{'all':24}{launches:6}{moved / 1e6:9.1f}{'':14}{'':9}{total * 1e6:9.1f}"
                  f"   {1 / total:.0f} tokens/s, {limit / total:.0%} of the bandwidth")
            drawn = total + DRAW_PASSES * VOCABULARY * 8 / ONE_SM
            print(f"{'above temperature 0':24}{'':38}{drawn * 1e6:9.1f}   {1 / drawn:.0f} tokens/s")


DENSE_SHAPES = {"q, k, v, o": (HIDDEN, HIDDEN), "shared gate, up": (SHARED, HIDDEN),
                "shared down": (HIDDEN, SHARED), "dense gate, up": (DENSE_WIDTH, HIDDEN),
                "dense down": (HIDDEN, DENSE_WIDTH)}
DENSE_CLASSES = [64, 256, 1024, 2048]


def print_dense(args):
    print(f"\n{'dense product':20}{'tokens':>8}{'split us':>10}{'products us':>13}"
          f"{'own must reach':>16}")
    for name, (rows, cols) in DENSE_SHAPES.items():
        for tokens in DENSE_CLASSES:
            split = 8 * tokens * cols / args.bandwidth
            operations = 2 * tokens * rows * cols
            moved = 2 * rows * cols + 2 * tokens * cols + 8 * tokens * rows
            product = max(operations / (args.share * args.peak), moved / args.bandwidth)
            total = split + 2 * product + 3 * args.boundary
            print(f"{name:20}{tokens:8}{split * 1e6:10.1f}{2 * product * 1e6:13.1f}"
                  f"{2 * operations / total / 1e12:10.0f} TFLOP/s")


WIDE = 20  # of a column


def print_registers(args):
    root = pathlib.Path(__file__).resolve().parents[2]
    print(f"{'kernel':44}" + "".join(f"{'sm_' + a:>{WIDE}}" for a in args.arch))
    table = {}
    sources = [*sorted((root / "kernels/ops").glob("*_cuda.cu")),
               *sorted((root / "kernels/ops/train").glob("*_cuda.cu")),
               root / "kernels/cuda/dense_product_cuda.cu"]
    if args.only:
        sources = [s for s in sources if s.name.removesuffix("_cuda.cu") in args.only]
    for source in sources:
        for arch in args.arch:
            command = [args.nvcc, "-std=c++20", "--expt-relaxed-constexpr", "-diag-suppress=554",
                       f"-arch=sm_{arch}", f"-I{root}", "-Xptxas", "-v", "-c", "-o", "/dev/null",
                       str(source)]
            report = subprocess.run(command, capture_output=True, text=True, check=True).stderr
            for entry in report.split("Compiling entry function '")[1:]:
                mangled = entry.split("'")[0]
                name = subprocess.run(["c++filt", mangled], capture_output=True,
                                      text=True).stdout.strip()
                name = re.sub(r"\(dsm::KvType\)(\d)", lambda m: KV_TYPES[int(m[1])], name)
                name = re.sub(r"\(anonymous namespace\)|dsm::|cuda::|void |::_GLOBAL__\w*|_GLOBAL__\w*", "",
                              name.split("(dsm")[0])
                name = re.sub(r"^[:\w]*::", "", name).split("(")[0]
                spills = sum(int(n) for n in re.findall(r"(\d+) bytes spill", entry))
                used = re.search(r"Used (\d+) registers", entry).group(1)
                # Parameters that are indexed at run time, and arrays that are, lie there.
                stack = int(re.search(r"(\d+) bytes stack frame", entry).group(1))
                notes = [f"{spills} B"] * (spills > 0) + [f"stack {stack}"] * (stack > 0)
                # Templates that several sources use are listed once.
                table.setdefault(name, {})[arch] = used + (f" ({', '.join(notes)})" if notes else "")
    for name, by_arch in table.items():
        print(f"{name:44}" + "".join(f"{by_arch.get(a, '-'):>{WIDE}}" for a in args.arch))


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bandwidth", type=float, default=4.3e12)
    parser.add_argument("--boundary", type=float, default=1.3e-6)
    parser.add_argument("--latency", type=float, default=2.0e-6)
    parser.add_argument("--sms", type=int, default=132)
    parser.add_argument("--peak", type=float, default=989e12, help="of the tensor cores, bf16")
    parser.add_argument("--share", type=float, default=0.6, help="of the peak, that cuBLAS reaches")
    parser.add_argument("--registers", action="store_true")
    parser.add_argument("--nvcc", default="nvcc")
    parser.add_argument("--only", nargs="+", help="sources, by the names of their operations")
    parser.add_argument("--arch", nargs="+", default=["80", "86", "89", "90", "100", "120"])
    args = parser.parse_args()
    if args.registers:
        return print_registers(args)
    print_model(args)
    print_dense(args)


if __name__ == "__main__":
    main()
