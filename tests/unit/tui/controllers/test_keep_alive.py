"""When kept tokens are renewed."""

from __future__ import annotations

import pytest

from cognitui.model.token import Lifetime
from cognitui.tui.controllers.keep_alive import RenewalSchedule
from tests.unit.fakes import NOW

HOUR = Lifetime(NOW, NOW + 3600)


def keeping(jitter: float = 0.0, life: Lifetime | None = HOUR) -> RenewalSchedule:
    kept = RenewalSchedule(lambda: jitter)
    kept.add("dev/alice", life, NOW)
    return kept


def test_a_token_is_renewed_before_it_is_reported_to_run_out() -> None:
    kept = keeping(jitter=0.5)

    assert kept.due(HOUR.expiring_from - 181) == ()
    assert kept.due(HOUR.expiring_from - 180) == ("dev/alice",)


def test_a_token_that_is_not_there_is_due_at_once() -> None:
    assert keeping(life=None).due(NOW) == ("dev/alice",)


def test_a_renewed_token_is_due_when_the_new_one_runs_out() -> None:
    kept = keeping()
    kept.add("dev/alice", Lifetime(NOW + 3000, NOW + 6600), NOW + 3000)

    assert kept.due(NOW + 3300) == ()


def test_failures_make_it_wait_longer_but_never_over_five_minutes() -> None:
    kept = keeping(jitter=1.0)

    assert [kept.failed("dev/alice", NOW) for _ in range(7)] == [15, 30, 60, 120, 240, 300, 300]


def test_two_that_fail_together_are_not_tried_again_together() -> None:
    assert keeping(jitter=0.0).failed("dev/alice", NOW) == 7.5
    assert keeping(jitter=1.0).failed("dev/alice", NOW) == 15


def test_a_success_forgets_the_failures() -> None:
    kept = keeping(jitter=1.0)
    kept.failed("dev/alice", NOW)
    kept.add("dev/alice", HOUR, NOW)

    assert kept.failed("dev/alice", NOW) == 15


@pytest.mark.parametrize("stop", [lambda kept: kept.stop("dev/alice"), lambda kept: kept.keep_only([])])
def test_what_was_stopped_is_never_due(stop: object) -> None:
    kept = keeping(life=None)
    stop(kept)  # type: ignore[operator]  # it is one of the two above

    assert kept.due(NOW + 1e6) == ()
    assert kept.ids == frozenset()
