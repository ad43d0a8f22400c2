"""The app clients that a file tells of, and which secret is whose.

A value is shown and written down as an id where its name says so, or where it can be nothing else; a secret is taken
where it is certainly that of an app client. In doubt it is left, and a person says it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import ClassVar

from cognitui.importing.leaf import Leaf, bare
from cognitui.model.frozen import Frozen

_CLIENT_ID = re.compile(r"[a-z0-9]{26}")
"""As AWS makes it."""
_ANY_CLIENT = re.compile(r"[\w+]{1,128}", re.ASCII)
"""AWS, ClientIdType; an emulator's may be any."""
_OF_POOLS = ("cognito", "userpool", "appclient", "webclient", "nativeclient", "mobileclient")
"""Words for the app clients of user pools, those of Amplify among them."""
_ENDS_IN_CLIENT = re.compile(r"clients?(?:ids?)?(?:web|native|mobile|ios|android)?$")

_CLIENT_SECRET = re.compile(r"[\w+-]{1,64}", re.ASCII)
"""AWS, AddUserPoolClientSecret; an emulator's may be shorter, or a UUID. A reference (`${X}`, an ARN) is none."""
_NO_SECRET = re.compile(r"[-+]?[\d.]*|true|false|yes|no|on|off|null|none|undefined", re.IGNORECASE)
"""What is said about a secret: that there is one, or for how long."""
_NAMES_A_SECRET = re.compile(r"(?:client(?:ids?)?|cognito|userpool)secrets?$")
"""Nothing may stand between: a pool's cookie secret and a client secret's ARN are other things."""

_BUILD_TOOLS = re.compile(r"^(?:nextpublic|expopublic|nuxtpublic|nuxt|vite|reactapp|vueapp|ngapp|gatsby)")
"""What build tools want before the names of what a browser may see: of a client's id, and not of its secret."""
_WHAT_IT_IS = re.compile(r"client(?:ids?)?secrets?|clients?(?:ids?)?|(?:ids?|secrets?)$")


class FoundClient(Frozen, frozen=True):
    """An app client."""

    hidden: ClassVar[tuple[str, ...]] = ("secret",)

    id: str
    label: str
    """Where it stands."""
    secret: str = ""


def clients_in(leaves: Sequence[Leaf]) -> tuple[FoundClient, ...]:
    """Returns the app clients, each with its secret where the file tells that."""
    secrets = [leaf for leaf in leaves if _is_secret(leaf)]
    found: dict[str, Leaf] = {}
    for leaf in leaves:
        if _is_client(leaf):
            found.setdefault(leaf.value, leaf)
    clients = list(found.values())
    return tuple(FoundClient(leaf.value, leaf.label, _secret_of(leaf, clients, secrets)) for leaf in clients)


def loose_secrets(leaves: Sequence[Leaf], clients: Sequence[FoundClient]) -> tuple[str, ...]:
    """Returns where secrets stand that may be a client's: it is not clear that they are, or whose."""
    taken = {client.secret for client in clients}
    return tuple(leaf.label for leaf in leaves if _may_be_a_secret(leaf) and leaf.value not in taken)


def _is_client(leaf: Leaf) -> bool:
    hint = leaf.hint
    if "client" not in hint or leaf.is_of_another or leaf.from_word("client").is_secret:
        return False
    if hint.endswith(("clientid", "clientids")):
        return _ANY_CLIENT.fullmatch(leaf.value) is not None
    return _speaks_of_an_id(leaf) and not leaf.is_secret and _CLIENT_ID.fullmatch(leaf.value) is not None


def _speaks_of_an_id(leaf: Leaf) -> bool:
    """Whether a name may be that of an id although it does not end in `client_id`."""
    name, *below = leaf.from_word("client").path
    if leaf.hint.endswith("id"):  # client_a_id, clients.web.id
        return True
    told = name.lower().endswith(("clients", "ids")) if below else _ENDS_IN_CLIENT.search(leaf.hint) is not None
    # client_ids.web, AppClientIDWeb; user_pool_client, web_client; client, clients.web
    ours = any(word in leaf.hint for word in ("clientid", *_OF_POOLS))
    return told and (ours or leaf.path[0].lower() in ("client", "clients"))


def _is_secret(leaf: Leaf) -> bool:
    return _may_be_a_secret(leaf) and _names_a_secret(leaf) and _CLIENT_SECRET.fullmatch(leaf.value) is not None


def _may_be_a_secret(leaf: Leaf) -> bool:
    """Whether a person should be told of it: its name speaks of a secret of Cognito's or of a client."""
    if leaf.is_of_another or _NO_SECRET.fullmatch(leaf.value):
        return False
    named = leaf.hint.endswith("secret") and ("client" in leaf.hint or leaf.is_of_cognito)
    return named or re.search("client(?:id)?secret", leaf.hint) is not None


def _names_a_secret(leaf: Leaf) -> bool:
    """Whether the name is that of a client secret itself: `client_secret`, client_secrets.web, clients.web.secret."""
    *above, name = leaf.path
    tables = [bare((table,)) for table in above]
    if any(table.endswith("clientsecrets") for table in tables):
        return True
    if name.lower() == "secret" and any(table.endswith(("client", "clients")) for table in tables):
        return True
    return _NAMES_A_SECRET.search(leaf.hint) is not None


def _secret_of(client: Leaf, clients: Sequence[Leaf], secrets: Sequence[Leaf]) -> str:
    """The secret of the same name; else the only one that is Cognito's by its name is that of the only client."""
    owner = _owner(client)
    same = [secret for secret in secrets if _owner(secret) == owner]
    if same:
        alone = sum(_owner(other) == owner for other in clients) == 1
        return _only(same) if alone else ""
    return _only([secret for secret in secrets if _is_of_aws(secret)]) if len(clients) == 1 else ""


def _only(secrets: Sequence[Leaf]) -> str:
    values = {secret.value for secret in secrets}
    return values.pop() if len(values) == 1 else ""


def _is_of_aws(secret: Leaf) -> bool:
    return secret.is_of_cognito or secret.hint.startswith("aws")


def _owner(leaf: Leaf) -> str:
    """What is left of a name without what is said of it: `web` of WEB_CLIENT_ID, web_client_secret, clients.web.id."""
    return _WHAT_IT_IS.sub("", _BUILD_TOOLS.sub("", leaf.hint))
