"""What the screen does without a usable keyring: it says so, and keeps secrets in memory for this run."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from cognitui.model.errors import NoKeyring
from cognitui.model.text import inert
from cognitui.services import Services

Result = TypeVar("Result")


def with_keyring_or_memory(services: Services, tell: Callable[[str], None], call: Callable[[], Result]) -> Result:
    """Returns what `call` returns; without a keyring, it is called again with secrets in memory.

    Args:
        services: The parts.
        tell: Is told why, once; from the thread that calls.
        call: Uses the vault.
    """
    try:
        return call()
    except NoKeyring as error:
        services.use_memory()
        tell(f"{inert(error.cause)} Secrets are kept in memory until you quit.")
        return call()
