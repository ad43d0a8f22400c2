"""Promise 3 on the screen, and files that are broken while it is open."""

from __future__ import annotations

import asyncio
import threading
import time

from textual import events

from cognitui.model.errors import KeyringTimeout, ProfileFileError
from cognitui.model.profile import ProfileSet
from cognitui.model.secret import SecretName
from tests.tui.harness import desk, opened
from tests.unit.fakes import FakeProfileStore, FakeVault, make_book, make_profile

ALICE, BOB = make_profile("dev/alice"), make_profile("dev/bob")

PROMISED = 0.1
"""Seconds within which a key is answered, whatever the keyring does."""


class FrozenVault(FakeVault):
    """Does not answer until it is thawed."""

    def __init__(self) -> None:
        super().__init__()
        self.thawed = threading.Event()

    def get(self, name: SecretName) -> str | None:
        self.thawed.wait(10)
        raise KeyringTimeout("The keyring has not answered for 3 s.", fix="Restart the keyring service.")


async def test_a_frozen_keyring_does_not_freeze_the_screen() -> None:
    vault = FrozenVault()
    async with opened(desk(ALICE, BOB, vault=vault)) as story:
        await story.press("enter")
        await story.see("Getting the token")
        pressed = time.monotonic()
        story.app.post_message(events.Key("j", "j"))
        while story.main.selected != BOB:
            await asyncio.sleep(0.001)

        assert time.monotonic() - pressed < PROMISED
        vault.thawed.set()


async def test_a_keyring_that_does_not_answer_is_reported_with_what_to_do() -> None:
    vault = FrozenVault()
    vault.thawed.set()
    async with opened(desk(ALICE, vault=vault)) as story:
        await story.press("enter")

        await story.see("The keyring has not answered for 3 s.")
        assert "Restart the keyring service." in story.text


class BrokenStore(FakeProfileStore):
    """A file that becomes unreadable on demand."""

    broken = False

    def load(self) -> ProfileSet:
        if self.broken:
            raise ProfileFileError("profiles.toml:7: is not TOML: a string whose quotes are not closed.")
        return super().load()


async def test_a_file_that_breaks_is_reported_and_the_profiles_that_were_read_stay() -> None:
    services = desk(ALICE)
    store = BrokenStore(make_book(ALICE))
    services.profiles = store
    async with opened(services) as story:
        store.broken = True
        await story.press("f5")

        await story.see("profiles.toml:7: is not TOML")
        await story.press("exclamation_mark")
        assert "has no faults" not in story.text
        assert "alice" in story.text


async def test_a_file_that_is_fixed_is_read_again() -> None:
    services = desk(ALICE)
    store = BrokenStore(make_book(ALICE, BOB))
    store.broken = True
    services.profiles = store
    async with opened(services) as story:
        await story.see("is not TOML")
        store.broken = False
        await story.press("f5")

        await story.see("bob")
        assert "is not TOML" not in story.text
