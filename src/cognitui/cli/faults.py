"""What is wrong in the profile file, told as far as it matters for what was asked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from cognitui.cli.output import tell
from cognitui.model.profile import Problem, Profile, ProfileBook
from cognitui.model.text import inert

_TOLD = 5


def faults_around(book: ProfileBook, profile: Profile) -> tuple[Problem, ...]:
    """Returns the faults that reach a usable profile: those of its environment, and what else bears its id."""
    places = (_place(profile.environment.name), inert(profile.id))
    return tuple(problem for problem in book.problems if problem.where in places)


def faults_in(book: ProfileBook, environment: str) -> tuple[Problem, ...]:
    """Returns the faults of an environment, of its profiles, and of the file as a whole, which may hide some."""
    places = (_place(environment), "")
    return tuple(
        problem
        for problem in book.problems
        if problem.where in places or problem.where.startswith(f"{inert(environment)}/")
    )


def tell_faults(problems: Sequence[Problem]) -> None:
    """Tells faults whole, each with its place and how to mend it."""
    for problem in problems[:_TOLD]:
        tell(f"Warning: {inert(str(problem), 400)}")
    if (more := len(problems) - _TOLD) > 0:
        tell(f"Warning: {more} more {'fault' if more == 1 else 'faults'}: cognitui doctor tells all")


def faults_counted(book: ProfileBook) -> str:
    """Returns in one line that there are faults, and what tells them; empty where there are none."""
    count = len(book.problems)
    if not count:
        return ""
    files = {problem.source or book.path for problem in book.problems}
    who = f"{inert(Path(files.pop()).name, 60)} has" if len(files) == 1 else "The profile files have"
    what = "1 fault: cognitui doctor tells it" if count == 1 else f"{count} faults: cognitui doctor tells them"
    return f"{who} {what}"


def _place(environment: str) -> str:
    return f"environments.{inert(environment)}"
