"""Files of any format as entries: JSON, .env and shell, YAML, TOML, INI, and objects in scripts.

The format is detected by content and name. Nothing in a file is executed, and the cost of reading it is bounded.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from pathlib import Path, PurePath
from typing import BinaryIO

from cognitui.importing.script import entries_of_script
from cognitui.importing.terraform_state import is_state, tree_of_state
from cognitui.importing.values import Entry, TooMuch, entries_of
from cognitui.importing.yaml_tree import NotYaml, documents_in
from cognitui.model.errors import UsageError
from cognitui.model.struct import Frozen

LONGEST_TEXT = 1 << 20
"""Characters; more than any real file of these kinds."""
_LONGEST = 4 << 20
"""Bytes, in the widest of the encodings."""
_MOST_LINES = 5_000
_MOST_ENTRIES = 20_000

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""UTF-32 first, as its mark begins like that of UTF-16. PowerShell's `>` writes UTF-16."""


class Format(StrEnum):
    """The formats, by their usual names."""

    JSON = "JSON"
    LINES = ".env"
    YAML = "YAML"
    TOML = "TOML"
    INI = "INI"
    SCRIPT = "JavaScript"


class ReadFile(Frozen, frozen=True):
    """Content of a text in one format."""

    format: Format
    entries: tuple[Entry, ...]
    writer: str = ""
    """`Amplify` or `Terraform` if one of them wrote it."""
    skipped: tuple[int, ...] = ()
    """Lines that don't contain a value, from 1."""


def text_in(stream: BinaryIO, name: str) -> str:
    """Return the text of an open file.

    Raises:
        UsageError: It is too long, or not text in UTF-8, UTF-16 or UTF-32; with the line.
    """
    data = stream.read(_LONGEST + 1)
    if len(data) > _LONGEST:
        # Before decoding it: it may be cut in the middle of a character.
        raise too_long(name)
    bom, encoding = next(((bom, encoding) for bom, encoding in _BOMS if data.startswith(bom)), (b"", ""))
    data = data[len(bom) :]
    encoding = encoding or _wide_encoding_of(data) or "utf-8"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        shown = encoding.upper().removesuffix("-LE").removesuffix("-BE")
        raise UsageError(f"{name}:{line}: is not {shown}.", fix="Save the file as UTF-8.") from None
    if len(text) > LONGEST_TEXT:
        raise too_long(name)
    return text.removeprefix("\ufeff")


def too_long(name: str) -> UsageError:
    """Return the error for a file that is too long."""
    return UsageError(f"{name} is longer than a megabyte.", fix="Name the file that contains the pool id.")


def formats_of(text: str, file_name: str) -> tuple[Format, ...]:
    """Return the formats that a text may have, the likeliest first; none if nothing suggests one.

    Args:
        text: The text.
        file_name: Name of the file; empty for standard input.
    """
    by_name = _BY_SUFFIX.get(PurePath(file_name).suffix.lower(), ())
    if PurePath(file_name).name.startswith((".env", "env.")):
        by_name = (Format.LINES,)
    certain = tuple(format_ for format_, looks in _LOOKS if looks(text))
    # JSON content is JSON, whatever the name of the file.
    first = certain[:1] if certain[:1] == (Format.JSON,) else ()
    return tuple(dict.fromkeys((*first, *by_name, *certain)))


def read_as(format_: Format, text: str, name: str) -> ReadFile:
    """Return the content of a text in a format.

    Args:
        format_: The format.
        text: The text.
        name: Name of the file in errors.

    Raises:
        UsageError: It is not in that format; with file and line.
        TooMuch: It is nested too deeply, or contains too much.
    """
    return _READERS[format_](text.replace("\r\n", "\n").replace("\r", "\n"), name)


def exists(path: Path) -> bool:
    """Return whether a path exists; False if that cannot be found out."""
    return _true(path.exists)


def is_file(path: Path) -> bool:
    """Return whether a path is a file or a link to one; False if that cannot be found out."""
    return _true(path.is_file)


def _true(look: Callable[[], bool]) -> bool:
    try:
        return look()
    except (OSError, ValueError):  # no permission, too long; a zero byte or half a character
        return False


def _wide_encoding_of(data: bytes) -> str:
    """Guess the encoding of data without a byte order mark: in UTF-16, every second byte of English is zero."""
    begin = data[:4096]
    even, odd = begin[::2].count(0), begin[1::2].count(0)
    if (even + odd) * 4 < len(begin) or not even + odd:
        return ""
    return "utf-16-le" if odd > even else "utf-16-be"


# JSON

_STRING_OR_COMMENT = re.compile(r'"(?:[^"\\\n]|\\.)*"?|//[^\n]*|/\*.*?(?:\*/|\Z)', re.DOTALL)
_STRING_OR_COMMA = re.compile(r'"(?:[^"\\\n]|\\.)*"?|,(?=\s*[}\]])', re.DOTALL)
# A string without an end matches as far as it goes, so that a text of escaped quotes is read once, not once per quote.
_NOT_A_LINE_END = re.compile(r"[^\n]")
_OF_AMPLIFY = frozenset(("aws_user_pools_id", "aws_project_region", "aws_cognito_region"))


def _read_json(text: str, name: str) -> ReadFile:
    try:
        documents = _documents(text)
    except json.JSONDecodeError as error:
        raise UsageError(
            f"{name}:{error.lineno}: is not JSON from column {error.colno} ({error.msg}).",
            fix="Fix that line, or generate the file again.",
        ) from None
    except RecursionError:
        raise TooMuch("is nested too deeply") from None
    value = documents[0] if len(documents) == 1 else documents
    writer = ""
    if isinstance(value, Mapping):
        value, writer = _outputs_of(value)
    return ReadFile(Format.JSON, tuple(entries_of(value)), writer)


def _documents(text: str) -> list[object]:
    """Return the JSON values of a text, one or several in sequence; comments and trailing commas are allowed."""
    try:
        return [_loaded(text)]
    except json.JSONDecodeError as error:
        bare = _STRING_OR_COMMENT.sub(lambda found: _blank(found[0]) if found[0][0] == "/" else found[0], text)
        bare = _STRING_OR_COMMA.sub(_without_trailing_comma, bare)
        if error.msg != "Extra data":
            return [_loaded(bare)]
    decoder, at, found = json.JSONDecoder(parse_int=float), 0, []
    while at < len(bare.rstrip()):
        at = len(bare) - len(bare[at:].lstrip())
        value, at = decoder.raw_decode(bare, at)
        found.append(value)
        if len(found) > 1000:
            raise TooMuch("contains more than 1,000 JSON values")
    return found


def _without_trailing_comma(found: re.Match[str]) -> str:
    if found[0] != ",":
        return found[0]
    before = found.start() - 1
    while before >= 0 and found.string[before].isspace():
        before -= 1
    # A comma after nothing is an error, which must keep its place.
    return "," if before < 0 or found.string[before] in ":,[{" else " "


def _loaded(text: str) -> object:
    # Python converts no int of 5,000 digits, and numbers are not needed here.
    return json.loads(text, parse_int=float)


def _blank(comment: str) -> str:
    return _NOT_A_LINE_END.sub(" ", comment)


def _outputs_of(value: Mapping[object, object]) -> tuple[object, str]:
    if is_state(value):
        return tree_of_state(value), "Terraform"
    outputs = value.get("outputs")
    if isinstance(outputs, Mapping) and _are_outputs(outputs):
        return outputs, "Terraform"
    if _are_outputs(value):
        return value, "Terraform"
    is_of_amplify = _OF_AMPLIFY & value.keys() or isinstance(value.get("auth"), Mapping)
    return value, "Amplify" if is_of_amplify else ""


def _are_outputs(value: Mapping[object, object]) -> bool:
    return bool(value) and all(isinstance(output, Mapping) and "value" in output for output in value.values())


# Scripts

_OF_AMPLIFYS_SCRIPT = re.compile(
    r"\baws_(?:user_pools|project|cognito)_\w+[\"']?\s*:|\bamplifyconfig\b|\b[Aa]uth[\"']?\s*:\s*\{"
)


def _read_script(text: str, _name: str) -> ReadFile:
    writer = "Amplify" if _OF_AMPLIFYS_SCRIPT.search(text) else ""
    entries = []
    for entry in entries_of_script(text):
        entries.append(entry)
        if len(entries) > _MOST_ENTRIES:
            raise TooMuch(f"contains more than {_MOST_ENTRIES:,} values")
    return ReadFile(Format.SCRIPT, tuple(entries), writer)


# YAML and TOML


def _read_yaml(text: str, name: str) -> ReadFile:
    try:
        documents = documents_in(text)
    except NotYaml as error:
        raise UsageError(
            f"{name}:{error.line}: is not YAML.", fix="Fix that line, or generate the file again."
        ) from None
    return ReadFile(Format.YAML, tuple(entries_of(documents[0] if len(documents) == 1 else documents)))


def _read_toml(text: str, name: str) -> ReadFile:
    import tomli

    try:
        value = tomli.loads(text)
    except tomli.TOMLDecodeError as error:
        raise UsageError(
            f"{name}:{error.lineno}: is not TOML.", fix="Fix that line, or generate the file again."
        ) from None
    except (ValueError, RecursionError):  # a number with 5,000 digits, or a thousand brackets
        raise UsageError(f"{name} is not TOML.", fix="Name a file with the pool's values only.") from None
    return ReadFile(Format.TOML, tuple(entries_of(value)))


# Lines: .env, shell, INI, properties

_SECTION = re.compile(r"[ \t]*\[{1,2}[ \t]*([\w\"'][^\[\]\n]{0,100}?)\]{1,2}[ \t]*(?:[#;].*)?", re.ASCII)
_COMMENT = re.compile(r"[ \t]*(?:;|//|REM\b|::)[^\n]*", re.IGNORECASE)
_KEY = re.compile(r"(?:\$env:)?([A-Za-z_][\w./:-]{0,200})", re.IGNORECASE | re.ASCII)
_OTHERWISE = re.compile(
    r"""    (?: (?:set\s+-\w+|setenv)\s+(?P<shell>[A-Za-z_]\w*)\s+
              | (?:set|env|arg|readonly|local|(?:declare|typeset)\s+-\w+)\s+"?(?P<assigned>[A-Za-z_]\w*)=
              | (?:-\s+)?(?P<key>[A-Za-z_][\w./-]*)\s*:\s* )
        (?P<value>\S+|"[^"]*"|'[^']*') ;? \s* (?:\#.*)?""",
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
"""Assignments of fish, csh, cmd, Dockerfile, shell built-ins and properties files."""
_REFERENCE = re.compile(r"\$\{(\w+)\}|\$(\w+)", re.ASCII)
_LONGEST_VALUE = 4096
_LONGEST_LINE = 2000


def _read_lines(text: str, name: str) -> ReadFile:
    if text.count("\n") > _MOST_LINES:
        raise TooMuch(f"has more than {_MOST_LINES:,} lines")
    entries: list[Entry] = []
    skipped: list[int] = []
    known: dict[str, str] = {}
    has_sections = False
    for section, line, part in _sections(text):
        has_sections = has_sections or bool(section)
        for found in _assignments(part, line):
            if isinstance(found, int):
                skipped.append(found)
                continue
            key, value, at, is_literal = found
            if not is_literal:
                value = _resolved(value, known)
            own = list(entries_of(value, (*section, key)))
            entries += (Entry(entry.path, entry.value, at) for entry in own)
            if not own[:1] or not own[0].is_secret:
                known[key] = value
    return ReadFile(Format.INI if has_sections else Format.LINES, tuple(entries), "", tuple(skipped))


def _sections(text: str) -> Iterator[tuple[tuple[str, ...], int, str]]:
    """Yield the sections between headers in brackets: name, first line, text."""
    section: tuple[str, ...] = ()
    first = 1
    lines: list[str] = []
    for number, line in enumerate(text.split("\n"), 1):
        header = _SECTION.fullmatch(line)
        if header is None:
            # Comments that dotenv doesn't know.
            lines.append("" if _COMMENT.fullmatch(line) else line)
            continue
        yield section, first, "\n".join(lines)
        section, first, lines = (header[1].strip().strip("\"'"),), number + 1, []
    yield section, first, "\n".join(lines)


def _assignments(text: str, first: int) -> Iterator[tuple[str, str, int, bool] | int]:
    """Yield what each line sets: name, value, line, and whether `$` is literal; else the number of the line."""
    # Takes 25 ms, and nothing else needs it.
    from io import StringIO

    from dotenv.parser import parse_stream

    for binding in parse_stream(StringIO(text)):
        whole = binding.original.string
        before = whole[: len(whole) - len(whole.lstrip())]
        line = binding.original.line + first - 1 + before.count("\n")
        key = _KEY.fullmatch(binding.key) if binding.key and not binding.error else None
        if key is not None and binding.value is not None:
            yield key[1], binding.value.strip(), line, whole.partition("=")[2].lstrip().startswith("'")
        # The length is bounded because the spaces in the pattern can match in several ways.
        elif otherwise := _OTHERWISE.fullmatch(whole.strip()[:_LONGEST_LINE]):
            name = otherwise["shell"] or otherwise["assigned"] or otherwise["key"]
            yield name, otherwise["value"].rstrip(",;").strip("\"'"), line, "'" in otherwise["value"]
        elif whole.strip() and not whole.lstrip().startswith("#"):
            yield line


def _resolved(value: str, known: Mapping[str, str]) -> str:
    """Return a value with references to other values of the file resolved; other references stay as placeholders."""
    if "$" not in value:
        return value
    made = _REFERENCE.sub(lambda found: known.get(found[1] or found[2], found[0]), value)
    # References to references can double the length with each line.
    return made if len(made) <= _LONGEST_VALUE else value


_READERS: Mapping[Format, Callable[[str, str], ReadFile]] = {
    Format.JSON: _read_json,
    Format.LINES: _read_lines,
    Format.INI: _read_lines,
    Format.YAML: _read_yaml,
    Format.TOML: _read_toml,
    Format.SCRIPT: _read_script,
}

_BY_SUFFIX: Mapping[str, tuple[Format, ...]] = {
    **dict.fromkeys((".json", ".jsonc", ".json5"), (Format.JSON, Format.SCRIPT)),
    **dict.fromkeys((".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".tsx", ".dart", ".py"), (Format.SCRIPT,)),
    **dict.fromkeys((".yml", ".yaml"), (Format.YAML, Format.LINES)),
    ".toml": (Format.TOML, Format.LINES),
    **dict.fromkeys((".ini", ".cfg", ".conf", ".properties", ".tfvars"), (Format.INI,)),
    **dict.fromkeys((".env", ".sh", ".bash", ".zsh", ".fish", ".ps1", ".envrc"), (Format.LINES,)),
}

_BEGINS_JSON = re.compile(r"(?>\s|//[^\n]*\n|/\*.*?\*/)*+(?:\{\s*(?:[\"}/]|\w+\s*:|')|\[\s*[\"{\[\]/])", re.DOTALL)
_BEGINS_SCRIPT = re.compile(
    r"^[ \t]*(?:export\s+(?:default|const|let|var)\b|(?:const|let|var|final)\s+[\w$]+\s*[:=]|module\.exports)"
    r"|^[ \t]*import\s+[\w{*\"']|^[ \t]*[\w$.]+[ \t]*=\s*\{|\w\(\s*\{",
    re.MULTILINE,
)
_HAS_SECTION = re.compile(rf"^{_SECTION.pattern}$", re.MULTILINE | re.ASCII)
_HAS_VARIABLE = re.compile(
    r"^[ \t]*(?:export\s+|set\s+(?:-\w+\s+)?|ENV\s+)?(?:\$env:)?[A-Za-z_][\w.-]*\s*=(?![=>])",
    re.MULTILINE | re.IGNORECASE,
)
_HAS_KEY = re.compile(r"^---[ \t]*$|^[ \t]*(?:-\s+)?[\"']?[A-Za-z_][\w./ -]{0,100}[\"']?:(?:\s|$)", re.MULTILINE)

_LOOKS: tuple[tuple[Format, Callable[[str], object]], ...] = (
    (Format.JSON, _BEGINS_JSON.match),
    (Format.SCRIPT, _BEGINS_SCRIPT.search),
    (Format.TOML, lambda text: _HAS_SECTION.search(text) and _HAS_VARIABLE.search(text)),
    (Format.LINES, _HAS_VARIABLE.search),
    (Format.YAML, _HAS_KEY.search),
)
