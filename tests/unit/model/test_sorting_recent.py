"""How often and how lately a profile is used, as one number that fades."""

from __future__ import annotations

import pytest

from cognitui.model.preferences import NO_PREFERENCES, Preferences
from cognitui.model.sorting import HALF_LIFE, Use, once_more, scores_of
from tests.unit.fakes import NOW


def used(*times: float) -> Use:
    use = None
    for at in times:
        use = once_more(use, at)
    assert use is not None
    return use


def test_a_first_use_counts_one() -> None:
    assert used(NOW) == Use(score=1.0, at=NOW)


def test_uses_of_one_moment_add_up() -> None:
    assert used(NOW, NOW, NOW).score_at(NOW) == 3.0


def test_a_use_counts_half_after_the_half_life_whatever_came_after_it() -> None:
    assert used(NOW).score_at(NOW + HALF_LIFE) == pytest.approx(0.5)
    assert used(NOW, NOW + HALF_LIFE).score_at(NOW + HALF_LIFE) == pytest.approx(1.5)
    assert used(NOW, NOW + HALF_LIFE).score_at(NOW + 2 * HALF_LIFE) == pytest.approx(0.75)


def test_what_is_used_often_stays_ahead_of_one_look_at_something_else_and_falls_behind_in_the_end() -> None:
    often, later = used(*[NOW] * 8), NOW + HALF_LIFE
    assert often.score_at(later) > used(later).score_at(later)
    assert often.score_at(NOW + 5 * HALF_LIFE) < used(NOW + 5 * HALF_LIFE).score_at(NOW + 5 * HALF_LIFE)


def test_of_two_that_are_used_as_often_the_later_one_is_ahead() -> None:
    scores = scores_of({"dev/alice": used(NOW), "dev/bob": used(NOW + 1)}, NOW + 60)
    assert scores["dev/bob"] > scores["dev/alice"]


def test_a_clock_that_was_set_back_lets_nothing_grow() -> None:
    assert used(NOW).score_at(NOW - 10 * HALF_LIFE) == 1.0
    assert used(NOW, NOW - HALF_LIFE) == Use(score=2.0, at=NOW - HALF_LIFE)


@pytest.mark.parametrize("at", [-1e308, 0.0])
def test_what_is_endlessly_long_ago_counts_nothing(at: float) -> None:
    assert Use(1e308, at).score_at(NOW) == 0.0


def test_of_more_than_a_thousand_profiles_those_are_kept_that_were_used_last() -> None:
    choices = NO_PREFERENCES
    for number in range(1001):
        choices = choices.with_use(f"dev/{number}", NOW + number)
        choices = choices.with_use("dev/0", NOW + number)

    assert len(choices.used) == 1000
    assert choices.used["dev/0"].at == NOW + 1000
    assert "dev/1" not in choices.used
    assert "dev/1000" in choices.used


def test_what_is_known_of_a_profile_follows_its_new_name() -> None:
    before = Preferences(
        copied_as={"dev/alice": "curl", "dev/bob": "json"},
        used={"dev/alice": used(NOW), "dev/bob": used(NOW)},
        selected={"dev": "dev/alice", "*": "dev/bob"},
    )

    after = before.with_renamed("dev/alice", "staging/alicia")

    assert after.copied_as == {"staging/alicia": "curl", "dev/bob": "json"}
    assert after.used == {"staging/alicia": used(NOW), "dev/bob": used(NOW)}
    assert after.selected == {"dev": "staging/alicia", "*": "dev/bob"}
    assert before.with_renamed("dev/alice", "dev/alice") == before


def test_a_name_that_was_anothers_before_has_what_is_known_of_the_renamed_one() -> None:
    before = Preferences(copied_as={"dev/bob": "json", "dev/alice": "curl"})

    assert before.with_renamed("dev/alice", "dev/bob").copied_as == {"dev/bob": "curl"}
    assert before.with_renamed("dev/carol", "dev/bob").copied_as == before.copied_as


def test_what_is_selected_is_kept_for_the_hundred_environments_that_were_shown_last() -> None:
    choices = NO_PREFERENCES
    for number in range(102):
        choices = choices.with_place(f"e{number}", {f"e{number}": f"e{number}/alice", "e0": "e0/bob"})

    assert choices.environment == "e101"
    assert len(choices.selected) == 100
    assert choices.selected["e0"] == "e0/bob"
    assert "e1" not in choices.selected
    assert "e2" not in choices.selected
