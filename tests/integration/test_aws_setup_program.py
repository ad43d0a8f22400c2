"""The program on a machine with a broken AWS configuration: a message and an exit code, no traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.one_answer import OneAnswer

PAGE = b"<!DOCTYPE html><html><body>Sign in to the network</body></html>"

PROFILES = """
[environments.dev]
user_pool_id = "eu-west-1_AbCdEf123"
client_id = "1h57kf5cpq17m0eml12example"

[environments.dev.profiles.alice]
username = "alice"
"""


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """An environment with IAM keys and its own folders."""
    config = tmp_path / "config" / "cognitui"
    config.mkdir(parents=True, mode=0o700)
    (config / "profiles.toml").write_text(PROFILES)
    (config / "profiles.toml").chmod(0o600)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "COGNITUI_", "XDG_"))}
    return {
        **kept,
        "HOME": str(tmp_path),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "XDG_STATE_HOME": str(tmp_path / "state"),
        "AWS_ACCESS_KEY_ID": "AKIAEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "canary-of-a-key",
        "AWS_REGION": "eu-west-1",
        "AWS_EC2_METADATA_DISABLED": "true",
    }


@pytest.fixture
def page() -> Iterator[OneAnswer]:
    site = OneAnswer(PAGE, "text/html")
    yield site
    site.end()


def run(environ: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    ran = subprocess.run(
        [sys.executable, "-m", "cognitui", *arguments],
        env=environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert "Traceback" not in ran.stderr
    assert "canary" not in ran.stdout + ran.stderr
    return ran


PROVISION = ("provision", "--pool", "shop", "--user", "carol", "--dry-run")
IMPORT = ("import", "aws", "--pool", "shop", "--client", "web")


@pytest.mark.parametrize("command", [PROVISION, IMPORT], ids=["provision", "import"])
def test_a_web_page_from_a_proxy_means_unreachable(
    environ: dict[str, str], page: OneAnswer, command: tuple[str, ...]
) -> None:
    ran = run({**environ, "AWS_ENDPOINT_URL": page.url}, *command)

    assert ran.returncode == 5
    assert "answered with a web page (HTTP 200)" in ran.stderr


@pytest.mark.parametrize("command", [PROVISION, IMPORT], ids=["provision", "import"])
def test_a_broken_configuration_file_is_named(
    environ: dict[str, str], page: OneAnswer, command: tuple[str, ...], tmp_path: Path
) -> None:
    broken = tmp_path / "aws-config"
    broken.write_text("[default]\naws_secret_access_key canary\n")
    environ["AWS_CONFIG_FILE"] = str(broken)
    environ["AWS_ENDPOINT_URL"] = page.url

    ran = run(environ, *command)

    assert ran.returncode == 2
    assert "aws-config is not in the form of AWS's files (line 2)" in ran.stderr.replace("\n", " ")


def test_the_doctor_names_certificates_that_are_missing(environ: dict[str, str]) -> None:
    ran = run({**environ, "AWS_CA_BUNDLE": "/nowhere/bundle.pem", "COGNITUI_VAULT": "memory"}, "doctor", "dev/alice")

    assert "AWS_CA_BUNDLE names /nowhere/bundle.pem, which does not exist" in ran.stdout
