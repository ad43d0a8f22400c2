"""Arguments that several commands take."""

from __future__ import annotations

import click

from cognitui.cli.session import Session
from cognitui.model.duration import parse_duration
from cognitui.model.errors import CognituiError
from cognitui.services import Options


def complete_profile(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """Returns the ids that begin like this, for a shell's completion."""
    root = ctx.find_root()
    session = Session(root.obj, Options(profiles=root.params.get("profiles")))
    try:
        profiles = session.services.profiles.load().profiles
    except CognituiError:
        # Not in the middle of a line that a person types: the command itself will say it.
        return []
    return [profile.id for profile in profiles if profile.id.startswith(incomplete)]


def seconds_of(ctx: click.Context, param: click.Parameter, value: str | None) -> int | None:
    """Returns the seconds of an option that is written 30s, 5m or 1h."""
    try:
        return None if value is None else parse_duration(value)
    except ValueError as error:
        raise click.BadParameter(f"{error}.", ctx, param) from None


profile_argument = click.argument("reference", metavar="ID", shell_complete=complete_profile)
"""The profile that a command is about."""
