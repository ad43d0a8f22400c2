"""Readers of three formats: objects in scripts, YAML, and Terraform states.

Scripts (JavaScript, TypeScript, Dart, Python) are read by their tokens and never run.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from cognitui.importing.values import Entry, TooMuch, entries_of, is_production_flag

# Scripts

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


# YAML

_DEEPEST = 48
_MOST_NODES = 50_000
"""Nodes, including those repeated by aliases: ten lines of aliases can mean billions."""
_MERGE = "<<"


class NotYaml(ValueError):
    """A text that is not YAML; `line` counts from 1."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


def documents_in(text: str) -> list[object]:
    """Return the documents of a YAML text; scalars are strings as written, also those with an unknown tag.

    The target of `!Ref` or `!GetAtt` is not in the file, so it becomes a placeholder.

    Raises:
        NotYaml: It is not YAML.
        TooMuch: It is nested too deeply, or its aliases expand too much.
    """
    # Takes 20 ms, and most files are not YAML.
    import yaml

    loader = getattr(yaml, "CParser", None) or yaml.Loader
    try:
        # Events only: a constructor would run tags, recurse, and follow every alias.
        return _Tree().built(yaml.parse(text, Loader=loader))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise NotYaml(mark.line + 1 if mark else 1) from None


class _Tree:
    """Builds nested lists and tables from events, with a stack instead of recursion."""

    def __init__(self) -> None:
        self._anchors: dict[str, tuple[object, int]] = {}
        self._nodes = 0

    def built(self, events: Any) -> list[object]:
        """Return the documents."""
        documents: list[object] = []
        stack: list[tuple[Callable[[object], None], object, str | None, int]] = []
        put: Callable[[object], None] = documents.append
        for event in events:
            match type(event).__name__:
                case "MappingStartEvent" | "SequenceStartEvent" as kind:
                    if len(stack) >= _DEEPEST:
                        raise TooMuch("is nested too deeply")
                    made: object = {} if kind == "MappingStartEvent" else []
                    stack.append((put, made, event.anchor, self._nodes))
                    put = _into(made)
                    self._count(1)
                case "MappingEndEvent" | "SequenceEndEvent":
                    put, made, anchor, before = stack.pop()
                    if anchor:
                        self._anchors[anchor] = (made, self._nodes - before)
                    put(made)
                case "ScalarEvent":
                    self._count(1)
                    scalar = _scalar(event)
                    if event.anchor:
                        self._anchors[event.anchor] = (scalar, 1)
                    put(scalar)
                case "AliasEvent":
                    # An alias inside its own anchor is not known yet: a cycle becomes empty.
                    value, nodes = self._anchors.get(event.anchor, ("", 1))
                    self._count(nodes)
                    put(value)
        return documents

    def _count(self, nodes: int) -> None:
        self._nodes += nodes
        if self._nodes > _MOST_NODES:
            raise TooMuch(f"contains more than {_MOST_NODES:,} values")


def _into(made: object) -> Callable[[object], None]:
    if isinstance(made, list):
        return made.append
    assert isinstance(made, dict)
    table = made
    keys: list[str] = []

    def put(value: object) -> None:
        if not keys:
            keys.append(value if isinstance(value, str) else "")
            return
        key = keys.pop()
        if key != _MERGE:
            table[key] = value
            return
        for merged in value if isinstance(value, list) else [value]:
            if isinstance(merged, dict):
                for name, below in merged.items():
                    table.setdefault(name, below)

    return put


def _scalar(event: Any) -> str:
    reference = event.tag in ("!Ref", "!GetAtt", "!ImportValue", "!FindInMap", "!Join", "!Select")
    return f"${{{event.value}}}" if reference else str(event.value)


# Terraform states

_POOL = "aws_cognito_user_pool"
_CLIENTS = ("aws_cognito_user_pool_client", "aws_cognito_managed_user_pool_client")
_DOMAIN = "aws_cognito_user_pool_domain"

_OF_A_STATE = frozenset(("terraform_version", "lineage", "resources", "format_version", "planned_values"))

_OF_A_POOL = {"id": "user_pool_id", "name": "name", "domain": "cognito_domain"}
_OF_A_CLIENT = {
    "id": "cognito_client_id",
    "client_secret": "cognito_client_secret",
    "callback_urls": "cognito_callback_urls",
    "allowed_oauth_scopes": "cognito_scopes",
    "allowed_oauth_flows": "cognito_allowed_oauth_flows",
    "explicit_auth_flows": "cognito_explicit_auth_flows",
}
_OF_A_DOMAIN = {"domain": "cognito_domain"}
"""Names for attributes that mention Cognito, as the resource itself may have any name, such as `google`."""


class _Resource(NamedTuple):
    type: str
    address: tuple[str, ...]
    attributes: Mapping[object, object]


def is_state(value: Mapping[object, object]) -> bool:
    """Return whether a JSON object is a state or a plan."""
    return not _OF_A_STATE.isdisjoint(value)


def tree_of_state(state: Mapping[object, object]) -> dict[object, object]:
    """Return the outputs of a state, and its pools, each with its app clients and domains.

    Args:
        state: A state file, or the output of `terraform show -json`.
    """
    inner = state.get("values")
    inner = inner if isinstance(inner, Mapping) else state
    outputs = inner.get("outputs")
    tree: dict[object, object] = dict(outputs) if isinstance(outputs, Mapping) else {}
    found = [*_in_file(state.get("resources")), *_in_module(inner.get("root_module"))]
    pools: dict[str, dict[object, object]] = {}
    for resource in found:
        if resource.type == _POOL and (pool_id := _text(resource.attributes, "id")):
            _put(pools.setdefault(pool_id, _table(tree, resource.address)), (), resource, _OF_A_POOL)
    for resource in found:
        pool_id = _text(resource.attributes, "user_pool_id")
        if resource.type == _POOL or not pool_id:
            continue
        if pool_id not in pools:
            # The pool is in another state.
            pools[pool_id] = _table(tree, (_POOL, f"[{pool_id}]"))
            pools[pool_id]["user_pool_id"] = pool_id
        names = _OF_A_DOMAIN if resource.type == _DOMAIN else _OF_A_CLIENT
        _put(pools[pool_id], resource.address, resource, names)
    return tree


def _in_file(resources: object) -> Iterator[_Resource]:
    """Yield the resources of a state file, which have instances."""
    for resource in _objects(resources):
        address = _address(resource)
        for instance in _objects(resource.get("instances")) if address else ():
            yield from _resource(resource, address, instance.get("index_key"), instance.get("attributes"))


def _in_module(module: object) -> Iterator[_Resource]:
    """Yield the resources that `terraform show -json` prints, by module."""
    modules = [module]
    while modules:
        module = modules.pop()
        if isinstance(module, Mapping):
            for resource in _objects(module.get("resources")):
                within = {**resource, "module": module.get("address")}
                yield from _resource(resource, _address(within), resource.get("index"), resource.get("values"))
            modules += _objects(module.get("child_modules"))


def _resource(
    resource: Mapping[object, object], address: tuple[str, ...], index: object, attributes: object
) -> Iterator[_Resource]:
    if address and isinstance(attributes, Mapping):
        # Numbers are read as floats.
        index = f"{index:g}" if isinstance(index, float) else index
        item = (f"[{index}]",) if isinstance(index, str) else ()
        yield _Resource(str(resource.get("type")), (*address, *item), attributes)


def _address(resource: Mapping[object, object]) -> tuple[str, ...]:
    """Return the address of a Cognito resource; empty for any other resource."""
    if resource.get("type") not in (_POOL, *_CLIENTS, _DOMAIN):
        return ()
    names = (resource.get("module"), resource["type"], resource.get("name"))
    # A single name, which no output can have.
    return (".".join(name for name in names if isinstance(name, str)),)


def _put(table: dict[object, object], address: tuple[str, ...], resource: _Resource, names: Mapping[str, str]) -> None:
    below = _table(table, address)
    for attribute, name in names.items():
        value = resource.attributes.get(attribute)
        # A client without a secret has an empty one, which needn't be filled in.
        if value and isinstance(value, str | list):
            below[name] = value


def _table(tree: dict[object, object], address: tuple[str, ...]) -> dict[object, object]:
    for part in address:
        below = tree.get(part)
        if not isinstance(below, dict):
            below = tree[part] = {}
        tree = below
    return tree


def _text(attributes: Mapping[object, object], name: str) -> str:
    value = attributes.get(name)
    return value if isinstance(value, str) else ""


def _objects(value: object) -> list[Mapping[object, object]]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []
