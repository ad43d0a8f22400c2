"""What commands say of the profiles that they write, and whether these are protected."""

from __future__ import annotations

import click

from cognitui.importing.new_profile import NewProfile
from cognitui.model.profile import FIELD_NAMES, ProfileBook
from cognitui.model.text import inert

protected_option = click.option(
    "--protected/--no-protected",
    default=None,
    help="Whether its tokens take a yes; by default where a new environment's or the pool's name says production.",
)
"""None where nothing was said: the names decide."""


def guarded(draft: NewProfile, said: bool | None) -> str:
    """Returns the end of a sentence about a profile whose environment becomes protected; else an empty text.

    Args:
        draft: The profile.
        said: What `--protected` says.
    """
    if not draft.protected:
        return ""
    by_name = " (a name says production; else --no-protected)" if said is None else ""
    return f"; {inert(draft.environment, 60)} is protected{by_name}"


def is_protected(draft: NewProfile, book: ProfileBook) -> bool:
    """Returns whether the profile is protected once it is written."""
    known = book.environment(draft.environment)
    return draft.protected or (known is not None and known.protected)


def json_of(draft: NewProfile, *, written: bool, protected: bool) -> dict[str, object]:
    """Returns a profile for `--json`, with every key; of its client secret only whether there is one."""
    return {
        "id": draft.id,
        "environment": draft.environment,
        "name": draft.name,
        **{key: getattr(draft.fields, key) for key in FIELD_NAMES},
        "flow": draft.flow.value,
        "client_secret": bool(draft.client_secret),
        "protected": protected,
        "written": written,
    }
