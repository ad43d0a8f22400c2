"""The vault: what a caller sees of the keyring, whatever that does."""

from __future__ import annotations

import gc
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from cognitui.model.errors import KeyringLocked, KeyringTimeout, NoKeyring, SecretStoreError, SecretTooLarge, UsageError
from cognitui.model.secret import DURABLE, SecretKind, SecretName
from cognitui.services import Options, Services
from cognitui.vault.keyring_backend import ChosenKeyring
from cognitui.vault.keyring_timeout import KeyringCalls
from cognitui.vault.vault import LARGEST, KeyringVault, MemoryVault, open_vault
from tests.unit.vault.keyring_fakes import HangingKeyring, PlainKeyring, RaisingKeyring, chosen

PASSWORD = SecretName(SecretKind.PASSWORD, "eu-west-1_AbCdEf123/alice")
REFRESH = SecretName(SecretKind.REFRESH_TOKEN, "client/alice/0123")


class Told:
    """Who hears of a prompt from the vault."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.threads: list[int] = []
        self.then: Callable[[], None] = lambda: None

    def __call__(self, text: str) -> None:
        self.texts.append(text)
        self.threads.append(threading.get_ident())
        self.then()


def vault_on(
    keyring: PlainKeyring, told: Told | None = None, *, patience: float = 5.0, prompts_silently: bool = False
) -> KeyringVault:
    return KeyringVault(
        lambda _prompt: chosen(keyring, prompts_silently=prompts_silently),
        told or Told(),
        patience=patience,
        prompt_patience=5.0,
    )


# What it keeps.


def test_a_trial_names_the_keyring_and_leaves_nothing() -> None:
    keyring = PlainKeyring()

    assert vault_on(keyring).trial() == "tests.Plain"
    assert keyring.entries == {}


def test_a_trial_of_a_keyring_that_forgets_is_an_error() -> None:
    class Forgetful(PlainKeyring):
        def set_password(self, service: str, username: str, password: str) -> None:
            super().set_password(service, username, "something else")

    with pytest.raises(SecretStoreError, match="something else than was stored"):
        vault_on(Forgetful()).trial()


def test_a_trial_of_a_keyring_that_fails_is_its_error() -> None:
    with pytest.raises(SecretStoreError, match="cannot be reached"):
        vault_on(RaisingKeyring(ConnectionResetError())).trial()


def test_a_trial_of_memory_names_no_keyring() -> None:
    assert MemoryVault().trial() == ""


@pytest.mark.parametrize("vault", [vault_on(PlainKeyring()), MemoryVault()], ids=["keyring", "memory"])
def test_a_secret_is_stored_replaced_and_removed(vault: KeyringVault | MemoryVault) -> None:
    assert vault.get(PASSWORD) is None
    vault.set(PASSWORD, "one")
    vault.set(PASSWORD, "two")
    assert vault.get(PASSWORD) == "two"
    assert vault.delete(PASSWORD) is True
    assert vault.delete(PASSWORD) is False
    assert vault.get(PASSWORD) is None


@pytest.mark.parametrize("vault", [vault_on(PlainKeyring()), MemoryVault()], ids=["keyring", "memory"])
def test_a_secret_of_more_than_64_kb_is_refused(vault: KeyringVault | MemoryVault) -> None:
    with pytest.raises(SecretTooLarge):
        vault.set(PASSWORD, "x" * 65_537)


def test_a_secret_of_more_than_64_kb_is_refused_before_anything_is_written() -> None:
    keyring = PlainKeyring()
    with pytest.raises(SecretTooLarge, match="65537 bytes"):
        vault_on(keyring).set(PASSWORD, "x" * (LARGEST - 1) + "é")
    assert not keyring.entries


def test_a_secret_is_stored_under_the_service_and_account_of_its_name() -> None:
    keyring = PlainKeyring()
    vault_on(keyring).set(PASSWORD, "one")
    assert keyring.entries == {("cognitui/password", "eu-west-1_AbCdEf123/alice"): "one"}


@pytest.mark.parametrize("kind", DURABLE)
def test_a_durable_secret_that_is_the_same_is_not_written_again(kind: SecretKind) -> None:
    keyring = PlainKeyring()
    vault = vault_on(keyring)
    vault.set(SecretName(kind, "alice"), "pässword")
    vault.set(SecretName(kind, "alice"), "pässword")
    assert keyring.writes == 1


def test_the_memory_vault_does_not_show_its_secrets() -> None:
    vault = MemoryVault()
    vault.set(PASSWORD, "hunter2")
    assert "hunter2" not in repr(vault)


# Opening it.


@pytest.mark.parametrize(("choice", "environ"), [("memory", {}), ("", {"COGNITUI_VAULT": "memory"})])
def test_memory_is_chosen_by_the_option_or_the_environment(choice: str, environ: dict[str, str]) -> None:
    assert isinstance(open_vault(choice, environ, Told()), MemoryVault)


@pytest.mark.parametrize(
    ("choice", "environ"), [("", {}), ("keyring", {"COGNITUI_VAULT": "memory"}), ("", {"COGNITUI_VAULT": "keyring"})]
)
def test_the_keyring_is_chosen_by_default_or_by_name(choice: str, environ: dict[str, str]) -> None:
    assert isinstance(open_vault(choice, environ, Told()), KeyringVault)


@pytest.mark.parametrize(("choice", "environ"), [("file", {}), ("", {"COGNITUI_VAULT": "file"})])
def test_another_vault_is_a_usage_error_that_names_the_option(choice: str, environ: dict[str, str]) -> None:
    with pytest.raises(UsageError, match="there is no vault 'file'") as caught:
        open_vault(choice, environ, Told())
    assert "--vault memory" in caught.value.fix


def test_opening_the_vault_loads_no_keyring() -> None:
    code = (
        "import sys; from cognitui.vault.vault import open_vault; open_vault('', {}, print); "
        "sys.exit(bool({'keyring', 'secretstorage', 'jeepney', 'filelock'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_keyring_is_chosen_at_the_first_secret_and_then_kept() -> None:
    choices: list[PlainKeyring] = []

    def choose(_prompt: Callable[[], None]) -> ChosenKeyring:
        choices.append(PlainKeyring())
        return chosen(choices[-1])

    vault = KeyringVault(choose, Told())
    assert choices == []
    vault.set(PASSWORD, "one")
    assert vault.get(PASSWORD) == "one"
    assert len(choices) == 1


def test_a_keyring_that_is_not_there_yet_is_looked_for_again() -> None:
    answers: list[ChosenKeyring | NoKeyring] = [NoKeyring("none"), chosen(PlainKeyring())]

    def choose(_prompt: Callable[[], None]) -> ChosenKeyring:
        answer = answers.pop(0)
        if isinstance(answer, NoKeyring):
            raise answer
        return answer

    vault = KeyringVault(choose, Told())
    with pytest.raises(NoKeyring):
        vault.get(PASSWORD)
    assert vault.get(PASSWORD) is None


def test_a_keyring_that_failed_is_chosen_again() -> None:
    there = PlainKeyring()
    keyrings: list[PlainKeyring] = [RaisingKeyring(ConnectionResetError()), there]
    vault = KeyringVault(lambda _prompt: chosen(keyrings.pop(0)), Told())
    with pytest.raises(SecretStoreError, match="cannot be reached"):
        vault.get(PASSWORD)
    assert vault.get(PASSWORD) is None


# A keyring that fails.


class LockedException(Exception):
    """Named as the Secret Service's own."""


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (LockedException("hunter2"), KeyringLocked),
        (OSError(1783, "hunter2"), SecretStoreError),
        (ValueError("hunter2"), SecretStoreError),
        (TimeoutError("hunter2"), KeyringTimeout),
        (SystemExit("hunter2"), SecretStoreError),
    ],
)
def test_what_a_keyring_raises_is_reported_without_its_words(
    error: BaseException, expected: type[SecretStoreError]
) -> None:
    with pytest.raises(expected) as caught:
        vault_on(RaisingKeyring(error)).get(PASSWORD)
    assert "hunter2" not in f"{caught.value} {caught.value.fix}"
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    assert caught.value.exit_code == 6
    assert caught.value.fix


# A keyring that hangs.


def test_a_keyring_that_hangs_is_an_error_in_bounded_time() -> None:
    keyring = HangingKeyring()
    began = time.monotonic()
    with pytest.raises(KeyringTimeout) as caught:
        vault_on(keyring, patience=0.2).get(PASSWORD)
    assert time.monotonic() - began < 0.7
    assert "--vault memory" in caught.value.fix
    keyring.thawed.set()


def test_while_a_call_hangs_others_fail_at_once_and_start_no_thread() -> None:
    keyring = HangingKeyring()
    vault = vault_on(keyring, patience=0.1)
    for _ in range(20):
        with pytest.raises(KeyringTimeout):
            vault.get(PASSWORD)
    assert len(keyring.threads) == 1
    keyring.thawed.set()


def test_many_callers_of_a_hanging_keyring_all_get_their_error() -> None:
    keyring = HangingKeyring()
    vault = vault_on(keyring, patience=0.2)
    began = time.monotonic()
    with ThreadPoolExecutor(6) as pool:
        calls = [pool.submit(vault.get, PASSWORD) for _ in range(6)]
    assert all(isinstance(call.exception(), KeyringTimeout) for call in calls)
    assert time.monotonic() - began < 1.0
    keyring.thawed.set()


def test_once_the_keyring_has_come_back_it_is_used_again() -> None:
    keyring = HangingKeyring()
    vault = vault_on(keyring, patience=0.2)
    with pytest.raises(KeyringTimeout):
        vault.get(PASSWORD)
    keyring.thawed.set()
    deadline = time.monotonic() + 5
    while True:
        try:
            vault.set(PASSWORD, "one")
            break
        except KeyringTimeout:
            assert time.monotonic() < deadline
            time.sleep(0.01)
    assert vault.get(PASSWORD) == "one"


def test_calls_side_by_side_all_get_their_own_answer() -> None:
    vault = vault_on(PlainKeyring())
    names = [SecretName(SecretKind.TOTP, f"user{number}") for number in range(40)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda name: vault.set(name, name.account), names))
        assert list(pool.map(vault.get, names)) == [name.account for name in names]


# A keyring that asks.


def prompting_vault(told: Told, **more: float) -> tuple[KeyringVault, HangingKeyring]:
    keyrings: list[HangingKeyring] = []

    def choose(prompt: Callable[[], None]) -> ChosenKeyring:
        keyrings.append(HangingKeyring(prompt))
        return chosen(keyrings[0])

    vault = KeyringVault(choose, told, **{"patience": 0.1, "prompt_patience": 10.0, **more})
    # The first call is let through, so that the keyring is chosen.
    threading.Thread(target=lambda: _thaw_when_made(keyrings), daemon=True).start()
    vault.get(PASSWORD)
    keyrings[0].thawed.clear()
    keyrings[0].asked.clear()
    told.texts.clear()
    return vault, keyrings[0]


def _thaw_when_made(keyrings: list[HangingKeyring]) -> None:
    while not keyrings:
        time.sleep(0.001)
    keyrings[0].thawed.set()


def test_a_prompt_is_reported_on_the_callers_thread_and_waited_for() -> None:
    told = Told()
    vault, keyring = prompting_vault(told)
    threading.Timer(0.4, keyring.thawed.set).start()
    assert vault.get(PASSWORD) is None
    assert told.texts == ["The keyring asks for its password or your consent: look for its window."]
    assert told.threads[-1] == threading.get_ident()


def test_other_callers_wait_while_a_prompt_is_shown() -> None:
    vault, keyring = prompting_vault(Told())
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(vault.get, PASSWORD)
        assert keyring.asked.wait(5)
        second = pool.submit(vault.get, REFRESH)
        threading.Timer(0.5, keyring.thawed.set).start()
        assert first.result() is None
        assert second.result() is None


def test_a_prompt_that_nobody_answers_is_an_error_in_the_end() -> None:
    vault, keyring = prompting_vault(Told(), prompt_patience=0.2)
    with pytest.raises(KeyringTimeout, match="prompt was not answered"):
        vault.get(PASSWORD)
    keyring.thawed.set()


def test_silence_is_taken_for_a_prompt_if_the_keyring_cannot_say() -> None:
    told = Told()
    keyring = HangingKeyring()
    vault = vault_on(keyring, told, patience=0.1, prompts_silently=True)
    threading.Timer(0.4, keyring.thawed.set).start()
    assert vault.get(PASSWORD) is None
    assert told.texts == ["The keyring has not answered yet: it may ask for your consent in its own window."]


# How long it waits.


@pytest.mark.parametrize(("for_command", "seconds"), [(True, 15), (False, 3)])
def test_a_command_waits_15_s_for_the_keyring_and_the_tui_3_s(for_command: bool, seconds: float) -> None:
    vault = Services(Options(vault="keyring", for_command=for_command), {})._vault
    assert isinstance(vault, KeyringVault)
    assert vault._calls._patience == seconds


def test_a_patient_caller_is_warned_early_that_silence_may_be_a_prompt() -> None:
    told, keyring = Told(), HangingKeyring()
    calls = KeyringCalls(told, patience=60, silence=0.05)
    told.then = keyring.thawed.set
    calls.run(lambda: keyring.get_password("s", "u"), may_prompt_silently=True)
    assert told.texts == ["The keyring has not answered yet: it may ask for your consent in its own window."]


def test_a_vault_that_looks_for_another_keyring_gives_the_previous_one_back() -> None:
    closed: list[bool] = []
    failing = replace(chosen(RaisingKeyring(ConnectionResetError())), close=lambda: closed.append(True))
    vault = KeyringVault(lambda _prompt: failing, Told())
    with pytest.raises(SecretStoreError):
        vault.get(PASSWORD)
    assert closed == [True]


def test_what_was_read_is_not_kept_by_the_calls() -> None:
    class Value:
        pass

    calls = KeyringCalls(lambda _text: None)
    value = weakref.ref(calls.run(Value))
    gc.collect()

    assert value() is None


def test_what_comes_too_late_is_not_kept_either() -> None:
    class Value:
        pass

    made: list[weakref.ref[Value]] = []
    go_on, came = threading.Event(), threading.Event()

    def slow() -> Value:
        assert go_on.wait(10)
        value = Value()
        made.append(weakref.ref(value, lambda _gone: came.set()))
        return value

    calls = KeyringCalls(lambda _text: None, patience=0.01)
    with pytest.raises(KeyringTimeout):
        calls.run(slow)
    go_on.set()

    assert came.wait(10)
