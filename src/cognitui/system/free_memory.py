"""Overwriting of freed memory, so that secrets do not stay readable in it.

Python frees an object without overwriting it: a token stays readable in a core dump until the memory is reused. Large
blocks belong to glibc, which can overwrite them when they are freed. Small ones belong to Python; they are overwritten
by allocating all free blocks and releasing them again.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from contextlib import suppress

_M_PERTURB = -6
"""`man 3 mallopt`: freed memory is overwritten with this byte."""

_PATTERN = 0x5A

_SMALL = 512
"""Bytes of the largest block that Python manages itself (`SMALL_REQUEST_THRESHOLD`)."""

_SMALLEST = 48
"""Bytes of the smallest block with room for data."""

_STEP = 16

_POOL = 16 * 1024
"""Bytes; a pool holds blocks of one size."""

_ARENA = 1024 * 1024
"""Bytes that Python requests from the system at once."""

_LEAST_CACHED, _MOST_CACHED = 24, 1032
"""Bytes of the blocks in glibc's per-thread tcache, in steps of 16."""

_CACHED_OF_A_SIZE = 7
"""glibc.malloc.tcache_count"""

_MOST = 96
"""The maximum number of arenas to fill."""

_OVERHEAD = sys.getsizeof(b"")


def overwrite_what_is_freed() -> None:
    """Make glibc overwrite memory when it is freed; other C libraries have no such setting."""
    with suppress(ImportError, OSError, AttributeError):
        # Costs 30 ms, and the first paint does not need it.
        import ctypes

        ctypes.CDLL(None).mallopt(_M_PERTURB, _PATTERN)


def overwrite_free_memory() -> None:
    """Collect garbage and overwrite free memory; takes about 100 ms."""
    # Objects that were frozen out of the collector may be garbage by now.
    gc.unfreeze()
    gc.collect()
    _fill_small_blocks()
    overwrite_cached_blocks()
    with suppress(ImportError, OSError, AttributeError):
        import ctypes

        ctypes.CDLL(None).malloc_trim(0)
    gc.freeze()


def _fill_small_blocks() -> None:
    held: list[bytes] = []
    keep = held.append
    # Completely free pools serve every size; the smallest leaves no gap at their end.
    size = _SMALLEST - _OVERHEAD
    before = _mapped()
    for _ in range(_MOST):
        for _ in range(_ARENA // _SMALLEST):
            keep(bytes(size))
        if _mapped() > before:
            break
    # Free blocks in pools that are in use only serve their own size.
    for block in range(_SMALLEST + _STEP, _SMALL + _STEP, _STEP):
        _fill_pools_of(block, keep)


def _fill_pools_of(block: int, keep: Callable[[bytes], None]) -> None:
    """Allocate blocks of one size until a new pool begins, whose blocks are adjacent."""
    size, in_a_row, last = block - _OVERHEAD, 0, 0
    wanted = _POOL // block - 2
    for _ in range(_MOST * _ARENA // block):
        taken = bytes(size)
        keep(taken)
        in_a_row = in_a_row + 1 if id(taken) - last == block else 0
        last = id(taken)
        if in_a_row >= wanted:
            return


def overwrite_cached_blocks() -> None:
    """Overwrite the blocks in glibc's tcache of the calling thread, which `overwrite_what_is_freed` does not reach."""
    with suppress(ImportError, OSError, AttributeError):
        import ctypes

        libc = ctypes.CDLL(None)
        libc.malloc.restype = ctypes.c_void_p
        taken = [
            (libc.malloc(ctypes.c_size_t(size)), size)
            for size in range(_LEAST_CACHED, _MOST_CACHED + 1, _STEP)
            for _ in range(_CACHED_OF_A_SIZE)
        ]
        for block, size in taken:
            if block:
                ctypes.memset(block, 0, size)
        for block, _ in taken:
            libc.free(ctypes.c_void_p(block))


def _mapped() -> int:
    """Return the bytes of address space, which grow with each new arena."""
    try:
        with open("/proc/self/statm", "rb") as file:  # noqa: PTH123 (read dozens of times; skips building a path)
            return int(file.read().split()[0])
    except OSError:
        return 0
