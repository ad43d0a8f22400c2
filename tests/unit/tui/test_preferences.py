"""What a person chooses is known at once, and saved in the background: together, in order, and in nobody's way."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import cast

from cognitui.model.errors import SaveFailed
from cognitui.model.preferences import NO_CHOICES, Choices
from cognitui.services import Services
from cognitui.tui.preferences import Remembered
from tests.unit.fakes import NOW, FakeChoices, FakeServices


class SlowChoices(FakeChoices):
    """Writes when it is let; counts the writes."""

    def __init__(self) -> None:
        super().__init__()
        self.go = threading.Event()
        self.writes = 0

    def change(self, change: Callable[[Choices], Choices]) -> Choices:
        assert self.go.wait(20)
        self.writes += 1
        return super().change(change)


def remembered_by(choices: FakeChoices) -> Remembered:
    return Remembered(cast(Services, FakeServices(choices=choices)))


def test_a_choice_before_the_file_is_read_is_newer_than_what_it_says() -> None:
    remembered = remembered_by(FakeChoices())
    remembered.change(lambda choices: choices.with_copied_as("dev/alice", "curl"))
    remembered.begin(Choices(copied_as={"dev/alice": "fish", "dev/bob": "json"}))

    assert remembered.choices.copied_as == {"dev/bob": "json", "dev/alice": "curl"}


def test_what_is_chosen_between_two_saves_is_one_write() -> None:
    choices = SlowChoices()
    remembered = remembered_by(choices)
    for number in range(20):
        remembered.change(lambda choices, number=number: choices.with_use(f"dev/{number}", NOW))  # type: ignore[misc]  # bound now
    remembered.save()
    choices.go.set()
    remembered.wait(20)

    assert choices.writes == 1
    assert len(choices.known.used) == 20


def test_what_was_known_before_is_no_choice_and_writes_nothing() -> None:
    choices = SlowChoices()
    remembered = remembered_by(choices)
    remembered.begin(Choices(order="name"))

    assert not remembered.change(lambda choices: choices.with_order("name"))
    remembered.save()
    choices.go.set()
    remembered.wait(20)

    assert choices.writes == 0


def test_a_slow_save_is_not_overtaken_by_the_next_one() -> None:
    choices = SlowChoices()
    remembered = remembered_by(choices)
    for order in ("name", "recent", "file"):
        remembered.change(lambda choices, order=order: choices.with_order(order))  # type: ignore[misc]  # bound now
        remembered.save()
    choices.go.set()
    remembered.wait(20)

    assert choices.writes == 3
    assert choices.known.order == "file"


def test_a_save_that_hangs_holds_nobody_who_leaves() -> None:
    choices = SlowChoices()
    remembered = remembered_by(choices)
    remembered.change(lambda choices: choices.with_order("name"))
    remembered.save()
    remembered.wait(0)

    assert choices.known == NO_CHOICES
    choices.go.set()
    remembered.wait(20)


def test_what_another_process_has_written_meanwhile_stays() -> None:
    choices = FakeChoices()
    remembered = remembered_by(choices)
    remembered.change(lambda choices: choices.with_use("dev/alice", NOW))
    choices.change(lambda choices: choices.with_use("dev/alice", NOW).with_order("name"))
    remembered.save()
    remembered.wait(20)

    assert choices.known.used["dev/alice"].score == 2.0
    assert choices.known.order == "name"


def test_a_save_that_fails_is_no_reason_to_stop_the_next_one() -> None:
    choices = FakeChoices(fault=SaveFailed("The disk is full."))
    remembered = remembered_by(choices)
    remembered.change(lambda choices: choices.with_order("name"))
    remembered.save()
    remembered.wait(20)
    choices.fault = None
    remembered.change(lambda choices: choices.with_alone("token"))
    remembered.save()
    remembered.wait(20)

    assert choices.known.alone == "token"


def test_what_was_saved_before_the_file_was_read_is_newer_than_the_file() -> None:
    remembered = Remembered(cast(Services, FakeServices()))
    remembered.change(lambda choices: choices.with_order("name"))
    remembered.save()
    remembered.wait(10)

    remembered.begin(NO_CHOICES.with_order("recent"))

    assert remembered.choices.order == "name"
