"""AWS credentials as data: kept, handed to SDKs and shells, never shown."""

from __future__ import annotations

import json

import pytest
from msgspec.structs import replace

from cognitui.model.aws import AwsCredentials, for_credential_process, for_shell
from cognitui.model.errors import BadToken
from tests.unit.fake_sessions import make_credentials
from tests.unit.fakes import NOW

CREDENTIALS = make_credentials(NOW)


def test_they_come_back_as_they_were_packed() -> None:
    assert AwsCredentials.unpack(CREDENTIALS.pack()) == CREDENTIALS


@pytest.mark.parametrize(
    "stored",
    [
        "",
        "null",
        "[]",
        "[" * 100_000,
        '["i", "k", "s", "t", 1.0]',
        '["i", "k", "", "t", 1.0, 2.0]',
        '["i", "k", "s", "t", true, 2.0]',
        '["i", "k", "s", 4, 1.0, 2.0]',
    ],
)
def test_anything_else_is_none(stored: str) -> None:
    assert AwsCredentials.unpack(stored) is None


def test_an_sdk_gets_what_its_guide_says() -> None:
    assert json.loads(for_credential_process(CREDENTIALS)) == {
        "Version": 1,
        "AccessKeyId": "ASIAEXAMPLE1",
        "SecretAccessKey": "secret-key-1",
        "SessionToken": "session-token-1",
        "Expiration": "2026-11-22T10:42:11Z",
    }


def test_a_shell_gets_three_variables() -> None:
    assert for_shell(CREDENTIALS).splitlines() == [
        "export AWS_ACCESS_KEY_ID=ASIAEXAMPLE1",
        "export AWS_SECRET_ACCESS_KEY=secret-key-1",
        "export AWS_SESSION_TOKEN=session-token-1",
    ]


@pytest.mark.parametrize("hostile", ["$(reboot)", "a b", "a\nb", "'", "\x1b[2J"])
def test_what_a_shell_would_obey_is_refused(hostile: str) -> None:
    with pytest.raises(BadToken):
        for_shell(replace(CREDENTIALS, session_token=hostile))


def test_their_picture_holds_no_secret() -> None:
    assert "secret-key" not in repr(CREDENTIALS)
    assert "session-token" not in repr(CREDENTIALS)


def test_those_of_a_short_life_are_fresh_for_three_quarters_of_it() -> None:
    short = make_credentials(NOW, length=900)

    assert short.is_fresh(NOW + 675)
    assert not short.is_fresh(NOW + 676)
