"""Fixtures with the strict server, a pool, and boto3 as its client."""

from __future__ import annotations

from collections.abc import Iterator

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config

from cognitui.demo.strict.server import StrictServer
from tests.unit.demo.strict.admin import CONFIG, KEY, KEY_SECRET, Admin
from tests.unit.demo.strict.world import ALICE, PASSWORD, World


@pytest.fixture
def world(strict: StrictServer) -> Iterator[World]:
    pool = strict.add_pool()
    config = Config(
        signature_version=UNSIGNED, retries={"total_max_attempts": 1}, read_timeout=5, max_pool_connections=4
    )
    boto = boto3.client("cognito-idp", region_name="eu-west-1", endpoint_url=strict.url, config=config)
    yield World(strict, pool, strict.add_user(pool, ALICE, PASSWORD, groups=("admins",)), boto)
    boto.close()


@pytest.fixture
def admin(world: World) -> Iterator[Admin]:
    world.server.add_iam_user(KEY, KEY_SECRET)
    client = boto3.client(
        "cognito-idp",
        region_name="eu-west-1",
        endpoint_url=world.server.url,
        aws_access_key_id=KEY,
        aws_secret_access_key=KEY_SECRET,
        config=CONFIG,
    )
    yield Admin(world, client)
    client.close()
