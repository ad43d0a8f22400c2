"""Files of any format, and the discovery of files nearby."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from cognitui.importing.from_file import FileChoice, discover_files, flow_for, found_in, found_in_text
from cognitui.model.aws import ClientDetails
from cognitui.model.errors import UsageError
from cognitui.model.profile import Flow
from tests.unit.fake_directory import CLIENT_ID, POOL_ID

AMPLIFY = json.dumps({"auth": {"user_pool_id": POOL_ID, "user_pool_client_id": CLIENT_ID}})
OUTPUTS = json.dumps({"pool_id": {"sensitive": False, "type": "string", "value": POOL_ID}})
NOBODY = 65534
ENV = f"COGNITO_USER_POOL_ID={POOL_ID}\n"


@pytest.mark.parametrize(
    ("name", "text", "writer"),
    [
        ("amplify_outputs.json", AMPLIFY, "Amplify"),
        ("outputs.json", AMPLIFY, "Amplify"),
        ("outputs.json", OUTPUTS, "Terraform"),
        ("outputs.txt", OUTPUTS, "Terraform"),
        (".env", AMPLIFY, "Amplify"),
        ("cdk.json", json.dumps({"Stack": {"Pool": POOL_ID}}), "JSON"),
        (".env.production", ENV, ".env"),
        ("prod.env", ENV, ".env"),
        ("settings", ENV, ".env"),
        ("settings.json", ENV, ".env"),
        ("settings", f"[cognito]\npool: {POOL_ID}\n", "INI"),
        ("settings", f"[cognito]\npool = '{POOL_ID}'\n", "TOML"),
        ("settings", f"cognito:\n  pool: {POOL_ID}\n", "YAML"),
        ("settings", f"const cognito = {{ pool: '{POOL_ID}' }}\n", "JavaScript"),
    ],
)
def test_the_format_is_found_by_name_and_content(tmp_path: Path, name: str, text: str, writer: str) -> None:
    (tmp_path / name).write_text(text)

    assert found_in(tmp_path / name).writer == writer


@pytest.mark.parametrize(("name", "text"), [("amplify_outputs.json", AMPLIFY), ("o.json", OUTPUTS), (".env", ENV)])
def test_a_file_of_each_kind_is_read(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)

    assert [pool.id for pool in found_in(tmp_path / name).found.pools] == [POOL_ID]


def test_a_terraform_state_without_a_pool_suggests_the_command_that_prints_one(tmp_path: Path) -> None:
    (tmp_path / "terraform.tfstate").write_text(json.dumps({"version": 4, "terraform_version": "1.9.0", "outputs": {}}))

    with pytest.raises(UsageError, match="contains no user pool") as caught:
        found_in(tmp_path / "terraform.tfstate")
    assert "terraform output -json" in caught.value.fix


def test_a_missing_file_is_reported_with_its_path(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"nowhere\.json cannot be read: No such file"):
        found_in(tmp_path / "nowhere.json")


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / ".env")

    with pytest.raises(UsageError, match="is not a file"):
        found_in(tmp_path / ".env")


def test_an_invalid_path_is_reported() -> None:
    with pytest.raises(UsageError, match="is not a path"):
        found_in(Path("a\0b"))


@pytest.mark.parametrize("path", ["/" + "a" * 300, "a" * 5000, "a\ud800b"], ids=range(3))
def test_a_path_that_is_too_long_is_reported(path: str) -> None:
    with pytest.raises(UsageError, match=r"cannot be read|is not a path"):
        found_in(Path(path))


@pytest.fixture
def as_anybody() -> Iterator[Path]:
    """A folder without permission; root may read it anyway, so root's rights are dropped in the meantime."""
    folder, root = Path(tempfile.mkdtemp()), os.geteuid() == 0
    folder.chmod(0o755)
    if root:
        os.chown(folder, NOBODY, NOBODY)
        os.seteuid(NOBODY)
    try:
        yield folder
    finally:
        if root:
            os.seteuid(0)
        for found in folder.iterdir():
            if not found.is_symlink():
                found.chmod(0o700)
        shutil.rmtree(folder)


def test_a_folder_without_permission_is_reported(as_anybody: Path) -> None:
    (as_anybody / "src").mkdir(mode=0o000)

    with pytest.raises(UsageError, match="cannot be read: Permission denied"):
        found_in(as_anybody / "src" / "aws-exports.js")


def test_a_folder_without_permission_is_skipped_in_the_discovery(as_anybody: Path) -> None:
    (as_anybody / "src").mkdir(mode=0o000)
    (as_anybody / ".env").write_text(ENV)
    (as_anybody / ".env.local").symlink_to(as_anybody / "src" / "x")

    assert [row.text for row in discover_files(as_anybody).items] == [".env"]


@pytest.mark.parametrize("name", [".env", "outputs.json"])
def test_a_file_cut_in_the_middle_of_a_character_is_reported_as_too_long(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"#" + "\u00e9".encode() * (1 << 20))

    with pytest.raises(UsageError, match="is longer than a megabyte"):
        found_in(tmp_path / name)


LONG = "9" * 5000
"""Digits; more than Python converts to a number."""


@pytest.mark.parametrize("name", ["amplify_outputs.json", "outputs.json", "aws-exports.js"])
def test_a_number_that_python_rejects_is_an_error_of_the_file(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(f'{"export default " * name.endswith("js")}{{"a": {LONG}}}')

    with pytest.raises(UsageError):
        found_in(tmp_path / name)


def test_an_invalid_address_is_left_out(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(f"{ENV}COGNITO_DOMAIN=https://[x.auth.eu-west-1.amazoncognito.com\n")

    assert found_in(tmp_path / ".env").found.pools[0].domain == ""


def test_the_files_of_the_folder_and_of_those_above_are_offered_the_nearest_first(tmp_path: Path) -> None:
    here = tmp_path / "shop" / "web"
    (here / "src").mkdir(parents=True)
    (here / ".env.local").write_text(ENV)
    (here / "src" / "aws-exports.js").write_text(f"export default {AMPLIFY};")
    (tmp_path / "shop" / "amplify_outputs.json").write_text(AMPLIFY)
    (tmp_path / "shop" / "tf-outputs.json").write_text(OUTPUTS)

    rows = discover_files(here).items

    assert [row.text for row in rows] == [
        "src/aws-exports.js",
        ".env.local",
        "../amplify_outputs.json",
        "../tf-outputs.json",
    ]
    assert [row.note for row in rows] == [f"{kind}  {POOL_ID}" for kind in ("Amplify", ".env", "Amplify", "Terraform")]


def test_files_without_a_pool_are_not_offered_but_those_of_amplify_are(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("PORT=3000\n")
    (tmp_path / "terraform.tfstate").write_text(OUTPUTS)
    (tmp_path / "amplify_outputs.json").write_text("{")

    assert [(row.text, row.note) for row in discover_files(tmp_path).items] == [
        ("amplify_outputs.json", "choose it to see why it cannot be used")
    ]


@pytest.mark.parametrize(
    ("client", "users", "flow"),
    [
        (ClientDetails("c"), ("alice",), Flow.USER_SRP_AUTH),
        (ClientDetails("c"), (), Flow.USER_SRP_AUTH),
        (ClientDetails("c", grants=("code",)), (), Flow.AUTHORIZATION_CODE),
        (ClientDetails("c", grants=("code",)), ("alice",), Flow.USER_SRP_AUTH),
        (ClientDetails("c", grants=("client_credentials",)), (), Flow.CLIENT_CREDENTIALS),
    ],
)
def test_the_user_decides_the_flow_if_the_file_does_not(
    client: ClientDetails, users: tuple[str, ...], flow: Flow
) -> None:
    assert flow_for(client, users) is flow


def test_a_typed_client_id_must_be_valid() -> None:
    choice = FileChoice.of(found_in_text(f"USER_POOL_ID={POOL_ID}\n", ".env"))

    with pytest.raises(UsageError, match="not a client is not an app client id"):
        choice.drafts(POOL_ID, "not a client", ("alice",), "dev", ("alice",))
