"""What a file says of user pools, found by the names and the shapes of its values: one finder for every format.

A file may name several pools. Every other value belongs to the pool that it is nearest to: in the same stack or
object, or with the same words in its name (`PROD_USER_POOL_ID`, `PROD_CLIENT_ID`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from urllib.parse import urlsplit

from cognitui.importing.app_clients import FoundClient, clients_in, loose_secrets, names_a_client, names_a_secret
from cognitui.importing.naming import stages_in
from cognitui.importing.profiles import endpoint_to_keep
from cognitui.importing.values import Leaf, TooMuch, is_production_flag, nearest
from cognitui.model.aws_hosts import pool_domain, region_of_pool_domain
from cognitui.model.profile import POOL_ID_PATTERN
from cognitui.model.struct import Frozen

_POOL_IN_TEXT = re.compile(rf"(?:userpool/|/)?({POOL_ID_PATTERN.pattern})(?:/\.well-known/[\w.-]*)?/?$")
"""A pool's id by itself, at the end of its ARN, of its issuer, or in the address of its keys."""
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
"""What may differ from one app client of a pool to another."""
_STAGES = ("stage", "env", "environment", "nodeenv", "appenv", "stackname", "name", "profile", "profiles", "active")
"""Names of values that say which environment it is."""
_TRUE = ("true", "yes", "on", "1")

_MOST_POOLS = 40
_MOST_CLIENTS = 200
_MOST_VALUES = 1000
"""Values that say something of Cognito: far more than any file has."""


class FoundPool(Frozen, frozen=True):
    """A user pool, and what the file says that belongs to it."""

    id: str
    label: str
    """Where its id stands."""
    clients: tuple[FoundClient, ...] = ()
    region: str = ""
    domain: str = ""
    identity_pool_id: str = ""
    username: str = ""
    endpoint_url: str = ""
    environment: str = ""
    """Words that say which environment it is, the nearest first: of its path, of what is beside it, of its domain."""
    passwords: tuple[str, ...] = ()
    """Where passwords of users stand; they themselves are not kept."""
    loose_secrets: tuple[str, ...] = ()
    """Where secrets stand that may be a client's: it is not clear that they are, or whose."""


class OpenValue(Frozen, frozen=True):
    """A value that somebody has yet to fill in."""

    label: str
    is_pool: bool = False
    is_client: bool = False
    is_empty: bool = True
    """Otherwise there is a placeholder."""
    line: int = 0

    @property
    def state(self) -> str:
        """What it is, in words that follow its name."""
        return "is empty" if self.is_empty else "holds a placeholder"


class Found(Frozen, frozen=True):
    """All that was found; if there are several pools or clients, a person says which."""

    pools: tuple[FoundPool, ...] = ()
    open_values: tuple[OpenValue, ...] = ()

    def pool(self, pool_id: str) -> FoundPool:
        """Returns a pool; one that the file does not name knows nothing."""
        return next((pool for pool in self.pools if pool.id == pool_id), FoundPool(pool_id, pool_id))


def find(leaves: Iterable[Leaf]) -> Found:
    """Returns what the values say of Cognito.

    Raises:
        TooMuch: There are more pools than any file has.
    """
    every = list(leaves)
    known = [leaf for leaf in every if not leaf.is_open]
    open_leaves = [leaf for leaf in every if leaf.is_open]
    pools = _pools(known)
    if len(pools) > _MOST_POOLS:
        raise TooMuch(f"names more than {_MOST_POOLS} user pools")
    # One that is still to come has its own values around it, which are none of another pool's.
    anchors = {**pools, "": [leaf for leaf in open_leaves if _names_a_pool(leaf)]}
    interesting = [leaf for leaf in known if _is_of_interest(leaf)]
    if len(interesting) > _MOST_VALUES:
        raise TooMuch(f"holds more than {_MOST_VALUES:,} values of Cognito")
    owned: dict[str, list[Leaf]] = {pool_id: [] for pool_id in pools}
    for leaf in interesting:
        for owner in nearest(leaf, anchors):
            if owner:
                owned[owner].append(leaf)
    return Found(
        tuple(_pool(pool_id, at, owned[pool_id], known) for pool_id, at in pools.items()),
        tuple(filter(None, map(_open_value, open_leaves))),
    )


def _pool(pool_id: str, at: Sequence[Leaf], owned: list[Leaf], known: Sequence[Leaf]) -> FoundPool:
    region = pool_id.partition("_")[0] if POOL_ID_PATTERN.fullmatch(pool_id) else _first(owned, _is_region)
    leaves = [leaf.sharing(_shared_with(leaf, at)) for leaf in owned]
    clients = clients_in(leaves, at)
    if len(clients) > _MOST_CLIENTS:
        raise TooMuch(f"names more than {_MOST_CLIENTS} app clients")
    domain = _domain(leaves, region)
    return FoundPool(
        pool_id,
        at[0].label,
        clients=_with_settings(clients, leaves),
        region=region,
        domain=domain,
        identity_pool_id=_identity_pool(leaves, region),
        username=_first(leaves, lambda leaf: leaf.hint.endswith(("cognitousername", "cognitouser"))),
        endpoint_url=_first(leaves, _is_endpoint),
        environment=_environment(at, known, clients, domain),
        passwords=tuple(leaf.label for leaf in owned if _is_password(leaf)),
        loose_secrets=loose_secrets(leaves, clients, at),
    )


def _with_settings(clients: Sequence[FoundClient], leaves: Sequence[Leaf]) -> tuple[FoundClient, ...]:
    """The clients with the scopes and such that are nearest to each; what is near to none is that of all."""
    anchors = {client.id: [client.at] for client in clients}
    own: dict[str, list[Leaf]] = {client.id: [] for client in clients}
    for leaf in leaves:
        if leaf.hint.endswith(_SETTINGS) and not leaf.is_of_another:
            for client_id in nearest(leaf, anchors, by_rest=False):
                own[client_id].append(leaf)
    return tuple(_with_own(client, own[client.id]) for client in clients)


def _with_own(client: FoundClient, own: Sequence[Leaf]) -> FoundClient:
    scopes = tuple(filter(_is_scope, _words(own, _OF_SCOPES)))
    # A secret and scopes of a resource server only: no user can be meant.
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


def _pools(leaves: Sequence[Leaf]) -> dict[str, list[Leaf]]:
    found: dict[str, list[Leaf]] = {}
    for leaf in leaves:
        match = _POOL_IN_TEXT.search(leaf.value)
        if match and (match.start() == 0 or ":" in leaf.value):
            found.setdefault(match[1], []).append(leaf)
        elif leaf.hint.endswith(("userpoolid", "userpoolsid")) and _ANY_POOL.fullmatch(leaf.value):
            found.setdefault(leaf.value, []).append(leaf)
    return found


def _names_a_pool(leaf: Leaf) -> bool:
    return leaf.hint.endswith(_POOLS) or leaf.name_hint in ("poolid", "cognitopoolid")


def _shared_with(leaf: Leaf, at: Sequence[Leaf]) -> int:
    """How many parts of its path a value shares with that of its pool."""
    return max(_shared(leaf.parts[:-1], pool.parts[:-1]) for pool in at)


def _shared(one: Sequence[str], other: Sequence[str]) -> int:
    count = 0
    for mine, yours in zip(one, other, strict=False):
        if mine != yours:
            break
        count += 1
    return count


def _is_of_interest(leaf: Leaf) -> bool:
    """A first sieve, by what any of the rules below looks for."""
    hint = leaf.hint
    words = ("client", "domain", "scope", "redirect", "callback", "flow", "response", "region", "endpoint", "secret")
    if any(word in hint for word in (*words, "cognito", "pass", "pwd")):
        return True
    return bool(_region_of_domain(leaf.value)) or _IDENTITY_POOL.fullmatch(leaf.value) is not None


def _open_value(leaf: Leaf) -> OpenValue | None:
    is_pool = _names_a_pool(leaf)
    is_client = not is_pool and names_a_client(leaf)
    if not (is_pool or is_client or names_a_secret(leaf) or (leaf.is_of_cognito and _is_named_domain(leaf))):
        return None
    return OpenValue(leaf.label, is_pool, is_client, not leaf.value.strip(), leaf.line)


def _environment(at: Sequence[Leaf], known: Sequence[Leaf], clients: Sequence[FoundClient], domain: str) -> str:
    """Words from near to far. Values beside the pool or above it count, those of other stacks do not."""
    beside = [
        words
        for leaf in known
        if (words := _stage_words(leaf)) and any(leaf.parts[:-1] == pool.parts[: len(leaf.parts) - 1] for pool in at)
    ]
    host = urlsplit(domain).hostname or ""
    prefix = host.partition(".")[0] if region_of_pool_domain(domain) else host
    return " ".join((*(leaf.label for leaf in at), *beside, prefix, *(client.label for client in clients)))


def _stage_words(leaf: Leaf) -> str:
    """What a value says of the environment; empty for most."""
    if is_production_flag(leaf.name_hint):
        # One that is false may be of any other environment.
        return "production" if leaf.value.lower() in _TRUE else ""
    names_it = leaf.name_hint in _STAGES or leaf.name_hint.endswith(("stage", "appenv"))
    return leaf.value[:60] if names_it and stages_in(leaf.value[:60]) else ""


def _identity_pool(leaves: Sequence[Leaf], region: str) -> str:
    found = [leaf.value for leaf in leaves if _IDENTITY_POOL.fullmatch(leaf.value)]
    return next((value for value in found if value.startswith(f"{region}:")), next(iter(found), ""))


def _is_password(leaf: Leaf) -> bool:
    """A database's is none of ours."""
    named = leaf.hint.endswith(("password", "passwd", "pwd"))
    return named and (leaf.is_of_cognito or leaf.hint in ("password", "userpassword", "testuserpassword"))


def _domain(leaves: Sequence[Leaf], region: str) -> str:
    found = [leaf.value for leaf in leaves if _is_domain(leaf)]
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
    """A prefix domain is in the region of its pool."""
    return not region or _region_of_domain(value) in ("", region)


def _region_of_domain(value: str) -> str:
    """The region of a prefix domain, with or without its scheme; empty for any other value."""
    return region_of_pool_domain(f"https://{_host_of(value)}")


def _host_of(value: str) -> str:
    return value.partition("://")[2].partition("/")[0] or value.partition("/")[0]


def _origin(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}"


def _is_domain(leaf: Leaf) -> bool:
    if "@" in leaf.value:
        # An address with a user may have a password, which must not be shown.
        return False
    if _region_of_domain(leaf.value):
        return True
    host = _host_of(leaf.value)
    if "redirect" in leaf.hint or "callback" in leaf.hint or "cloudfront" in leaf.hint or "cloudfront" in host:
        return False
    # Firebase has its AUTH_DOMAIN, too.
    ours = _is_named_domain(leaf) and not leaf.is_of_another
    return ours and (_HOST.fullmatch(host) is not None or _PREFIX.fullmatch(leaf.value) is not None)


def _is_named_domain(leaf: Leaf) -> bool:
    return leaf.name_hint == "domain" or leaf.hint.endswith(_DOMAINS)


def _callbacks(leaves: Sequence[Leaf]) -> tuple[str, ...]:
    found = [leaf.value for leaf in leaves if leaf.hint.endswith(_CALLBACKS) and "signout" not in leaf.hint]
    # aws-exports.js has several in one text.
    return tuple(dict.fromkeys(url.strip() for value in found for url in value.split(",") if _is_plain(url)))


def _is_scope(word: str) -> bool:
    """Cognito has these scopes, and those of resource servers, which all have a slash in them."""
    return word in _SCOPES or ("/" in word and "?" not in word and "@" not in word)


def _is_plain(url: str) -> bool:
    """An address, and none with a user in it, who may have a password there."""
    return "://" in url and "@" not in url and "{" not in url


def _words(leaves: Sequence[Leaf], endings: tuple[str, ...]) -> tuple[str, ...]:
    found = (leaf.value for leaf in leaves if leaf.hint.endswith(endings))
    return tuple(dict.fromkeys(word for value in found for word in value.replace(",", " ").split()))


def _first(leaves: Sequence[Leaf], is_meant: Callable[[Leaf], bool]) -> str:
    return next((leaf.value for leaf in leaves if is_meant(leaf)), "")


def _is_region(leaf: Leaf) -> bool:
    return leaf.hint.endswith("region") and _REGION.fullmatch(leaf.value) is not None


def _is_endpoint(leaf: Leaf) -> bool:
    named = leaf.hint.endswith(("awsendpointurl", "cognitoendpoint", "cognitoendpointurl", "cognitoidentityprovider"))
    return named and bool(endpoint_to_keep(leaf.value))
