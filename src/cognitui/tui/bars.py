"""Bars of eighths of a cell, and what turns while something runs."""

from __future__ import annotations

_EIGHTHS = " ▏▎▍▌▋▊▉"
_SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"


def bar(fraction: float, width: int) -> str:
    """Returns a bar of `width` cells that is filled to `fraction`, never wholly empty above zero."""
    eighths = round(min(1.0, max(0.0, fraction)) * width * 8)
    if fraction > 0:
        eighths = max(1, eighths)
    full, rest = divmod(eighths, 8)
    return ("█" * full + (_EIGHTHS[rest] if rest else "")).ljust(width)


def spinner(seconds: float, *, still: bool = False) -> str:
    """Returns what is drawn beside work that runs: another one each second, or `still` always the same."""
    return "…" if still else _SPINNER[int(seconds) % len(_SPINNER)]
