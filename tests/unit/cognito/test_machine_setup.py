"""Setup of this machine: AWS's configuration file is read as botocore reads it, and certificates are found."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from botocore.configloader import load_config
from botocore.exceptions import BotoCoreError

from cognitui.cognito.machine_setup import configured, is_set

FILES = {
    "default": "[default]\nca_bundle = /d.pem\n",
    "a profile": "[profile work]\nCA_Bundle=/w.pem\n[default]\nca_bundle = /d.pem\n",
    "quotes": "[profile 'work']\nca_bundle : /q.pem\n",
    "no profile": "[work]\nca_bundle = /n.pem\n",
    "a word too many": "[profile work more]\nca_bundle = /m.pem\n",
    "an open quote": "[profile 'work]\nca_bundle = /o.pem\n[default]\nca_bundle = /d.pem\n",
    "a block": "[profile work]\nca_bundle =\n  a = b\nregion = eu-west-1\n",
    "a broken block": "[profile work]\nca_bundle = /w.pem\ns3 =\n  broken\n",
    "a line of its own": "[profile work]\nca_bundle = /w.pem\nbroken\n",
    "twice": "[profile work]\nca_bundle = /w.pem\n[profile work]\nca_bundle = /x.pem\n",
    "a comment": "# ca_bundle = /c.pem\n[profile work]\n; ca_bundle = /c.pem\n",
    "the last of two names": "[profile work]\nca_bundle = /w.pem\n[profile 'work']\nca_bundle = /x.pem\n",
    "spaces": "[profile work]\nca_bundle =   /a folder/w.pem  \n",
    "no value": "[profile work]\nca_bundle =\n",
}


def by_botocore(path: Path, profile: str) -> str:
    try:
        found = load_config(str(path))["profiles"].get(profile, {}).get("ca_bundle", "")
    except BotoCoreError:
        return ""
    return found.strip() if isinstance(found, str) else ""


@pytest.mark.parametrize("profile", ["work", "default"])
@pytest.mark.parametrize("name", FILES)
def test_a_setting_is_the_one_that_botocore_reads(tmp_path: Path, name: str, profile: str) -> None:
    path = tmp_path / "config"
    path.write_text(FILES[name])

    assert configured("ca_bundle", {"AWS_CONFIG_FILE": str(path)}, profile) == by_botocore(path, profile)


def test_the_profile_is_the_one_that_the_environment_names(tmp_path: Path) -> None:
    path = tmp_path / "config"
    path.write_text("[default]\nuse_fips_endpoint = false\n[profile work]\nuse_fips_endpoint = True\n")
    environ = {"AWS_CONFIG_FILE": str(path)}

    assert not is_set("use_fips_endpoint", "AWS_USE_FIPS_ENDPOINT", environ)
    assert is_set("use_fips_endpoint", "AWS_USE_FIPS_ENDPOINT", {**environ, "AWS_PROFILE": "work"})
    assert not is_set("use_fips_endpoint", "AWS_USE_FIPS_ENDPOINT", {**environ, "AWS_DEFAULT_PROFILE": "default"})


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00", b"[default\n"])
def test_a_file_that_cannot_be_read_sets_nothing(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "config"
    if content is None:
        path.mkdir()
    else:
        path.write_bytes(content + b"ca_bundle = /w.pem\n")

    assert configured("ca_bundle", {"AWS_CONFIG_FILE": str(path)}) == ""


CERTIFICATES = """
import sys
if "without certifi" in sys.argv:
    sys.modules["certifi"] = None
from cognitui.cognito.machine_setup import Bundle, context_of
context = context_of(Bundle(""))
print(len(context.get_ca_certs()) > 50, context.verify_mode.name, context.check_hostname, "botocore" in sys.modules)
"""


@pytest.mark.parametrize("how", ["with certifi", "without certifi"])
def test_the_usual_certificates_are_trusted_without_botocore(how: str) -> None:
    ran = subprocess.run([sys.executable, "-c", CERTIFICATES, how], capture_output=True, text=True)

    assert ran.stdout == "True CERT_REQUIRED True False\n", ran.stderr
