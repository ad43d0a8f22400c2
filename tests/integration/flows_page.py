"""`docs/flows.md`: written by a run of every case, and read again by the tests."""

from __future__ import annotations

from pathlib import Path

from cognitui.cognito.user_pool_api import UserPoolApi
from cognitui.demo.strict.server import StrictServer
from tests.integration.flow_cases import CASES, COLUMNS, Case, one_column
from tests.integration.flow_cells import answer_of_the_command, cell
from tests.integration.flow_world import a_server, api_of

PAGE = Path(__file__).parents[2] / "docs" / "flows.md"

_HEAD = """\
# Every way in

Each cell is a sign-in that a test has made: what a person was asked, in order, with the password in the vault. "by
itself" is: nothing. Its tokens were verified against the keys of the pool, refreshed, and verified again. The server is
the strict one in `src/cognitui/demo/strict`, which refuses what AWS refuses. `python -m tests.integration.flows_page`
makes this page; a test fails where it is not true any more.

Each row is gone through three more times, with one of its names, and with a client secret in every other row: on the
screen, dialog by dialog (`tests/tui/test_flow_dialogs.py`); by `cognitui login` in a real terminal, where what is not
stored is asked for, too (`tests/e2e/test_flow_questions.py`); and by `cognitui token --no-input`, whose exit code
stands in the last column, with what it says is needed.

`DEVICE_SRP_AUTH` is the second sign-in from a machine that the pool remembers. `WEB_AUTHN` (passkeys) needs a browser:
choose another factor, or sign in by `authorization_code`. `client_credentials` has no user at all.

| flow | Cognito asks | alias | alias, client secret | username | username, client secret | `token --no-input` |
|---|---|---|---|---|---|---|
"""


def row(server: StrictServer, api: UserPoolApi, case: Case) -> list[str]:
    """Signs in by each column of a case, and by the command."""
    cells = [cell(server, api, case, case.names[name], secret) for name, secret in COLUMNS]
    return [*cells, answer_of_the_command(server, api, case, *one_column(case))]


def rows_of(page: str) -> dict[str, list[str]]:
    """Returns the cells of a page by the names of their rows."""
    lines = [line.strip("| ").split(" | ") for line in page.splitlines() if line.startswith("| `")]
    return {f"{flow.strip('`')} · {challenge}": cells for flow, challenge, *cells in lines}


def written_rows() -> dict[str, list[str]]:
    """Returns the cells of the page as it stands, by the names of their rows."""
    return rows_of(PAGE.read_text(encoding="utf-8"))


def asked_in(case: Case) -> str:
    """Returns what the page says that a person is asked in the one column that all ways in go through."""
    username, secret = one_column(case)
    columns = [(case.names[name], secret) for name, secret in COLUMNS]
    return written_rows()[case.row][columns.index((username, secret))]


def written() -> str:
    """Signs in by all of them, and returns the page."""
    with a_server() as server:
        api = api_of(server)
        rows = [(case.flow.value, case.challenge, row(server, api, case)) for case in CASES]
    return _HEAD + "".join(f"| `{flow}` | {challenge} | {' | '.join(cells)} |\n" for flow, challenge, cells in rows)


if __name__ == "__main__":
    PAGE.write_text(written(), encoding="utf-8")
