"""cognitui against other people's Cognito: every cell of `docs/emulators.md` is tried again."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import product
from pathlib import Path

import pytest

from cognitui.cognito.oauth.provider import OAuthProvider
from cognitui.cognito.oauth.token_endpoint import TokenEndpoint
from cognitui.cognito.user_pool_api import UserPoolApi
from cognitui.demo.strict import errors
from cognitui.demo.strict.errors import Refusal
from cognitui.demo.strict.server import StrictServer
from cognitui.model.challenge import GivenSecrets, SignedIn
from cognitui.model.errors import RefreshTokenDead, ServiceFault
from cognitui.model.profile import Flow
from tests.integration.challenge_desk import maker
from tests.integration.emulator_cases import CASES, Case
from tests.integration.emulator_cells import cell
from tests.integration.emulators_page import client_rows, server_columns
from tests.integration.flow_cases import ALIAS, SECRET
from tests.integration.flow_cases import Case as JsCase
from tests.integration.flow_world import a_server, a_world
from tests.integration.identity_js import JS_CASES, IdentityJs, js_row, js_sign_in, running_identity_js
from tests.servers.emulators import EMULATORS, EmulatedDirectory, Emulator, running
from tests.servers.environments import FOLDER, SCRIPTS, need, python_of
from tests.servers.ports import free_port
from tests.unit.fakes import make_profile

Start = Callable[[Emulator], EmulatedDirectory]

COLUMNS = server_columns()
CELLS = [
    pytest.param(emulator, case, id=f"{emulator.name}-{case.row}", marks=pytest.mark.xdist_group(emulator.group))
    for emulator, case in product(EMULATORS, CASES)
]


@pytest.fixture(scope="session")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start]:
    """Start an emulator at its first test, and ends it with the session."""
    running_ones: dict[str, EmulatedDirectory] = {}
    with ExitStack() as stack:

        def start(emulator: Emulator) -> EmulatedDirectory:
            need(emulator.environment)
            if emulator.name not in running_ones:
                folder = tmp_path_factory.mktemp(emulator.name)
                running_ones[emulator.name] = stack.enter_context(running(emulator, folder))
            return running_ones[emulator.name]

        yield start


@pytest.mark.parametrize(("emulator", "case"), CELLS)
def test_an_emulator_does_what_the_page_says(started: Start, emulator: Emulator, case: Case) -> None:
    assert cell(started(emulator), case) == COLUMNS[emulator.name][case.row]


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="needs Linux's /proc")
@pytest.mark.parametrize(
    "emulator",
    [pytest.param(each, marks=pytest.mark.xdist_group(each.group)) for each in EMULATORS],
    ids=lambda emulator: emulator.name,
)
def test_an_emulator_listens_on_this_machine_only(started: Start, emulator: Emulator) -> None:
    at = started(emulator)
    port = int(at.endpoint.rpartition(":")[2])

    assert _listening(at.pid) == {f"0100007F:{port:04X}"}


def _listening(pid: int) -> set[str]:
    """Return the addresses that a process listens on, as /proc writes them: 0100007F is 127.0.0.1."""
    links = (str(link.readlink()) for link in Path(f"/proc/{pid}/fd").iterdir() if link.is_symlink())
    inodes = {link.removeprefix("socket:[").removesuffix("]") for link in links if link.startswith("socket:[")}
    rows = [line.split() for name in ("tcp", "tcp6") for line in Path(f"/proc/net/{name}").read_text().splitlines()]
    return {row[1] for row in rows if row[3] == "0A" and row[9] in inodes}


@pytest.mark.parametrize(
    ("environment", "command"),
    [
        ("moto", (python_of("moto"), "-P", str(SCRIPTS / "guarded.py"), "http.server", "--bind", "127.0.0.1", "0")),
        ("node", ("node", str(SCRIPTS / "cognito-local.cjs"))),
        ("node", ("node", str(SCRIPTS / "identity-js.cjs"))),
    ],
    ids=["guarded.py", "cognito-local.cjs", "identity-js.cjs"],
)
def test_a_server_ends_when_its_starter_is_gone(tmp_path: Path, environment: str, command: tuple[str, ...]) -> None:
    need(environment)
    settings = {"HOST": "127.0.0.1", "PORT": str(free_port()), "ORACLES": str(FOLDER / "node")}

    with subprocess.Popen(
        command,
        env={"PATH": os.environ["PATH"], **settings},
        cwd=tmp_path,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        assert process.stdin is not None
        process.stdin.close()
        try:
            assert process.wait(60) == 0
        finally:
            process.kill()


def test_the_page_has_a_column_for_each_emulator_and_a_row_for_each_case() -> None:
    assert list(COLUMNS) == [emulator.name for emulator in EMULATORS]
    assert all(list(cells) == [case.row for case in CASES] for cells in COLUMNS.values())


@pytest.mark.parametrize("emulator", EMULATORS, ids=lambda emulator: emulator.name)
def test_every_emulator_signs_somebody_in_and_refreshes(emulator: Emulator) -> None:
    """A page that was written while everything was broken would be true, too."""
    assert COLUMNS[emulator.name][Case(Flow.USER_PASSWORD_AUTH).row] == "signed in"
    assert COLUMNS[emulator.name][Case(Flow.ADMIN_USER_PASSWORD_AUTH).row] == "signed in"


def test_an_answer_without_content_leads_to_another_flow(strict: StrictServer) -> None:
    """moto answers so to CUSTOM_AUTH."""
    at = maker(strict)()
    strict.errors.add("InitiateAuth", errors.empty())

    with pytest.raises(ServiceFault) as caught:
        at.start(Flow.CUSTOM_AUTH)

    assert "may lack CUSTOM_AUTH: set another flow in the profile." in caught.value.fix


def test_a_refresh_that_an_emulator_refuses_in_its_own_words_leads_to_a_sign_in(strict: StrictServer) -> None:
    """cognito-local says so of a refresh token that it has forgotten."""
    at = maker(strict)()
    step = at.start()
    assert isinstance(step, SignedIn)
    assert step.tokens.refresh is not None
    strict.errors.always("GetTokensFromRefreshToken", errors.unknown_operation())
    refusal = Refusal("NotAuthorizedException", "User not authorized").answer
    strict.errors.always("InitiateAuth", errors.InjectedError(refusal))
    profile = make_profile(endpoint_url=strict.url, client_id=at.client.id)

    with pytest.raises(RefreshTokenDead, match="User not authorized"):
        at.signin.refresh(profile, step.tokens.refresh.value, None, at.user.username)


def test_a_domain_that_answers_with_a_server_error_may_have_no_oauth_endpoints(strict: StrictServer) -> None:
    """moto answers so to /oauth2/token."""
    strict.errors.always("oauth2/token", errors.html_page(500))
    profile = make_profile(flow=Flow.CLIENT_CREDENTIALS, domain=strict.url)
    endpoint = TokenEndpoint(strict.clock, sleep=lambda _seconds: None)

    with pytest.raises(ServiceFault) as caught:
        OAuthProvider(endpoint, UserPoolApi(time.time), time.time).start(profile, GivenSecrets(client_secret=SECRET))

    assert caught.value.fix == "Try again. If it stays so, the server at domain has no OAuth endpoints."


# amazon-cognito-identity-js against our strict server.


CLIENT_ROWS = client_rows()
in_one_process = pytest.mark.xdist_group("oracle-identity-js")


@pytest.fixture(scope="module")
def js(tmp_path_factory: pytest.TempPathFactory) -> Iterator[IdentityJs]:
    need("node")
    with running_identity_js(tmp_path_factory.mktemp("identity-js")) as process:
        yield process


@pytest.fixture(scope="module")
def js_server() -> Iterator[StrictServer]:
    with a_server() as server:
        yield server
    assert not server.crashes, "\n".join(server.crashes)


@in_one_process
@pytest.mark.parametrize("case", JS_CASES, ids=lambda case: case.row)
def test_another_client_signs_in_to_the_strict_server_as_the_page_says(
    js: IdentityJs, js_server: StrictServer, case: JsCase
) -> None:
    assert js_row(js_server, js, case) == CLIENT_ROWS[case.row]


@in_one_process
def test_another_client_with_a_wrong_password_is_refused(js: IdentityJs, js_server: StrictServer) -> None:
    said = js_sign_in(a_world(js_server, JS_CASES[0], ALIAS, ""), js, password="Wr0ng!password")

    assert (said["code"], said["message"]) == ("NotAuthorizedException", "Incorrect username or password.")


@in_one_process
def test_another_client_without_the_client_secret_is_refused(js: IdentityJs, js_server: StrictServer) -> None:
    said = js_sign_in(a_world(js_server, JS_CASES[0], ALIAS, SECRET), js)

    assert said["code"] == "NotAuthorizedException"
    assert "SECRET_HASH was not received" in str(said["message"])


def test_every_row_of_the_other_client_is_a_sign_in() -> None:
    assert list(CLIENT_ROWS) == [case.row for case in JS_CASES]
    assert all(signed_in.startswith("signed in") for signed_in, _ in CLIENT_ROWS.values())
    assert all(refreshed == "refreshed" for _, refreshed in CLIENT_ROWS.values())
