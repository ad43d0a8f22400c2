"""Folders and names of the unit tests: each is where one looks for it."""

from __future__ import annotations

from pathlib import Path

import pytest

import cognitui

UNIT = Path(__file__).parent
PACKAGE = Path(cognitui.__file__).parent
FILES = sorted(path.relative_to(UNIT) for path in UNIT.rglob("test_*.py") if path.parent != UNIT)

EXCEPTIONS = {
    "doctor/test_doctor.py": "checks of the setup and of a profile share their facts, and one report lists both",
}
"""Files that test no single module, with the reason."""


@pytest.mark.parametrize("file", FILES, ids=[file.as_posix() for file in FILES])
def test_a_unit_test_is_in_the_folder_and_has_the_name_of_the_module_it_tests(file: Path) -> None:
    folder = PACKAGE / file.parent
    modules = {module.stem.rstrip("_") for module in folder.glob("*.py") if module.stem != "__init__"}
    name = file.stem.removeprefix("test_")

    assert (folder / "__init__.py").exists(), f"src/cognitui has no package {file.parent}"
    fits = any(name == module or name.startswith(f"{module}_") for module in modules)
    assert fits != (file.as_posix() in EXCEPTIONS), f"{file} begins with no module of {file.parent}, or is an exception"


def test_each_exception_has_a_reason_and_exists() -> None:
    assert [name for name, reason in EXCEPTIONS.items() if len(reason.split()) < 3] == []
    assert set(EXCEPTIONS) <= {file.as_posix() for file in FILES}
