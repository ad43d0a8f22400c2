"""From what a person calls a profile to the profile."""

from __future__ import annotations

from collections.abc import Iterable

from cognitui.cli.output import tell_problems
from cognitui.cli.session import Session
from cognitui.model.errors import AmbiguousProfile, ProfileFileError, ProfileNotFound, UsageError
from cognitui.model.profile import Environment, Problem, Profile, ProfileBook
from cognitui.model.text import inert

_SHOWN = 60
"""Characters of a wrong name that are repeated: enough for a name, too few for a token."""


def load_book(session: Session) -> ProfileBook:
    """Returns the profiles; faulty places are told on stderr. Raises as `read_book` does."""
    book = read_book(session)
    tell_problems(book)
    return book


def read_book(session: Session) -> ProfileBook:
    """Returns the profiles without a word.

    Raises:
        UsageError: The file that `--profiles` names does not exist; without it, that is a first start.
        ProfileFileError: The file as a whole cannot be read.
    """
    book = session.services.profiles.load()
    if session.options.profiles is not None and not book.exists:
        raise UsageError(
            f"{inert(book.path)} does not exist.", fix="Check --profiles; cognitui profile add makes a new file."
        )
    return book


def find_profile(session: Session, reference: str, *, repeat: bool = True) -> Profile:
    """Returns the profile that `environment/name` or a unique bare name means.

    Args:
        session: `--env` of it narrows a bare name.
        reference: What was typed.
        repeat: Whether an error repeats it; not where a secret may have been typed in its place.

    Raises:
        ProfileNotFound: There is none.
        AmbiguousProfile: Several environments have that name.
        ProfileFileError: It is written in the file, with a fault; or the file cannot be read.
    """
    return profile_in(load_book(session), reference, session.environment, repeat=repeat)


def profile_in(book: ProfileBook, reference: str, environment: str = "", *, repeat: bool = True) -> Profile:
    """Returns the profile of a book; as `find_profile`, with the environment that narrows a bare name."""
    bare = "/" not in reference
    found = book.matching(f"{environment}/{reference}" if bare and environment else reference)
    if len(found) == 1:
        return found[0]
    if found:
        ids = ", ".join(profile.id for profile in found)
        raise AmbiguousProfile(f"{inert(reference, _SHOWN)} is the name of several profiles.", fix=f"Use one of: {ids}")
    raise _not_found(book, reference, repeat=repeat)


def find_environment(book: ProfileBook, name: str) -> Environment:
    """Returns the environment of that name; raises UsageError where there is none."""
    found = book.environment(name)
    if found is None:
        known = [environment.name for environment in book.environments]
        raise UsageError(f"There is no environment {inert(name, _SHOWN)}.", fix=_suggestion(name, known))
    return found


def _not_found(book: ProfileBook, reference: str, *, repeat: bool) -> UsageError:
    what = f"There is no profile {inert(reference, _SHOWN)}." if repeat else "There is no such profile."
    if (faulty := _fault_of(book, reference)) is not None:
        return ProfileFileError(f"The profile {inert(faulty.where, _SHOWN)} has a fault: {inert(str(faulty), 400)}")
    if not book.profiles:
        return ProfileNotFound(what, fix="Add one with cognitui profile add, or try cognitui demo.")
    return ProfileNotFound(what, fix=_suggestion(reference, _names(book, reference)))


def _fault_of(book: ProfileBook, reference: str) -> Problem | None:
    """The fault for which a profile of that id or bare name is not among the usable ones."""
    return next(
        (found for found in book.problems if reference in (found.where, found.where.rpartition("/")[2])),
        None,
    )


def _names(book: ProfileBook, reference: str) -> list[str]:
    return [profile.id if "/" in reference else profile.name for profile in book.profiles]


def _suggestion(word: str, known: Iterable[str]) -> str:
    # Costs 3 ms, and only a slip of the fingers needs it.
    from difflib import get_close_matches

    near = get_close_matches(word[:_SHOWN], list(dict.fromkeys(known)), n=3)
    return f"Did you mean {' or '.join(map(inert, near))}?" if near else "cognitui list shows all that there are."
