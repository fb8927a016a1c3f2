"""Makes adamw8.safetensors: steps of AdamW with moments of 8 bits, by NumPy.

    python3 tests/golden/golden_adamw8.py

Needs numpy alone. Written from bitsandbytes: create_dynamic_map() of its functional.py, and its
kernel kOptimizerStatic8bit2StateBlockwise (blocks of 256, codes of the nearest level, a first moment
keeps its sign), but for the decay, which comes before the step as in PyTorch's AdamW. Moments are
computed in float32.
"""

import json
import math
import pathlib
import struct

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
BLOCK, COUNT, STEPS = 256, 600, 4
RATE, BETA1, BETA2, EPSILON, DECAY = 0.01, 0.9, 0.999, 1e-8, 0.1
F = np.float32


def dynamic_map(signed):
    data = []
    for i in range(7):
        items = 2 ** i + 1 if signed else 2 ** (i + 1) + 1
        boundaries = np.linspace(0.1, 1, items)
        means = (boundaries[:-1] + boundaries[1:]) / 2.0
        data += (10.0 ** (i - 6) * means).tolist()
        if signed:
            data += (-(10.0 ** (i - 6)) * means).tolist()
    data += [0.0, 1.0]
    assert len(data) == 256
    return np.sort(np.array(data)).astype(F)


def codes_of(levels, values, scale, signed):
    if scale == 0:
        return np.full(len(values), int(np.where(levels == 0)[0][0]), np.uint8)
    codes = np.abs(levels[None, :].astype(np.float64)
                   - (values / scale)[:, None].astype(np.float64)).argmin(1)
    if signed:
        wrong = np.signbit(levels[codes]) != np.signbit(values)
        codes = np.where(wrong, np.where(values > 0, codes + 1, codes - 1), codes)
        codes = np.where(values == 0, int(np.where(levels == 0)[0][0]), codes)
    return codes.astype(np.uint8)


def main():
    random = np.random.default_rng(3)
    maps = dynamic_map(True), dynamic_map(False)
    weight = random.standard_normal(COUNT).astype(F)
    out = {"signed_map": maps[0], "unsigned_map": maps[1], "start": weight.copy()}
    codes = [np.zeros(COUNT, np.uint8), np.zeros(COUNT, np.uint8)]
    scales = [np.zeros(math.ceil(COUNT / BLOCK), F), np.zeros(math.ceil(COUNT / BLOCK), F)]
    # Magnitudes of gradients that differ by block, and within one.
    sizes = np.where(np.arange(COUNT) < BLOCK, 1e-3, 10.0 ** random.uniform(-5, 0, COUNT))
    for step in range(1, STEPS + 1):
        gradient = (sizes * random.standard_normal(COUNT)).astype(F)
        gradient[5] = gradient[590] = 0
        out["gradient%d" % (step - 1)] = gradient
        for b in range(len(scales[0])):
            part = slice(b * BLOCK, min((b + 1) * BLOCK, COUNT))
            g = gradient[part]
            m = F(BETA1) * (maps[0][codes[0][part]] * scales[0][b]) + F(1 - BETA1) * g
            v = F(BETA2) * (maps[1][codes[1][part]] * scales[1][b]) + F(1 - BETA2) * g * g
            hat = m.astype(np.float64) / (1 - BETA1 ** step)
            root = np.sqrt(v.astype(np.float64) / (1 - BETA2 ** step)) + EPSILON
            weight[part] = (weight[part].astype(np.float64) * (1 - RATE * DECAY)
                            - RATE * hat / root).astype(F)
            for which, moment in enumerate((m, v)):
                scales[which][b] = np.abs(moment).max()
                codes[which][part] = codes_of(maps[which], moment, scales[which][b], which == 0)
    out |= {"end": weight, "first": codes[0], "second": codes[1], "first_scale": scales[0],
            "second_scale": scales[1]}
    save(HERE / "adamw8.safetensors", out)


def save(path, arrays):
    header, blobs, offset = {}, [], 0
    for name, array in arrays.items():
        blob = array.tobytes()
        header[name] = {"dtype": "U8" if array.dtype == np.uint8 else "F32",
                        "shape": list(array.shape), "data_offsets": [offset, offset + len(blob)]}
        blobs.append(blob)
        offset += len(blob)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(blobs))


if __name__ == "__main__":
    main()
