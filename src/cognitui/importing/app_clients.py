"""The app clients that a file names, and which secret is whose.

A value is shown and written down as an id if its name says so, or if it can be nothing else; a secret is taken if it
is certainly that of an app client. In doubt it is left, and a person says it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import ClassVar

from cognitui.importing.naming import STAGE_WORDS
from cognitui.importing.values import Leaf, bare, own_words
from cognitui.model.struct import Frozen

_CLIENT_ID = re.compile(r"[a-z0-9]{24,26}")
"""As AWS makes it: 26 characters nearly always, and fewer if the number behind it is small."""
_ANY_CLIENT = re.compile(r"[\w+]{1,128}", re.ASCII)
"""AWS, ClientIdType; an emulator's may be any."""
_OF_POOLS = ("cognito", "userpool", "appclient", "webclient", "nativeclient", "mobileclient")
"""Words for the app clients of user pools, those of Amplify among them."""
_STAGE = f"(?:{'|'.join(sorted(STAGE_WORDS))})?$"
_ENDS_IN_CLIENT = re.compile(rf"clients?(?:ids?)?(?:web|native|mobile|ios|android)?{_STAGE}")
_OF_AUTHJS = re.compile(r"cognitoid$")
"""Auth.js 5 reads AUTH_COGNITO_ID and AUTH_COGNITO_SECRET."""

_CLIENT_SECRET = re.compile(r"[\w+-]{1,64}", re.ASCII)
"""AWS, AddUserPoolClientSecret; an emulator's may be shorter, or a UUID. A reference (`${X}`, an ARN) is none."""
_NO_SECRET = re.compile(r"[-+]?[\d.]*|true|false|yes|no|on|off|null|none|undefined", re.IGNORECASE)
"""What is said about a secret: that there is one, or for how long."""
_NAMES_A_SECRET = re.compile(rf"(?:client(?:ids?)?|cognito|userpool)secrets?{_STAGE}")
"""Nothing may stand between: a pool's cookie secret and a client secret's ARN are other things."""

_BUILD_TOOLS = re.compile(r"^(?:nextpublic|expopublic|nuxtpublic|nuxt|vite|reactapp|vueapp|ngapp|gatsby)")
"""What build tools want before the names of what a browser may see: of a client's id, and not of its secret."""
_WHAT_IT_IS = re.compile(r"client(?:ids?)?secrets?|clients?(?:ids?)?|(?:ids?|secrets?)$")

_USUAL = frozenset(
    {
        *(
            "a",
            "admin",
            "android",
            "api",
            "b",
            "backend",
            "batch",
            "browser",
            "cli",
            "customer",
            "dashboard",
            "desktop",
        ),
        *(
            "external",
            "frontend",
            "internal",
            "ios",
            "legacy",
            "m",
            "m2",
            "machine",
            "main",
            "mobile",
            "native",
            "portal",
        ),
        *("primary", "private", "server", "service", "spa", "the", "web", "website", "worker", "amplify", "stack"),
    }
)
"""What app clients are called everywhere. Any other word may be the name of another service."""


class FoundClient(Frozen, frozen=True):
    """An app client."""

    hidden: ClassVar[tuple[str, ...]] = ("secret", "at")

    id: str
    label: str
    """Where it stands."""
    at: Leaf = Leaf((), "")
    secret: str = ""
    scopes: tuple[str, ...] = ()
    callback_urls: tuple[str, ...] = ()
    flows: tuple[str, ...] = ()
    grants: tuple[str, ...] = ()


def clients_in(leaves: Sequence[Leaf], pool: Sequence[Leaf] = ()) -> tuple[FoundClient, ...]:
    """Returns the app clients, each with its secret if the file names that.

    Args:
        leaves: The values that belong to a pool.
        pool: Where the pool's id stands: a client with a word of its name is the pool's.
    """
    places: dict[str, list[Leaf]] = {}
    for leaf in _without_strangers([leaf for leaf in leaves if _is_client(leaf)], pool):
        places.setdefault(leaf.value, []).append(leaf)
    secrets = _secrets_of(places, [leaf for leaf in leaves if _is_secret(leaf)])
    return tuple(FoundClient(id_, at[0].label, at[0], secrets[id_]) for id_, at in places.items())


def loose_secrets(leaves: Sequence[Leaf], clients: Sequence[FoundClient], pool: Sequence[Leaf] = ()) -> tuple[str, ...]:
    """Returns where secrets stand that may be a client's: it is not clear that they are, or whose."""
    taken, ids = {client.secret for client in clients}, {client.id for client in clients}
    # The secret beside a client that was left out is that client's.
    strangers = {_owner(leaf) for leaf in leaves if names_a_client(leaf) and leaf.value not in ids}
    loose = (leaf for leaf in leaves if _may_be_a_secret(leaf) and leaf.value not in taken)
    return tuple(leaf.label for leaf in loose if _owner(leaf) not in strangers or _is_of_aws(leaf))


def may_be_client_id(text: str) -> bool:
    """Return whether an app client can have this id, of AWS or of an emulator."""
    return _ANY_CLIENT.fullmatch(text) is not None


def names_a_client(leaf: Leaf) -> bool:
    """Returns whether a name says that its value is a client's id."""
    if leaf.is_of_another or ("client" in leaf.hint and leaf.from_word("client").is_secret):
        return False
    named = leaf.hint.endswith(("clientid", "clientids")) or _OF_AUTHJS.search(leaf.hint) is not None
    return named or ("client" in leaf.hint and not leaf.is_secret and _speaks_of_an_id(leaf))


def names_a_secret(leaf: Leaf) -> bool:
    """Returns whether a name is that of a client secret itself: `client_secret`, clients.web.secret."""
    return not leaf.is_of_another and _names_a_secret(leaf)


def _is_client(leaf: Leaf) -> bool:
    if not names_a_client(leaf):
        return False
    if leaf.hint.endswith(("clientid", "clientids")):
        return may_be_client_id(leaf.value)
    return _CLIENT_ID.fullmatch(leaf.value) is not None


def _without_strangers(clients: Sequence[Leaf], pool: Sequence[Leaf]) -> list[Leaf]:
    """Of names with a word that nobody knows, only those that can be nothing else, and only if there is no other."""
    known = frozenset(word for leaf in pool for word in own_words(leaf.parts)) | _USUAL | STAGE_WORDS
    ours = [leaf for leaf in clients if _speaks_of_ours(leaf) or own_words(leaf.own_parts) <= known]
    return ours or [leaf for leaf in clients if _CLIENT_ID.fullmatch(leaf.value)]


def _speaks_of_ours(leaf: Leaf) -> bool:
    return any(word in bare(leaf.own_parts) for word in ("cognito", "userpool", "appclient"))


def _speaks_of_an_id(leaf: Leaf) -> bool:
    """Whether a name may be that of an id although it does not end in `client_id`."""
    name, *below = leaf.from_word("client").path
    if leaf.hint.endswith("id"):  # client_a_id, clients.web.id
        return True
    told = name.lower().endswith(("clients", "ids")) if below else _ENDS_IN_CLIENT.search(leaf.hint) is not None
    # client_ids.web, AppClientIDWeb; user_pool_client, web_client; client, clients.web
    ours = any(word in leaf.hint for word in ("clientid", *_OF_POOLS))
    return told and (ours or leaf.named[0].lower() in ("client", "clients"))


def _is_secret(leaf: Leaf) -> bool:
    return _may_be_a_secret(leaf) and _names_a_secret(leaf) and _CLIENT_SECRET.fullmatch(leaf.value) is not None


def _may_be_a_secret(leaf: Leaf) -> bool:
    """Whether a person should know of it: its name speaks of a secret of Cognito's or of a client."""
    if leaf.is_of_another or _NO_SECRET.fullmatch(leaf.value):
        return False
    named = leaf.hint.endswith("secret") and ("client" in leaf.hint or leaf.is_of_cognito)
    return named or re.search("client(?:id)?secret", leaf.hint) is not None


def _names_a_secret(leaf: Leaf) -> bool:
    *above, name = leaf.named or ("",)
    tables = [bare((table,)) for table in above]
    if any(table.endswith("clientsecrets") for table in tables):
        return True
    if name.lower() == "secret" and any(table.endswith(("client", "clients")) for table in tables):
        return True
    return _NAMES_A_SECRET.search(leaf.hint) is not None


def _secrets_of(clients: Mapping[str, Sequence[Leaf]], secrets: Sequence[Leaf]) -> dict[str, str]:
    """The secret of the same name, else the one beside it; the only one that is Cognito's is that of the only client.

    One that two clients could have is of neither.
    """
    claimed = {id_: _claimed_by(at, secrets) for id_, at in clients.items()}
    if len(clients) == 1 and not any(claimed.values()):
        return dict.fromkeys(clients, _only([secret for secret in secrets if _is_of_aws(secret)]))
    times = Counter(id(secret) for found in claimed.values() for secret in found)
    return {
        id_: _only(found) if all(times[id(secret)] == 1 for secret in found) else "" for id_, found in claimed.items()
    }


def _claimed_by(client: Sequence[Leaf], secrets: Sequence[Leaf]) -> list[Leaf]:
    owners = {_owner(place) for place in client}
    same = [secret for secret in secrets if _owner(secret) in owners]
    return same or [secret for secret in secrets if any(_is_beside(secret, place) for place in client)]


def _is_beside(secret: Leaf, client: Leaf) -> bool:
    """Whether both are in one object, and the secret's name speaks of nobody else."""
    place = client.parts[:-1]
    return bool(place) and secret.parts[:-1] == place and own_words(secret.parts[-1:]) <= own_words(client.parts[-1:])


def _only(secrets: Sequence[Leaf]) -> str:
    values = {secret.value for secret in secrets}
    return values.pop() if len(values) == 1 else ""


def _is_of_aws(secret: Leaf) -> bool:
    return secret.is_of_cognito or secret.hint.startswith("aws")


def _owner(leaf: Leaf) -> str:
    """What is left of a path without what is said of it: `web` of WEB_CLIENT_ID, web_client_secret, clients.web.id."""
    return _WHAT_IT_IS.sub("", _BUILD_TOOLS.sub("", bare(leaf.path)))
