"""`cognitui completion`: the script that makes a shell complete commands, options, profiles and environments."""

from __future__ import annotations

import os
from pathlib import PurePath

import click
from click.shell_completion import get_completion_class

from cognitui.cli.command_group import COMPLETE_VARIABLE, PROGRAM, listing, register
from cognitui.model.errors import UsageError
from cognitui.model.text import inert

_SHELLS = ("bash", "zsh", "fish")


@listing(
    "Where it goes",
    """
    bash   eval "$(cognitui completion bash)"   in ~/.bashrc
    zsh    eval "$(cognitui completion zsh)"    in ~/.zshrc, behind compinit
    fish   cognitui completion fish > ~/.config/fish/completions/cognitui.fish
    """,
)
@click.command
@click.argument("shell", metavar=f"[{'|'.join(_SHELLS)}]", type=click.Choice(_SHELLS), required=False)
def completion(shell: str | None) -> None:
    """Print the script that completes in bash, zsh or fish.

    It completes commands, options, profiles and environments. Without a name it is for the shell of $SHELL.

    The profile file is read at each press of tab; neither the keyring nor the network is asked.
    """
    register()
    kind = get_completion_class(shell or _usual_shell())
    assert kind is not None
    click.echo(kind(click.Group(), {}, PROGRAM, COMPLETE_VARIABLE).source(), nl=False)


def _usual_shell() -> str:
    """The shell that the person logs in with; raises UsageError where it is none of those that can complete."""
    said = os.environ.get("SHELL", "")
    name = PurePath(said).stem
    if name in _SHELLS:
        return name
    told = f"$SHELL names {inert(name, 40)}, which is none that can" if name else "$SHELL does not say which shell to"
    raise UsageError(f"{told} complete.", fix=f"Name one: cognitui completion {'|'.join(_SHELLS)}")
