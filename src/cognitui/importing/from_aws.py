"""Wizard through an AWS account: what is chosen so far, and the list to choose from next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from cognitui.importing.interfaces import Directory, ProfileStore
from cognitui.importing.naming import NOBODY, Login, labels_of, login_of, name_without_user, names_for
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
    """Return the regions of the existing profiles, the most frequent first; none if the file is invalid."""
    try:
        known = profiles.load().profiles
    except ProfileFileError:
        # The import reports it when it writes; the order of a list is no reason to stop.
        return ()
    return tuple(region for region, _ in Counter(profile.region for profile in known if profile.region).most_common())


def ordered_regions(directory: Directory, aws_profile: str, known: Sequence[str] = ()) -> tuple[tuple[str, str], ...]:
    """Return all regions with notes: that of the AWS configuration first, then those of the profiles.

    Args:
        directory: Knows the regions without a call.
        aws_profile: The AWS profile, whose configuration may contain a region.
        known: Regions of the profiles; those that AWS doesn't have are left out.
    """
    usual, every = directory.default_region(aws_profile), directory.regions()
    notes = {usual: "in your AWS configuration"} if usual else {}
    for region in known:
        if region in every:
            notes.setdefault(region, "in your profiles")
    return (*notes.items(), *((region, "") for region in every if region not in notes))


def pool_details(directory: Directory, place: AwsPlace, entry: PoolEntry) -> PoolDetails:
    """Return a pool in detail, or only its id and name if IAM does not allow more."""
    try:
        found = directory.pool(place, entry.id)
    except PermissionMissing:
        # Its domain is unknown then; most flows need none, and the others report it.
        found = PoolDetails(entry.id, entry.name)
    # Only the list names them, and perhaps the asked Region among them.
    others = tuple(region for region in entry.replica_regions if region != place.region)
    return replace(found, replica_regions=others)


def searched_by(pool: PoolDetails, letters: str) -> str:
    """Return the attribute to search for some letters: what users of the pool type at sign-in.

    AWS, ListUsers: a search looks at the beginning of one attribute.
    """
    if letters.startswith("+"):
        return "phone_number"
    return "email" if "@" in letters or "email" in pool.signs_in_by else "username"


def status_label(user: UserEntry) -> str:
    """Return what prevents a sign-in, in Cognito's words; empty if nothing does."""
    status = "" if user.status == "CONFIRMED" else user.status
    provider = user.identity_provider if user.is_federated else ""
    return "  ".join(filter(None, ("" if user.enabled else "disabled", status, provider)))


Choice = str | PoolEntry | ClientEntry | UserEntry


class Row(Frozen, frozen=True):
    """A row of a list."""

    choice: Choice
    text: str
    note: str = ""


class Listing(Frozen, frozen=True):
    """A list to choose from. Fetching a page may block, and raises what the directory raises."""

    what: str
    """`user pool`, for titles and messages."""
    fetch: Callable[[str, str], Page[Row]]
    """Returns the page for some letters (empty: everything) after a mark (empty: from the beginning)."""
    searches: bool = False
    """Whether the server searches for the letters; otherwise only fetched rows are searched."""
    several: bool = False
    """Whether several rows may be chosen."""


class AwsWizard(Frozen, frozen=True):
    """The choices so far."""

    endpoint_url: str = ""
    """An emulator's address; empty for AWS's own."""
    aws_profile: str = ""
    region: str = ""
    pool: PoolDetails | None = None
    client: ClientDetails | None = None
    """Without its secret, which is fetched only when it is stored: the user may take any time to decide."""
    has_secret: bool = False
    """Whether AWS shows its secret."""
    users: tuple[UserEntry, ...] = ()

    @property
    def place(self) -> AwsPlace:
        """Where calls go, and whose credentials sign them."""
        return AwsPlace(self.aws_profile, self.region, self.endpoint_url)

    @property
    def words(self) -> tuple[str, ...]:
        """The choices, a word each."""
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
        """Who signs in: the chosen users, or nobody if the app client needs no user."""
        pool = self.pool or PoolDetails("")
        return tuple(login_of(pool, user) for user in self.users) or (NOBODY,)

    @property
    def ways(self) -> tuple[str, ...]:
        """How they sign in, without repetition: by the app client's flow, or in the browser at an identity provider."""
        ways = (
            f"{login.flow(self.flow).value} ({login.provider})" if login.provider else login.flow(self.flow).value
            for login in self.logins
        )
        return tuple(dict.fromkeys(ways))

    @property
    def names(self) -> tuple[str, ...]:
        """The default names of the profiles."""
        if self.users:
            return names_for(labels_of(self.logins))
        client = self.client or ClientDetails("")
        return (name_without_user(client.name, client.id, self.flow),)

    def drafts(self, environment: str, names: Sequence[str], client_secret: str = "") -> tuple[NewProfile, ...]:
        """Return the profiles to write, once the choices are complete.

        Raises:
            UsageError: They need the pool's domain, and there is none; or the app client does not support a federated
                user.
        """
        fields = [self._fields(login) for login in self.logins]
        return tuple(NewProfile(environment, name, own, client_secret) for name, own in zip(names, fields, strict=True))

    def _fields(self, login: Login) -> ProfileFields:
        assert self.pool is not None
        assert self.client is not None
        return fields_for(self.place, self.pool, self.client, self.flow, login)


def listing_of(wizard: AwsWizard, directory: Directory, known: Callable[[], Sequence[str]] = tuple) -> Listing:
    """Return the next list to choose from, while the choices are not complete.

    Args:
        wizard: The choices so far.
        directory: The account.
        known: Returns the regions of the existing profiles; may block.
    """
    if not wizard.aws_profile:
        return Listing("AWS profile", lambda _letters, _after: _profiles(directory))
    if not wizard.region:
        return Listing("region", lambda _letters, _after: _regions(wizard, directory, known()))
    if wizard.pool is None:
        return Listing("user pool", lambda _letters, after: _entries(directory.pools(wizard.place, after)))
    pool = wizard.pool
    if wizard.client is None:
        return Listing("app client", lambda _letters, after: _entries(directory.clients(wizard.place, pool.id, after)))

    def users(letters: str, after: str) -> Page[Row]:
        page = directory.users(wizard.place, pool.id, letters, searched_by(pool, letters), after)
        return Page(tuple(_user(pool, user) for user in page.items), page.after)

    return Listing("user", users, searches=True, several=True)


def advance(wizard: AwsWizard, choices: Sequence[Choice], directory: Directory) -> AwsWizard:
    """Return the wizard with more choices; may block, and raises what the directory raises."""
    first = choices[0]
    match first:
        case str():
            return replace(wizard, region=first) if wizard.aws_profile else replace(wizard, aws_profile=first)
        case PoolEntry():
            return replace(wizard, pool=pool_details(directory, wizard.place, first))
        case ClientEntry():
            client = directory.client(wizard.place, wizard.pool.id if wizard.pool else "", first.id)
            return replace(wizard, client=replace(client, secret=""), has_secret=bool(client.secret))
    return replace(wizard, users=tuple(choice for choice in choices if isinstance(choice, UserEntry)))


def secret_of(wizard: AwsWizard, directory: Directory) -> str:
    """Return the secret of the chosen app client, empty if it has none; may block, as a directory's calls do."""
    if not (wizard.has_secret and wizard.pool and wizard.client):
        return ""
    return directory.client(wizard.place, wizard.pool.id, wizard.client.id).secret


def _regions(wizard: AwsWizard, directory: Directory, known: Sequence[str]) -> Page[Row]:
    # Here and not with the list of pools, so that nobody chooses a region without pools.
    directory.require_credentials(wizard.aws_profile)
    found = ordered_regions(directory, wizard.aws_profile, known)
    return Page(tuple(Row(region, region, note) for region, note in found))


def _profiles(directory: Directory) -> Page[Row]:
    known = directory.aws_profiles()
    notes = {DEFAULT_AWS_PROFILE: "or the credentials of the environment"}
    return Page(tuple(Row(name, name, notes.get(name, "")) for name in known))


def _entries(page: Page[PoolEntry] | Page[ClientEntry]) -> Page[Row]:
    return Page(tuple(Row(entry, entry.name or entry.id, _note(entry)) for entry in page.items), page.after)


def _note(entry: PoolEntry | ClientEntry) -> str:
    replicas = entry.replica_regions if isinstance(entry, PoolEntry) else ()
    return f"{entry.id}  also in {', '.join(replicas)}" if replicas else entry.id


def _user(pool: PoolDetails, user: UserEntry) -> Row:
    login = login_of(pool, user).username
    parts = (user.email if user.email != login else "", status_label(user))
    return Row(user, login, "  ".join(filter(None, parts)))
