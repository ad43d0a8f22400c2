"""Detection of user pools in a file by the names and shapes of its values, the same for every format.

A file may contain several pools. Every other value belongs to the nearest pool: in the same stack or object, or with
the same words in its name (`PROD_USER_POOL_ID`, `PROD_CLIENT_ID`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from urllib.parse import urlsplit

from cognitui.importing.app_clients import FoundClient, clients_in, loose_secrets, names_a_client, names_a_secret
from cognitui.importing.naming import stages_in
from cognitui.importing.profiles import endpoint_to_keep
from cognitui.importing.values import Entry, TooMuch, is_production_flag, nearest
from cognitui.model.aws import pool_domain, region_of_pool_domain
from cognitui.model.profile import POOL_ID_PATTERN
from cognitui.model.struct import Frozen

_POOL_IN_TEXT = re.compile(rf"(?:userpool/|/)?({POOL_ID_PATTERN.pattern})(?:/\.well-known/[\w.-]*)?/?$")
"""A pool id as the whole value, at the end of an ARN or issuer, or in the address of the keys."""
_ANY_POOL = re.compile(r"[\w-]+_[0-9a-zA-Z]+", re.ASCII)
_IDENTITY_POOL = re.compile(r"[\w-]+:[0-9a-f]{8}-[0-9a-f-]{27}", re.IGNORECASE | re.ASCII)
_REGION = re.compile(r"[a-z]{2,4}(?:-[a-z]+)+-\d+")
_HOST = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+", re.IGNORECASE)
_DOMAINS = ("cognitodomain", "pooldomain", "oauthdomain", "webdomain", "authdomain", "uidomain", "logindomain")
_SCOPES = frozenset({"openid", "email", "phone", "profile", "aws.cognito.signin.user.admin"})
_PREFIX = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_POOLS = ("userpoolid", "userpoolsid", "userpool")
_CALLBACKS = ("redirectsignin", "redirectsigninuri", "signinredirecturi", "callbackurls", "callbackurl", "redirecturi")
_OF_SCOPES = ("scope", "scopes")
_OF_FLOWS = ("flowtype", "explicitauthflows")
_OF_GRANTS = ("responsetype", "allowedoauthflows")
_SETTINGS = (*_CALLBACKS, *_OF_SCOPES, *_OF_FLOWS, *_OF_GRANTS)
"""Settings that may differ between app clients of a pool."""
_STAGES = ("stage", "env", "environment", "nodeenv", "appenv", "stackname", "name", "profile", "profiles", "active")
"""Names of values that contain the environment."""
_TRUE = ("true", "yes", "on", "1")

_MOST_POOLS = 40
_MOST_CLIENTS = 200
_MOST_VALUES = 1000
"""Values about Cognito; far more than any real file contains."""


class FoundPool(Frozen, frozen=True):
    """A user pool, and what the file contains for it."""

    id: str
    label: str
    """Path of its id in the file."""
    clients: tuple[FoundClient, ...] = ()
    region: str = ""
    domain: str = ""
    identity_pool_id: str = ""
    username: str = ""
    endpoint_url: str = ""
    environment: str = ""
    """Words that suggest the environment, the nearest first: from its path, values next to it, its domain."""
    passwords: tuple[str, ...] = ()
    """Paths of users' passwords, without their values."""
    loose_secrets: tuple[str, ...] = ()
    """Paths of secrets that may belong to a client, if it is unclear whether they do, or to which."""


class OpenValue(Frozen, frozen=True):
    """A value that is still to be filled in."""

    label: str
    is_pool: bool = False
    is_client: bool = False
    is_empty: bool = True
    """Otherwise it is a placeholder."""
    line: int = 0

    @property
    def state(self) -> str:
        """What is wrong with it, in words that follow its name."""
        return "is empty" if self.is_empty else "contains a placeholder"


class Found(Frozen, frozen=True):
    """What a file contains; if there are several pools or clients, the user chooses."""

    pools: tuple[FoundPool, ...] = ()
    open_values: tuple[OpenValue, ...] = ()

    def pool(self, pool_id: str) -> FoundPool:
        """Return a pool; one that the file doesn't contain has only its id."""
        return next((pool for pool in self.pools if pool.id == pool_id), FoundPool(pool_id, pool_id))


def find(entries: Iterable[Entry]) -> Found:
    """Return what the values say about Cognito.

    Raises:
        TooMuch: There are too many pools, clients or values.
    """
    every = list(entries)
    known = [entry for entry in every if not entry.is_open]
    open_entries = [entry for entry in every if entry.is_open]
    pools = _pools(known)
    if len(pools) > _MOST_POOLS:
        raise TooMuch(f"contains more than {_MOST_POOLS} user pools")
    # The values around a pool id that is still missing don't belong to another pool.
    anchors = {**pools, "": [entry for entry in open_entries if _names_a_pool(entry)]}
    interesting = [entry for entry in known if _is_of_interest(entry)]
    if len(interesting) > _MOST_VALUES:
        raise TooMuch(f"contains more than {_MOST_VALUES:,} values about Cognito")
    owned: dict[str, list[Entry]] = {pool_id: [] for pool_id in pools}
    for entry in interesting:
        for owner in nearest(entry, anchors):
            if owner:
                owned[owner].append(entry)
    return Found(
        tuple(_pool(pool_id, at, owned[pool_id], known) for pool_id, at in pools.items()),
        tuple(filter(None, map(_open_value, open_entries))),
    )


def _pool(pool_id: str, at: Sequence[Entry], owned: list[Entry], known: Sequence[Entry]) -> FoundPool:
    region = pool_id.partition("_")[0] if POOL_ID_PATTERN.fullmatch(pool_id) else _first(owned, _is_region)
    entries = [entry.sharing(_shared_with(entry, at)) for entry in owned]
    clients = clients_in(entries, at)
    if len(clients) > _MOST_CLIENTS:
        raise TooMuch(f"contains more than {_MOST_CLIENTS} app clients")
    domain = _domain(entries, region)
    return FoundPool(
        pool_id,
        at[0].label,
        clients=_with_settings(clients, entries),
        region=region,
        domain=domain,
        identity_pool_id=_identity_pool(entries, region),
        username=_first(entries, lambda entry: entry.hint.endswith(("cognitousername", "cognitouser"))),
        endpoint_url=_first(entries, _is_endpoint),
        environment=_environment(at, known, clients, domain),
        passwords=tuple(entry.label for entry in owned if _is_password(entry)),
        loose_secrets=loose_secrets(entries, clients, at),
    )


def _with_settings(clients: Sequence[FoundClient], entries: Sequence[Entry]) -> tuple[FoundClient, ...]:
    """Return the clients with the settings nearest to each; those near to none belong to all."""
    anchors = {client.id: [client.at] for client in clients}
    own: dict[str, list[Entry]] = {client.id: [] for client in clients}
    for entry in entries:
        if entry.hint.endswith(_SETTINGS) and not entry.is_of_another:
            for client_id in nearest(entry, anchors, by_rest=False):
                own[client_id].append(entry)
    return tuple(_with_own(client, own[client.id]) for client in clients)


def _with_own(client: FoundClient, own: Sequence[Entry]) -> FoundClient:
    scopes = tuple(filter(_is_scope, _words(own, _OF_SCOPES)))
    # A secret and only scopes of a resource server: no user signs in.
    is_program = bool(client.secret and scopes) and all("/" in scope for scope in scopes)
    return FoundClient(
        client.id,
        client.label,
        client.at,
        client.secret,
        scopes=scopes,
        callback_urls=_callbacks(own),
        flows=tuple(word.removeprefix("ALLOW_") for word in _words(own, _OF_FLOWS)),
        grants=_words(own, _OF_GRANTS) or ("client_credentials",) * is_program,
    )


def _pools(entries: Sequence[Entry]) -> dict[str, list[Entry]]:
    found: dict[str, list[Entry]] = {}
    for entry in entries:
        match = _POOL_IN_TEXT.search(entry.value)
        if match and (match.start() == 0 or ":" in entry.value):
            found.setdefault(match[1], []).append(entry)
        elif entry.hint.endswith(("userpoolid", "userpoolsid")) and _ANY_POOL.fullmatch(entry.value):
            found.setdefault(entry.value, []).append(entry)
    return found


def _names_a_pool(entry: Entry) -> bool:
    return entry.hint.endswith(_POOLS) or entry.name_hint in ("poolid", "cognitopoolid")


def _shared_with(entry: Entry, at: Sequence[Entry]) -> int:
    """Return how many parts of its path a value shares with its pool."""
    return max(_shared(entry.parts[:-1], pool.parts[:-1]) for pool in at)


def _shared(one: Sequence[str], other: Sequence[str]) -> int:
    count = 0
    for mine, yours in zip(one, other, strict=False):
        if mine != yours:
            break
        count += 1
    return count


def _is_of_interest(entry: Entry) -> bool:
    """Return whether any of the rules below could match."""
    hint = entry.hint
    words = ("client", "domain", "scope", "redirect", "callback", "flow", "response", "region", "endpoint", "secret")
    if any(word in hint for word in (*words, "cognito", "pass", "pwd")):
        return True
    return bool(_region_of_domain(entry.value)) or _IDENTITY_POOL.fullmatch(entry.value) is not None


def _open_value(entry: Entry) -> OpenValue | None:
    is_pool = _names_a_pool(entry)
    is_client = not is_pool and names_a_client(entry)
    if not (is_pool or is_client or names_a_secret(entry) or (entry.is_of_cognito and _is_named_domain(entry))):
        return None
    return OpenValue(entry.label, is_pool, is_client, not entry.value.strip(), entry.line)


def _environment(at: Sequence[Entry], known: Sequence[Entry], clients: Sequence[FoundClient], domain: str) -> str:
    """Return words that suggest the environment, the nearest first; values of other stacks don't count."""
    beside = [
        words
        for entry in known
        if (words := _stage_words(entry)) and any(entry.parts[:-1] == pool.parts[: len(entry.parts) - 1] for pool in at)
    ]
    host = urlsplit(domain).hostname or ""
    prefix = host.partition(".")[0] if region_of_pool_domain(domain) else host
    return " ".join((*(entry.label for entry in at), *beside, prefix, *(client.label for client in clients)))


def _stage_words(entry: Entry) -> str:
    """Return what a value says about the environment; empty for most."""
    if is_production_flag(entry.name_hint):
        # False may mean any other environment.
        return "production" if entry.value.lower() in _TRUE else ""
    names_it = entry.name_hint in _STAGES or entry.name_hint.endswith(("stage", "appenv"))
    return entry.value[:60] if names_it and stages_in(entry.value[:60]) else ""


def _identity_pool(entries: Sequence[Entry], region: str) -> str:
    found = [entry.value for entry in entries if _IDENTITY_POOL.fullmatch(entry.value)]
    return next((value for value in found if value.startswith(f"{region}:")), next(iter(found), ""))


def _is_password(entry: Entry) -> bool:
    """Return whether a value is the password of a user, and not of a database or the like."""
    named = entry.hint.endswith(("password", "passwd", "pwd"))
    return named and (entry.is_of_cognito or entry.hint in ("password", "userpassword", "testuserpassword"))


def _domain(entries: Sequence[Entry], region: str) -> str:
    found = [entry.value for entry in entries if _is_domain(entry)]
    fitting = [value for value in found if _fits(value, region)]
    whole = next(filter(_region_of_domain, fitting), next(iter(fitting), ""))
    if not whole:
        return ""
    if "://" in whole:
        return _origin(whole)
    host = whole.partition("/")[0]
    if _HOST.fullmatch(host):
        return f"https://{host}"
    return pool_domain(whole, region)


def _fits(value: str, region: str) -> bool:
    """Return whether a domain fits a pool's region; a prefix domain is in the same region."""
    return not region or _region_of_domain(value) in ("", region)


def _region_of_domain(value: str) -> str:
    """Return the region of a prefix domain, with or without its scheme; empty for any other value."""
    return region_of_pool_domain(f"https://{_host_of(value)}")


def _host_of(value: str) -> str:
    return value.partition("://")[2].partition("/")[0] or value.partition("/")[0]


def _origin(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}"


def _is_domain(entry: Entry) -> bool:
    if "@" in entry.value:
        # An address with a user may contain a password, which must not be shown.
        return False
    if _region_of_domain(entry.value):
        return True
    host = _host_of(entry.value)
    if "redirect" in entry.hint or "callback" in entry.hint or "cloudfront" in entry.hint or "cloudfront" in host:
        return False
    # Firebase has an AUTH_DOMAIN too.
    ours = _is_named_domain(entry) and not entry.is_of_another
    return ours and (_HOST.fullmatch(host) is not None or _PREFIX.fullmatch(entry.value) is not None)


def _is_named_domain(entry: Entry) -> bool:
    return entry.name_hint == "domain" or entry.hint.endswith(_DOMAINS)


def _callbacks(entries: Sequence[Entry]) -> tuple[str, ...]:
    found = [entry.value for entry in entries if entry.hint.endswith(_CALLBACKS) and "signout" not in entry.hint]
    # aws-exports.js has several in one string.
    return tuple(dict.fromkeys(url.strip() for value in found for url in value.split(",") if _is_plain(url)))


def _is_scope(word: str) -> bool:
    """Return whether a word is a scope of Cognito or of a resource server, which contains a slash."""
    return word in _SCOPES or ("/" in word and "?" not in word and "@" not in word)


def _is_plain(url: str) -> bool:
    """Return whether a text is an address without a user, as that may include a password."""
    return "://" in url and "@" not in url and "{" not in url


def _words(entries: Sequence[Entry], endings: tuple[str, ...]) -> tuple[str, ...]:
    found = (entry.value for entry in entries if entry.hint.endswith(endings))
    return tuple(dict.fromkeys(word for value in found for word in value.replace(",", " ").split()))


def _first(entries: Sequence[Entry], is_meant: Callable[[Entry], bool]) -> str:
    return next((entry.value for entry in entries if is_meant(entry)), "")


def _is_region(entry: Entry) -> bool:
    return entry.hint.endswith("region") and _REGION.fullmatch(entry.value) is not None


def _is_endpoint(entry: Entry) -> bool:
    named = entry.hint.endswith(("awsendpointurl", "cognitoendpoint", "cognitoendpointurl", "cognitoidentityprovider"))
    return named and bool(endpoint_to_keep(entry.value))
