"""Which keyring is used, and which never."""

from __future__ import annotations

import pytest
from keyring.backend import KeyringBackend
from keyring.backends.chainer import ChainerBackend
from keyring.backends.null import Keyring as NullKeyring
from keyring.compat import properties

from cognitui.model.errors import NoKeyring
from cognitui.store.keyring_choice import ChosenKeyring, choose_keyring

HERE = __name__


class TestKeyring(KeyringBackend):
    """A keyring of this system, if it were one."""

    __test__ = False
    priority: float = 5

    def __init__(self) -> None:
        """Typed, where the library's is not."""

    def get_password(self, service: str, username: str) -> str | None:
        return None

    def set_password(self, service: str, username: str, password: str) -> None: ...

    def delete_password(self, service: str, username: str) -> None: ...


class BetterKeyring(TestKeyring):
    priority = 6


class AbsentKeyring(TestKeyring):
    @properties.classproperty
    def priority(cls) -> float:  # noqa: N805 (the library's own kind of property)
        raise RuntimeError("hunter2")


class PlaintextKeyring(TestKeyring):
    """Stands for those of keyrings.alt, and is named as they are."""

    __module__ = "keyrings.alt.file"


class DerivedFromPlaintext(PlaintextKeyring):
    """Someone's own, on top of the plain file."""


class ChainOf(ChainerBackend):
    backends: tuple[KeyringBackend, ...] = ()

    def __init__(self, *backends: KeyringBackend) -> None:
        self.backends = backends


def nothing_keeper() -> KeyringBackend:
    return NullKeyring()  # type: ignore[no-untyped-call]


def choose(
    environ: dict[str, str] | None = None,
    *,
    configured: KeyringBackend | None = None,
    system: tuple[str, ...] = (f"{HERE}.TestKeyring",),
) -> ChosenKeyring:
    return choose_keyring(environ or {}, lambda: None, configured=lambda: configured, system=system)


def test_the_systems_keyring_is_used() -> None:
    assert type(choose().entries) is TestKeyring


def test_of_several_the_one_that_the_library_prefers_is_used_by_itself() -> None:
    several = (f"{HERE}.TestKeyring", f"{HERE}.BetterKeyring", f"{HERE}.AbsentKeyring")
    assert type(choose(system=several).entries) is BetterKeyring


def test_no_keyring_is_an_error_that_offers_memory() -> None:
    with pytest.raises(NoKeyring) as caught:
        choose(system=(f"{HERE}.AbsentKeyring", "no.such.module.Keyring"))
    assert "--vault memory" in caught.value.fix
    assert "hunter2" not in str(caught.value)
    assert caught.value.exit_code == 6


def test_the_keyring_that_the_environment_names_is_honoured_before_all_others() -> None:
    named = {"PYTHON_KEYRING_BACKEND": f"{HERE}.BetterKeyring"}
    assert type(choose(named, configured=nothing_keeper()).entries) is BetterKeyring


def test_even_a_plain_file_is_honoured_where_the_environment_names_it() -> None:
    assert type(choose({"PYTHON_KEYRING_BACKEND": f"{HERE}.PlaintextKeyring"}).entries) is PlaintextKeyring


def test_a_chainer_is_honoured_where_the_environment_names_it() -> None:
    named = {"PYTHON_KEYRING_BACKEND": "keyring.backends.chainer.ChainerBackend"}
    assert isinstance(choose(named).entries, ChainerBackend)


@pytest.mark.parametrize("name", ["keyring.backends.null.Keyring", "keyring.backends.fail.Keyring"])
def test_a_keyring_that_keeps_nothing_is_refused_even_by_name(name: str) -> None:
    with pytest.raises(NoKeyring, match="keeps nothing") as caught:
        choose({"PYTHON_KEYRING_BACKEND": name})
    assert name in str(caught.value)


@pytest.mark.parametrize("name", ["nonsense", "no.such.module.Keyring", f"{HERE}.AbsentKeyring", "\x1b[2J.Keyring"])
def test_a_name_that_is_no_keyring_is_told(name: str) -> None:
    with pytest.raises(NoKeyring, match="PYTHON_KEYRING_BACKEND cannot be used") as caught:
        choose({"PYTHON_KEYRING_BACKEND": name})
    assert "\x1b" not in str(caught.value)


def test_what_keyringrc_names_is_honoured() -> None:
    assert type(choose(configured=BetterKeyring()).entries) is BetterKeyring


@pytest.mark.parametrize("backend", [PlaintextKeyring(), DerivedFromPlaintext(), nothing_keeper()])
def test_what_keyringrc_names_is_refused_where_it_is_not_safe(backend: KeyringBackend) -> None:
    with pytest.raises(NoKeyring, match=r"keyringrc\.cfg names"):
        choose(configured=backend)


def test_a_chainer_of_keyringrc_is_refused_where_it_writes_a_plain_file() -> None:
    with pytest.raises(NoKeyring, match="chains to one that stores secrets in a file"):
        choose(configured=ChainOf(TestKeyring(), PlaintextKeyring()))


def test_a_chainer_of_safe_keyrings_is_honoured_where_keyringrc_names_it() -> None:
    assert isinstance(choose(configured=ChainOf(TestKeyring(), BetterKeyring())).entries, ChainOf)


def test_an_unknown_keyring_is_trusted_with_no_more_than_windows_holds() -> None:
    assert choose().longest * 2 < 2_560


def test_nothing_but_the_systems_own_keyrings_is_chosen_by_itself() -> None:
    from cognitui.store.keyring_choice import SYSTEM_KEYRINGS

    modules = {name.rpartition(".")[0] for name in SYSTEM_KEYRINGS}
    assert modules == {
        f"keyring.backends.{name}" for name in ("Windows", "macOS", "SecretService", "kwallet", "libsecret")
    }
