"""Reads and writes safetensors files with torch alone (Debian packages no safetensors module).

Layout: u64 little-endian header length; a JSON header {name: {dtype, shape, data_offsets}},
padded with spaces to 8 bytes; then the raw little-endian tensors, back to back.
"""

import json
import struct

import numpy
import torch

_CODES = {torch.float32: "F32", torch.bfloat16: "BF16", torch.int32: "I32", torch.int64: "I64",
          torch.uint8: "U8"}
_DTYPES = {code: dtype for dtype, code in _CODES.items()}


def _to_bytes(tensor):
    tensor = tensor.detach().cpu().contiguous()
    if tensor.dtype == torch.bfloat16:  # numpy knows no bfloat16
        tensor = tensor.view(torch.int16)
    return tensor.numpy().tobytes()


def save(path, tensors, metadata=None):
    """Writes `tensors` (an ordered dict of name -> torch tensor) to `path`; returns data bytes."""
    header, blobs, offset = {"__metadata__": metadata or {"format": "pt"}}, [], 0
    for name, tensor in tensors.items():
        blob = _to_bytes(tensor)
        header[name] = {
            "dtype": _CODES[tensor.dtype],
            "shape": list(tensor.shape),
            "data_offsets": [offset, offset + len(blob)],
        }
        blobs.append(blob)
        offset += len(blob)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        file.writelines(blobs)
    return offset


def load(path):
    """Reads every tensor of `path` into a dict."""
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header, data = json.loads(file.read(length)), file.read()
    tensors = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        dtype = _DTYPES[entry["dtype"]]
        begin, end = entry["data_offsets"]
        raw_type = torch.int16 if dtype == torch.bfloat16 else dtype
        numpy_type = str(raw_type).split(".")[1]
        flat = torch.from_numpy(numpy.frombuffer(data[begin:end], numpy_type).copy())
        tensors[name] = flat.view(dtype).reshape(entry["shape"])
    return tensors
