"""The same person in another environment."""

from __future__ import annotations

from collections.abc import Sequence

from cognitui.model.profile import Profile, ProfileBook


def in_next_environment(book: ProfileBook, profile: Profile) -> Profile | None:
    """Returns the same person in the next environment that has them, going round; None where none has.

    A person is the same where the username is; where no profile has that, where the profile's name is. Of several,
    the one that is named alike comes first. Where the book has the profile's environment no more, no other is the next.
    """
    names = [environment.name for environment in book.environments]
    if profile.environment.name not in names:
        return None
    here = names.index(profile.environment.name)
    for name in (*names[here + 1 :], *names[:here]):
        if (found := _same(profile, book.by_environment[name])) is not None:
            return found
    return None


def _same(profile: Profile, others: Sequence[Profile]) -> Profile | None:
    username = profile.username.casefold()
    by_username = [other for other in others if username and other.username.casefold() == username]
    by_name = [other for other in others if other.name == profile.name]
    both = [other for other in by_username if other.name == profile.name]
    return next(iter((*both, *by_username, *by_name)), None)
