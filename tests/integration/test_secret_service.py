"""The vault on a real Secret Service: unlocked, locked, frozen and gone."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import closing

import pytest

from cognitui.model.errors import CognituiError, KeyringLocked, KeyringTimeout, NoKeyring, SecretStoreError
from cognitui.model.secret import SecretKind, SecretName
from cognitui.vault.vault import KeyringVault, open_vault
from tests.integration.conftest import SecretService

PASSWORD = SecretName(SecretKind.PASSWORD, "eu-west-1_AbCdEf123/alice@example.com")
REFRESH = SecretName(SecretKind.REFRESH_TOKEN, "client/alice/0123")

PROMISED = 3.5
"""Seconds within which a keyring that does not answer is reported."""


@pytest.fixture
def prompts() -> list[str]:
    return []


@pytest.fixture
def vault(secret_service: SecretService, prompts: list[str], monkeypatch: pytest.MonkeyPatch) -> KeyringVault:
    monkeypatch.delenv("PYTHON_KEYRING_BACKEND", raising=False)
    for variable, value in secret_service.settings.items():
        monkeypatch.setenv(variable, value)
    opened = open_vault("keyring", os.environ, prompts.append)
    assert isinstance(opened, KeyringVault)
    return opened


def error_of(call: Callable[[], object]) -> CognituiError:
    """Return what a call raises, in the time that is promised."""
    began = time.monotonic()
    with pytest.raises(SecretStoreError) as caught:
        call()
    assert time.monotonic() - began < PROMISED
    assert caught.value.fix
    return caught.value


def lock() -> None:
    import secretstorage

    with closing(secretstorage.dbus_init()) as bus:
        secretstorage.get_default_collection(bus).lock()


def test_64_kb_of_unicode_come_back_as_they_went_in(vault: KeyringVault) -> None:
    value = "🔑é\n\0\ud800a" * 5_461
    assert 65_000 < len(value.encode("utf-8", "surrogatepass")) <= 65_536
    vault.set(REFRESH, value)
    vault.set(PASSWORD, "short")
    assert vault.get(REFRESH) == value
    vault.set(REFRESH, "short, too")
    assert vault.get(REFRESH) == "short, too"
    assert vault.delete(REFRESH)
    assert vault.get(REFRESH) is None
    assert vault.get(PASSWORD) == "short"


@pytest.mark.usefixtures("vault")
def test_one_connection_serves_a_whole_run() -> None:
    import secretstorage

    from cognitui.vault.secret_service import PromptingSecretService

    opened: list[bool] = []

    def connect() -> object:
        opened.append(True)
        return secretstorage.dbus_init()

    with closing(PromptingSecretService(lambda: None, connect)) as entries:
        for _ in range(3):
            entries.set_password("cognitui/password", "alice", "correct horse")
            assert entries.get_password("cognitui/password", "alice") == "correct horse"
            entries.delete_password("cognitui/password", "alice")
            entries.delete_password("cognitui/password", "alice")
    assert opened == [True]


def test_a_person_finds_the_secrets_with_the_tools_of_the_desktop(
    vault: KeyringVault, secret_service: SecretService
) -> None:
    vault.set(PASSWORD, "correct horse")
    account = PASSWORD.account
    assert secret_service.secret_tool("lookup", "service", "cognitui/password", "username", account) == "correct horse"
    assert f"attribute.username = {account}" in secret_service.secret_tool("search", "service", "cognitui/password")


def test_a_locked_keyring_that_nobody_unlocks_is_reported_and_the_prompt_announced(
    vault: KeyringVault, prompts: list[str]
) -> None:
    vault.set(PASSWORD, "correct horse")
    assert prompts == []
    lock()
    assert isinstance(error_of(lambda: vault.get(PASSWORD)), KeyringLocked)
    assert prompts == ["The keyring asks for its password or your consent: look for its window."]
    assert isinstance(error_of(lambda: vault.set(PASSWORD, "other")), KeyringLocked)


def test_a_frozen_keyring_is_reported_in_time_and_used_again_once_it_goes_on(
    vault: KeyringVault, secret_service: SecretService
) -> None:
    vault.set(PASSWORD, "correct horse")
    secret_service.freeze()
    assert isinstance(error_of(lambda: vault.get(PASSWORD)), KeyringTimeout)
    began = time.monotonic()
    assert isinstance(error_of(lambda: vault.get(PASSWORD)), KeyringTimeout)
    assert time.monotonic() - began < 0.5
    secret_service.thaw()
    assert _once_it_answers(vault) == "correct horse"


def test_a_keyring_that_is_gone_is_reported_and_used_again_once_it_is_back(
    vault: KeyringVault, secret_service: SecretService
) -> None:
    vault.set(PASSWORD, "correct horse")
    secret_service.kill()
    error_of(lambda: vault.get(PASSWORD))
    assert isinstance(error_of(lambda: vault.get(PASSWORD)), NoKeyring)
    secret_service.start()
    assert vault.get(PASSWORD) == "correct horse"


def test_a_bus_that_is_gone_is_reported_and_used_again_once_it_is_back(
    vault: KeyringVault, secret_service: SecretService
) -> None:
    vault.set(PASSWORD, "correct horse")
    secret_service.kill_bus()
    error_of(lambda: vault.get(PASSWORD))
    assert isinstance(error_of(lambda: vault.get(PASSWORD)), NoKeyring)
    secret_service.start()
    assert vault.get(PASSWORD) == "correct horse"


def test_without_any_bus_there_is_no_keyring(vault: KeyringVault, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS")
    error = error_of(lambda: vault.set(PASSWORD, "correct horse"))
    assert isinstance(error, NoKeyring)
    assert "--vault memory" in error.fix


def _once_it_answers(vault: KeyringVault) -> str | None:
    deadline = time.monotonic() + 5
    while True:
        try:
            return vault.get(PASSWORD)
        except KeyringTimeout:
            assert time.monotonic() < deadline
            time.sleep(0.02)
