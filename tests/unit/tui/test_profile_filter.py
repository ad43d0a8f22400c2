"""The lines of an overview, and what its headings count."""

from __future__ import annotations

from cognitui.model.token import Expiries
from cognitui.tui.profile_filter import ProfileGroups
from tests.unit.fakes import NOW, make_profile, make_tokens

ZOE, ALICE, STAGED = make_profile("dev/zoe"), make_profile("dev/alice"), make_profile("staging/alice")
GROUPS = ProfileGroups((ZOE, ALICE, STAGED), {})


def test_each_environment_has_a_heading_above_its_profiles() -> None:
    headings = {line: group.environment.name for line in range(6) if (group := GROUPS.group_at(line))}

    assert headings == {0: "dev", 3: "staging"}
    assert GROUPS.line_count == 5


def test_a_row_is_found_at_its_own_line() -> None:
    assert [GROUPS.row_at(GROUPS.line_of(row)) for row in range(3)] == [0, 1, 2]
    assert [GROUPS.line_of(row) for row in range(3)] == [1, 2, 4]


def test_no_row_is_at_a_heading_or_below_the_last_line() -> None:
    assert [GROUPS.row_at(line) for line in (0, 3, 5, 99)] == [None] * 4


def test_a_heading_counts_its_profiles_and_those_of_its_tokens_that_live() -> None:
    lives = {ALICE.token_key: Expiries(access=make_tokens().access.lifetime)}
    first = ProfileGroups((ZOE, ALICE, STAGED), lives).groups[0]

    assert (first.count, str(first.tallier.count(NOW))) == (2, "1 live")


def test_without_profiles_there_is_no_line() -> None:
    assert ProfileGroups((), {}).line_count == 0
