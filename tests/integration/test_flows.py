"""Every sign-in that `docs/flows.md` promises, for aliases and usernames, with and without a client secret."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import pytest

from cognitui.cognito.user_pool_api import UserPoolApi
from cognitui.demo.strict.server import StrictServer
from tests.integration.flow_cases import CASES, COLUMNS, SAMPLES, Case, kinds, one_column
from tests.integration.flow_cells import BY_ITSELF, answer_of_the_command, cell
from tests.integration.flow_world import a_server, api_of
from tests.integration.flows_page import asked_in, written_rows

Offered = tuple[StrictServer, UserPoolApi]

CELLS = tuple(product(CASES, enumerate(COLUMNS)))
ROWS = written_rows()


@pytest.fixture(scope="module")
def offered() -> Iterator[Offered]:
    """One server for all cells, each of which makes a pool of its own: another client would cost each 100 ms."""
    with a_server() as server:
        yield server, api_of(server)
    assert not server.crashes, "\n".join(server.crashes)


@pytest.mark.parametrize(("case", "column"), CELLS, ids=[f"{case.row}-{at}" for case, (at, _) in CELLS])
def test_a_sign_in_asks_what_the_page_says(offered: Offered, case: Case, column: tuple[int, tuple[int, str]]) -> None:
    at, (name, secret) = column

    assert cell(*offered, case, case.names[name], secret) == ROWS[case.row][at]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.row)
def test_a_script_gets_the_token_or_hears_what_is_needed(offered: Offered, case: Case) -> None:
    asked = asked_in(case)
    needed = asked.partition(", then ")[0]

    said = answer_of_the_command(*offered, case, *one_column(case))

    assert said == ROWS[case.row][len(COLUMNS)]
    assert said == ("0" if asked == BY_ITSELF else f"3: {needed}")


def test_the_page_has_a_row_for_each_case_and_no_other() -> None:
    assert list(ROWS) == [case.row for case in CASES]


def test_the_tui_and_the_terminal_meet_each_kind_of_row() -> None:
    assert frozenset().union(*map(kinds, SAMPLES)) == frozenset().union(*map(kinds, CASES))
    assert {case.flow for case in SAMPLES} == {case.flow for case in CASES}


def test_no_cell_is_empty() -> None:
    assert all(len(cells) == len(COLUMNS) + 1 and all(cells) for cells in ROWS.values())
