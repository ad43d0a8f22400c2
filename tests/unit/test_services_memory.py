"""Going on without a keyring: secrets stay in memory for the rest of the run."""

from __future__ import annotations

from pathlib import Path

from cognitui.model.secret import SecretKind
from cognitui.services import Options, Services
from tests.unit.fakes import make_profile

ALICE = make_profile("dev/alice")


def without_keyring(folder: Path) -> Services:
    return Services(Options(state=folder / "state"), {"HOME": str(folder), "XDG_CONFIG_HOME": str(folder)})


def test_what_was_stored_in_memory_stays_when_another_call_finds_no_keyring_either(tmp_path: Path) -> None:
    services = without_keyring(tmp_path)
    services.use_memory()
    services.broker.set_secret(ALICE, SecretKind.PASSWORD, "Canary-Passw0rd!")
    services.use_memory()

    assert services.broker.stored_secrets(ALICE)[SecretKind.PASSWORD]


def test_a_list_opens_no_vault(tmp_path: Path) -> None:
    services = without_keyring(tmp_path)
    services.profiles.load()

    assert "_vault" not in vars(services)
