"""Which screens the idle lock closes."""

from __future__ import annotations


class Secretive:
    """A screen that shows claims or holds what was typed; closed by the lock, it ends as if nobody had answered."""
