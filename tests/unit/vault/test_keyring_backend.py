"""Which keyring is used, and which never."""

from __future__ import annotations

import base64
import configparser
import hashlib
import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from keyring.backend import KeyringBackend
from keyring.backends.chainer import ChainerBackend
from keyring.backends.null import Keyring as NullKeyring
from keyring.compat import properties

from cognitui.model.errors import NoKeyring
from cognitui.model.secret import SecretKind, SecretName
from cognitui.vault.keyring_backend import ChosenKeyring, choose_keyring, writes_plain_text
from cognitui.vault.vault import KeyringVault

HERE = __name__


class TestKeyring(KeyringBackend):
    """A keyring of this system, if it were one."""

    __test__ = False
    priority: float = 5

    def __init__(self) -> None:
        """Typed, unlike the library's."""

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


class FileKeyring(TestKeyring):
    """Writes to a file as keyrings.alt and keyrings.cryptfile do; what of it is plain, its subclasses say."""

    folder = Path()

    @property
    def file_path(self) -> str:
        return str(self.folder / "keyring_pass.cfg")

    def set_password(self, service: str, username: str, password: str) -> None:
        config = self._read()
        config.setdefault(service, {})[username] = "\n" + base64.encodebytes(self.encrypt(password)).decode()
        self._write(config)

    def delete_password(self, service: str, username: str) -> None:
        config = self._read()
        del config[service][username]
        self._write(config)

    def encrypt(self, password: str) -> bytes:
        return hashlib.sha256(password.encode()).digest()

    def _read(self) -> dict[str, dict[str, str]]:
        config = configparser.RawConfigParser()
        config.read(self.file_path)
        return {section: dict(config[section]) for section in config.sections()}

    def _write(self, entries: dict[str, dict[str, str]]) -> None:
        config = configparser.RawConfigParser()
        config.read_dict(entries)
        with Path(self.file_path).open("w") as file:
            config.write(file)


class PlaintextKeyring(FileKeyring):
    def encrypt(self, password: str) -> bytes:
        return password.encode()


class DerivedFromPlaintext(PlaintextKeyring):
    """Someone's own, on top of the plain file."""

    def encrypt(self, password: str) -> bytes:
        return b"pw:" + super().encrypt(password)


class HexKeyring(FileKeyring):
    def encrypt(self, password: str) -> bytes:
        return password.encode("utf-16").hex().encode()


class UnnamedFile(PlaintextKeyring):
    """Says nowhere which file it writes."""

    file_path = ""

    def _read(self) -> dict[str, dict[str, str]]:
        return {}

    def _write(self, entries: dict[str, dict[str, str]]) -> None:
        (self.folder / "hidden.json").write_text(json.dumps(entries))


class SqliteKeyring(TestKeyring):
    folder = Path()

    def set_password(self, service: str, username: str, password: str) -> None:
        with closing(sqlite3.connect(self.folder / "secrets.db")) as database, database:
            database.execute("create table if not exists secret (service, username, password)")
            database.execute("insert into secret values (?, ?, ?)", (service, username, password))

    def delete_password(self, service: str, username: str) -> None:
        with closing(sqlite3.connect(self.folder / "secrets.db")) as database, database:
            database.execute("delete from secret where username = ?", (username,))


class KeyedKeyring(FileKeyring):
    """Encrypts with a key that it asks a person for."""

    asked = 0

    @property
    def keyring_key(self) -> str:
        raise AssertionError("asked for too early")

    def encrypt(self, password: str) -> bytes:
        KeyedKeyring.asked += 1
        return super().encrypt(password)


class ChainOf(ChainerBackend):
    backends: tuple[KeyringBackend, ...] = ()

    def __init__(self, *backends: KeyringBackend) -> None:
        self.backends = backends


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for backend in (FileKeyring, SqliteKeyring):
        monkeypatch.setattr(backend, "folder", tmp_path)
    return tmp_path


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


def test_of_several_the_one_that_the_library_prefers_is_used_automatically() -> None:
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


PLAIN = ("PlaintextKeyring", "DerivedFromPlaintext", "HexKeyring")


@pytest.mark.parametrize("name", PLAIN)
def test_a_keyring_that_writes_plain_text_is_refused_even_by_name(name: str, folder: Path) -> None:
    with pytest.raises(NoKeyring, match="writes secrets to a file as plain text") as caught:
        choose({"PYTHON_KEYRING_BACKEND": f"{HERE}.{name}"})
    assert name in str(caught.value)
    assert "--vault memory" in caught.value.fix


@pytest.mark.parametrize("name", [*PLAIN, "FileKeyring"])
def test_a_trial_leaves_nothing_of_a_secret_behind(name: str, folder: Path) -> None:
    writes_plain_text(globals()[name]())
    assert "trial " not in "".join(path.read_text() for path in folder.iterdir())


def test_a_file_that_a_trial_has_made_and_that_is_refused_is_removed(folder: Path) -> None:
    assert writes_plain_text(PlaintextKeyring())
    assert list(folder.iterdir()) == []


def test_what_a_plain_file_already_holds_stays(folder: Path) -> None:
    PlaintextKeyring().set_password("someone", "alice", "correct horse")
    assert writes_plain_text(PlaintextKeyring())
    assert set(PlaintextKeyring()._read()["someone"]) == {"alice"}


@pytest.mark.parametrize("name", ["UnnamedFile", "SqliteKeyring"])
def test_a_keyring_that_names_no_file_is_tried_before_its_first_write(name: str, folder: Path) -> None:
    chosen = choose({"PYTHON_KEYRING_BACKEND": f"{HERE}.{name}"})
    assert list(folder.iterdir()) == []
    vault = KeyringVault(lambda _prompt: chosen, lambda _text: None)
    secret = SecretName(SecretKind.PASSWORD, "pool/alice")
    assert vault.get(secret) is None
    with pytest.raises(NoKeyring, match="writes secrets to a file as plain text"):
        vault.set(secret, "correct horse")
    assert all(b"correct horse" not in path.read_bytes() for path in folder.iterdir())


def test_an_encrypted_file_is_honoured(folder: Path) -> None:
    assert type(choose({"PYTHON_KEYRING_BACKEND": f"{HERE}.FileKeyring"}).entries) is FileKeyring


def test_a_keyring_with_a_key_is_not_asked_for_it_before_the_first_write(folder: Path) -> None:
    chosen = choose({"PYTHON_KEYRING_BACKEND": f"{HERE}.KeyedKeyring"})
    assert KeyedKeyring.asked == 0
    chosen.before_writes()
    assert KeyedKeyring.asked == 1


def test_a_keyring_is_tried_once_in_a_run(folder: Path) -> None:
    tried: list[bool] = []
    chosen = replace(choose(), before_writes=lambda: tried.append(True))
    vault = KeyringVault(lambda _prompt: chosen, lambda _text: None)
    for _ in range(3):
        vault.set(SecretName(SecretKind.PASSWORD, "pool/alice"), "correct horse")
    assert tried == [True]


def test_a_keyring_of_the_system_is_never_tried() -> None:
    class Untouchable(TestKeyring):
        __module__ = "keyring.backends.SecretService"

        def set_password(self, service: str, username: str, password: str) -> None:
            raise AssertionError

    assert not writes_plain_text(Untouchable())


def test_a_chainer_is_honoured_if_the_environment_names_it() -> None:
    named = {"PYTHON_KEYRING_BACKEND": "keyring.backends.chainer.ChainerBackend"}
    assert isinstance(choose(named).entries, ChainerBackend)


@pytest.mark.parametrize("name", ["keyring.backends.null.Keyring", "keyring.backends.fail.Keyring"])
def test_a_keyring_that_keeps_nothing_is_refused_even_by_name(name: str) -> None:
    with pytest.raises(NoKeyring, match="stores nothing") as caught:
        choose({"PYTHON_KEYRING_BACKEND": name})
    assert name in str(caught.value)


@pytest.mark.parametrize("name", ["nonsense", "no.such.module.Keyring", f"{HERE}.AbsentKeyring", "\x1b[2J.Keyring"])
def test_a_name_that_is_no_keyring_is_reported(name: str) -> None:
    with pytest.raises(NoKeyring, match="PYTHON_KEYRING_BACKEND cannot be used") as caught:
        choose({"PYTHON_KEYRING_BACKEND": name})
    assert "\x1b" not in str(caught.value)


def test_what_keyringrc_names_is_honoured() -> None:
    assert type(choose(configured=BetterKeyring()).entries) is BetterKeyring


@pytest.mark.parametrize("backend", [PlaintextKeyring(), DerivedFromPlaintext(), nothing_keeper()])
def test_what_keyringrc_names_is_refused_if_it_is_not_safe(backend: KeyringBackend, folder: Path) -> None:
    with pytest.raises(NoKeyring, match=r"keyringrc\.cfg names"):
        choose(configured=backend)


def test_a_chainer_of_keyringrc_is_refused_if_one_of_them_writes_plain_text(folder: Path) -> None:
    with pytest.raises(NoKeyring, match="writes secrets to a file as plain text"):
        choose(configured=ChainOf(TestKeyring(), PlaintextKeyring()))


def test_a_chainer_of_safe_keyrings_is_honoured_where_keyringrc_names_it() -> None:
    assert isinstance(choose(configured=ChainOf(TestKeyring(), BetterKeyring())).entries, ChainOf)


def test_an_unknown_keyring_is_trusted_with_no_more_than_windows_holds() -> None:
    assert choose().longest * 2 < 2_560


def test_nothing_but_the_systems_own_keyrings_is_chosen_automatically() -> None:
    from cognitui.vault.keyring_backend import SYSTEM_KEYRINGS

    modules = {name.rpartition(".")[0] for name in SYSTEM_KEYRINGS}
    assert modules == {
        f"keyring.backends.{name}" for name in ("Windows", "macOS", "SecretService", "kwallet", "libsecret")
    }
