"""What a person chooses is known at once, and saved in the background: together, in order, and in nobody's way."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import cast

from cognitui.model.errors import SaveFailed
from cognitui.model.preferences import NO_PREFERENCES, Preferences
from cognitui.services import Services
from cognitui.tui.preferences import Remembered
from tests.unit.fakes import NOW, FakePreferences, FakeServices


class SlowPreferences(FakePreferences):
    """Writes when it is let; counts the writes."""

    def __init__(self) -> None:
        super().__init__()
        self.go = threading.Event()
        self.writes = 0

    def change(self, change: Callable[[Preferences], Preferences]) -> Preferences:
        assert self.go.wait(20)
        self.writes += 1
        return super().change(change)


def remembered_by(preferences: FakePreferences) -> Remembered:
    return Remembered(cast(Services, FakeServices(preferences=preferences)))


def test_a_choice_made_before_the_file_is_read_is_newer_than_the_file() -> None:
    remembered = remembered_by(FakePreferences())
    remembered.change(lambda preferences: preferences.with_copied_as("dev/alice", "curl"))
    remembered.begin(Preferences(copied_as={"dev/alice": "fish", "dev/bob": "json"}))

    assert remembered.preferences.copied_as == {"dev/bob": "json", "dev/alice": "curl"}


def test_what_is_chosen_between_two_saves_is_one_write() -> None:
    preferences = SlowPreferences()
    remembered = remembered_by(preferences)
    for number in range(20):
        remembered.change(lambda preferences, number=number: preferences.with_use(f"dev/{number}", NOW))  # type: ignore[misc]  # bound now
    remembered.save()
    preferences.go.set()
    remembered.wait(20)

    assert preferences.writes == 1
    assert len(preferences.known.used) == 20


def test_what_was_known_before_is_no_choice_and_writes_nothing() -> None:
    preferences = SlowPreferences()
    remembered = remembered_by(preferences)
    remembered.begin(Preferences(order="name"))

    assert not remembered.change(lambda preferences: preferences.with_order("name"))
    remembered.save()
    preferences.go.set()
    remembered.wait(20)

    assert preferences.writes == 0


def test_a_slow_save_is_not_overtaken_by_the_next_one() -> None:
    preferences = SlowPreferences()
    remembered = remembered_by(preferences)
    for order in ("name", "recent", "file"):
        remembered.change(lambda preferences, order=order: preferences.with_order(order))  # type: ignore[misc]  # bound now
        remembered.save()
    preferences.go.set()
    remembered.wait(20)

    assert preferences.writes == 3
    assert preferences.known.order == "file"


def test_a_hanging_save_does_not_delay_the_exit() -> None:
    preferences = SlowPreferences()
    remembered = remembered_by(preferences)
    remembered.change(lambda preferences: preferences.with_order("name"))
    remembered.save()
    remembered.wait(0)

    assert preferences.known == NO_PREFERENCES
    preferences.go.set()
    remembered.wait(20)


def test_what_another_process_has_written_in_the_meantime_stays() -> None:
    preferences = FakePreferences()
    remembered = remembered_by(preferences)
    remembered.change(lambda preferences: preferences.with_use("dev/alice", NOW))
    preferences.change(lambda preferences: preferences.with_use("dev/alice", NOW).with_order("name"))
    remembered.save()
    remembered.wait(20)

    assert preferences.known.used["dev/alice"].score == 2.0
    assert preferences.known.order == "name"


def test_a_save_that_fails_is_no_reason_to_stop_the_next_one() -> None:
    preferences = FakePreferences(fault=SaveFailed("The disk is full."))
    remembered = remembered_by(preferences)
    remembered.change(lambda preferences: preferences.with_order("name"))
    remembered.save()
    remembered.wait(20)
    preferences.fault = None
    remembered.change(lambda preferences: preferences.with_alone("token"))
    remembered.save()
    remembered.wait(20)

    assert preferences.known.alone == "token"


def test_what_was_saved_before_the_file_was_read_is_newer_than_the_file() -> None:
    remembered = Remembered(cast(Services, FakeServices()))
    remembered.change(lambda preferences: preferences.with_order("name"))
    remembered.save()
    remembered.wait(10)

    remembered.begin(NO_PREFERENCES.with_order("recent"))

    assert remembered.preferences.order == "name"
