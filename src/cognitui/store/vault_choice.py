"""Which vault a run uses; asked by every command, so it loads nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from cognitui.model.errors import UsageError
from cognitui.model.text import inert

VaultChoice = Literal["keyring", "memory"]

_LONGEST_SHOWN = 40


def vault_choice(choice: str, environ: Mapping[str, str]) -> VaultChoice:
    """Returns the vault that `--vault` names, else the one that `COGNITUI_VAULT` names, else the keyring.

    Raises:
        UsageError: There is no vault of that name.
    """
    source, name = ("--vault", choice) if choice else ("COGNITUI_VAULT", environ.get("COGNITUI_VAULT", ""))
    match name:
        case "" | "keyring":
            return "keyring"
        case "memory":
            return "memory"
    raise UsageError(
        f"{source}: there is no vault {inert(name, _LONGEST_SHOWN)!r}.",
        fix="Use --vault keyring or --vault memory (or COGNITUI_VAULT with one of these).",
    )
