"""The vault on a real KeePassXC, which asks a person for each program that wants to see what another one wrote."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from cognitui.model.errors import KeyringLocked
from cognitui.model.secret import SecretKind, SecretName
from cognitui.vault.keyring_backend import choose_keyring
from cognitui.vault.vault import KeyringVault
from tests.integration.keepassxc import CONSENT, DATABASE_PASSWORD, PROGRAMS, UNLOCK, KeePassXC, running_keepassxc

pytestmark = pytest.mark.xdist_group("keepassxc")

PASSWORD = SecretName(SecretKind.PASSWORD, "eu-west-1_AbCdEf123/alice@example.com")
ASKS = "The keyring asks for its password or your consent: look for its window."

Run = Callable[[], KeyringVault]


@pytest.fixture
def keepassxc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[KeePassXC]:
    if missing := [program for program in PROGRAMS if shutil.which(program) is None]:
        pytest.skip(f"not installed: {', '.join(missing)} (Debian: keepassxc, xvfb, xdotool, dbus)")
    with running_keepassxc(tmp_path) as service:
        monkeypatch.delenv("PYTHON_KEYRING_BACKEND", raising=False)
        for variable, value in service.settings.items():
            monkeypatch.setenv(variable, value)
        yield service


@pytest.fixture
def prompts() -> list[str]:
    return []


@pytest.fixture
def a_run(keepassxc: KeePassXC, prompts: list[str]) -> Run:
    """Return what another run of the program has: a vault of its own, of little patience."""
    return lambda: KeyringVault(partial(choose_keyring, os.environ), prompts.append, patience=2.0, prompt_patience=30.0)


def test_a_run_is_not_asked_for_what_it_has_written_itself(a_run: Run, prompts: list[str]) -> None:
    vault = a_run()
    vault.set(PASSWORD, "first")
    vault.set(PASSWORD, "second" * 3_000)
    assert vault.get(PASSWORD) == "second" * 3_000
    assert prompts == []


def test_consent_is_asked_once_in_a_run_and_announced(a_run: Run, prompts: list[str], keepassxc: KeePassXC) -> None:
    a_run().set(PASSWORD, "correct horse")
    vault = a_run()
    with keepassxc.person(CONSENT, "Return"):
        assert vault.get(PASSWORD) == "correct horse"
    assert [vault.get(PASSWORD) for _ in range(3)] == ["correct horse"] * 3
    vault.set(PASSWORD, "battery staple")
    assert vault.get(PASSWORD) == "battery staple"
    assert prompts == [ASKS]


def test_a_write_that_asks_for_consent_is_announced_and_waits_for_the_person(
    a_run: Run, prompts: list[str], keepassxc: KeePassXC
) -> None:
    a_run().set(PASSWORD, "before")
    vault = a_run()
    with keepassxc.person(CONSENT, "Return", after=3.0):
        vault.set(PASSWORD, "after")
    assert prompts == [ASKS]
    assert vault.get(PASSWORD) == "after"


def test_consent_that_is_declined_is_an_error_and_changes_nothing(
    a_run: Run, prompts: list[str], keepassxc: KeePassXC
) -> None:
    writer = a_run()
    writer.set(PASSWORD, "before")
    vault = a_run()
    with keepassxc.person(CONSENT, "Escape"), pytest.raises(KeyringLocked):
        vault.set(PASSWORD, "after")
    assert prompts == [ASKS]
    assert writer.get(PASSWORD) == "before"


def test_a_locked_database_is_opened_by_its_password(a_run: Run, prompts: list[str], keepassxc: KeePassXC) -> None:
    vault = a_run()
    vault.set(PASSWORD, "correct horse")
    keepassxc.lock()
    with keepassxc.person(UNLOCK, "Return", DATABASE_PASSWORD):
        assert vault.get(PASSWORD) == "correct horse"
    assert prompts == [ASKS]


def test_an_entry_of_another_run_is_removed_once_a_person_agrees(
    a_run: Run, prompts: list[str], keepassxc: KeePassXC
) -> None:
    a_run().set(PASSWORD, "correct horse")
    vault = a_run()
    with keepassxc.person(CONSENT, "Return"):
        assert vault.delete(PASSWORD)
    assert vault.get(PASSWORD) is None
    assert prompts == [ASKS]


def test_a_service_that_was_restarted_is_used_again(a_run: Run, prompts: list[str], keepassxc: KeePassXC) -> None:
    vault = a_run()
    assert vault.get(PASSWORD) is None
    keepassxc.kill()
    keepassxc.start()
    vault.set(PASSWORD, "battery staple")
    assert vault.get(PASSWORD) == "battery staple"
    assert prompts == []
