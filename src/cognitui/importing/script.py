"""Objects in scripts (JavaScript, TypeScript, Dart, Python), read by their tokens; nothing is run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from cognitui.importing.values import Entry, TooMuch, entries_of, is_production_flag

_TOKEN = re.compile(
    r"""
      (?P<skip>  \s+ | //[^\n]* | /\*.*?(?:\*/|\Z) )
    | (?P<text>  r?(?: '{3}.*?'{3} | "{3}.*?"{3} ) | "(?:[^"\\\n]|\\.)*" | '(?:[^'\\\n]|\\.)*' | `(?:[^`\\]|\\.)*` )
    | (?P<broken>"(?:[^"\\\n]|\\.){300,} | '(?:[^'\\\n]|\\.){300,} | `(?:[^`\\]|\\.){300,} )
    | (?P<word>  [A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)* )
    | (?P<sign>  \?\? | \|\| | => | [=!]==? | . )
    """,
    re.VERBOSE | re.DOTALL,
)
"""A long string that never ends is skipped whole: trying again after each quote in it would take forever."""

_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "0": "", "\n": ""}
_OPEN, _CLOSE = "{[(", "}])"
_BEGINS_ANOTHER = frozenset(
    {"const", "let", "var", "export", "import", "return", "function", "class", "final", "static"}
)
_BEFORE_A_LIST = frozenset({"return", "in", "of", "default", "const", "final", "case", "yield", "await"})
_AFTER_A_VALUE = frozenset({"as", "satisfies"})
_MOST_OPEN = 64
_MOST_TOKENS = 200_000


class _Token(NamedTuple):
    kind: str
    text: str
    line: int


class _Frame(NamedTuple):
    path: tuple[str, ...]
    is_list: bool


def entries_of_script(text: str) -> Iterator[Entry]:
    """Return the strings in all objects and assignments, each with its path and line.

    Code as a value becomes a placeholder, such as `${process.env.POOL}`; a default after `||` or `??` is the value.

    Raises:
        TooMuch: It is nested too deeply, or contains too many values.
    """
    return _Reader(text).entries()


class _Reader:
    """Parser with a stack of open brackets, and the name that the next value belongs to."""

    def __init__(self, text: str) -> None:
        self._tokens = list(_tokens(text))
        self._at = 0
        self._frames = [_Frame((), is_list=False)]
        self._name = ""
        self._unnamed = 0

    def entries(self) -> Iterator[Entry]:
        """Yield the values."""
        while self._at < len(self._tokens):
            token = self._tokens[self._at]
            if token.kind in ("word", "text") and self._is_name(token):
                yield from self._value(token)
            elif token.kind == "text" and self._frames[-1].is_list:
                yield from _texts(self._frames[-1].path, token)
                self._at += 1
            else:
                self._pass(token)

    def _sign(self, ahead: int) -> str:
        place = self._at + ahead
        token = self._tokens[place] if place < len(self._tokens) else None
        return token.text if token is not None and token.kind == "sign" else ""

    def _is_name(self, token: _Token) -> bool:
        sign = self._sign(1)
        return (sign == "=" and token.kind == "word") or (sign == ":" and not self._frames[-1].is_list)

    def _value(self, name: _Token) -> Iterator[Entry]:
        """Yield the value of a name: a string, or the default in code; an object is read further."""
        self._name = _unquoted(name.text) if name.kind == "text" else name.text
        path = (*self._frames[-1].path, self._name)
        self._at += 2
        if self._at >= len(self._tokens):
            return
        token = self._tokens[self._at]
        if token.kind == "text" and self._ends_after(self._at + 1):
            self._at += 1
            self._name = ""
            yield from _texts(path, token)
        elif token.kind == "word" and not self._is_name(token):
            yield from self._code(path, token)

    def _code(self, path: tuple[str, ...], first: _Token) -> Iterator[Entry]:
        at = self._at + 1
        if first.text == "true" and is_production_flag(self._name) and self._ends_after(at):
            yield Entry(path, first.text, first.line)
        if at < len(self._tokens) and self._tokens[at].text in ("||", "??"):
            given = self._tokens[at + 1] if at + 1 < len(self._tokens) else None
            if given is not None and given.kind == "text" and self._ends_after(at + 2):
                self._at = at + 2
                self._name = ""
                yield from _texts(path, given)
                return
        default = self._default_in_call(first, at)
        if default is not None:
            self._at = at + 5
            self._name = ""
            yield from _texts(path, default)
            return
        is_subscript = at < len(self._tokens) and self._tokens[at].text == "["
        if is_subscript or ("." in first.text and self._ends_after(at)):
            yield Entry(path, f"${{{first.text}}}", first.line)
        self._at += 1

    def _default_in_call(self, called: _Token, at: int) -> _Token | None:
        """Return the default in `os.environ.get("NAME", "default")` and `os.getenv("NAME", "default")`."""
        call = self._tokens[at : at + 5]
        if not called.text.endswith(("environ.get", "getenv")) or len(call) < 5:
            return None
        is_call = (call[0].text, call[2].text, call[4].text) == ("(", ",", ")")
        return call[3] if is_call and call[1].kind == call[3].kind == "text" else None

    def _ends_after(self, place: int) -> bool:
        """Return whether a value ends before a token: at a closing sign, or where a new line begins something else."""
        if place >= len(self._tokens):
            return True
        token, before = self._tokens[place], self._tokens[place - 1]
        if token.kind == "sign":
            return token.text in ",;)]}" or (token.text in "!#" and place > 0)
        return token.text in _AFTER_A_VALUE or token.line > before.line + before.text.count("\n")

    def _pass(self, token: _Token) -> None:
        self._at += 1
        if token.kind == "word":
            if token.text in _BEGINS_ANOTHER:
                self._name = ""
        elif token.text in _OPEN:
            self._open(token.text)
        elif token.text in _CLOSE:
            if len(self._frames) > 1:
                self._frames.pop()
            self._name = ""
        elif token.text in ",;":
            self._name = ""

    def _open(self, bracket: str) -> None:
        if len(self._frames) > _MOST_OPEN:
            raise TooMuch("is nested too deeply")
        above = self._frames[-1]
        part: tuple[str, ...] = (self._name,) if self._name else ()
        if part and bracket == "(":
            # Arguments of a function are not the value of the name that its result is assigned to.
            part = (f"[{self._name}]",)
        if not part and bracket == "{":
            # Keep objects without a name separate.
            part = (f"[{self._unnamed}]",)
            self._unnamed += 1
        is_list = bracket == "[" and not self._is_subscript()
        self._frames.append(_Frame((*above.path, *part), is_list=is_list))
        self._name = ""

    def _is_subscript(self) -> bool:
        """Return whether the bracket just read is a subscript, as in `process.env["NAME"]`."""
        before = self._tokens[self._at - 2] if self._at > 1 else None
        if before is None:
            return False
        return before.text in (")", "]") or (before.kind == "word" and before.text not in _BEFORE_A_LIST)


def _tokens(text: str) -> Iterator[_Token]:
    line, count = 1, 0
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "skip"
        if kind != "skip":
            count += 1
            if count > _MOST_TOKENS:
                raise TooMuch("contains too much code")
            yield _Token(kind, match[0], line)
        line += match[0].count("\n")


def _texts(path: tuple[str, ...], token: _Token) -> Iterator[Entry]:
    for entry in entries_of(_unquoted(token.text), path):
        yield Entry(entry.path, entry.value, token.line)


def _unquoted(text: str) -> str:
    bare = text.removeprefix("r")
    if bare.startswith(("'''", '"""')) and len(bare) >= 6:
        return bare[3:-3]
    return _ESCAPE.sub(_unescaped, text[1:-1])


def _unescaped(match: re.Match[str]) -> str:
    escaped = match[1]
    if len(escaped) > 1:
        return chr(int(escaped[1:], 16))
    return _ESCAPED.get(escaped, escaped)
