"""The flows of the OAuth endpoints through the whole program but its screen: from the profile file to the server."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import urllib3

from cognitui.cli.signin import get_token
from cognitui.demo.strict.pools import AppClient
from cognitui.demo.strict.server import StrictServer
from cognitui.model.challenge import Challenge
from cognitui.model.profile import Profile
from cognitui.model.secret import SecretKind
from cognitui.model.token import TokenKind
from cognitui.services import Options, Services, wire
from cognitui.tokens.request import Source, TokenPolicy, TokenRequest, TokenResult
from tests.integration.browsing import ALICE, PASSWORD, PATIENCE, READ, SECRET, any_redirect_uri
from tests.strict.browser import log_in
from tests.unit.cli.harness import Answering

MakeServices = Callable[[AppClient, str], Services]


@pytest.fixture
def program(strict: StrictServer, tmp_path: Path) -> MakeServices:
    """Make the program's parts on a file with one profile, its secrets in memory."""

    def make(client: AppClient, lines: str) -> Services:
        path = tmp_path / "profiles.toml"
        path.write_text(
            f'version = 1\n[environments.dev.profiles.it]\nuser_pool_id = "{client.pool.id}"\n'
            f'client_id = "{client.id}"\nendpoint_url = "{strict.url}"\ndomain = "{strict.url}"\n{lines}'
        )
        path.chmod(0o600)
        return wire(Options(profiles=path, state=tmp_path / "state", vault="memory", own_server=True))

    return make


class Pasting(Answering):
    """Logs in at the address that is shown, and pastes the one that the browser ends on."""

    def answer(self, question: str, *, masked: bool = False) -> str:
        self.asked.append((question, masked))
        return log_in(next(line for line in self.shown if line.startswith("http")), ALICE, PASSWORD)


def only_profile(services: Services) -> Profile:
    book = services.profiles.load()
    assert book.errors == ()
    return book.profiles[0]


def got(outcome: TokenResult | Challenge) -> TokenResult:
    assert isinstance(outcome, TokenResult)
    return outcome


def test_the_command_line_takes_the_pasted_address_of_an_app(strict: StrictServer, program: MakeServices) -> None:
    redirect_uri = "com.example.shop:/callback"
    pool = strict.add_pool()
    strict.add_user(pool, ALICE, PASSWORD)
    client = strict.add_client(pool, redirect_uris=(redirect_uri,))
    services = program(client, f'flow = "authorization_code"\nusername = "{ALICE}"\nredirect_uri = "{redirect_uri}"\n')
    person = Pasting()

    got = get_token(services, TokenRequest(only_profile(services)), person)

    assert got.token.value
    assert person.asked == [("Address", False)]
    assert any(f"{redirect_uri}; this exact URL must be registered" in line for line in person.shown)


def test_an_app_client_signs_in_by_its_stored_secret(strict: StrictServer, program: MakeServices) -> None:
    grants = frozenset({"client_credentials"})
    client = strict.add_client(strict.add_pool(), secret=SECRET, grants=grants, scopes=(READ,))
    services = program(client, f'flow = "client_credentials"\nscopes = ["{READ}"]\n')
    profile, broker = only_profile(services), services.broker
    services.warm_up(profile)
    broker.set_secret(profile, SecretKind.CLIENT_SECRET, SECRET)

    token = got(broker.get(profile)).token

    assert got(broker.get(profile)).source is Source.CACHED
    assert broker.verify(profile, token).verified
    assert got(broker.get(profile, policy=TokenPolicy.REFRESH)).source is Source.SIGNED_IN


def test_a_browser_signs_in_and_the_tokens_are_kept_renewed_and_revoked(
    strict: StrictServer, program: MakeServices
) -> None:
    redirect_uri = any_redirect_uri()
    pool = strict.add_pool()
    strict.add_user(pool, ALICE, PASSWORD)
    client = strict.add_client(pool, redirect_uris=(redirect_uri,), rotation=True)
    services = program(client, f'flow = "authorization_code"\nusername = "{ALICE}"\nredirect_uri = "{redirect_uri}"\n')
    profile, broker = only_profile(services), services.broker

    asked = broker.get(profile)
    assert isinstance(asked, Challenge)
    with ThreadPoolExecutor(1) as waiting:
        wait = waiting.submit(broker.wait, asked, threading.Event())
        patient = urllib3.Retry(connect=100, backoff_factor=0.02, backoff_max=0.02)
        urllib3.request("GET", log_in(asked.url, ALICE, PASSWORD), retries=patient)
        answers = wait.result(PATIENCE)
    assert answers is not None
    first = got(broker.answer(asked, answers, kind=TokenKind.REFRESH)).token

    renewed = got(broker.get(profile, TokenKind.REFRESH, policy=TokenPolicy.REFRESH))
    assert renewed.source is Source.REFRESHED
    assert renewed.token.value != first.value
    assert broker.user(got(broker.get(profile))).claims["email"] == ALICE

    assert broker.signing_out.revoke(profile).revoked
    assert strict.journal.last("oauth2/revoke").parameters["token"] == renewed.token.value
    assert isinstance(broker.get(profile), Challenge)
