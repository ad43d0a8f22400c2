"""Every way in that `docs/flows.md` promises, for aliases and usernames, with and without a client secret."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import pytest

from cognitui.cognito.api import CognitoApi
from cognitui.demo.strict.server import StrictServer
from tests.integration.flow_cases import CASES, COLUMNS, Case, a_server, api_of
from tests.integration.flows_page import PAGE, cell, rows_of

World = tuple[StrictServer, CognitoApi]

CELLS = tuple(product(CASES, enumerate(COLUMNS)))
ROWS = rows_of(PAGE.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """One server for all cells, each of which makes a pool of its own: another client would cost each 100 ms."""
    with a_server() as server:
        yield server, api_of(server)
    assert not server.crashes, "\n".join(server.crashes)


@pytest.mark.parametrize(("case", "column"), CELLS, ids=[f"{case.row}-{at}" for case, (at, _) in CELLS])
def test_a_sign_in_asks_what_the_page_says(world: World, case: Case, column: tuple[int, tuple[str, str]]) -> None:
    at, (username, secret) = column

    assert cell(*world, case, username, secret) == ROWS[case.row][at]


def test_the_page_has_a_row_for_each_case_and_no_other() -> None:
    assert list(ROWS) == [case.row for case in CASES]


def test_no_cell_is_empty() -> None:
    assert all(len(cells) == len(COLUMNS) and all(cells) for cells in ROWS.values())
