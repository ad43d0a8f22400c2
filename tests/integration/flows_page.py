"""`docs/flows.md`: written by a run of every case, and read again by the tests."""

from __future__ import annotations

from pathlib import Path

from cognitui.cognito.api import CognitoApi
from cognitui.demo.strict.server import StrictServer
from tests.integration.flow_cases import CASES, COLUMNS, Case, a_server, api_of, sign_in, why_not

PAGE = Path(__file__).parents[2] / "docs" / "flows.md"

_HEAD = """\
# Every way in

Each cell is a sign-in that a test has made, with its token verified against the keys of the pool: what a person was
asked, in order, with the password in the vault. "by itself" is: nothing. The server is the strict one in
`src/cognitui/demo/strict`, which refuses what AWS refuses. `python -m tests.integration.flows_page` makes this page; a
test fails where it is not true any more.

`DEVICE_SRP_AUTH` is the second sign-in from a machine that the pool remembers. `WEB_AUTHN` (passkeys) needs a browser:
choose another factor, or sign in by `authorization_code`. `client_credentials` has no user at all.

| flow | Cognito asks | alias | alias, client secret | username | username, client secret |
|---|---|---|---|---|---|
"""


def cell(server: StrictServer, api: CognitoApi, case: Case, username: str, secret: str) -> str:
    """Signs in and returns the text of the cell, or why there is none."""
    reason = why_not(case, secret)
    return f"({reason})" if reason else sign_in(server, api, case, username, secret)


def rows_of(page: str) -> dict[str, list[str]]:
    """Returns the cells of a page by the names of their rows."""
    lines = [line.strip("| ").split(" | ") for line in page.splitlines() if line.startswith("| `")]
    return {f"{flow.strip('`')} · {challenge}": cells for flow, challenge, *cells in lines}


def written() -> str:
    """Signs in by all of them, and returns the page."""
    lines = []
    with a_server() as server:
        api = api_of(server)
        for case in CASES:
            cells = [cell(server, api, case, username, secret) for username, secret in COLUMNS]
            lines.append(f"| `{case.flow.value}` | {case.challenge} | {' | '.join(cells)} |\n")
    return _HEAD + "".join(lines)


if __name__ == "__main__":
    PAGE.write_text(written(), encoding="utf-8")
