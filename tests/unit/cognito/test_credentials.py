"""IAM credentials are checked before the user chooses from lists that need them."""

from __future__ import annotations

from pathlib import Path

import pytest

from cognitui.cognito.admin_api import AdminCaller, AwsDirectory
from cognitui.cognito.signed import outage_of
from cognitui.cognito.transport import Transport
from cognitui.model.errors import AwsCredentialsUnusable, UsageError
from tests.unit.fakes import make_profile

CANNOT = r"admin (has IAM credentials that .*cannot be fetched|names a credential_process that cannot be run)"


@pytest.fixture
def directory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> AwsDirectory:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    return AwsDirectory(AdminCaller(Transport(lambda: 0.0)), {})


def test_missing_credentials_are_reported_with_a_fix(directory: AwsDirectory) -> None:
    with pytest.raises(AwsCredentialsUnusable, match="default has no IAM credentials") as caught:
        directory.require_credentials("default")
    assert "aws sso login" in caught.value.fix


def test_a_missing_aws_profile_is_reported(directory: AwsDirectory) -> None:
    with pytest.raises(AwsCredentialsUnusable, match="There is no AWS profile admin"):
        directory.require_credentials("admin")


def test_those_of_a_profile_are_found(directory: AwsDirectory, tmp_path: Path) -> None:
    (tmp_path / "credentials").write_text("[admin]\naws_access_key_id = A\naws_secret_access_key = B\n")

    directory.require_credentials("admin")


@pytest.mark.parametrize("tool", ["no-such-tool", "echo no-json", "echo '[]'", "echo 'open", "false"])
def test_a_failing_tool_is_reported_before_a_list_and_at_a_call(
    directory: AwsDirectory, tmp_path: Path, tool: str
) -> None:
    (tmp_path / "config").write_text(f"[profile admin]\ncredential_process = {tool}\n")

    with pytest.raises(
        AwsCredentialsUnusable,
        match=CANNOT,
    ) as caught:
        directory.require_credentials("admin")
    assert "credential_process" in caught.value.fix
    with pytest.raises(
        AwsCredentialsUnusable,
        match=CANNOT,
    ):
        Transport(lambda: 0.0).call(make_profile(aws_profile="admin"), "ListUserPools", {"MaxResults": 1}, signed=True)


def test_a_tool_that_is_missing_at_a_renewal_is_reported() -> None:
    error = outage_of(FileNotFoundError("no-such-tool"), make_profile())

    assert isinstance(error, UsageError)
    assert "the AWS setup of this machine is in the way (FileNotFoundError)" in error.cause
