"""App clients of the OAuth endpoints on ministack, and a real Chromium without a window."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from cognitui.model.profile import Environment, Flow, Profile, ProfileFields
from tests.integration.cognito_server import Ministack
from tests.servers.directory import RegisteredClient

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

READ = "orders/read"


def make_machine(ministack: Ministack, pool: str) -> RegisteredClient:
    """Make a resource server, and an app client for client_credentials."""
    ministack._calls.create_resource_server(
        UserPoolId=pool,
        Identifier="orders",
        Name="orders",
        Scopes=[{"ScopeName": "read", "ScopeDescription": "Reads orders"}],
    )
    made = ministack._calls.create_user_pool_client(
        UserPoolId=pool,
        ClientName="machine",
        GenerateSecret=True,
        AllowedOAuthFlows=["client_credentials"],
        AllowedOAuthScopes=[READ],
        AllowedOAuthFlowsUserPoolClient=True,
    )["UserPoolClient"]
    return RegisteredClient(made["ClientId"], made["ClientSecret"])


def make_browser_client(
    ministack: Ministack, pool: str, redirect_uri: str, *, secret: bool = False
) -> RegisteredClient:
    """Make an app client whose users log in with the browser."""
    made = ministack._calls.create_user_pool_client(
        UserPoolId=pool,
        ClientName="browser",
        GenerateSecret=secret,
        CallbackURLs=[redirect_uri],
        SupportedIdentityProviders=["COGNITO"],
        AllowedOAuthFlows=["code"],
        AllowedOAuthScopes=["openid", "email"],
        AllowedOAuthFlowsUserPoolClient=True,
        EnableTokenRevocation=True,
    )["UserPoolClient"]
    return RegisteredClient(made["ClientId"], made.get("ClientSecret"))


def profile_of(ministack: Ministack, pool: str, client: RegisteredClient, flow: Flow, **more: object) -> Profile:
    """Return the profile of such a client."""
    fields: dict[str, object] = {
        "user_pool_id": pool,
        "client_id": client.id,
        "flow": flow,
        "domain": ministack.endpoint,
        "endpoint_url": ministack.endpoint,
        **more,
    }
    return Profile(environment=Environment(name="dev"), name="it", own=ProfileFields(**fields))  # type: ignore[arg-type]


@contextmanager
def running_chromium() -> Iterator[Chrome]:
    """Run Debian's Chromium, or the Chrome that the driver is made for; skip if there is neither."""
    driver = shutil.which("chromedriver")
    found = [path for name in ("chromium", "google-chrome") if (path := shutil.which(name))]
    browser = next((path for path in found if driver and _major(path) == _major(driver)), None)
    if driver is None or browser is None:
        pytest.skip("no chromium with a chromedriver of its version (Debian: chromium, chromium-driver)")
    from selenium.webdriver import Chrome
    from selenium.webdriver.chrome.options import Options
    from selenium.webdriver.chrome.service import Service

    options = Options()
    options.binary_location = browser
    # A container has no user namespaces for its sandbox and a small /dev/shm; it goes only to our own servers.
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-proxy-server"):
        options.add_argument(argument)
    environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    chrome = Chrome(options=options, service=Service(driver, env=environment))
    try:
        yield chrome
    finally:
        chrome.quit()


def _major(program: str) -> str:
    """Return the first part of a program's version; a driver refuses a browser that differs in it."""
    said = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=30, check=False).stdout
    found = re.search(r"\d+", said)
    return found[0] if found else ""
