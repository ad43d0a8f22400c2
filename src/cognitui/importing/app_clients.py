"""App clients in a file, each with its secret.

A value counts as an id if its name says so, or if it cannot be anything else. A secret is imported only if it certainly
belongs to an app client; otherwise the user decides.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import ClassVar

from cognitui.importing.naming import STAGE_WORDS
from cognitui.importing.values import Entry, bare, own_words
from cognitui.model.struct import Frozen

_CLIENT_ID = re.compile(r"[a-z0-9]{24,26}")
"""As AWS generates it: nearly always 26 characters, sometimes fewer."""
_ANY_CLIENT = re.compile(r"[\w+]{1,128}", re.ASCII)
"""AWS, ClientIdType; an emulator may use anything."""
_OF_POOLS = ("cognito", "userpool", "appclient", "webclient", "nativeclient", "mobileclient")
"""Words for app clients of user pools, including those of Amplify."""
_STAGE = f"(?:{'|'.join(sorted(STAGE_WORDS))})?$"
_ENDS_IN_CLIENT = re.compile(rf"clients?(?:ids?)?(?:web|native|mobile|ios|android)?{_STAGE}")
_OF_AUTHJS = re.compile(r"cognitoid$")
"""Auth.js 5 reads AUTH_COGNITO_ID and AUTH_COGNITO_SECRET."""

_CLIENT_SECRET = re.compile(r"[\w+-]{1,64}", re.ASCII)
"""AWS, AddUserPoolClientSecret; an emulator's may be shorter, or a UUID. A reference (`${X}`, an ARN) doesn't match."""
_NO_SECRET = re.compile(r"[-+]?[\d.]*|true|false|yes|no|on|off|null|none|undefined", re.IGNORECASE)
"""A value about a secret: whether there is one, or for how long."""
_NAMES_A_SECRET = re.compile(rf"(?:client(?:ids?)?|cognito|userpool)secrets?{_STAGE}")
"""With nothing in between: a pool's cookie secret and a client secret's ARN are something else."""

_BUILD_TOOLS = re.compile(r"^(?:nextpublic|expopublic|nuxtpublic|nuxt|vite|reactapp|vueapp|ngapp|gatsby)")
"""Prefixes that build tools require for values that a browser may see: a client id, but not its secret."""
_WHAT_IT_IS = re.compile(r"client(?:ids?)?secrets?|clients?(?:ids?)?|(?:ids?|secrets?)$")

_USUAL = frozenset(
    {
        *("a", "admin", "android", "api", "b", "backend", "batch", "browser", "cli", "customer", "dashboard"),
        *("desktop", "external", "frontend", "internal", "ios", "legacy", "m", "m2", "machine", "main"),
        *("mobile", "native", "portal", "primary", "private", "server", "service", "spa", "the", "web"),
        *("website", "worker", "amplify", "stack"),
    }
)
"""Usual names of app clients. Any other word may be the name of another service."""


class FoundClient(Frozen, frozen=True):
    """An app client in a file."""

    hidden: ClassVar[tuple[str, ...]] = ("secret", "at")

    id: str
    label: str
    """Path of its id in the file."""
    at: Entry = Entry((), "")
    secret: str = ""
    scopes: tuple[str, ...] = ()
    callback_urls: tuple[str, ...] = ()
    flows: tuple[str, ...] = ()
    grants: tuple[str, ...] = ()


def clients_in(entries: Sequence[Entry], pool: Sequence[Entry] = ()) -> tuple[FoundClient, ...]:
    """Return the app clients, each with its secret if the file contains it.

    Args:
        entries: The values that belong to a pool.
        pool: The entries with the pool's id; a client that shares a word with them belongs to the pool.
    """
    places: dict[str, list[Entry]] = {}
    for entry in _without_strangers([entry for entry in entries if _is_client(entry)], pool):
        places.setdefault(entry.value, []).append(entry)
    secrets = _secrets_of(places, [entry for entry in entries if _is_secret(entry)])
    return tuple(FoundClient(id_, at[0].label, at[0], secrets[id_]) for id_, at in places.items())


def loose_secrets(
    entries: Sequence[Entry], clients: Sequence[FoundClient], pool: Sequence[Entry] = ()
) -> tuple[str, ...]:
    """Return the paths of secrets that may belong to a client, if it is unclear whether they do, or to which."""
    taken, ids = {client.secret for client in clients}, {client.id for client in clients}
    # The secret beside a client that was left out is that client's.
    strangers = {_owner(entry) for entry in entries if names_a_client(entry) and entry.value not in ids}
    loose = (entry for entry in entries if _may_be_a_secret(entry) and entry.value not in taken)
    return tuple(entry.label for entry in loose if _owner(entry) not in strangers or _is_of_aws(entry))


def may_be_client_id(text: str) -> bool:
    """Return whether an app client can have this id, of AWS or of an emulator."""
    return _ANY_CLIENT.fullmatch(text) is not None


def names_a_client(entry: Entry) -> bool:
    """Return whether a name says that its value is a client id."""
    if entry.is_of_another or ("client" in entry.hint and entry.from_word("client").is_secret):
        return False
    named = entry.hint.endswith(("clientid", "clientids")) or _OF_AUTHJS.search(entry.hint) is not None
    return named or ("client" in entry.hint and not entry.is_secret and _may_name_an_id(entry))


def names_a_secret(entry: Entry) -> bool:
    """Return whether a name is that of a client secret: `client_secret`, clients.web.secret."""
    return not entry.is_of_another and _names_a_secret(entry)


def _is_client(entry: Entry) -> bool:
    if not names_a_client(entry):
        return False
    if entry.hint.endswith(("clientid", "clientids")):
        return may_be_client_id(entry.value)
    return _CLIENT_ID.fullmatch(entry.value) is not None


def _without_strangers(clients: Sequence[Entry], pool: Sequence[Entry]) -> list[Entry]:
    """Drop clients with unknown words in their names; if no other is left, keep those that can only be client ids."""
    known = frozenset(word for entry in pool for word in own_words(entry.parts)) | _USUAL | STAGE_WORDS
    ours = [entry for entry in clients if _mentions_cognito(entry) or own_words(entry.own_parts) <= known]
    return ours or [entry for entry in clients if _CLIENT_ID.fullmatch(entry.value)]


def _mentions_cognito(entry: Entry) -> bool:
    return any(word in bare(entry.own_parts) for word in ("cognito", "userpool", "appclient"))


def _may_name_an_id(entry: Entry) -> bool:
    """Return whether a name may be that of a client id although it doesn't end in `client_id`."""
    name, *below = entry.from_word("client").path
    if entry.hint.endswith("id"):  # client_a_id, clients.web.id
        return True
    named = name.lower().endswith(("clients", "ids")) if below else _ENDS_IN_CLIENT.search(entry.hint) is not None
    # client_ids.web, AppClientIDWeb; user_pool_client, web_client; client, clients.web
    ours = any(word in entry.hint for word in ("clientid", *_OF_POOLS))
    return named and (ours or entry.named[0].lower() in ("client", "clients"))


def _is_secret(entry: Entry) -> bool:
    return _may_be_a_secret(entry) and _names_a_secret(entry) and _CLIENT_SECRET.fullmatch(entry.value) is not None


def _may_be_a_secret(entry: Entry) -> bool:
    """Return whether its name mentions a secret of Cognito or of a client, which the user should know about."""
    if entry.is_of_another or _NO_SECRET.fullmatch(entry.value):
        return False
    named = entry.hint.endswith("secret") and ("client" in entry.hint or entry.is_of_cognito)
    return named or re.search("client(?:id)?secret", entry.hint) is not None


def _names_a_secret(entry: Entry) -> bool:
    *above, name = entry.named or ("",)
    tables = [bare((table,)) for table in above]
    if any(table.endswith("clientsecrets") for table in tables):
        return True
    if name.lower() == "secret" and any(table.endswith(("client", "clients")) for table in tables):
        return True
    return _NAMES_A_SECRET.search(entry.hint) is not None


def _secrets_of(clients: Mapping[str, Sequence[Entry]], secrets: Sequence[Entry]) -> dict[str, str]:
    """Return the secret of each client: of the same name, else in the same object, else the only secret of Cognito.

    The last rule needs a single client. A secret that two clients could have belongs to neither.
    """
    claimed = {id_: _claimed_by(at, secrets) for id_, at in clients.items()}
    if len(clients) == 1 and not any(claimed.values()):
        return dict.fromkeys(clients, _only([secret for secret in secrets if _is_of_aws(secret)]))
    times = Counter(id(secret) for found in claimed.values() for secret in found)
    return {
        id_: _only(found) if all(times[id(secret)] == 1 for secret in found) else "" for id_, found in claimed.items()
    }


def _claimed_by(client: Sequence[Entry], secrets: Sequence[Entry]) -> list[Entry]:
    owners = {_owner(place) for place in client}
    same = [secret for secret in secrets if _owner(secret) in owners]
    return same or [secret for secret in secrets if any(_is_beside(secret, place) for place in client)]


def _is_beside(secret: Entry, client: Entry) -> bool:
    """Return whether both are in the same object, and the secret's name mentions nothing else."""
    place = client.parts[:-1]
    return bool(place) and secret.parts[:-1] == place and own_words(secret.parts[-1:]) <= own_words(client.parts[-1:])


def _only(secrets: Sequence[Entry]) -> str:
    values = {secret.value for secret in secrets}
    return values.pop() if len(values) == 1 else ""


def _is_of_aws(secret: Entry) -> bool:
    return secret.is_of_cognito or secret.hint.startswith("aws")


def _owner(entry: Entry) -> str:
    """Return a path without the kind of value: `web` for WEB_CLIENT_ID, web_client_secret, clients.web.id."""
    return _WHAT_IT_IS.sub("", _BUILD_TOOLS.sub("", bare(entry.path)))
