"""Session of a command: the global options and the services."""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec
from msgspec import Struct

from cognitui.services import Options, Services, Wire

if TYPE_CHECKING:
    from cognitui.model.diagnostics import SettingError
    from cognitui.storage.settings import TomlSettings


class Session(Struct, frozen=True, dict=True):
    """One run of a command."""

    wire: Wire
    options: Options
    environment: str = ""
    """`--env`: the environment to list, and to look up a bare name in."""

    @cached_property
    def services(self) -> Services:
        """The services, created when they are first used."""
        return self.wire(self.options)


pass_session = click.make_pass_decorator(Session)
"""Pass the session to a command as its first argument."""


def setting_errors(settings: TomlSettings) -> Iterable[SettingError]:
    """Return the errors in settings that only the TUI knows: keys and theme."""
    # Takes 150 ms with Textual, and of the commands only the doctor needs it.
    from cognitui.tui.actions import keybindings

    return keybindings.setting_errors(settings)


def with_global_options(command: click.Command) -> click.Command:
    """Return a command and its subcommands with the two global options added.

    They are ordinary options, so that `--notes --vault` still means a note.
    """
    placed = copy(command)
    placed.params = [*command.params, *_options()]
    if isinstance(placed, click.Group):
        placed.commands = {name: with_global_options(below) for name, below in placed.commands.items()}
    return placed


def _options() -> tuple[click.Option, ...]:
    """Return the options, hidden because the help of the program explains them."""
    return (
        click.Option(["--profiles"], type=PROFILES, callback=_take, expose_value=False, hidden=True),
        click.Option(["--vault"], type=VAULT, callback=_take, expose_value=False, hidden=True),
    )


class FilePath(click.Path):
    """A path that may not be empty: to Python, an empty path is the current folder."""

    name = "path"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Refuse an empty text."""
        if not value:
            self.fail("no file is named.", param, ctx)
        return super().convert(value, param, ctx)


PROFILES = FilePath(dir_okay=False, path_type=Path)
"""The type of `--profiles`."""

VAULT = click.Choice(("keyring", "memory"))
"""The type of `--vault`."""


def _take(ctx: click.Context, param: click.Parameter, value: object) -> None:
    session = ctx.find_object(Session)
    if value is None or param.name is None:
        return
    if session is None:
        # A shell completes the line and no command runs: completion looks at the options of the program.
        ctx.find_root().params[param.name] = value
        return
    options = msgspec.structs.replace(session.options, **{param.name: value})
    ctx.obj = msgspec.structs.replace(session, options=options)
