"""The shape of the package: what `lint-imports` does not see."""

from __future__ import annotations

from pathlib import Path

import cognitui

PACKAGE = Path(cognitui.__file__).parent


def test_at_most_200_files_outside_the_demo() -> None:
    files = [path for path in PACKAGE.rglob("*.py") if "demo" not in path.relative_to(PACKAGE).parts]

    assert len(files) <= 200


def test_no_module_is_loose_beside_the_packages() -> None:
    assert {path.stem for path in PACKAGE.glob("*.py")} == {"__init__", "__main__", "services"}


def test_every_folder_with_code_is_a_package() -> None:
    folders = {path.parent for path in PACKAGE.rglob("*.py")}

    assert [folder for folder in folders if not (folder / "__init__.py").exists()] == []
