"""What a core image of a running program holds, read by its parent. Linux only."""

from __future__ import annotations

import base64
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import quote

_WRITABLE = re.compile(r"([0-9a-f]+)-([0-9a-f]+) rw")
_PIECE = 1 << 24


def held_by(pid: int, secrets: Sequence[str]) -> dict[str, int]:
    """Return how often each secret is in a process's writable memory, in whichever form."""
    found: Counter[str] = Counter()
    for secret, count in _finds(pid, secrets):
        found[secret] += count
    return dict(found)


def first_held_by(pid: int, secrets: Sequence[str]) -> str:
    """Return the first secret that is found in a process's writable memory, or an empty text."""
    return next((secret for secret, _count in _finds(pid, secrets)), "")


def _finds(pid: int, secrets: Sequence[str]) -> Iterator[tuple[str, int]]:
    forms = {form: secret for secret in secrets for form in forms_of(secret)}
    longest = max(map(len, forms))
    for memory in _memory_of(pid):
        for start in range(0, len(memory), _PIECE):
            piece = memory[start : start + _PIECE + longest - 1]
            for form, secret in forms.items():
                if count := piece.count(form):
                    yield secret, count


def forms_of(secret: str) -> set[bytes]:
    """Return a secret as text, as Python keeps wider text, in hex, URL-quoted, and in base64 wherever that began."""
    raw = secret.encode()
    inner = {base64.b64encode(bytes(skipped) + raw)[4 if skipped else 0 :][:-4] for skipped in range(3)}
    return {
        raw,
        secret.encode("utf-16-le"),
        secret.encode("utf-32-le"),
        raw.hex().encode(),
        quote(secret, safe="").encode(),
        *inner,
    }


def _memory_of(pid: int) -> Iterator[bytes]:
    maps = Path(f"/proc/{pid}/maps").read_text()
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        for first, last in ((int(match[1], 16), int(match[2], 16)) for match in _WRITABLE.finditer(maps)):
            try:
                memory.seek(first)
                yield memory.read(last - first)
            except (OSError, ValueError, OverflowError):
                continue  # it is gone, or the kernel's own
