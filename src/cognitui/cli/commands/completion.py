"""`cognitui completion`: scripts that complete commands, options, profiles and environments in a shell."""

from __future__ import annotations

import os
from pathlib import PurePath

import click
from click.shell_completion import get_completion_class

from cognitui.cli.command_group import COMPLETE_VARIABLE, PROGRAM, listing, register
from cognitui.cli.output import print_json, print_table
from cognitui.cli.session import Session, pass_session
from cognitui.model.errors import UsageError
from cognitui.model.text import inert

_SHELLS = ("bash", "zsh", "fish")


@listing(
    "Where it goes",
    """
    bash   eval "$(cognitui completion bash)"   in ~/.bashrc
    zsh    eval "$(cognitui completion zsh)"    in ~/.zshrc, after compinit
    fish   cognitui completion fish > ~/.config/fish/completions/cognitui.fish
    """,
)
@click.command
@click.argument("shell", metavar=f"[{'|'.join(_SHELLS)}]", type=click.Choice(_SHELLS), required=False)
def completion(shell: str | None) -> None:
    """Print the completion script for bash, zsh or fish.

    It completes commands, options, profiles and environments. Without a name it is for the shell in $SHELL.

    Each press of tab reads the profile file, but neither the keyring nor the network.
    """
    register()
    kind = get_completion_class(shell or _usual_shell())
    assert kind is not None
    click.echo(kind(click.Group(), {}, PROGRAM, COMPLETE_VARIABLE).source(), nl=False)


def _usual_shell() -> str:
    """Return the user's login shell; raise UsageError if there is no completion for it."""
    said = os.environ.get("SHELL", "")
    name = PurePath(said).stem
    if name in _SHELLS:
        return name
    cause = f"There is no completion for {inert(name, 40)}, the shell in $SHELL." if name else "$SHELL is not set."
    raise UsageError(cause, fix=f"Name a shell: cognitui completion {'|'.join(_SHELLS)}")


@click.command
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object of paths.")
@pass_session
def locate(session: Session, as_json: bool) -> None:
    """Print the files and folders that cognitui uses.

    Some of them may not exist yet; they are created when they are needed.
    """
    places = session.services.locations()
    if as_json:
        print_json({place.name.replace(" ", "_"): str(place.path) for place in places})
    else:
        print_table((place.name, inert(str(place.path))) for place in places)
