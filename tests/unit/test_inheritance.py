"""No class inherits, directly or through others, from more than two classes of ours.

What a class does can then be read in at most three places. Larger things are composed.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

import cognitui

MOST = 2

EXEMPT = {"cognitui.model.errors": "one tree by kind of error: a caller catches a branch, and each class is only data"}
"""Modules whose classes may inherit from more, and why."""

ROOT = Path(cognitui.__file__).parent


def _bases_in(module: str, tree: ast.Module) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield each class with its bases, all by their full names."""
    names = {node.name: f"{module}.{node.name}" for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            names |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            bases = (base.value if isinstance(base, ast.Subscript) else base for base in node.bases)
            yield f"{module}.{node.name}", tuple(names.get(ast.unparse(base), "") for base in bases)


def _ancestors(name: str, bases: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    ours = [base for base in bases[name] if base in bases]
    return frozenset(ours).union(*(_ancestors(base, bases) for base in ours))


def _bases() -> Mapping[str, tuple[str, ...]]:
    bases: dict[str, tuple[str, ...]] = {}
    for path in ROOT.rglob("*.py"):
        parts = path.relative_to(ROOT.parent).with_suffix("").parts
        module = ".".join(part for part in parts if part != "__init__")
        bases.update(_bases_in(module, ast.parse(path.read_text())))
    return bases


def test_no_class_inherits_from_more_than_two_classes_of_ours() -> None:
    bases = _bases()

    found = {name: _ancestors(name, bases) for name in bases if name.rpartition(".")[0] not in EXEMPT}

    assert {name: sorted(ours) for name, ours in found.items() if len(ours) > MOST} == {}
    # The walk sees what it is about.
    assert found["cognitui.tui.main_screen.MainScreen"] == {
        "cognitui.tui.state_screen.StateScreen",
        "cognitui.tui.state_screen.PromptScreen",
    }


def test_a_controller_is_a_plain_class() -> None:
    data = {
        "cognitui.model.struct.Frozen",
        "cognitui.tokens.request.TokenRequest",
        "typing.NamedTuple",
        "typing.Protocol",
    }
    controllers = {name: bases for name, bases in _bases().items() if name.startswith("cognitui.tui.controllers.")}

    assert len(controllers) > 20
    assert {name: bases for name, bases in controllers.items() if not data.issuperset(bases)} == {}
