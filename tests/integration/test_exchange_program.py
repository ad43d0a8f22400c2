"""`cognitui` with a profile that exchanges the token of another, from its addition to its sign-out."""

from __future__ import annotations

import json
import sys

import pytest

from cognitui.demo.strict.token_exchange import DELEGATION, IMPERSONATION
from cognitui.model.claims import decode
from tests.integration.browsing import READ
from tests.integration.shell import SECRET, Shell

ID = "dev/for-alice"


@pytest.fixture
def exchanging(ready: Shell) -> Shell:
    """A shell whose `dev/alice` has scopes to narrow, and `dev/for-alice`, which exchanges her token."""
    ready.client.added_scopes = (READ, "orders/write")
    service = ready.server.add_client(
        ready.client.pool, secret=SECRET, flows=frozenset({DELEGATION, IMPERSONATION}), scopes=(READ,)
    )
    place = ("--user-pool-id", ready.client.pool.id, "--client-id", service.id, "--endpoint-url", ready.server.url)
    ready.done(
        *("profile", "add", ID, "--flow", "token_exchange", "--subject", "dev/alice", "--scopes", READ),
        *("--audience", "https://orders.example.com", *place),
    )
    ready.done("secret", "set", ID, "client-secret", stdin=SECRET)
    return ready


def test_the_token_of_alice_is_exchanged_listed_compared_and_handed_to_a_command(exchanging: Shell) -> None:
    token = exchanging.done("token", ID).strip()

    claims = decode(token).claims
    assert (claims["scope"], claims["aud"]) == (READ, "https://orders.example.com")
    listed = {one["id"]: one for one in json.loads(exchanging.done("list", "--json"))}
    assert (listed[ID]["flow"], listed[ID]["state"], listed[ID]["username"]) == (
        "token_exchange",
        "valid",
        "alice@example.com",
    )
    assert list(filter(None, listed[ID]["expires_at"].values())) == [listed[ID]["expires_at"]["access"]]
    assert "valid" in exchanging.done("status", ID)
    verified = json.loads(exchanging.done("decode", "--verify", "--json", stdin=token))
    assert verified["verified"] is True
    changed = {one["name"] for one in json.loads(exchanging.run("diff", "dev/alice", ID, "--json").stdout)["claims"]}
    assert {"aud", "client_id", "scope"} <= changed
    shows = [sys.executable, "-c", "import os; print(os.environ['COGNITO_ACCESS_TOKEN'])"]
    assert exchanging.done("exec", ID, "--", *shows).strip() == token


def test_a_sign_out_forgets_the_token_and_never_ends_sessions_of_the_user(exchanging: Shell) -> None:
    exchanging.done("token", ID)

    refused = exchanging.run("logout", ID, "--global")
    assert refused.returncode == 2
    assert "cognitui logout dev/alice --global" in refused.stderr
    told = exchanging.run("logout", ID, "--revoke")
    assert told.returncode == 0
    assert "its token comes from the session of dev/alice" in told.stderr
    assert exchanging.server.journal.count("RevokeToken") == 0


def test_what_the_subject_needs_names_the_subject(exchanging: Shell) -> None:
    exchanging.done("secret", "rm", "dev/alice", "password")

    asked = exchanging.run("token", ID, "--no-input")

    assert asked.returncode == 3
    assert "dev/for-alice exchanges the token of dev/alice." in asked.stderr
    assert "cognitui secret set dev/alice password" in asked.stderr


def test_the_doctor_names_what_the_subject_lacks(exchanging: Shell) -> None:
    said = exchanging.run("doctor", ID)

    assert "dev/alice has no valid token: it signs in at the next use." in said.stdout + said.stderr
    assert "unless a trigger adds orders/read" in said.stdout + said.stderr
