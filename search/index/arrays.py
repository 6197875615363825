"""NumPy arrays in one file, read through memory mapping.

A file: the eight bytes of MAGIC, the length of the header (uint64, little endian), the header in
JSON ({"arrays": {name: [dtype, length, offset]}, "values": …}), then each one-dimensional array,
little endian, at an offset from the start of the file that is a multiple of 64. Nothing in it can
run code, and all processes of a node share the pages.
"""

import contextlib
import json
import mmap
import os
import uuid
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np

Arrays = Mapping[str, np.ndarray]

MAGIC = b"ARRAYS1\n"
ALIGNMENT = 64


class ArraysError(Exception):
    """There is no such file, or it is cut off or another one."""


def write_arrays(path: Path, arrays: Arrays, values=None) -> None:
    """Write one-dimensional `arrays` and the JSON-able `values`; the file appears whole."""
    header = {"arrays": {}, "values": values}
    position = 0
    for name, array in arrays.items():
        position += -position % ALIGNMENT
        header["arrays"][name] = [array.dtype.newbyteorder("<").str, len(array), position]
        position += array.nbytes
    text = json.dumps(header, ensure_ascii=False).encode("utf-8", "surrogatepass")
    start = len(MAGIC) + 8 + len(text)
    start += -start % ALIGNMENT
    unfinished = path.with_name(f".{path.name}-{uuid.uuid4().hex[:12]}")
    try:
        with open(unfinished, "xb") as file:
            file.write(MAGIC + len(text).to_bytes(8, "little") + text)
            for name, array in arrays.items():
                file.write(b"\0" * (start + header["arrays"][name][2] - file.tell()))
                file.write(np.ascontiguousarray(array, array.dtype.newbyteorder("<")).data)
        os.replace(unfinished, path)
    finally:
        with contextlib.suppress(FileNotFoundError):
            unfinished.unlink()


def touch(arrays: Iterable[np.ndarray]) -> None:
    """Bring mapped arrays into memory now rather than with the first reader who needs them."""
    for array in arrays:
        # One value of each page of 4,096 bytes will do.
        array.view(np.uint8)[::4096].max(initial=0)


class MappedArrays:
    """`arrays` of a file by name (read only), its `values`, and the mapping itself.

    Raises ArraysError. Offsets in the header count from the first array.
    """

    def __init__(self, path: Path):
        try:
            with open(path, "rb") as file:
                self.mapping = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError) as error:
            raise ArraysError(f"{path.name} is missing or empty") from error
        begin = len(MAGIC) + 8
        if self.mapping[: len(MAGIC)] != MAGIC:
            raise ArraysError(f"{path.name} holds no arrays")
        length = int.from_bytes(self.mapping[len(MAGIC) : begin], "little")
        try:
            header = json.loads(
                self.mapping[begin : begin + length].decode("utf-8", "surrogatepass")
            )
            start = begin + length
            start += -start % ALIGNMENT
            self.starts = {name: start + spec[2] for name, spec in header["arrays"].items()}
            self.arrays: Arrays = {
                name: np.frombuffer(self.mapping, dtype, count, self.starts[name])
                if count
                else np.zeros(0, dtype)
                for name, (dtype, count, _) in header["arrays"].items()
            }
        except (ValueError, KeyError, TypeError) as error:
            raise ArraysError(f"{path.name} is cut off or damaged") from error
        self.values = header["values"]

    def __getitem__(self, name: str) -> np.ndarray:
        return self.arrays[name]
