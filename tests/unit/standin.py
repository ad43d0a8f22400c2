"""Base of fakes that replace a concrete class, for the type checker."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    StandIn = Any
    """A subclass of Any is accepted in place of any class, and its own attributes are still checked."""
else:
    StandIn = object
