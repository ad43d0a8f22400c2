"""The way through an AWS account to profiles: what is chosen so far, and the list to choose from next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from cognitui.importing.interfaces import Directory, ProfileStore
from cognitui.importing.login import NOBODY, Login, labels_of, login_of
from cognitui.importing.naming import name_without_user, names_for
from cognitui.importing.profiles import NewProfile, fields_for, flow_of, needs_user
from cognitui.model.aws import (
    DEFAULT_AWS_PROFILE,
    AwsPlace,
    ClientDetails,
    ClientEntry,
    Page,
    PoolDetails,
    PoolEntry,
    UserEntry,
)
from cognitui.model.errors import PermissionMissing, ProfileFileError
from cognitui.model.profile import Flow, ProfileFields
from cognitui.model.struct import Frozen, replace


def regions_of(profiles: ProfileStore) -> tuple[str, ...]:
    """Returns the regions of the profiles that are there, the most frequent first; none where the file is faulty."""
    try:
        known = profiles.load().profiles
    except ProfileFileError:
        # An import tells of it when it writes; the order of a list is no reason to stop.
        return ()
    return tuple(region for region, _ in Counter(profile.region for profile in known if profile.region).most_common())


def ordered_regions(directory: Directory, aws_profile: str, known: Sequence[str] = ()) -> tuple[tuple[str, str], ...]:
    """Returns all regions, each with what speaks for it: that of the AWS set-up first, then those of the profiles.

    Args:
        directory: Knows the regions, without a call.
        aws_profile: Whose set-up may name one.
        known: Those of the profiles; others than AWS's are left out.
    """
    usual, every = directory.default_region(aws_profile), directory.regions()
    notes = {usual: "of your AWS set-up"} if usual else {}
    for region in known:
        if region in every:
            notes.setdefault(region, "of your profiles")
    return (*notes.items(), *((region, "") for region in every if region not in notes))


def searched_by(pool: PoolDetails, letters: str) -> str:
    """Returns the attribute that some letters are looked for in: what a user of the pool types at the sign-in.

    AWS, ListUsers: one attribute at a time, and its beginning.
    """
    if letters.startswith("+"):
        return "phone_number"
    return "email" if "@" in letters or "email" in pool.signs_in_by else "username"


def standing_of(user: UserEntry) -> str:
    """Returns what stands in the way of a sign-in, in Cognito's words; empty for a user who is in order."""
    status = "" if user.status == "CONFIRMED" else user.status
    provider = user.identity_provider if user.is_federated else ""
    return "  ".join(filter(None, ("" if user.enabled else "disabled", status, provider)))


Choice = str | PoolEntry | ClientEntry | UserEntry


class Row(Frozen, frozen=True):
    """A line of a list."""

    choice: Choice
    text: str
    note: str = ""


class Listing(Frozen, frozen=True):
    """A list to choose from. Fetching a page of it may block, and raises what the directory raises."""

    what: str
    """`user pool`, for the words around it."""
    fetch: Callable[[str, str], Page[Row]]
    """Returns the page for some letters, from a mark on; empty texts are all of it, from its beginning."""
    searches: bool = False
    """Whether the server looks for the letters; otherwise they are looked for among what has come."""
    several: bool = False
    """Whether more than one may be chosen."""


class Trail(Frozen, frozen=True):
    """What is chosen so far."""

    endpoint_url: str = ""
    """An emulator's address; empty for AWS's own."""
    aws_profile: str = ""
    region: str = ""
    pool: PoolDetails | None = None
    client: ClientDetails | None = None
    """Without its secret, which is fetched once it is to be kept: nobody knows how long a person thinks."""
    has_secret: bool = False
    """Whether the app client has one."""
    users: tuple[UserEntry, ...] = ()

    @property
    def place(self) -> AwsPlace:
        """Where calls go, and whose credentials sign them."""
        return AwsPlace(self.aws_profile, self.region, self.endpoint_url)

    @property
    def words(self) -> tuple[str, ...]:
        """What is chosen, a word each."""
        pool = (self.pool.name or self.pool.id) if self.pool else ""
        client = (self.client.name or self.client.id) if self.client else ""
        return tuple(filter(None, (self.aws_profile, self.region, pool, client)))

    @property
    def flow(self) -> Flow:
        """How the profiles will sign in."""
        return flow_of(self.client) if self.client else Flow.USER_SRP_AUTH

    @property
    def complete(self) -> bool:
        """Whether nothing is left to choose."""
        return self.client is not None and (bool(self.users) or not needs_user(self.flow))

    @property
    def logins(self) -> tuple[Login, ...]:
        """Who signs in: the chosen users, or nobody for an app client that needs none."""
        pool = self.pool or PoolDetails("")
        return tuple(login_of(pool, user) for user in self.users) or (NOBODY,)

    @property
    def ways(self) -> tuple[str, ...]:
        """How they sign in, each way once: by the app client's flow, and in the browser at an identity provider."""
        ways = (
            f"{login.flow(self.flow).value} ({login.provider})" if login.provider else login.flow(self.flow).value
            for login in self.logins
        )
        return tuple(dict.fromkeys(ways))

    @property
    def names(self) -> tuple[str, ...]:
        """What the profiles are called, where nobody says."""
        if self.users:
            return names_for(labels_of(self.logins))
        client = self.client or ClientDetails("")
        return (name_without_user(client.name, client.id, self.flow),)

    def drafts(self, environment: str, names: Sequence[str], client_secret: str = "") -> tuple[NewProfile, ...]:
        """Returns the profiles to be, of a trail that is complete.

        Raises:
            UsageError: They sign in at the pool's domain, and there is none; or the app client does not sign in a
                federated user.
        """
        fields = [self._fields(login) for login in self.logins]
        return tuple(NewProfile(environment, name, own, client_secret) for name, own in zip(names, fields, strict=True))

    def _fields(self, login: Login) -> ProfileFields:
        assert self.pool is not None
        assert self.client is not None
        return fields_for(self.place, self.pool, self.client, self.flow, login)


def listing_of(trail: Trail, directory: Directory, known: Callable[[], Sequence[str]] = tuple) -> Listing:
    """Returns what is chosen next, on a trail that is not complete.

    Args:
        trail: What is chosen.
        directory: The account.
        known: Returns the regions of the profiles that are there; may block.
    """
    if not trail.aws_profile:
        return Listing("AWS profile", lambda _letters, _after: _profiles(directory))
    if not trail.region:
        return Listing("region", lambda _letters, _after: _regions(trail, directory, known()))
    if trail.pool is None:
        return Listing("user pool", lambda _letters, after: _entries(directory.pools(trail.place, after)))
    pool = trail.pool
    if trail.client is None:
        return Listing("app client", lambda _letters, after: _entries(directory.clients(trail.place, pool.id, after)))

    def users(letters: str, after: str) -> Page[Row]:
        page = directory.users(trail.place, pool.id, letters, searched_by(pool, letters), after)
        return Page(tuple(_user(pool, user) for user in page.items), page.after)

    return Listing("user", users, searches=True, several=True)


def advanced(trail: Trail, choices: Sequence[Choice], directory: Directory) -> Trail:
    """Returns the trail with what was chosen; may block, and raises what the directory raises."""
    first = choices[0]
    match first:
        case str():
            return replace(trail, region=first) if trail.aws_profile else replace(trail, aws_profile=first)
        case PoolEntry():
            return replace(trail, pool=_described(trail, first, directory))
        case ClientEntry():
            client = directory.client(trail.place, trail.pool.id if trail.pool else "", first.id)
            return replace(trail, client=replace(client, secret=""), has_secret=bool(client.secret))
    return replace(trail, users=tuple(choice for choice in choices if isinstance(choice, UserEntry)))


def secret_of(trail: Trail, directory: Directory) -> str:
    """Returns the secret of the chosen app client, empty where it has none; may block, as a directory's calls do."""
    if not (trail.has_secret and trail.pool and trail.client):
        return ""
    return directory.client(trail.place, trail.pool.id, trail.client.id).secret


def _described(trail: Trail, entry: PoolEntry, directory: Directory) -> PoolDetails:
    try:
        return directory.pool(trail.place, entry.id)
    except PermissionMissing:
        # Its domain is not known then; most flows need none, and the others say so.
        return PoolDetails(entry.id, entry.name)


def _regions(trail: Trail, directory: Directory, known: Sequence[str]) -> Page[Row]:
    # Here, and not at the first list of pools: nobody is to choose a region for nothing.
    directory.require_credentials(trail.aws_profile)
    found = ordered_regions(directory, trail.aws_profile, known)
    return Page(tuple(Row(region, region, note) for region, note in found))


def _profiles(directory: Directory) -> Page[Row]:
    known = directory.aws_profiles()
    notes = {DEFAULT_AWS_PROFILE: "or the credentials of the environment"}
    return Page(tuple(Row(name, name, notes.get(name, "")) for name in known))


def _entries(page: Page[PoolEntry] | Page[ClientEntry]) -> Page[Row]:
    return Page(tuple(Row(entry, entry.name or entry.id, entry.id) for entry in page.items), page.after)


def _user(pool: PoolDetails, user: UserEntry) -> Row:
    login = login_of(pool, user).username
    parts = (user.email if user.email != login else "", standing_of(user))
    return Row(user, login, "  ".join(filter(None, parts)))
