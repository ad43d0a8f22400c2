"""What a file says of a user pool, found by the names and the shapes of its values: one finder for every format."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from urllib.parse import urlsplit

from cognitui.importing.endpoint import endpoint_to_keep
from cognitui.importing.found_clients import FoundClient, clients_in, loose_secrets
from cognitui.importing.leaf import Leaf
from cognitui.model.frozen import Frozen
from cognitui.model.profile import POOL_ID_PATTERN

_POOL_IN_TEXT = re.compile(rf"(?:userpool/|amazonaws\.com(?:\.cn)?/)?({POOL_ID_PATTERN.pattern})/?$")
"""A pool's id by itself, at the end of its ARN, or of its issuer."""
_ANY_POOL = re.compile(r"[\w-]+_[0-9a-zA-Z]+", re.ASCII)
_IDENTITY_POOL = re.compile(r"[\w-]+:[0-9a-f]{8}-[0-9a-f-]{27}", re.IGNORECASE | re.ASCII)
_REGION = re.compile(r"[a-z]{2,4}(?:-[a-z]+)+-\d+")
_HOST = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+", re.IGNORECASE)
_DOMAINS = ("cognitodomain", "pooldomain", "oauthdomain", "webdomain", "authdomain", "uidomain", "logindomain")
_SCOPES = frozenset({"openid", "email", "phone", "profile", "aws.cognito.signin.user.admin"})
_PREFIX = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


class Found(Frozen, frozen=True):
    """All that was found; where there are several pools or clients, a person says which."""

    pools: tuple[tuple[str, str], ...] = ()
    """Ids, and where they stand."""
    clients: tuple[FoundClient, ...] = ()
    region: str = ""
    domain: str = ""
    scopes: tuple[str, ...] = ()
    callback_urls: tuple[str, ...] = ()
    identity_pool_id: str = ""
    flows: tuple[str, ...] = ()
    grants: tuple[str, ...] = ()
    username: str = ""
    endpoint_url: str = ""
    passwords: tuple[str, ...] = ()
    """Where passwords of users stand; they themselves are not kept."""
    loose_secrets: tuple[str, ...] = ()
    """Where secrets stand that may be a client's: it is not clear that they are, or whose."""


def find(leaves: Iterable[Leaf]) -> Found:
    """Returns what the values say of Cognito."""
    known = [leaf for leaf in leaves if leaf.value]
    pools, clients = _pools(known), clients_in(known)
    region = _first(known, _is_region) or next((pool.partition("_")[0] for pool, _ in pools), "")
    return Found(
        pools=pools,
        clients=clients,
        region=region,
        domain=_domain(known, region),
        scopes=tuple(filter(_is_scope, _words(known, ("scope", "scopes")))),
        callback_urls=_callbacks(known),
        identity_pool_id=_first(known, lambda leaf: _IDENTITY_POOL.fullmatch(leaf.value) is not None),
        flows=tuple(word.removeprefix("ALLOW_") for word in _words(known, ("flowtype", "explicitauthflows"))),
        grants=_words(known, ("responsetype", "allowedoauthflows")),
        username=_first(known, lambda leaf: leaf.hint.endswith(("cognitousername", "cognitouser"))),
        endpoint_url=_first(known, _is_endpoint),
        passwords=tuple(leaf.label for leaf in known if _is_password(leaf)),
        loose_secrets=loose_secrets(known, clients),
    )


def _pools(leaves: list[Leaf]) -> tuple[tuple[str, str], ...]:
    found: dict[str, str] = {}
    for leaf in leaves:
        match = _POOL_IN_TEXT.search(leaf.value)
        if match and (match.start() == 0 or ":" in leaf.value):
            found.setdefault(match[1], leaf.label)
        elif leaf.hint.endswith(("userpoolid", "userpoolsid")) and _ANY_POOL.fullmatch(leaf.value):
            found.setdefault(leaf.value, leaf.label)
    return tuple(found.items())


def _is_password(leaf: Leaf) -> bool:
    """A database's is none of ours."""
    named = leaf.hint.endswith(("password", "passwd", "pwd"))
    return named and ("cognito" in leaf.hint or leaf.hint in ("password", "userpassword", "testuserpassword"))


def _domain(leaves: list[Leaf], region: str) -> str:
    found = [leaf.value for leaf in leaves if _is_domain(leaf)]
    whole = next((value for value in found if "amazoncognito.com" in value), next(iter(found), ""))
    if not whole:
        return ""
    if "://" in whole:
        return _origin(whole)
    if _HOST.fullmatch(whole.rstrip("/")):
        return f"https://{whole.rstrip('/')}"
    return f"https://{whole}.auth.{region}.amazoncognito.com" if region and _PREFIX.fullmatch(whole) else ""


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
    host = leaf.value.partition("://")[2].partition("/")[0] or leaf.value.rstrip("/")
    if host.endswith(".amazoncognito.com"):
        return True
    if "redirect" in leaf.hint or "callback" in leaf.hint or "cloudfront" in leaf.hint or "cloudfront" in host:
        return False
    named = leaf.hint == "domain" or leaf.hint.endswith(_DOMAINS)
    # Firebase has its AUTH_DOMAIN, too.
    ours = named and not leaf.is_of_another
    return ours and (_HOST.fullmatch(host) is not None or _PREFIX.fullmatch(leaf.value) is not None)


def _callbacks(leaves: list[Leaf]) -> tuple[str, ...]:
    named = ("redirectsignin", "redirectsigninuri", "signinredirecturi", "callbackurls", "callbackurl", "redirecturi")
    ours = (leaf for leaf in leaves if leaf.hint.endswith(named) and not leaf.is_of_another)
    found = [leaf.value for leaf in ours if "signout" not in leaf.hint]
    # aws-exports.js has several in one text.
    return tuple(dict.fromkeys(url.strip() for value in found for url in value.split(",") if _is_plain(url)))


def _is_scope(word: str) -> bool:
    """Cognito has these scopes, and those of resource servers, which all have a slash in them."""
    return word in _SCOPES or ("/" in word and "?" not in word and "@" not in word)


def _is_plain(url: str) -> bool:
    """An address, and none with a user in it, who may have a password there."""
    return "://" in url and "@" not in url


def _words(leaves: list[Leaf], endings: tuple[str, ...]) -> tuple[str, ...]:
    found = (leaf.value for leaf in leaves if leaf.hint.endswith(endings) and not leaf.is_of_another)
    return tuple(dict.fromkeys(word for value in found for word in value.replace(",", " ").split()))


def _first(leaves: list[Leaf], is_meant: Callable[[Leaf], bool]) -> str:
    return next((leaf.value for leaf in leaves if is_meant(leaf)), "")


def _is_region(leaf: Leaf) -> bool:
    return leaf.hint.endswith("region") and _REGION.fullmatch(leaf.value) is not None


def _is_endpoint(leaf: Leaf) -> bool:
    named = leaf.hint.endswith(("awsendpointurl", "cognitoendpoint", "cognitoendpointurl", "cognitoidentityprovider"))
    return named and bool(endpoint_to_keep(leaf.value))
