"""What the commands are handed: the options that stood before them, and the program's parts."""

from __future__ import annotations

from functools import cached_property

import click
from msgspec import Struct

from cognitui.services import Options, Services, Wire


class Session(Struct, frozen=True, dict=True):
    """One run of a command."""

    wire: Wire
    options: Options
    environment: str = ""
    """`--env`: where a bare name is looked for, and what is listed."""

    @cached_property
    def services(self) -> Services:
        """The program's parts, made when they are first used."""
        return self.wire(self.options)


pass_session = click.make_pass_decorator(Session)
"""Hands a command the session as its first argument."""
