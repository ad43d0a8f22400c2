"""From what a person calls a profile to the profile."""

from __future__ import annotations

from collections.abc import Sequence

from cognitui.cli.faults import faults_around, faults_counted, faults_in, tell_faults
from cognitui.cli.session import Session
from cognitui.model.errors import AmbiguousProfile, ProfileFileError, ProfileNotFound, UsageError
from cognitui.model.near import nearest
from cognitui.model.profile import Environment, Problem, Profile, ProfileBook
from cognitui.model.text import inert

_SHOWN = 60
"""Characters of a wrong name that are repeated: enough for a name, too few for a token."""

_MOST = 3
"""Ids that are suggested for one."""


def read_book(session: Session) -> ProfileBook:
    """Returns the profiles; of faults nothing is said.

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
    """Returns the profile that `environment/name` or a unique bare name means; faults that reach it are told.

    Args:
        session: `--env` of it narrows a bare name.
        reference: What was typed.
        repeat: Whether an error repeats it; not where a secret may have been typed in its place.

    Raises:
        ProfileNotFound: There is none.
        AmbiguousProfile: Several environments have that name.
        ProfileFileError: It is written in the file, with a fault; or the file cannot be read.
    """
    book = read_book(session)
    found = profile_in(book, reference, session.environment, repeat=repeat)
    tell_faults(faults_around(book, found))
    return found


def profile_in(book: ProfileBook, reference: str, environment: str = "", *, repeat: bool = True) -> Profile:
    """Returns the profile of a book; as `find_profile`, with the environment that narrows a bare name."""
    whole = f"{environment}/{reference}" if environment and "/" not in reference else reference
    found = book.matching(whole)
    if len(found) == 1:
        return found[0]
    if found:
        ids = ", ".join(profile.id for profile in found)
        raise AmbiguousProfile(f"{inert(reference, _SHOWN)} is the name of several profiles.", fix=f"Use one of: {ids}")
    if (faulty := _fault_of(book, whole)) is not None:
        raise ProfileFileError(f"The profile {inert(faulty.where, _SHOWN)} has a fault: {inert(str(faulty), 400)}")
    raise _not_found(book, reference, repeat=repeat)


def find_environment(book: ProfileBook, name: str) -> Environment:
    """Returns the environment of that name; raises UsageError where there is none, or it has a fault as a whole."""
    found = book.environment(name)
    if found is None:
        if faults := [fault for fault in faults_in(book, name) if fault.where]:
            raise ProfileFileError(f"The environment {inert(name, _SHOWN)} has a fault: {inert(str(faults[0]), 400)}")
        known = [environment.name for environment in book.environments]
        raise UsageError(f"There is no environment {inert(name, _SHOWN)}.", fix=_suggestion(nearest(name, known)))
    return found


def _not_found(book: ProfileBook, reference: str, *, repeat: bool) -> ProfileNotFound:
    what = f"There is no profile {inert(reference, _SHOWN)}." if repeat else "There is no such profile."
    fix = _suggestion(_near_ids(book, reference))
    if not book.profiles:
        fix = "Add one with cognitui profile add, or try cognitui demo."
    # It may be one that is not read for a fault of the file.
    return ProfileNotFound(what, fix="\n".join(filter(None, (fix, faults_counted(book)))))


def _fault_of(book: ProfileBook, reference: str) -> Problem | None:
    """The fault for which a profile of that id or bare name is not among the usable ones."""
    return next(
        (found for found in book.problems if reference in (found.where, found.where.rpartition("/")[2])),
        None,
    )


def _near_ids(book: ProfileBook, reference: str) -> Sequence[str]:
    """Return the ids close to one that was typed, or the names close to a name.

    Environment and name must both be close: `dev/bob` is nothing like `dev/zoe`. If they aren't, the same name in
    other environments may have been meant.
    """
    environment, slash, name = reference.partition("/")
    if not slash:
        return nearest(reference, [profile.name for profile in book.profiles])
    near = [
        f"{found}/{close}"
        for found in nearest(environment, book.by_environment)
        for close in nearest(name, [profile.name for profile in book.by_environment[found]])
    ]
    return (near or [profile.id for profile in book.profiles if profile.name == name])[:_MOST]


def _suggestion(near: Sequence[str]) -> str:
    return f"Did you mean {' or '.join(map(inert, near))}?" if near else "cognitui list shows all that there are."
