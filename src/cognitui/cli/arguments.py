"""Arguments that several commands take."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, TypeVar

import click

from cognitui.cli.session import Session
from cognitui.model.duration import parse_duration
from cognitui.model.errors import CognituiError
from cognitui.model.profile import ProfileBook
from cognitui.model.token import TokenKind
from cognitui.services import Options

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

READABLE = (TokenKind.ACCESS, TokenKind.ID)
"""A refresh token has no claims that anybody could read."""

_Command = TypeVar("_Command", bound=Callable[..., object])


def complete_profile(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """Returns the ids that begin like this, for a shell's completion; bare names, too, as far as they will do.

    Such a name is one of `--env`, or but one profile's; these are named once their first letter is typed, as a list of
    all ids need not name everybody twice.
    """
    book = _book(ctx)
    environment = ctx.find_root().params.get("environment")
    names = [profile.name for profile in book.by_environment.get(environment, ())] if environment else []
    if incomplete and not environment:
        counted = Counter(profile.name for profile in book.profiles)
        names = [name for name, count in counted.items() if count == 1]
    ids = [profile.id for profile in book.profiles]
    return [word for word in (*names, *ids) if word.startswith(incomplete)]


def complete_token(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Returns what `complete_profile` does and, behind a colon, the tokens that have claims: `dev/alice:id`."""
    reference, colon, begun = incomplete.partition(":")
    if not colon:
        return complete_profile(ctx, param, incomplete)
    found = _book(ctx).matching(_narrowed(ctx, reference))
    kinds = [kind.value for kind in found[0].kinds if kind in READABLE] if len(found) == 1 else []
    return [f"{reference}:{kind}" for kind in kinds if kind.startswith(begun)]


def _narrowed(ctx: click.Context, reference: str) -> str:
    environment = ctx.find_root().params.get("environment")
    return f"{environment}/{reference}" if environment and "/" not in reference else reference


def complete_environment(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """Returns the environments that begin like this, for a shell's completion."""
    return [found.name for found in _book(ctx).environments if found.name.startswith(incomplete)]


def complete_file(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Returns what makes the shell complete the name of a file itself."""
    from click.shell_completion import CompletionItem

    return [CompletionItem(incomplete, type="file")]


def complete_tag(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """Return the tags that begin like this, for a shell's completion."""
    tags = {tag: None for profile in _book(ctx).profiles for tag in profile.fields.tags or ()}
    return [tag for tag in tags if tag.startswith(incomplete)]


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
