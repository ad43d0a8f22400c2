"""The errors for answers that did not come."""

from __future__ import annotations

import pytest
from botocore import exceptions

from cognitui.cognito.transport import outage_of
from cognitui.model.errors import AnswerLost, Unreachable, UsageError
from tests.unit.fakes import make_profile

URL = "https://user:canary@proxy.example.com"

TABLE = [
    (exceptions.EndpointConnectionError(endpoint_url=URL), Unreachable, "cannot be reached"),
    (exceptions.ConnectTimeoutError(endpoint_url=URL), Unreachable, "cannot be reached"),
    (exceptions.ReadTimeoutError(endpoint_url=URL), Unreachable, "does not answer"),
    (exceptions.ConnectionClosedError(endpoint_url=URL), AnswerLost, "broke the answer off"),
    (exceptions.ProxyConnectionError(proxy_url=URL), Unreachable, "proxy"),
    (exceptions.SSLError(endpoint_url=URL, error=ValueError("canary")), Unreachable, "not trusted"),
    (exceptions.HTTPClientError(error="canary"), Unreachable, "cannot be reached"),
    (exceptions.ParamValidationError(report="canary"), UsageError, "cannot take"),
    (exceptions.NoRegionError(), UsageError, "NoRegionError"),
]


@pytest.mark.parametrize(("raised", "expected", "words"), TABLE, ids=[type(row[0]).__name__ for row in TABLE])
def test_each_outage_has_its_sentence(raised: Exception, expected: type[Exception], words: str) -> None:
    error = outage_of(raised, make_profile())

    assert type(error) is expected
    assert words in error.cause
    assert error.fix


@pytest.mark.parametrize("raised", [row[0] for row in TABLE], ids=[type(row[0]).__name__ for row in TABLE])
def test_nothing_of_what_was_sent_is_echoed(raised: Exception) -> None:
    error = outage_of(raised, make_profile())

    assert "canary" not in error.cause + error.fix


def test_the_host_is_named() -> None:
    error = outage_of(exceptions.ReadTimeoutError(endpoint_url=URL), make_profile())

    assert "cognito-idp.eu-west-1.amazonaws.com" in error.cause


def test_the_host_of_an_emulator_is_named() -> None:
    profile = make_profile(endpoint_url="http://127.0.0.1:4566")

    assert "127.0.0.1:4566" in outage_of(exceptions.ReadTimeoutError(endpoint_url=URL), profile).cause


@pytest.mark.parametrize("raised", [row[0] for row in TABLE], ids=[type(row[0]).__name__ for row in TABLE])
def test_no_sentence_begins_with_a_host(raised: Exception) -> None:
    assert not outage_of(raised, make_profile()).cause.startswith("cognito-idp")


@pytest.mark.parametrize("row", [0, 1, 2, 6])
def test_a_server_of_the_users_own_is_to_be_checked_and_not_the_proxy(row: int) -> None:
    error = outage_of(TABLE[row][0], make_profile(endpoint_url="http://localhost:9229"))

    assert error.fix == "Check that the server is running, and endpoint_url."


def test_an_endpoint_of_aws_is_reached_through_the_network() -> None:
    error = outage_of(TABLE[0][0], make_profile(endpoint_url="https://cognito-idp-fips.us-east-1.amazonaws.com"))

    assert error.fix == Unreachable.default_fix
