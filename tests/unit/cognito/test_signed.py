"""Signed calls: what an old boto3 lacks, and the errors for answers that did not come."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import boto3
import pytest
from botocore import exceptions
from botocore.client import BaseClient
from botocore.session import Session

from cognitui.cognito.connections import Bounds, HttpClient
from cognitui.cognito.signed import SINCE, SignedCalls, outage_of
from cognitui.model.errors import AnswerLost, Boto3TooOld, Unreachable, UsageError
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


class OldBoto3:
    """A client of a boto3 that knows one operation with one parameter."""

    def __init__(self) -> None:
        known = SimpleNamespace(input_shape=SimpleNamespace(members={"MaxResults": object()}))
        model = SimpleNamespace(
            service_name="cognito-idp", operation_names=["ListUserPoolClients"], operation_model=lambda _name: known
        )
        self.meta = SimpleNamespace(service_model=model)


def too_old_for(operation: str, parameters: Mapping[str, object]) -> Boto3TooOld:
    calls = SignedCalls(HttpClient(), Bounds(), lambda _url, _date: None)
    with pytest.raises(Boto3TooOld) as caught:
        calls.ask(cast(BaseClient, OldBoto3()), make_profile(), operation, parameters)
    return caught.value


def test_an_operation_that_boto3_lacks_is_named_with_the_version_that_has_it() -> None:
    error = too_old_for("AdminListUserSessions", {"Username": "canary"})

    assert error.cause == (
        f"The installed boto3 {boto3.__version__} does not know AdminListUserSessions of cognito-idp, which came with "
        f"boto3 {SINCE['AdminListUserSessions']}."
    )
    assert "pip install -U boto3" in error.fix
    assert "pipx runpip cognitui install -U boto3" in error.fix
    assert error.exit_code == 2


def test_a_parameter_that_boto3_lacks_is_named_and_nothing_that_it_holds() -> None:
    error = too_old_for("ListUserPoolClients", {"MaxResults": 60, "ClientType": "canary"})

    assert "does not know the parameter ClientType of ListUserPoolClients of cognito-idp." in error.cause
    assert "canary" not in error.cause


def test_an_operation_whose_version_is_not_known_is_named_without() -> None:
    assert too_old_for("AdminDance", {}).cause == (
        f"The installed boto3 {boto3.__version__} does not know AdminDance of cognito-idp."
    )


@pytest.mark.parametrize("name", SINCE)
def test_each_name_with_a_version_is_one_of_botocores(name: str) -> None:
    assert name in Session().get_service_model("cognito-idp").operation_names


def test_no_version_is_older_than_the_oldest_boto3_that_is_allowed() -> None:
    project = tomllib.loads((Path(__file__).parents[3] / "pyproject.toml").read_text())["project"]
    allowed = next(line for line in project["dependencies"] if line.startswith("boto3"))
    oldest = tuple(map(int, allowed.removeprefix("boto3>=").split(".")))

    assert [name for name, version in SINCE.items() if tuple(map(int, version.split("."))) <= oldest] == []
