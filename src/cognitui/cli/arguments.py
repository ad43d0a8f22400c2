"""Arguments that several commands take."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

import click

from cognitui.cli.session import Session
from cognitui.model.duration import parse_duration
from cognitui.model.errors import CognituiError
from cognitui.model.profile import ProfileBook
from cognitui.services import Options

_Command = TypeVar("_Command", bound=Callable[..., object])


def complete_profile(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """Returns the ids that begin like this, for a shell's completion; bare names, too, where `--env` narrows them."""
    ids = [profile.id for profile in _book(ctx).profiles if profile.id.startswith(incomplete)]
    if "/" in incomplete or not (environment := ctx.find_root().params.get("environment")):
        return ids
    names = _book(ctx).by_environment.get(environment, ())
    return [*(profile.name for profile in names if profile.name.startswith(incomplete)), *ids]


def complete_environment(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """Returns the environments that begin like this, for a shell's completion."""
    return [found.name for found in _book(ctx).environments if found.name.startswith(incomplete)]


def _book(ctx: click.Context) -> ProfileBook:
    """The profiles as the line that is typed says where; none where they cannot be read.

    Nothing is said in the middle of a line that a person types: the command itself will say it.
    """
    root = ctx.find_root()
    session = Session(root.obj, Options(profiles=root.params.get("profiles")))
    try:
        return session.services.profiles.load()
    except CognituiError:
        return ProfileBook()


def json_option(words: str) -> Callable[[_Command], _Command]:
    """Returns the `--json` of a command; `words` say what it prints."""
    return click.option("--json", "as_json", is_flag=True, help=words)


def one_of(words: Iterable[str]) -> Callable[[click.Context, click.Parameter, str | None], str | None]:
    """Returns what takes one of a few words in whichever case; a fault names them as they are written."""
    known = {word.casefold(): word for word in words}

    def take(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
        if value is not None and value.casefold() not in known:
            raise click.BadParameter(f"it is none of {', '.join(known.values())}.", ctx, param)
        return known[value.casefold()] if value is not None else None

    return take


def completing(words: Iterable[str]) -> Callable[[click.Context, click.Parameter, str], list[str]]:
    """Returns what completes one of a few words in a shell."""
    known = tuple(words)
    return lambda _ctx, _param, begun: [word for word in known if word.casefold().startswith(begun.casefold())]


def seconds_of(ctx: click.Context, param: click.Parameter, value: str | None) -> int | None:
    """Returns the seconds of an option that is written 30s, 5m or 1h."""
    try:
        return None if value is None else parse_duration(value)
    except ValueError as error:
        raise click.BadParameter(f"{error}.", ctx, param) from None


profile_argument = click.argument("reference", metavar="ID", shell_complete=complete_profile)
"""The profile that a command is about."""
