"""What is remembered of how a person uses the screen, when a command changes what it is about."""

from __future__ import annotations

from contextlib import suppress

from cognitui.cli.session import Session
from cognitui.model.errors import CognituiError


def note_renamed(session: Session, before: str, after: str) -> None:
    """Carries what is remembered of a profile over to its new id."""
    # A full disk, say: what was asked for is done, and nothing depends on this.
    with suppress(CognituiError):
        session.services.choices.change(lambda choices: choices.with_renamed(before, after))


def note_removed(session: Session, profile_id: str) -> None:
    """Forgets a profile, so that a new one of its name begins anew."""
    with suppress(CognituiError):
        session.services.choices.change(lambda choices: choices.without(profile_id))
