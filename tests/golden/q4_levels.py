#!/usr/bin/env python3
"""Finds the sixteen levels of Q4 (kQ4Levels in kernels/base/weight_blocks.h) and prints how large
its error is beside that of evenly spaced levels.

    python3 tests/golden/q4_levels.py

Weights are normal numbers, Student's t with 5 degrees of freedom (heavier tails) and the experts of
the demo model, in blocks of 32. The levels are those of least square error when every block has its
best scale: Lloyd's iteration, in which blocks choose scales, weights choose the nearest level, and
levels move to the mean of the weights that chose them, each weight counting with the square of its
block's scale. The largest level is 127 by definition, so that products fit signed bytes.
"""

from pathlib import Path

import numpy as np

import safetensors_io

ROOT = Path(__file__).resolve().parents[2]
# Where Lloyd's iteration begins: a known codebook for bell-shaped weights (IQ4_NL of llama.cpp).
START = [-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113]


def half(values):
    """Rounded to float16, as scales are stored; a scale of 0 would be no scale."""
    values = np.asarray(values, np.float32).astype(np.float16).astype(np.float32)
    return np.where(values == 0, 1, values)


def extreme(weights):
    """The weight of largest magnitude in each block."""
    return weights[np.arange(len(weights)), np.abs(weights).argmax(1)]


def refit(weights, levels):
    """The scale of least square error for levels already chosen."""
    square = (levels * levels).sum(1)
    return half((weights * levels).sum(1) / np.maximum(square, 1e-30))


def square_errors(weights, scale, levels):
    return ((weights - levels * scale[:, None]) ** 2).sum(1)


def even_symmetric(weights):
    """Levels -8..7, the best scale of a grid: 4.5 bits."""
    best = np.full(len(weights), np.inf)
    for side in (1, -1):
        for divisor in np.linspace(5.5, 9.5, 33):
            scale = half(extreme(weights) / -divisor * side)
            levels = np.clip(np.rint(weights / scale[:, None]), -8, 7)
            best = np.minimum(best, square_errors(weights, refit(weights, levels), levels))
    return best


def even_with_minimum(weights):
    """Levels 0..15 and a minimum, the best pair of a grid: 5 bits."""
    best = np.full(len(weights), np.inf)
    low, high = weights.min(1), weights.max(1)
    for a in np.linspace(0.75, 1.05, 13):
        for b in np.linspace(0.75, 1.05, 13):
            minimum = low * a
            scale = half((high * b - minimum) / 15)
            levels = np.clip(np.rint((weights - minimum[:, None]) / scale[:, None]), 0, 15)
            level_mean, weight_mean = levels.mean(1), weights.mean(1)
            spread = levels - level_mean[:, None]
            slope = (spread * (weights - weight_mean[:, None])).sum(1)
            scale = half(slope / np.maximum((spread ** 2).sum(1), 1e-30))
            minimum = half(weight_mean - scale * level_mean)
            best = np.minimum(best, square_errors(weights - minimum[:, None], scale, levels))
    return best


def with_codebook(weights, codebook, steps=33):
    """Square errors with the best scale of a grid, and the weights over that scale."""
    book = np.asarray(codebook, np.float32)
    bounds = (book[1:] + book[:-1]) / 2
    best = np.full(len(weights), np.inf)
    scaled = np.zeros_like(weights)
    for end in (book[0], book[-1]):
        for stretch in np.linspace(0.75, 1.3, steps):
            scale = half(extreme(weights) / (end * stretch))
            levels = book[np.searchsorted(bounds, weights / scale[:, None])]
            scale = refit(weights, levels)
            errors = square_errors(weights, scale, levels)
            better = errors < best
            best = np.where(better, errors, best)
            scaled[better] = (weights / scale[:, None])[better]
    return best, scaled


def lloyd(weights, codebook, iterations=25):
    book = np.asarray(codebook, np.float32)
    for _ in range(iterations):
        _, scaled = with_codebook(weights, book, 9)
        chosen = np.searchsorted((book[1:] + book[:-1]) / 2, scaled)
        scale = np.abs(np.median(weights / np.where(scaled == 0, 1, scaled), axis=1))[:, None]
        importance = np.broadcast_to(scale * scale, scaled.shape).ravel()
        book = (np.bincount(chosen.ravel(), (scaled * scale * scale).ravel(), 16)
                / np.bincount(chosen.ravel(), importance, 16))
        book *= 127 / np.abs(book).max()
    return np.rint(book)


def relative(errors, weights):
    return f"{100 * np.sqrt(errors.sum() / (weights * weights).sum()):5.2f} %"


def demo_experts():
    tensors = safetensors_io.load(ROOT / "resources/demo_model/model.safetensors")
    rows = [tensor.float().numpy().reshape(-1, 32)
            for name, tensor in tensors.items() if "experts" in name]
    return np.concatenate(rows)[:20000]


def main():
    random = np.random.default_rng(0)
    kinds = {"normal": random.standard_normal((8000, 32)).astype(np.float32),
             "Student t5": random.standard_t(5, (8000, 32)).astype(np.float32),
             "demo model": demo_experts()}
    normal, heavy, demo = kinds.values()
    mixed = np.concatenate([normal[:4000] / normal.std(), heavy[:2000] / heavy.std(),
                            demo[:4000] / demo.std()])
    levels = lloyd(mixed, START)
    print("levels:", ", ".join(str(int(level)) for level in levels))
    print(f"\n{'error relative to the weights':34}" + "".join(f"{kind:>12}" for kind in kinds))
    for label, errors in {
        "16 even levels, 4.5 bits": even_symmetric,
        "even levels and minimum, 5 bits": even_with_minimum,
        "IQ4_NL, 4.5 bits": lambda w: with_codebook(w, START)[0],
        "these levels, 4.5 bits": lambda w: with_codebook(w, levels)[0],
    }.items():
        print(f"{label:34}" + "".join(f"{relative(errors(w), w):>12}" for w in kinds.values()))


if __name__ == "__main__":
    main()
