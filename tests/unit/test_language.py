"""Plain words: no text of the project uses a banned one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import click
import msgspec
import pytest

from cognitui.cli.main import cognitui
from cognitui.model import errors
from cognitui.tui.actions.registry import ACTIONS
from tests.language import ALLOWED, AREAS, ROOT, Hit, Kind, Text, check, hits_in, texts_of

CHECKED = tuple(path for paths in AREAS.values() for path in paths)


def _action_texts() -> Iterator[str]:
    for action in ACTIONS:
        for name, value in msgspec.structs.asdict(action).items():
            if isinstance(value, str) and name not in {"id", "keys", "run", "place"}:
                yield value


def _help_texts() -> Iterator[str]:
    def walk(command: click.Command, parent: click.Context | None, name: str) -> Iterator[str]:
        with click.Context(command, parent, name) as context:
            yield command.get_help(context)
            for parameter in command.params:
                yield str(getattr(parameter, "help", "") or "")
            if isinstance(command, click.Group):
                for below in command.list_commands(context):
                    found = command.get_command(context, below)
                    assert found is not None
                    yield from walk(found, context, below)

    return walk(cognitui, None, "cognitui")


def _error_texts() -> Iterator[str]:
    def tree(kind: type[errors.CognituiError]) -> Iterator[type[errors.CognituiError]]:
        yield kind
        for below in kind.__subclasses__():
            yield from tree(below)

    return (text for kind in tree(errors.CognituiError) for text in (kind.title, kind.default_fix))


TEXTS: dict[str, Callable[[], Iterator[str]]] = {
    "actions": _action_texts,
    "help": _help_texts,
    "errors": _error_texts,
}
"""What is checked as a person gets it."""


def _report(hits: list[Hit]) -> str:
    return f"{len(hits)} banned words (python tests/language.py PATH finds them, too):\n" + "\n".join(map(str, hits))


@pytest.mark.parametrize("path", CHECKED)
def test_a_file_uses_plain_words(path: str) -> None:
    hits = hits_in([ROOT / path])

    assert (ROOT / path).exists()
    assert not hits, _report(hits)


def test_what_a_person_reads_uses_plain_words() -> None:
    texts = [(subject, words) for subject, read in TEXTS.items() for words in read()]
    hits = [hit for subject, words in texts for hit in check(Text(Path(subject), 1, Kind.PROSE, words))]

    assert not hits, _report(hits)


@pytest.mark.parametrize("subject", TEXTS)
def test_there_are_texts_of_each_subject(subject: str) -> None:
    assert sum(1 for text in TEXTS[subject]() if text) > 50


def test_every_exception_has_a_reason() -> None:
    assert [allowed.pattern for allowed in ALLOWED if len(allowed.reason.split()) < 3] == []


def _found(folder: Path, name: str, source: str) -> list[tuple[int, str]]:
    file = folder / name
    file.write_text(source, encoding="utf-8")
    return [(hit.line, hit.word) for hit in hits_in([file])]


def test_a_phrase_is_found_over_the_end_of_a_line(tmp_path: Path) -> None:
    assert _found(tmp_path, "page.md", "# Page\n\nIt closes by\nitself.\n") == [(3, "by itself")]
    assert _found(tmp_path, "code.py", "x = 1  # it closes by\n# itself\n") == [(1, "by itself")]


def test_docstrings_comments_and_strings_of_the_source_are_read(tmp_path: Path) -> None:
    source = '"""Sign in anew."""\n\nWORDS = (\n    "It is "\n    f"told by {7}"\n)  # mend this\nkey = "told"\n'

    assert _found(tmp_path, "code.py", source) == [(1, "anew"), (4, "is told"), (6, "mend")]


def test_names_of_tests_are_read(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()

    assert _found(tmp_path / "tests", "test_x.py", "def test_it_signs_in_anew(): ...\n") == [(1, "anew")]


def test_strings_of_tests_are_not(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()

    assert _found(tmp_path / "tests", "test_x.py", 'SAID = "it was told"\n') == []


def test_a_place_is_not_a_condition(tmp_path: Path) -> None:
    source = "It says where the file is.\nThe folder where it is stored.\n"

    assert _found(tmp_path, "page.md", source) == []
    assert _found(tmp_path, "page.md", "None where it is missing.\n") == [(1, "None where")]


def test_an_allowed_phrase_is_no_hit(tmp_path: Path) -> None:
    assert _found(tmp_path, "page.md", "It leaves the stored token\nalone.\n") == []
    assert _found(tmp_path, "page.md", "The token alone is stored.\n") == [(1, "alone")]


def test_only_a_docstring_may_not_begin_with_takes(tmp_path: Path) -> None:
    assert _found(tmp_path, "code.py", 'def f(x):\n    """Takes a name."""\n') == [(2, "Takes")]
    assert _found(tmp_path, "page.md", "Takes a minute.\n") == []


def test_a_text_knows_its_kind() -> None:
    kinds = {text.kind for text in texts_of(ROOT / "src" / "cognitui" / "model" / "errors.py")}

    assert kinds == {Kind.DOCSTRING, Kind.STRING, Kind.COMMENT}
