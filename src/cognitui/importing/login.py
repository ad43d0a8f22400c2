"""Logins of imported users: with a password, or by an identity provider."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cognitui.model.aws import PoolDetails, UserEntry
from cognitui.model.profile import Flow
from cognitui.model.struct import Frozen, replace


class Login(Frozen, frozen=True):
    """Who signs in."""

    username: str = ""
    """As typed at sign-in; empty for flows without a user."""
    provider: str | None = None
    """The identity provider that signs them in, empty if it is not known; None for a user with a password."""

    def flow(self, client_flow: Flow) -> Flow:
        """Return how they sign in with an app client of that flow: a federated user only in the browser."""
        return client_flow if self.provider is None else Flow.AUTHORIZATION_CODE


NOBODY = Login()


def login_of(pool: PoolDetails, user: UserEntry) -> Login:
    """Return the login of a user: email address or phone number if the pool signs in by it, else the username."""
    if user.is_federated:
        # Their username is the provider's name and an id, which nobody types.
        return Login(user.email or user.username, user.identity_provider)
    by = {"email": user.email, "phone_number": user.phone}
    return Login(next((by[name] for name in pool.signs_in_by if by.get(name)), user.username))


def login_named(pool: PoolDetails, name: str, found: Iterable[UserEntry]) -> Login:
    """Return the login that a name means among the users found for it; a federated user only if no other has it."""
    meant = [user for user in found if name.casefold() in map(str.casefold, (user.username, user.email))]
    if meant and all(user.is_federated for user in meant):
        login = login_of(pool, meant[0])
        # The same address at two providers: the user chooses in the browser.
        return login if len({user.identity_provider for user in meant}) == 1 else replace(login, provider="")
    return Login(name)


def labels_of(logins: Sequence[Login]) -> tuple[str, ...]:
    """Return labels to name profiles by, with the identity provider if two users have the same login."""
    names = [login.username for login in logins]
    return tuple(
        f"{login.username}-{login.provider}" if login.provider and names.count(login.username) > 1 else login.username
        for login in logins
    )
