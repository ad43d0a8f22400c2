"""What a person may have meant by a word that is not known."""

from __future__ import annotations

from collections.abc import Iterable

_LONGEST = 60
_MOST = 3
_CLOSE = 0.75
"""difflib's ratio that is close enough to suggest: one slip in a word of four letters, two in one of eight."""
_CLOSE_IF_SHORT = 2 / 3
"""The same for up to three letters, so that one slip is still close."""
_SHORT = 3
_AS_NEAR = 0.1
"""How much less like the word than the first may be what is named beside it."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Returns `Did you mean a, b or c?` with the nearest of the known words, or an empty text where none is near."""
    *others, last = nearest(word, known) or [""]
    meant = f"{', '.join(others)} or {last}" if others else last
    return f"Did you mean {meant}?" if meant else ""


def nearest(word: str, known: Iterable[str]) -> list[str]:
    """Return the known words that are close to a word, at most three that are about as close as the first."""
    # Costs 3 ms, and only a slip of the fingers needs it.
    from difflib import SequenceMatcher, get_close_matches

    word, by_letters = word[:_LONGEST].lower(), {other.lower(): other for other in known}
    if word in by_letters:
        return [by_letters[word]]
    least = _CLOSE if len(word) > _SHORT else _CLOSE_IF_SHORT
    near = get_close_matches(word, by_letters, n=_MOST, cutoff=least)
    likeness = [SequenceMatcher(None, word, other).ratio() for other in near]
    return [by_letters[other] for other, like in zip(near, likeness, strict=True) if like > likeness[0] - _AS_NEAR]
