"""Architecture page: every file and name that it points to exists, and so do the packages of its floors."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import tomli

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "cognitui"
PAGES = ("docs/architecture.md", "CONTRIBUTING.md")
RULES = re.findall(
    r"^\| (.+\?) \| `(.+?)` \| `(.+?)` \|$", (ROOT / "docs" / "architecture.md").read_text("utf-8"), re.MULTILINE
)
_PLACES = ("src/", "tests/", "docs/", "benchmarks/", ".ci/", ".oracles")


def _names_in(tree: ast.AST, prefix: str = "") -> Iterator[str]:
    """Yield the classes, functions, methods and variables, as `Class.method`."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield prefix + node.name
        elif isinstance(node, ast.ClassDef):
            yield prefix + node.name
            yield from _names_in(node, f"{prefix}{node.name}.")
        elif isinstance(node, ast.AnnAssign | ast.Assign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from (prefix + target.id for target in targets if isinstance(target, ast.Name))


def test_there_are_ten_rules_to_guess() -> None:
    assert len(RULES) >= 10


@pytest.mark.parametrize(("question", "file", "name"), RULES, ids=[question for question, *_ in RULES])
def test_a_rule_is_in_the_file_that_one_would_guess(question: str, file: str, name: str) -> None:
    source = PACKAGE / file

    assert source.is_file(), f"{question} There is no {file}."
    assert name in set(_names_in(ast.parse(source.read_text("utf-8")))), f"{question} {file} has no {name}."


@pytest.mark.parametrize("page", PAGES)
def test_every_file_that_a_page_names_exists(page: str) -> None:
    text = (ROOT / page).read_text("utf-8")
    named = re.findall(r"`([\w./-]+(?:\.py|\.md|/))`", text)
    missing = [name for name in named if not _exists(name)]

    assert len(named) > 10
    assert missing == []


def _exists(name: str) -> bool:
    return (ROOT / name).exists() or (not name.startswith(_PLACES) and (PACKAGE / name).exists())


def test_the_floors_are_those_of_the_import_contract() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    settings = tomli.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    contract = next(each for each in settings["tool"]["importlinter"]["contracts"] if each["type"] == "layers")
    layers = [{name.strip().removeprefix("cognitui.") for name in layer.split("|")} for layer in contract["layers"]]
    floors: dict[int, set[str]] = {}
    for number, package in re.findall(r"^\| (\d) \| `(\w+)` \|", page, re.MULTILINE):
        floors.setdefault(int(number), set()).add(package)

    assert floors == dict(enumerate(reversed(layers)))


def test_every_package_is_on_a_floor() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    floors = set(re.findall(r"^\| \d \| `(\w+)` \|", page, re.MULTILINE))
    packages = {path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}

    assert floors == packages - {"__init__"}
