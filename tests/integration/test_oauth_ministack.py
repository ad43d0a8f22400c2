"""The flows of the OAuth endpoints against ministack, the browser's part in a real Chromium."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.support.wait import WebDriverWait

from cognitui.cognito.http import fetch_https
from cognitui.cognito.jwks import TokenVerifier
from cognitui.cognito.oauth.provider import OAuthProvider
from cognitui.cognito.oauth.token_endpoint import TokenEndpoint
from cognitui.cognito.user_pool_api import UserPoolApi
from cognitui.model import errors
from cognitui.model.challenge import Challenge, GivenSecrets, SignedIn
from cognitui.model.claims import names_of, scopes_of
from cognitui.model.profile import Flow
from tests.integration.browser_client import READ, make_browser_client, make_machine, profile_of, running_chromium
from tests.integration.browsing import PATIENCE, any_redirect_uri
from tests.integration.cognito_server import Ministack

pytestmark = pytest.mark.xdist_group("cognito")

ALICE = "alice@example.com"
PASSWORD = "Passw0rd!"


@pytest.fixture
def signin() -> OAuthProvider:
    return OAuthProvider(TokenEndpoint(time.time), UserPoolApi(time.time), time.time)


def test_an_app_client_gets_a_token_that_verifies(ministack: Ministack, signin: OAuthProvider) -> None:
    pool = ministack.make_pool("shop")
    client = make_machine(ministack, pool)
    profile = profile_of(ministack, pool, client, Flow.CLIENT_CREDENTIALS, scopes=(READ,))

    step = signin.start(profile, GivenSecrets(client_secret=client.secret))

    assert isinstance(step, SignedIn)
    token = step.tokens.access
    assert scopes_of(token.value) == {READ}
    assert TokenVerifier(fetch_https, time.time).verify(profile, token.value).verified
    with pytest.raises(errors.ClientSecretWrong):
        signin.start(profile, GivenSecrets(client_secret="wrong"))


def complaints(chrome: Chrome) -> list[str]:
    """What the browser's console says."""
    entries: list[dict[str, object]] = chrome.get_log("browser")  # type: ignore[no-untyped-call]  # selenium's own
    return [str(entry["message"]) for entry in entries]


@pytest.mark.parametrize("secret", [False, True], ids=["public", "confidential"])
def test_a_person_logs_in_in_chromium_and_ends_on_our_page(
    ministack: Ministack, signin: OAuthProvider, secret: bool
) -> None:
    redirect_uri = any_redirect_uri()
    pool = ministack.make_pool("shop", sign_in_by_email=True)
    ministack.make_user(pool, ALICE, PASSWORD, attributes={"email": ALICE, "email_verified": "true"})
    client = make_browser_client(ministack, pool, redirect_uri, secret=secret)
    profile = profile_of(
        ministack,
        pool,
        client,
        Flow.AUTHORIZATION_CODE,
        username=ALICE,
        redirect_uri=redirect_uri,
        scopes=("openid", "email"),
    )
    asked = signin.start(profile, GivenSecrets(client_secret=client.secret))
    assert isinstance(asked, Challenge)

    with running_chromium() as chrome, ThreadPoolExecutor(1) as pool_of_one:
        stop = threading.Event()
        waiting = pool_of_one.submit(signin.wait, asked, stop)
        try:
            chrome.get(asked.url)
            chrome.find_element(By.NAME, "username").send_keys(ALICE)
            chrome.find_element(By.NAME, "password").send_keys(PASSWORD)
            chrome.find_element(By.CSS_SELECTOR, "form [type=submit], form button").click()
            WebDriverWait(chrome, PATIENCE).until(lambda browser: "cognitui" in browser.title)
            answers = waiting.result(PATIENCE)
        finally:
            stop.set()
        heading = chrome.find_element(By.TAG_NAME, "h1")
        assert heading.text == "Done"
        # Its own style is the one thing that the page's policy lets in.
        assert heading.find_element(By.XPATH, "..").value_of_css_property("max-width") != "none"
        ours = [entry for entry in complaints(chrome) if urlsplit(redirect_uri).netloc in entry]
        assert ours == [], "Chromium does not complain of our page"

    assert answers is not None
    step = signin.answer(asked, answers)
    assert isinstance(step, SignedIn)
    assert names_of(step.tokens.id.value if step.tokens.id else "")["email"] == ALICE
    verifier = TokenVerifier(fetch_https, time.time)
    assert all(
        verifier.verify(profile, token.value).verified for token in (step.tokens.access, step.tokens.id) if token
    )
    assert step.tokens.refresh is not None
    again = signin.refresh(profile, step.tokens.refresh.value, client.secret, "")
    assert again.access.value != step.tokens.access.value
    # ministack lacks /oauth2/revoke.
    signin.revoke(profile, step.tokens.refresh.value, client.secret)
    with pytest.raises(errors.RefreshTokenDead):
        signin.refresh(profile, step.tokens.refresh.value, client.secret, "")
