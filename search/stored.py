"""Arrays that stand beside the index: written once, then mapped read-only by every process.

They are NumPy's own files and hold plain numbers; nothing in them is run when they are read. The
pages of a mapped file are the system's, so the processes of a node share them.
"""

import os
import shutil
import uuid
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np

Arrays = Mapping[str, np.ndarray]


class NotStored(Exception):
    """There are no arrays that can be read; what they hold has to be made."""


def write(folder: Path, arrays: Arrays) -> None:
    """Write `arrays`, a file each, to the new folder `folder`, which appears in one step."""
    unfinished = folder.with_name(f"{folder.name}-{uuid.uuid4().hex[:12]}")
    unfinished.mkdir(mode=0o700)
    try:
        for name, array in arrays.items():
            np.save(unfinished / f"{name}.npy", array, allow_pickle=False)
        if folder.exists():
            shutil.rmtree(folder)
        os.rename(unfinished, folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def read(folder: Path) -> dict[str, np.ndarray]:
    """The arrays that were written to `folder`. Raises NotStored."""
    try:
        found = {path.stem: _mapped(path) for path in folder.glob("*.npy")}
    except (OSError, EOFError, ValueError) as error:
        raise NotStored(f"{folder} cannot be read") from error
    if not found:
        raise NotStored(f"{folder} holds nothing")
    return found


def touch(arrays: Iterable[np.ndarray]) -> None:
    """Bring mapped arrays into memory now rather than with the first reader who needs them."""
    for array in arrays:
        # One value of each page of 4,096 bytes will do.
        array.view(np.uint8)[::4096].max(initial=0)


def _mapped(path: Path) -> np.ndarray:
    # As a plain array: NumPy's memmap class makes each look at it slower.
    return np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))
