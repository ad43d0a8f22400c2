"""Completion scripts for bash and fish that do what click's own scripts don't.

Click's script for bash splits words that hold `@`, `=` or `:` and needs more than bash 3.2; its script for fish cuts
a description at the first comma (click 8.5.1).
"""

from __future__ import annotations

import os

from click.shell_completion import (
    BashComplete,
    FishComplete,
    ShellComplete,
    add_completion_class,
    split_arg_string,
)

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


class LineComplete(BashComplete):
    """Bash, by the line that is typed and not by the words that it parts it into.

    Bash parts a line at `@`, `=` and `:`, which a profile's name and an option with its value may hold. This script
    serves bash 3.2 (macOS), too, which has neither `nosort` nor `compopt`.
    """

    source_template = _BASH

    def source(self) -> str:
        """Returns the script, without starting a bash to ask for its version."""
        return ShellComplete.source(self)

    def get_completion_args(self) -> tuple[list[str], str]:
        """Returns the words before the one that is being typed, and that one."""
        line = os.environ.get("COMP_LINE", "")
        words = split_arg_string(line)[1:]
        return (words, "") if line[-1:].isspace() or not words else (words[:-1], words[-1])

    def complete(self) -> str:
        """Returns the completions, each without what bash takes for words before it."""
        args, typed = self.get_completion_args()
        before = typed[: _word_start(typed, os.environ.get("COMP_WORDBREAKS", ""))]
        found = self.get_completions(args, typed)
        return "\n".join(f"{item.type},{item.value.removeprefix(before)}" for item in found)


def _word_start(typed: str, breaks: str) -> int:
    """Where the word begins that bash will replace: behind `=` and `:`, and at `@`, which readline leaves in it."""
    behind = [typed.rfind(character) + 1 for character in "=:" if character in breaks]
    return max(0, *behind, typed.rfind("@") if "@" in breaks else 0)


class WholeDescriptions(FishComplete):
    """Fish, with descriptions and values that may hold a comma."""

    source_template = _FISH


def register() -> None:
    """Make click use these scripts."""
    add_completion_class(LineComplete)
    add_completion_class(WholeDescriptions)
