"""`docs/emulators.md`: written by trying every case on every emulator, and read again by the tests."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.integration.emulator_cases import CASES
from tests.integration.emulator_cells import cell
from tests.integration.flow_world import a_server
from tests.integration.identity_js import JS_CASES, VERSION, js_row, running_identity_js
from tests.servers.emulators import EMULATORS, Emulator, running

PAGE = Path(__file__).parents[2] / "docs" / "emulators.md"

_HEAD = """\
# Emulators

How cognitui works with moto, cognito-local and ministack, and amazon-cognito-identity-js with the Cognito server that
cognitui is tested against. Each cell is the result of a run. `python -m tests.integration.emulators_page` writes this
page, and a test fails if a cell changes. The pinned versions are installed when a test first needs them.

Sign in to an emulator with a profile that has its `endpoint_url`. For the OAuth flows, set `domain` to the same
address. Set `region` if the pool's id does not begin with one, as in cognito-local.

## Servers

"signed in" means that the tokens were verified with the pool's keys, and that a refresh returned new ones. What you are
asked is in parentheses; the password, the client secret and the TOTP seed are stored. "no" is followed by the title of
the error. If a server does not support a flow, the error names one to set instead.

"""

_AFTER_SERVERS = """
- moto has no OAuth endpoints and no RevokeToken, and its GlobalSignOut works only in us-east-1. It accepts any password
  by `USER_SRP_AUTH`, and any code of an authenticator app.
- cognito-local forgets the refresh token of a sign-in that answered a challenge: the next request for a token
  signs in again.
- ministack signs its tokens with a key of the pool only if Python's `cryptography` is installed next to it. It asks a
  custom challenge even if the pool has no Lambda trigger.

"""

_SERVERS = "## Servers"
_CLIENT = "## amazon-cognito-identity-js"

_ABOUT_CLIENT = f"""\
{_CLIENT}

Version {VERSION} signs in to the strict server in `src/cognitui/demo/strict`, which refuses what AWS refuses. The two
share no code, so that each row is an independent check of the server. It signs in by alias, and by username with
`USER_PASSWORD_AUTH`, where it answers challenges under the name that was typed. It knows no client secrets.

| flow | Cognito asks | sign-in | refresh |
|---|---|---|---|
"""


def server_columns() -> dict[str, dict[str, str]]:
    """Return the cells of the page's first table by the emulator and the row."""
    head, *rows = _lines_of(_SERVERS)
    return {server.partition(" ")[0]: {_name(row): row[at] for row in rows} for at, server in enumerate(head) if at > 1}


def client_rows() -> dict[str, list[str]]:
    """Return the cells of the page's second table by the row."""
    return {_name(row): row[2:] for row in _lines_of(_CLIENT)[1:]}


def _lines_of(section: str) -> list[list[str]]:
    text = PAGE.read_text(encoding="utf-8").partition(f"{section}\n")[2].partition("\n## ")[0]
    return [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ")]


def _name(row: list[str]) -> str:
    return f"{row[0].strip('`')} · {row[1]}"


def written() -> str:
    """Try everything, and return the page."""
    columns = [_column(emulator) for emulator in EMULATORS]
    names = [f"{emulator.name} {emulator.version}" for emulator in EMULATORS]
    rows = [
        f"| `{case.flow.value}` | {case.what} | {' | '.join(cells)} |\n"
        for case, *cells in zip(CASES, *columns, strict=True)
    ]
    head = f"| flow | with | {' | '.join(names)} |\n|{'---|' * (2 + len(names))}\n"
    return "".join((_HEAD, head, *rows, _AFTER_SERVERS, _ABOUT_CLIENT, *_client_lines()))


def _column(emulator: Emulator) -> list[str]:
    with tempfile.TemporaryDirectory() as folder, running(emulator, Path(folder)) as directory:
        return [cell(directory, case) for case in CASES]


def _client_lines() -> list[str]:
    with tempfile.TemporaryDirectory() as folder, running_identity_js(Path(folder)) as js, a_server() as server:
        rows = [(case, js_row(server, js, case)) for case in JS_CASES]
    return [f"| `{case.flow.value}` | {case.challenge} | {' | '.join(cells)} |\n" for case, cells in rows]


if __name__ == "__main__":
    PAGE.write_text(written(), encoding="utf-8")
