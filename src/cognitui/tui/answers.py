"""What a person gave to a question of a sign-in."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Answers:
    """What a person gave."""

    values: dict[str, str] = field(repr=False)
    """By the names of the prompts."""
    keep: bool
    """Whether secrets among them go into the keyring."""
