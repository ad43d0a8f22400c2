"""`cognitui completion`: completion scripts for shells; `cognitui locate`: the paths of the program's files."""

from __future__ import annotations

import os
from pathlib import PurePath

import click
from click.shell_completion import (
    BashComplete,
    FishComplete,
    ShellComplete,
    add_completion_class,
    get_completion_class,
    split_arg_string,
)

from cognitui.cli.command_group import COMPLETE_VARIABLE, PROGRAM, listing
from cognitui.cli.output import print_json, print_table
from cognitui.cli.session import Session, pass_session
from cognitui.model.errors import UsageError
from cognitui.model.text import inert

_SHELLS = ("bash", "zsh", "fish")

_BASH = """\
%(complete_func)s() {
    local IFS=$'\\n' line kind value
    COMPREPLY=()
    for line in $(COMP_LINE="${COMP_LINE:0:COMP_POINT}" COMP_WORDBREAKS="$COMP_WORDBREAKS" \\
        %(complete_var)s=bash_complete "$1" 2>/dev/null); do
        kind="${line%%%%,*}" value="${line#*,}"
        if [[ $kind == plain ]]; then
            COMPREPLY+=("$value")
        elif [[ $kind == file || $kind == dir ]]; then
            compopt -o default 2>/dev/null
        fi
    done
}
complete -o nosort -F %(complete_func)s %(prog_name)s 2>/dev/null || complete -F %(complete_func)s %(prog_name)s
"""

_FISH = """\
function %(complete_func)s
    set -lx COMP_WORDS (commandline -cp)
    set -lx COMP_CWORD (commandline -t)
    for completion in (env %(complete_var)s=fish_complete %(prog_name)s)
        set -l parts (string split --max 1 "," $completion)
        switch $parts[1]
            case dir
                __fish_complete_directories $parts[2]
            case file
                __fish_complete_path $parts[2]
            case plain
                echo $parts[2]
        end
    end
end
complete --no-files --command %(prog_name)s --arguments "(%(complete_func)s)"
"""


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


class LineComplete(BashComplete):
    """Completion for bash that reads the typed line instead of the words that bash splits it into.

    Bash splits at `@`, `=` and `:`, which profile names and options with values may contain. The script also works in
    bash 3.2 (macOS), which has neither `nosort` nor `compopt`.
    """

    source_template = _BASH

    def source(self) -> str:
        """Return the script without starting bash to ask for its version."""
        return ShellComplete.source(self)

    def get_completion_args(self) -> tuple[list[str], str]:
        """Return the words before the one being typed, and that one."""
        line = os.environ.get("COMP_LINE", "")
        words = split_arg_string(line)[1:]
        return (words, "") if line[-1:].isspace() or not words else (words[:-1], words[-1])

    def complete(self) -> str:
        """Return the completions, each without the part that bash takes for earlier words."""
        args, typed = self.get_completion_args()
        before = typed[: _word_start(typed, os.environ.get("COMP_WORDBREAKS", ""))]
        found = self.get_completions(args, typed)
        return "\n".join(f"{item.type},{item.value.removeprefix(before)}" for item in found)


class WholeDescriptions(FishComplete):
    """Completion for fish with descriptions and values that may contain a comma."""

    source_template = _FISH


def register() -> None:
    """Make click use our completion scripts."""
    add_completion_class(LineComplete)
    add_completion_class(WholeDescriptions)


def _usual_shell() -> str:
    """Return the user's login shell; raise UsageError if there is no completion for it."""
    path = os.environ.get("SHELL", "")
    name = PurePath(path).stem
    if name in _SHELLS:
        return name
    cause = f"There is no completion for {inert(name, 40)}, the shell in $SHELL." if name else "$SHELL is not set."
    raise UsageError(cause, fix=f"Name a shell: cognitui completion {'|'.join(_SHELLS)}")


def _word_start(typed: str, breaks: str) -> int:
    """Return where the word begins that bash replaces: after `=` and `:`, and at `@`, which readline keeps."""
    behind = [typed.rfind(character) + 1 for character in "=:" if character in breaks]
    return max(0, *behind, typed.rfind("@") if "@" in breaks else 0)
