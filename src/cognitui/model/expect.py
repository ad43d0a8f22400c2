"""What an API expects of the tokens that it takes: the `expect` table of a profile or its environment."""

from __future__ import annotations

from typing import Literal

import msgspec

Texts = str | tuple[str, ...]
"""One text, or several of which one will do."""


class Expect(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """The keys of the table; None is "not set"."""

    token_use: Literal["access", "id"] | None = None
    audience: Texts | None = None
    """`aud`; where several are named, one of them."""
    client_id: Texts | None = None
    """The app client, which an ID token tells in `aud`; where several are named, one of them."""
    scopes: tuple[str, ...] | None = None
    """All of them."""
    groups: tuple[str, ...] | None = None
    """All of them."""
    min_valid: str | None = None
    """How long it must still live, as a duration: `5m`."""

    def merged_into(self, base: Expect | None) -> Expect:
        """Returns `base` with what is set here laid over it, key by key."""
        return msgspec.structs.replace(base, **self.set_values()) if base else self

    def set_values(self) -> dict[str, object]:
        """Returns the keys that are set, in the order of the struct."""
        return {name: value for name in EXPECT_NAMES if (value := getattr(self, name)) is not None}


EXPECT_NAMES: tuple[str, ...] = Expect.__struct_fields__
