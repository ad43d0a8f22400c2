"""What a file was found to tell, before anything is asked of it; and what of it was not taken."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cognitui.importing.detect import FoundPool
from cognitui.importing.new_profile import NewProfile
from cognitui.model.directory import ClientDetails
from cognitui.model.secret import SecretKind
from cognitui.model.text import inert


def told_by(name: str, found: FoundPool, client: ClientDetails) -> Iterator[str]:
    """Yields what a file says of a pool, line by line; of a secret only that there is one."""
    yield f"{name} contains:"
    facts = {
        "user pool": found.id,
        "app client": client.id,
        "client secret": "one, for the keyring" if client.secret else "",
        "region": found.region,
        "domain": found.domain,
        "scopes": ", ".join(client.scopes),
        "endpoint": found.endpoint_url,
        "user": found.username,
    }
    for what, value in facts.items():
        if value:
            yield f"  {what:<15}{inert(value, 200)}"


def not_taken(found: FoundPool, drafts: Sequence[NewProfile], *, can_store: bool) -> Iterator[str]:
    """Yields what was left where it is, and how to store it; never a value.

    Args:
        found: What the file says of the pool.
        drafts: The profiles that were made of it.
        can_store: Whether a secret that is stored now is there the next time.
    """
    of_user = next((draft for draft in drafts if draft.fields.username == found.username), drafts[0])
    for label in found.passwords:
        yield f"{inert(label, 60)} was not taken.{_way(of_user, SecretKind.PASSWORD, can_store=can_store)}"
    if not drafts[0].client_secret:
        for label in found.loose_secrets:
            way = _way(drafts[0], SecretKind.CLIENT_SECRET, can_store=can_store)
            yield f"{inert(label, 60)} was not taken: it is not clear that it is an app client's, or whose.{way}"


def _way(draft: NewProfile, kind: SecretKind, *, can_store: bool) -> str:
    if not can_store:
        return " The first token asks for what it needs."
    return f" To store it: cognitui secret set {inert(draft.id, 120)} {kind.value}"
