"""The order of the doctor's checks on the screen, and how they are counted."""

from __future__ import annotations

from typing import cast

from cognitui.model.diagnostics import Finding, Verdict, failed, noted, passed, skipped, warned
from cognitui.model.errors import NoKeyring
from cognitui.model.profile import Profile
from cognitui.services import Services
from cognitui.tui.widgets.findings import SETUP, Examined, counted, examination, worst_place
from tests.unit.doctor.fake_exams import FakeMachine
from tests.unit.fakes import FakeServices, make_profile, services_with

ALICE = make_profile("dev/alice")
FINE = passed("terminal", "It is one.")
TO_KNOW = warned("permissions", "They are open.", "Close them.")
TO_FIX = failed("keyring", NoKeyring("There is none.", fix="Install one."))


def examined(services: FakeServices, profile: Profile | None) -> list[Examined]:
    return list(examination(cast(Services, services), profile))


def of(*findings: Finding) -> list[Examined]:
    return [Examined(SETUP, finding) for finding in findings]


def test_the_set_up_comes_before_the_profile() -> None:
    parts = [one.part for one in examined(services_with(ALICE), ALICE)]

    assert list(dict.fromkeys(parts)) == [SETUP, "dev/alice"]
    assert parts == sorted(parts, key=[SETUP, "dev/alice"].index)


def test_without_a_profile_only_the_setup_is_examined() -> None:
    services = services_with(ALICE)

    assert {one.part for one in examined(services, None)} == {SETUP}
    assert ("client", "dev/alice", "") not in services.exam.asked


def test_no_check_is_made_before_it_is_asked_for() -> None:
    services = services_with(ALICE)
    checks = examination(cast(Services, services), ALICE)
    next(checks)

    assert services.exam.asked == []


def test_a_failed_check_stops_no_other() -> None:
    services = services_with(ALICE, machine=FakeMachine(keyring=NoKeyring("There is none.")))

    checks = [one.finding.check for one in examined(services, ALICE)]
    assert checks.index("keyring") < checks.index("clipboard") < checks.index("tokens")


def test_the_count_has_the_worst_first_and_leaves_out_what_there_is_not() -> None:
    assert counted(of(FINE, TO_FIX, FINE, TO_KNOW, TO_FIX), 80) == (
        (Verdict.FAIL, "2 to fix"),
        (Verdict.WARN, "1 warning"),
        (Verdict.PASS, "2 fine"),
    )
    assert counted(of(FINE), 80) == ((Verdict.PASS, "1 fine"),)


def test_the_count_says_in_fewer_words_what_would_not_fit() -> None:
    found = of(FINE, TO_FIX, TO_KNOW)

    assert [words for _, words in counted(found, 30)] == ["1 fail", "1 warn", "1 pass"]
    assert [words for _, words in counted(found, 29)] == ["1", "1", "1"]


def test_the_worst_is_the_first_failure_else_the_first_warning_else_the_first_of_all() -> None:
    assert worst_place(of(FINE, TO_KNOW, TO_FIX, TO_FIX)) == 2
    assert worst_place(of(FINE, TO_KNOW, TO_KNOW)) == 1
    assert worst_place(of(FINE, FINE)) == 0
    assert worst_place(of(FINE, noted("tokens", "None."), skipped("flow", "why.", "how."))) == 0
    assert worst_place([]) == 0


def test_a_name_that_would_act_is_inert() -> None:
    hostile = make_profile("dev/a\x1b[2Jb")

    assert "\x1b" not in examined(services_with(hostile), hostile)[-1].part
