"""NumPy arrays in one file, read through memory mapping.

A file: the eight bytes of MAGIC, the length of the header (uint64, little endian), the header in
JSON ({"arrays": {name: [dtype, length, offset]}, "values": …}), then each one-dimensional array,
little endian, at an offset from the start of the file that is a multiple of 64. Nothing in it can
run code, and all processes of a node share the pages.
"""

import json
import mmap
from collections.abc import Mapping
from pathlib import Path

import numpy as np

MAGIC = b"ARRAYS1\n"
ALIGNMENT = 64


class ArraysError(Exception):
    """The file is cut off or is not such a file."""


def write_arrays(path: Path, arrays: Mapping[str, np.ndarray], values=None) -> None:
    """Write one-dimensional `arrays` and the JSON-able `values`; the file must not exist."""
    header = {"arrays": {}, "values": values}
    position = 0
    for name, array in arrays.items():
        position += -position % ALIGNMENT
        header["arrays"][name] = [array.dtype.newbyteorder("<").str, len(array), position]
        position += array.nbytes
    text = json.dumps(header, ensure_ascii=False).encode("utf-8", "surrogatepass")
    start = len(MAGIC) + 8 + len(text)
    start += -start % ALIGNMENT
    with open(path, "xb") as file:
        file.write(MAGIC + len(text).to_bytes(8, "little") + text)
        for name, array in arrays.items():
            file.write(b"\0" * (start + header["arrays"][name][2] - file.tell()))
            file.write(np.ascontiguousarray(array, array.dtype.newbyteorder("<")).data)


class MappedArrays:
    """The arrays of a file by name (read only), its `values`, and the mapping itself.

    Raises ArraysError and FileNotFoundError. Offsets in the header count from the first array.
    """

    def __init__(self, path: Path):
        with open(path, "rb") as file:
            try:
                self.mapping = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            except ValueError as error:
                raise ArraysError(f"{path.name} is empty") from error
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
            self._arrays = {
                name: np.frombuffer(self.mapping, dtype, count, self.starts[name])
                if count
                else np.zeros(0, dtype)
                for name, (dtype, count, _) in header["arrays"].items()
            }
        except (ValueError, KeyError, TypeError) as error:
            raise ArraysError(f"{path.name} is cut off or damaged") from error
        self.values = header["values"]

    def __getitem__(self, name: str) -> np.ndarray:
        return self._arrays[name]
