"""Arrays in files, in NumPy's own format one behind the other, so that all processes of a machine share one copy."""

import ctypes
import json
import mmap
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Places = NDArray[np.intp]
"""Numbers of pages within a segment."""
Floats = NDArray[np.float64]
Vector = NDArray[np.float32]
Halves = NDArray[np.uint64]
"""Halves of ids."""
ARRAYS: Final = "arrays.npy"
NOTES: Final = "notes.json"
ALIGNED: Final = 64
"""Bytes that arrays are aligned to, as their headers are."""


def write(folder: Path, arrays: Mapping[str, NDArray[Any]], notes: Mapping[str, Any] | None = None) -> None:
    """Writes the arrays into one file of the folder, which is made, and where each of them begins, with the notes, into
    another one. Where that fails, as on a full disk, the folder goes again.
    Waits until they are on the disk: nobody is to name what a power cut takes away."""
    folder.mkdir(parents=True)
    try:
        _fill(folder, arrays, notes or {})
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _fill(folder: Path, arrays: Mapping[str, NDArray[Any]], notes: Mapping[str, Any]) -> None:
    starts = {}
    with (folder / ARRAYS).open("wb") as file:
        for name, array in arrays.items():
            starts[name] = file.tell()
            np.lib.format.write_array(file, np.ascontiguousarray(array), allow_pickle=False)
            file.write(bytes(-file.tell() % ALIGNED))
        file.flush()
        os.fsync(file.fileno())
    with (folder / NOTES).open("w") as text:
        json.dump({"starts": starts, "notes": notes}, text)
        text.flush()
        os.fsync(text.fileno())
    for each in (folder, folder.parent):
        descriptor = os.open(each, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def read(folder: Path) -> dict[str, NDArray[Any]]:
    """The arrays as the file has them, read by the system where they are looked at. Raises OSError, and KeyError,
    TypeError or ValueError where the files are not as they were written."""
    starts: dict[str, int] = _noted(folder)["starts"]
    found: dict[str, NDArray[Any]] = {}
    if not starts:  # the system maps no empty files
        return found
    with (folder / ARRAYS).open("rb") as file:
        whole = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        for name, start in starts.items():
            file.seek(start)
            np.lib.format.read_magic(file)
            shape, _by_columns, kind = np.lib.format.read_array_header_1_0(file)
            found[name] = np.ndarray(shape, kind, buffer=whole, offset=file.tell())
    return found


def notes(folder: Path) -> dict[str, Any]:
    """The notes beside the arrays. Raises as ``read`` does."""
    found: dict[str, Any] = _noted(folder)["notes"]
    return found


def _noted(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / NOTES).read_text())
    return found


def give_back() -> None:
    """Hands memory that was freed back to the system. By itself glibc keeps what lies between things that are still
    used; other C libraries do as they do."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def spread(starts: NDArray[Any], lengths: NDArray[Any]) -> Places:
    """The positions of these runs, one run behind the other."""
    ends = np.cumsum(lengths, dtype=np.intp)
    total = int(ends[-1]) if len(ends) else 0
    positions: Places = np.arange(total, dtype=np.intp) + np.repeat(starts.astype(np.intp) - (ends - lengths), lengths)
    return positions


def union(*lists: NDArray[Any]) -> Places:
    """Every place that is in one of the lists, once, in order."""
    # NumPy's own goes by hashing, which takes some times as long.
    places = np.concatenate([np.empty(0, dtype=np.uint32), *lists])
    places.sort()
    is_last = np.empty(len(places), dtype=bool)
    np.not_equal(places[1:], places[:-1], out=is_last[:-1])
    is_last[-1:] = True
    return places[is_last].astype(np.intp, copy=False)


def highest(scores: NDArray[Any], most: int) -> Places:
    """Where the highest numbers stand, in order of their places."""
    if len(scores) <= most:
        return np.arange(len(scores))
    found: Places = np.sort(np.argpartition(-scores, most)[:most])
    return found


def run(listed: NDArray[Any], first: int, last: int) -> NDArray[Any]:
    """The part of a list in order that is from ``first`` until before ``last``."""
    # Of another kind of number the whole list would be converted to that first.
    start, stop = np.searchsorted(listed, np.array([first, last], dtype=listed.dtype))
    return listed[start:stop]


def among(places: Places, listed: NDArray[Any]) -> tuple[Mask, Places]:
    """Which of the places are listed, and where in the list. Both are in order."""
    if not len(listed):
        return np.zeros(len(places), dtype=bool), np.zeros(len(places), dtype=np.intp)
    at = np.searchsorted(listed, places.astype(listed.dtype, copy=False))
    at[at == len(listed)] = 0
    return listed[at] == places, at
