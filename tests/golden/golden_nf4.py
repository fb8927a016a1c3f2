#!/usr/bin/env python3
"""Writes nf4.safetensors: weights, and what bitsandbytes quantises them to.

    pip install bitsandbytes && python3 tests/golden/golden_nf4.py

Made with bitsandbytes 0.50.2 on the CPU. Needs the package; make_golden.py does not call it.
"""

from pathlib import Path

import torch
from bitsandbytes import functional

import safetensors_io

HERE = Path(__file__).resolve().parent


def main():
    random = torch.Generator().manual_seed(5)

    def normal(*shape):
        return torch.randn(*shape, generator=random) * 0.02

    small = normal(6, 64)
    small[2] = 0  # a block of zeros
    small[4] *= 1e-20
    cases = {
        "bfloat16": normal(88, 192).to(torch.bfloat16),  # 264 blocks: two of nested scales
        "float32": small,
    }
    tensors = {"nested_map": functional.create_dynamic_map()}
    for name, weights in cases.items():
        codes, state = functional.quantize_4bit(weights, blocksize=64, quant_type="nf4")
        _, nested = functional.quantize_4bit(weights, blocksize=64, quant_type="nf4",
                                             compress_statistics=True)
        packed = nested.as_dict(packed=True)
        tensors |= {
            f"{name}.weights": weights,
            f"{name}.codes": codes,
            f"{name}.absmax": state.absmax,
            f"{name}.nested_code": nested.absmax,
            f"{name}.nested_absmax": nested.state2.absmax,
            f"{name}.offset": nested.offset.reshape(1),
            f"{name}.levels": packed["quant_map"],
            f"{name}.state": state.as_dict(packed=True)["quant_state.bitsandbytes__nf4"],
            f"{name}.nested_state": packed["quant_state.bitsandbytes__nf4"],
            f"{name}.nested_dequantised": functional.dequantize_4bit(codes, nested).float(),
        }
    safetensors_io.save(HERE / "nf4.safetensors", tensors)


if __name__ == "__main__":
    main()
