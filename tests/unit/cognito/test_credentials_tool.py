"""The tool of `credential_process`: one that hangs, prints without an end or leaves a child behind."""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path

import pytest
from botocore.session import Session

from cognitui.cognito.admin_api import AdminCaller, AwsDirectory
from cognitui.cognito.credentials import ToolFailed, bound_tools
from cognitui.cognito.signed import outage_of
from cognitui.cognito.transport import Transport
from cognitui.model.errors import AwsCredentialsUnusable
from tests.unit.fakes import make_profile

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the tools of these tests are shell scripts")

KEYS = json.dumps({"Version": 1, "AccessKeyId": "A", "SecretAccessKey": "B"})


@pytest.fixture(autouse=True)
def config(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "AWS_DEFAULT_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    return tmp_path / "config"


def session_with(config: Path, script: str) -> Session:
    tool = config.with_name("tool")
    tool.write_text(f"#!/bin/sh\n{script}\n")
    tool.chmod(0o700)
    config.write_text(
        f"[profile admin]\ncredential_process = {tool}\n"
        "[profile role]\nrole_arn = arn:aws:iam::123456789012:role/r\nsource_profile = admin\nregion = eu-west-1\n"
    )
    return Session(profile="admin")


def access_key_of(session: Session) -> str | None:
    found = session.get_credentials()
    assert found is not None
    return found.get_frozen_credentials().access_key


def test_its_keys_are_used(config: Path) -> None:
    session = session_with(config, f"echo '{KEYS}'")
    bound_tools(session)

    assert access_key_of(session) == "A"


def test_a_child_that_it_leaves_behind_is_not_waited_for(config: Path) -> None:
    pid = config.with_name("pid")
    session = session_with(config, f"sleep 60 & echo $! > {pid}; echo '{KEYS}'")
    bound_tools(session)

    assert access_key_of(session) == "A"
    os.kill(int(pid.read_text()), signal.SIGKILL)


def test_a_hanging_tool_is_killed(config: Path) -> None:
    session = session_with(config, "exec sleep 60")
    bound_tools(session, 0.3)

    with pytest.raises(ToolFailed, match=r"gave nothing within 0\.3 s"):
        session.get_credentials()


def test_a_hanging_tool_of_a_source_profile_is_killed(config: Path) -> None:
    session_with(config, "exec sleep 60")
    session = Session(profile="role")
    bound_tools(session, 0.3)

    with pytest.raises(ToolFailed):
        access_key_of(session)


def test_one_that_prints_without_an_end_is_reported(config: Path) -> None:
    session_with(config, "exec yes")
    directory = AwsDirectory(AdminCaller(Transport(lambda: 0.0)), {})

    with pytest.raises(AwsCredentialsUnusable, match="admin names a credential_process that prints without an end"):
        directory.require_credentials("admin")


def test_what_it_says_is_not_repeated(config: Path) -> None:
    session_with(config, "echo canary >&2; echo canary; exit 1")
    directory = AwsDirectory(AdminCaller(Transport(lambda: 0.0)), {})

    with pytest.raises(AwsCredentialsUnusable) as caught:
        directory.require_credentials("admin")
    assert "canary" not in f"{caught.value.cause}{caught.value.fix}"


def test_one_that_hangs_when_keys_are_renewed_is_reported() -> None:
    error = outage_of(ToolFailed("names a credential_process that hangs"), make_profile(aws_profile="admin"))

    assert isinstance(error, AwsCredentialsUnusable)
    assert error.cause == "dev/alice: the AWS profile admin names a credential_process that hangs."
