"""`cognitui completion`: the script that makes a shell complete commands, options, profiles and environments."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from cognitui.cli.bash_completion import register
from cognitui.cli.groups import COMPLETE_VARIABLE, PROGRAM

_SHELLS = ("bash", "zsh", "fish")


@click.command
@click.argument("shell", metavar="|".join(_SHELLS), type=click.Choice(_SHELLS))
def completion(shell: str) -> None:
    r"""Print the script that completes in bash, zsh or fish.

    It completes commands, options, profiles and environments.

    \b
    bash   eval "$(cognitui completion bash)"     in ~/.bashrc
    zsh    eval "$(cognitui completion zsh)"      in ~/.zshrc, behind compinit
    fish   cognitui completion fish > ~/.config/fish/completions/cognitui.fish

    The profile file is read at each press of tab; neither the keyring nor the network is asked.
    """
    register()
    kind = get_completion_class(shell)
    assert kind is not None
    click.echo(kind(click.Group(), {}, PROGRAM, COMPLETE_VARIABLE).source(), nl=False)
