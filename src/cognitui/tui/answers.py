"""What a person gave to a question of a sign-in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from cognitui.model.frozen import Frozen


class Answers(Frozen, frozen=True):
    """To all of its prompts, or that they go the other way."""

    hidden: ClassVar[tuple[str, ...]] = ("values",)

    values: Mapping[str, str]
    """By the names of the prompts."""
    keep: bool
    """Whether secrets among them go into the keyring."""


class Unsent(Frozen, frozen=True):
    """Answers that an outage has kept from Cognito: nobody types them twice."""

    answers: Answers
    why: str
    """What kept them, in a sentence."""
