"""Default names and environments of imported profiles."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import count

from cognitui.model.aws import PoolDetails, UserEntry
from cognitui.model.profile import Flow, ProfileSet
from cognitui.model.struct import Frozen, replace

_PRODUCTION = "prod"

_STAGES = {
    "dev": "dev",
    "develop": "dev",
    "development": "dev",
    "test": "test",
    "testing": "test",
    "qa": "qa",
    "uat": "uat",
    "int": "int",
    "integration": "int",
    "stage": "staging",
    "staging": "staging",
    "preprod": "preprod",
    "prod": _PRODUCTION,
    "prd": _PRODUCTION,
    "production": _PRODUCTION,
    "live": _PRODUCTION,
    "demo": "demo",
    "sandbox": "sandbox",
    "local": "local",
}
"""Words in pool names, and the environments that they mean."""

STAGE_WORDS = frozenset(_STAGES)

_BEFORE_PRODUCTION = ("non", "not", "no", "pre")
"""`non-prod` is not production, and neither is `pre-prod`."""

_DEFAULT_ENVIRONMENT = "dev"

_BROWSER = "browser"

_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9._@+-]+")

_LONGEST = 60


def environment_for(profile_set: ProfileSet, pool_id: str, pool_name: str) -> str:
    """Return the environment that already has the pool, else the one that the pool's name suggests."""
    for profile in profile_set.profiles:
        if pool_id and profile.user_pool_id == pool_id:
            return profile.environment.name
    return next(iter(stages_in(pool_name)), _DEFAULT_ENVIRONMENT)


def means_production(name: str) -> bool:
    """Return whether the name of an environment or a pool contains a word for production."""
    return _PRODUCTION in stages_in(name)


def stages_in(name: str) -> list[str]:
    """Return the environments that the words of a name suggest, in order: `prod` for `AuthStackProd`."""
    words = re.findall(r"[a-z]+", re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", name).lower())
    found = []
    for before, word in zip(("", *words), words, strict=False):
        stage = _STAGES.get(word, "")
        if stage == _PRODUCTION and before in _BEFORE_PRODUCTION:
            stage = "preprod" if before == "pre" else ""
        if stage:
            found.append(stage)
    return found


def name_for(text: str) -> str:
    """Return the profile name for a username, an address or an app client: `alice` for alice@example.com."""
    return _cleaned(text.partition("@")[0]) or _cleaned(text) or "imported"


def name_without_user(client_name: str, client_id: str, flow: Flow) -> str:
    """Return the name of a profile without a user; an id is hard to type, so only if there is nothing better."""
    if not client_name and flow is Flow.AUTHORIZATION_CODE:
        return _BROWSER
    return name_for(client_name or client_id)


def free_name(profile_set: ProfileSet, environment: str, name: str, client_id: str) -> str:
    """Return the name, with a number if a profile of another app client has it.

    A profile of the same app client keeps the name: it is the same profile, and the import reports that.
    """
    numbered = (f"{name}-{number}" if number > 1 else name for number in count(1))
    known = ((each, profile_set.by_id.get(f"{environment}/{each}")) for each in numbered)
    return next(each for each, profile in known if profile is None or profile.client_id == client_id)


def names_for(texts: Sequence[str]) -> tuple[str, ...]:
    """Return a name for each text; those that would be equal are written out in full."""
    short = [name_for(text) for text in texts]
    return tuple(
        name if short.count(name) == 1 else _cleaned(text) or name for text, name in zip(texts, short, strict=True)
    )


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


def _cleaned(text: str) -> str:
    return _NOT_IN_NAMES.sub("-", text).lstrip("._@+-").rstrip("-")[:_LONGEST]
