"""Values of Secrets Manager as moto serves them: an implementation that is not ours."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

import boto3
import pytest

from cognitui.cognito.secrets_manager import SecretsManager
from cognitui.cognito.user_pool_api import UserPoolApi
from cognitui.model.errors import SecretSourceUnusable
from cognitui.model.secret_source import SecretSource, source_of
from tests.integration.flow_cells import iam_credentials
from tests.integration.flow_world import IAM
from tests.servers.emulators import MOTO, running
from tests.servers.environments import need
from tests.unit.fakes import FakeClock, make_profile

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

pytestmark = pytest.mark.xdist_group(MOTO.group)

TEXT = json.dumps({"clientSecretValue": "canary0secret0of0the0web0client"})
BY_NAME = source_of("secretsmanager:shop/web")


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    need(MOTO.environment)
    with running(MOTO, tmp_path_factory.mktemp("moto")) as directory:
        yield directory.endpoint


@pytest.fixture
def account(endpoint: str) -> SecretsManagerClient:
    key, secret = IAM.values()
    return boto3.client(
        "secretsmanager",
        region_name="eu-west-1",
        endpoint_url=endpoint,
        aws_access_key_id=key,
        aws_secret_access_key=secret,
    )


def read(endpoint: str, source: SecretSource) -> str:
    """Read by the address of the profile, which an emulator has for both services."""
    with iam_credentials():
        manager = SecretsManager(UserPoolApi(FakeClock(), sleep=lambda _seconds: None).transport, {})
        return manager.read(make_profile(endpoint_url=endpoint), source)


def test_the_current_value_is_read_by_name_and_by_arn(endpoint: str, account: SecretsManagerClient) -> None:
    arn = account.create_secret(Name="shop/web", SecretString="the previous one")["ARN"]
    account.put_secret_value(SecretId=arn, SecretString=TEXT)

    assert read(endpoint, BY_NAME) == TEXT
    assert read(endpoint, source_of(f"secretsmanager:{arn}")) == TEXT


def test_a_missing_secret_is_reported_with_its_name(endpoint: str) -> None:
    with pytest.raises(SecretSourceUnusable, match=r"the secret shop/none in Secrets Manager does not exist"):
        read(endpoint, source_of("secretsmanager:shop/none"))


def test_a_binary_secret_is_reported(endpoint: str, account: SecretsManagerClient) -> None:
    account.create_secret(Name="shop/binary", SecretBinary=b"\x00\x01")

    with pytest.raises(SecretSourceUnusable, match="its value is binary"):
        read(endpoint, source_of("secretsmanager:shop/binary"))


def test_a_secret_that_is_scheduled_for_deletion_is_reported(endpoint: str, account: SecretsManagerClient) -> None:
    account.create_secret(Name="shop/old", SecretString=TEXT)
    account.delete_secret(SecretId="shop/old")

    with pytest.raises(SecretSourceUnusable, match="cannot be read") as caught:
        read(endpoint, source_of("secretsmanager:shop/old"))

    assert "deletion" in caught.value.fix
