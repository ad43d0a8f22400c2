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
# Tested flows

Each cell is a sign-in that a test has made with the password in the vault. It lists what you are asked, in order;
"automatic" means nothing. The tokens were verified with the keys of the pool, refreshed, and verified again. The server
is the strict one in `src/cognitui/demo/strict`, which refuses what AWS refuses. This page is written by
`python -m tests.integration.flows_page`, and a test fails if it is no longer true.

Each row is also run by `cognitui token --no-input`, with one of the usernames, and with a client secret in every other
row. The last column shows its exit code and what it says is needed. The first row of each kind (a flow, a challenge, a
choice, what is stored) is run in two more places: in the TUI, dialog by dialog (`tests/tui/test_flow_dialogs.py`), and
by `cognitui login` in a real terminal, which also asks for secrets that are not stored
(`tests/e2e/test_flow_questions.py`).

`DEVICE_SRP_AUTH` is the second sign-in from a machine that the pool remembers. `WEB_AUTHN` (passkeys) needs a browser:
choose another factor, or sign in with `authorization_code`. `client_credentials` has no user. `token_exchange` is done
for a subject that signs in with the password in the vault; in a delegation, an app client acts for the subject.

| flow | Cognito asks | alias | alias, client secret | username | username, client secret | `token --no-input` |
|---|---|---|---|---|---|---|
"""


def row(server: StrictServer, api: UserPoolApi, case: Case) -> list[str]:
    """Sign in by each column of a case, and by the command."""
    cells = [cell(server, api, case, case.names[name], secret) for name, secret in COLUMNS]
    return [*cells, answer_of_the_command(server, api, case, *one_column(case))]


def rows_of(page: str) -> dict[str, list[str]]:
    """Return the cells of a page by the names of their rows."""
    lines = [line.strip("| ").split(" | ") for line in page.splitlines() if line.startswith("| `")]
    return {f"{flow.strip('`')} · {challenge}": cells for flow, challenge, *cells in lines}


def written_rows() -> dict[str, list[str]]:
    """Return the cells of the page as it is now, by the names of their rows."""
    return rows_of(PAGE.read_text(encoding="utf-8"))


def asked_in(case: Case) -> str:
    """Return what a person is asked in the one column that every other test of the row uses."""
    username, secret = one_column(case)
    columns = [(case.names[name], secret) for name, secret in COLUMNS]
    return written_rows()[case.row][columns.index((username, secret))]


def written() -> str:
    """Sign in by all of them, and return the page."""
    with a_server() as server:
        api = api_of(server)
        rows = [(case.flow.value, case.challenge, row(server, api, case)) for case in CASES]
    return _HEAD + "".join(f"| `{flow}` | {challenge} | {' | '.join(cells)} |\n" for flow, challenge, cells in rows)


if __name__ == "__main__":
    PAGE.write_text(written(), encoding="utf-8")
