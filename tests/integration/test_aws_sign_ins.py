"""AWS profiles that a person signs in to: what is said when the session is gone."""

from __future__ import annotations

import hashlib
import json
import time
from pathlib import Path

import pytest
from botocore import exceptions

from cognitui.cognito.admin_api import AdminCaller, AwsDirectory
from cognitui.cognito.signed import outage_of
from cognitui.cognito.transport import Transport
from cognitui.model.aws import AwsPlace
from cognitui.model.errors import AwsCredentialsUnusable
from tests.unit.fakes import make_profile

START = "https://d-1.awsapps.com/start"


@pytest.fixture(autouse=True)
def aws(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A home with profiles of every kind, and no keys."""
    for name in (
        *("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_DEFAULT_PROFILE"),
        *("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "AWS_LOGIN_CACHE_DIRECTORY"),
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    folder = tmp_path / ".aws"
    folder.mkdir()
    (folder / "config").write_text(f"""
[profile console]
login_session = arn:aws:iam::123456789012:user/alice
region = eu-west-1

[profile deployer]
role_arn = arn:aws:iam::123456789012:role/deployer
source_profile = console

[profile old-sso]
sso_start_url = {START}
sso_region = eu-west-1
sso_account_id = 123456789012
sso_role_name = admin

[profile sso]
sso_session = corp
sso_account_id = 123456789012
sso_role_name = admin

[sso-session corp]
sso_start_url = {START}
sso_region = eu-west-1

[profile half]
aws_access_key_id = A
""")
    return folder


def refusal(aws_profile: str) -> AwsCredentialsUnusable:
    """List pools with a profile, and return what is said."""
    calls = AdminCaller(Transport(time.time, sleep=lambda _seconds: None))
    with pytest.raises(AwsCredentialsUnusable) as caught:
        AwsDirectory(calls, {}).pools(AwsPlace(aws_profile, "eu-west-1", "http://127.0.0.1:9"))
    return caught.value


def cache(aws: Path, key: str, **token: str) -> None:
    folder = aws / "sso" / "cache"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{hashlib.sha1(key.encode()).hexdigest()}.json").write_text(json.dumps(token))


def test_a_profile_of_aws_login_says_what_botocore_lacks() -> None:
    error = refusal("console")

    assert error.cause == (
        "The AWS profile console signs in by `aws login` (login_session), and botocore cannot use such a session"
        " without awscrt."
    )
    assert "botocore[crt]" in error.fix


def test_a_role_on_top_of_aws_login_says_the_same() -> None:
    assert "without awscrt" in refusal("deployer").cause


@pytest.mark.parametrize(("profile", "key"), [("old-sso", START), ("sso", "corp")])
def test_a_session_of_sso_that_is_not_there_is_reported_with_the_command(profile: str, key: str) -> None:
    error = refusal(profile)

    assert "needs a new `aws sso login`" in error.cause
    assert error.fix == f"Run: aws sso login --profile {profile}"


@pytest.mark.parametrize(("profile", "key"), [("old-sso", START), ("sso", "corp")])
def test_a_session_of_sso_that_has_expired_is_reported_with_the_command(aws: Path, profile: str, key: str) -> None:
    cache(aws, key, startUrl=START, region="eu-west-1", accessToken="t", expiresAt="2020-01-01T00:00:00Z")

    assert refusal(profile).fix == f"Run: aws sso login --profile {profile}"


@pytest.mark.parametrize(("profile", "key"), [("old-sso", START), ("sso", "corp")])
@pytest.mark.parametrize("stored", ["{", "[]", "{}", ""])
def test_a_stored_session_of_sso_that_is_broken_is_reported_with_the_command(
    aws: Path, profile: str, key: str, stored: str
) -> None:
    cache(aws, key)
    for path in (aws / "sso" / "cache").iterdir():
        path.write_text(stored)

    assert refusal(profile).fix == f"Run: aws sso login --profile {profile}"


def test_half_a_key_is_named() -> None:
    error = refusal("half")

    assert error.cause == "The AWS profile half has no complete IAM credentials: aws_secret_access_key is missing."
    assert error.fix == "Run: aws configure --profile half"


SESSIONS = [
    exceptions.LoginRefreshRequired(),
    exceptions.LoginTokenLoadError(error_msg="canary"),
    exceptions.LoginError(),
]


@pytest.mark.parametrize("raised", SESSIONS, ids=lambda error: type(error).__name__)
def test_a_session_of_aws_login_that_is_over_is_reported_with_the_command(raised: Exception) -> None:
    error = outage_of(raised, make_profile(aws_profile="console"))

    assert isinstance(error, AwsCredentialsUnusable)
    assert "needs a new `aws login`" in error.cause
    assert error.fix == "Run: aws login --profile console"
    assert "canary" not in error.cause


def test_the_command_names_the_profile_that_a_role_is_based_on() -> None:
    error = outage_of(exceptions.LoginRefreshRequired(), make_profile(aws_profile="deployer"))

    assert error.fix == "Run: aws login --profile console"


def test_the_command_names_the_profile_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "console")

    error = outage_of(exceptions.LoginRefreshRequired(), make_profile(aws_profile="default"))

    assert error.fix == "Run: aws login --profile console"


def test_a_permission_that_aws_login_needs_is_named() -> None:
    error = outage_of(exceptions.LoginInsufficientPermissions(), make_profile(aws_profile="console"))

    assert "signin:CreateOAuth2Token" in error.cause
    assert "administrator" in error.fix
