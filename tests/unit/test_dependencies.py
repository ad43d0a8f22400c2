"""What the package asks for: no version that is known to be unsafe, and nothing that a system does not use."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

PYPROJECT = Path(__file__).parents[2] / "pyproject.toml"

UNSAFE_BEFORE = {
    "click": "8.3.3",  # CVE-2026-7246
    "cryptography": "50.0.0",  # CVE-2026-69247
    "filelock": "4.2.1",  # CVE-2026-112911
    "oauthlib": "4.0.1",  # CVE-2026-49272
    "pyjwt": "2.15.0",  # CVE-2026-101918
    "python-dotenv": "1.2.2",  # CVE-2026-28684
    "urllib3": "2.8.0",  # CVE-2026-97687
}
"""The first versions without a known advisory."""


def requirements() -> list[Requirement]:
    """Return what is installed with the package and its extras, `dev` aside."""
    project = tomllib.loads(PYPROJECT.read_text("utf-8"))["project"]
    extras = [line for name, lines in project["optional-dependencies"].items() if name != "dev" for line in lines]
    return [Requirement(line) for line in (*project["dependencies"], *extras)]


@pytest.mark.parametrize(("name", "safe"), UNSAFE_BEFORE.items())
def test_no_version_with_a_known_advisory_is_accepted(name: str, safe: str) -> None:
    asked = [requirement for requirement in requirements() if requirement.name.lower() == name]
    assert asked
    for requirement in asked:
        floors = [Version(part.version) for part in requirement.specifier if part.operator == ">="]
        assert floors
        assert max(floors) >= Version(safe)


def test_every_dependency_has_a_floor() -> None:
    for requirement in requirements():
        assert any(part.operator == ">=" for part in requirement.specifier), requirement.name


def test_pyperclip_comes_only_on_windows() -> None:
    (pyperclip,) = [requirement for requirement in requirements() if requirement.name == "pyperclip"]
    assert pyperclip.marker is not None
    wanted = {system: pyperclip.marker.evaluate({"sys_platform": system}) for system in ("linux", "darwin", "win32")}
    assert wanted == {"linux": False, "darwin": False, "win32": True}


@pytest.mark.skipif(sys.platform == "win32", reason="there it is used")
def test_elsewhere_nothing_of_the_clipboard_imports_it() -> None:

    assert "pyperclip" not in sys.modules
