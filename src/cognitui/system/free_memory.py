"""Memory that was freed holds nothing of what was in it, as far as a process can see to that.

Python frees an object without writing over it: a token stays readable in a core image until something else takes its
place. Large blocks are glibc's, which can be told to write over what is freed. Small ones are Python's own; they are
written over by taking all that are free, and giving them back.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from contextlib import suppress

_M_PERTURB = -6
"""`man 3 mallopt`: whatever is freed is overwritten with this byte."""

_PATTERN = 0x5A

_SMALL = 512
"""Bytes of the largest block that Python manages itself (`SMALL_REQUEST_THRESHOLD`)."""

_SMALLEST = 48
"""Bytes of the smallest block that has room for any bytes."""

_STEP = 16

_POOL = 16 * 1024
"""Bytes; blocks of one size lie in pools."""

_ARENA = 1024 * 1024
"""Bytes that Python takes from the system at once."""

_LEAST_CACHED, _MOST_CACHED = 24, 1032
"""Bytes of the blocks that glibc keeps for a thread in its tcache, in steps of 16."""

_CACHED_OF_A_SIZE = 7
"""glibc.malloc.tcache_count"""

_MOST = 96
"""Arenas that are filled at most."""

_OVERHEAD = sys.getsizeof(b"")


def overwrite_what_is_freed() -> None:
    """Tells glibc to overwrite what is freed from now on; no other library can be told."""
    with suppress(ImportError, OSError, AttributeError):
        # Costs 30 ms, and the first paint needs none of it.
        import ctypes

        ctypes.CDLL(None).mallopt(_M_PERTURB, _PATTERN)


def overwrite_free_memory() -> None:
    """Frees what is garbage and overwrites what is free. Takes some 100 ms."""
    # Not what is in use: objects that were set aside from the collector may be garbage by now.
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
    # The pools that are wholly free serve every size. The smallest leaves no rest at their end.
    size = _SMALLEST - _OVERHEAD
    before = _mapped()
    for _ in range(_MOST):
        for _ in range(_ARENA // _SMALLEST):
            keep(bytes(size))
        if _mapped() > before:
            break
    # What is free in pools that are in use serves their size alone.
    for block in range(_SMALLEST + _STEP, _SMALL + _STEP, _STEP):
        _fill_pools_of(block, keep)


def _fill_pools_of(block: int, keep: Callable[[bytes], None]) -> None:
    """Takes blocks of one size until a new pool is begun, whose blocks lie one behind the other."""
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
    """Overwrites the blocks that glibc keeps for the thread that calls: `overwrite_what_is_freed` passes these over."""
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
    """Bytes of address space, which grow with each new arena."""
    try:
        with open("/proc/self/statm", "rb") as file:  # noqa: PTH123 (read some dozen times: no path is made of it)
            return int(file.read().split()[0])
    except OSError:
        return 0
