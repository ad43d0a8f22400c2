"""What the libraries of the screen keep of texts that they have drawn: measured words, styled lines.

Such a cache lives as long as the program, and its keys are the texts themselves.
"""

from __future__ import annotations

import functools
import gc

_DRAWING = frozenset({"cognitui", "rich", "textual"})
"""The packages whose memoised functions are about drawn text."""

_LRU_CACHE = type(functools.lru_cache(len))


def forget_drawn() -> None:
    """Empties every cache of drawn text; what is drawn next fills them again."""
    from textual._styles_cache import StylesCache
    from textual.cache import FIFOCache, LRUCache

    gc.unfreeze()  # what was set aside from the collector is not listed
    for cache in gc.get_objects():
        if isinstance(cache, _LRU_CACHE):
            if str(getattr(cache, "__module__", "")).partition(".")[0] in _DRAWING:
                cache.cache_clear()
        # By its type: asking some objects for their class runs code of theirs.
        elif issubclass(type(cache), LRUCache | FIFOCache | StylesCache):
            cache.clear()
