"""Long and strange values in a keyring: they come back as they went in, whole or not at all."""

from __future__ import annotations

import random
import string
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cognitui.model.errors import SecretStoreError
from cognitui.vault.chunks import ChunkedValues
from cognitui.vault.vault import LARGEST
from tests.unit.vault.keyring_fakes import WINDOWS_BYTES, DyingKeyring, Killed, PlainKeyring

SERVICE = "cognitui/password"
ALICE = "eu-west-1_AbCdEf123/alice"
SMALL = 1_270
ROOMY = 60_000


def noise(length: int, alphabet: str = string.ascii_letters, seed: int = 1) -> str:
    return "".join(random.Random(seed).choices(alphabet, k=length))


def small_store() -> tuple[DyingKeyring, ChunkedValues]:
    keyring = DyingKeyring(WINDOWS_BYTES)
    return keyring, ChunkedValues(keyring, SMALL)


VALUES = {
    "empty": "",
    "short": "correct horse",
    "blank": " ",
    "newlines": "a\r\nb\n\n",
    "nul": "a\0b",
    "lone surrogate": "a\ud800b\udfff",
    "byte order mark": "\ufeffabc",
    "swapped byte order mark": "\ufffeabc",
    "decomposed": "u\u0308ber",
    "emoji": "🔑" * 10,
    "like an encoded value": "cognitui:text:YQ==",
    "like a head": "cognitui:parts:a:00000000:1",
    "a refresh token": noise(1_850),
    "64 KB of ASCII": noise(LARGEST),
    "64 KB of anything": noise(LARGEST // 4, "\n\0é🔑\ud800")[: LARGEST // 4],
}


@pytest.mark.parametrize("longest", [SMALL, ROOMY])
@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES.keys())
def test_a_value_comes_back_as_it_went_in(value: str, longest: int) -> None:
    values = ChunkedValues(PlainKeyring(WINDOWS_BYTES if longest == SMALL else None), longest)
    values.set(SERVICE, ALICE, value)
    assert values.get(SERVICE, ALICE) == value


@given(st.text(st.characters(exclude_categories=()), max_size=4_000))
def test_any_text_comes_back_as_it_went_in(value: str) -> None:
    keyring, values = small_store()
    values.set(SERVICE, ALICE, value)
    assert values.get(SERVICE, ALICE) == value
    assert all(entry.isascii() for entry in keyring.entries.values())


def test_a_short_ascii_value_is_stored_in_its_entry_as_it_is() -> None:
    keyring, values = small_store()
    values.set(SERVICE, ALICE, 'p4ss "word" \\ ~')
    assert keyring.entries == {(SERVICE, ALICE): 'p4ss "word" \\ ~'}


def test_a_value_that_another_program_stored_is_read_as_it_is() -> None:
    keyring, values = small_store()
    keyring.entries[SERVICE, ALICE] = "pässwörd\n"
    assert values.get(SERVICE, ALICE) == "pässwörd\n"


def test_all_parts_are_stored_under_the_service_of_the_value() -> None:
    keyring, values = small_store()
    values.set(SERVICE, ALICE, noise(5_000))
    assert len(keyring.entries) > 2
    assert {service for service, _ in keyring.entries} == {SERVICE}


def test_two_accounts_do_not_disturb_one_another() -> None:
    _, values = small_store()
    values.set(SERVICE, ALICE, noise(3_000))
    values.set(SERVICE, f"{ALICE}2", noise(3_000, seed=2))
    assert values.delete(SERVICE, f"{ALICE}2")
    assert values.get(SERVICE, ALICE) == noise(3_000)


OLD = {"long": noise(6_000), "short": "old", "missing": None}
NEW = {"longer": noise(9_000, seed=2), "shorter": noise(3_000, seed=3), "short": "new"}


def interrupted_everywhere(old: str | None, change: Callable[[ChunkedValues], object]) -> list[DyingKeyring]:
    """Return what is left of the keyring when the change is killed before its first, second … write."""
    left: list[DyingKeyring] = []
    while True:
        keyring, values = small_store()
        if old is not None:
            values.set(SERVICE, ALICE, noise(4_000, seed=9))
            values.set(SERVICE, ALICE, old)
        keyring.writes_left = len(left)
        try:
            change(values)
        except Killed:
            keyring.revive()
            left.append(keyring)
        else:
            return left


@pytest.mark.parametrize("new", NEW.values(), ids=NEW.keys())
@pytest.mark.parametrize("old", OLD.values(), ids=OLD.keys())
def test_killed_between_any_two_writes_the_old_or_the_new_value_is_there(old: str | None, new: str) -> None:
    left = interrupted_everywhere(old, lambda values: values.set(SERVICE, ALICE, new))
    found = [ChunkedValues(keyring, SMALL).get(SERVICE, ALICE) for keyring in left]
    assert set(found) <= {old, new}
    assert found[0] == old


@pytest.mark.parametrize("new", NEW.values(), ids=NEW.keys())
@pytest.mark.parametrize("old", OLD.values(), ids=OLD.keys())
def test_what_a_killed_write_left_behind_is_swept_by_the_next(old: str | None, new: str) -> None:
    for keyring in interrupted_everywhere(old, lambda values: values.set(SERVICE, ALICE, new)):
        ChunkedValues(keyring, SMALL).set(SERVICE, ALICE, "last")
        assert keyring.entries == {(SERVICE, ALICE): "last"}


def test_a_killed_deletion_can_be_repeated_and_leaves_nothing() -> None:
    left = interrupted_everywhere(OLD["long"], lambda values: values.delete(SERVICE, ALICE))
    assert len(left) > 5
    for keyring in left:
        assert ChunkedValues(keyring, SMALL).get(SERVICE, ALICE) in (OLD["long"], None)
        ChunkedValues(keyring, SMALL).delete(SERVICE, ALICE)
        assert keyring.entries == {}


def test_a_replaced_value_leaves_no_part_behind() -> None:
    keyring, values = small_store()
    values.set(SERVICE, ALICE, noise(9_000))
    values.set(SERVICE, ALICE, noise(3_000, seed=2))
    values.set(SERVICE, ALICE, "short")
    assert keyring.entries == {(SERVICE, ALICE): "short"}


def test_a_value_that_is_replaced_while_it_is_read_is_read_whole() -> None:
    class Replaced(PlainKeyring):
        replaced = False

        def get_password(self, service: str, username: str) -> str | None:
            if username.endswith("a2") and not self.replaced:
                self.replaced = True
                ChunkedValues(self, SMALL).set(SERVICE, ALICE, noise(6_000, seed=2))
            return super().get_password(service, username)

    keyring = Replaced(WINDOWS_BYTES)
    values = ChunkedValues(keyring, SMALL)
    values.set(SERVICE, ALICE, noise(6_000))
    keyring.replaced = False
    assert values.get(SERVICE, ALICE) == noise(6_000, seed=2)
    assert keyring.replaced


def test_parts_of_another_value_are_never_taken_for_ones_own() -> None:
    keyring, values = small_store()
    values.set(SERVICE, ALICE, noise(3_000))
    keyring.entries[SERVICE, f"{ALICE} part a2"] = "00000000:from another"
    with pytest.raises(SecretStoreError, match="damaged"):
        values.get(SERVICE, ALICE)


@pytest.mark.parametrize(
    "stored",
    ["cognitui:text:hunter2!", "cognitui:text:/w==", "cognitui:later:hunter2", "cognitui:parts:a:0:hunter2"],
)
def test_a_damaged_entry_is_reported_without_its_content(stored: str) -> None:
    keyring, values = small_store()
    keyring.entries[SERVICE, ALICE] = stored
    with pytest.raises(SecretStoreError, match="damaged") as caught:
        values.get(SERVICE, ALICE)
    assert "hunter2" not in f"{caught.value} {caught.value.fix}"
    assert caught.value.__context__ is None


def test_a_damaged_entry_can_be_written_over_and_deleted() -> None:
    keyring, values = small_store()
    keyring.entries[SERVICE, ALICE] = "cognitui:parts:a:00000000:9"
    assert not values.holds(SERVICE, ALICE, "new")
    values.set(SERVICE, ALICE, "new")
    assert values.get(SERVICE, ALICE) == "new"
    assert values.delete(SERVICE, ALICE)


def test_a_sweep_that_fails_does_not_make_a_stored_value_a_failure() -> None:
    class KeepsAll(PlainKeyring):
        def delete_password(self, service: str, username: str) -> None:
            raise OSError

    values = ChunkedValues(KeepsAll(WINDOWS_BYTES), SMALL)
    values.set(SERVICE, ALICE, noise(6_000))
    values.set(SERVICE, ALICE, "new")
    assert values.get(SERVICE, ALICE) == "new"
