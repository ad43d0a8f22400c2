"""Users of an AWS account for `cognitui import aws`: those named by options, or chosen from a list."""

from __future__ import annotations

from collections.abc import Sequence

from cognitui.aws_ports import Directory
from cognitui.cli.choosing import choose_several, items_of
from cognitui.cli.terminal import Person
from cognitui.importing.login import Login, login_named, login_of
from cognitui.importing.users import searched_by, standing_of
from cognitui.model.directory import AwsPlace, PoolDetails, UserEntry
from cognitui.model.errors import PermissionMissing, PersonNeeded


def logins_of(
    directory: Directory, person: Person | None, place: AwsPlace, pool: PoolDetails, names: Sequence[str]
) -> tuple[Login, ...]:
    """Return who signs in.

    Args:
        directory: The account.
        person: Who chooses, if nobody is named; None if there is no person to ask.
        place: Where the pool is.
        pool: The pool.
        names: Users named by options.

    Raises:
        PersonNeeded: Nobody is named, and there is no person to ask.
    """
    if names:
        return tuple(_named(directory, place, pool, name) for name in names)
    if person is None:
        raise PersonNeeded("Which user signs in?", fix="Add --user NAME, or run the command in a terminal.")
    chosen = choose_several(
        person,
        "Users",
        # Each search is asked of the server.
        lambda letters: items_of(
            lambda after: directory.users(place, pool.id, letters, searched_by(pool, letters), after)
        ),
        lambda user: _label(pool, user),
    )
    return tuple(login_of(pool, user) for user in chosen)


def _named(directory: Directory, place: AwsPlace, pool: PoolDetails, name: str) -> Login:
    """Return a user by name: whether an identity provider signs them in is known only to the pool."""
    attributes = dict.fromkeys((searched_by(pool, name), "username"))
    try:
        found = [user for by in attributes for user in directory.users(place, pool.id, name, by).items]
    except PermissionMissing:
        return Login(name)
    return login_named(pool, name, found)


def _label(pool: PoolDetails, user: UserEntry) -> str:
    login = login_of(pool, user).username
    email = user.email if user.email != login else ""
    return "  ".join(filter(None, (login, email, standing_of(user))))
