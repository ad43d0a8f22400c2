"""An `expect` table as one line, for a form: `token_use=access scopes=orders/read,orders/write min_valid=5m`."""

from __future__ import annotations

import re

from cognitui.model.duration import parse_duration
from cognitui.model.expect import EXPECT_NAMES, Expect

_ITEM = r'(?:"(?:[^"\\]|\\.)*"|[^\s,"=]+)'
_PART = re.compile(rf"\s*([^\s=]+)=({_ITEM}(?:,{_ITEM})*)(?=\s|$)")
_BARE = re.compile(r'[^\s,"=]+')
_ITEMS = re.compile(_ITEM)
_ESCAPED = re.compile(r"\\(.)")

_ONE_ALONE = ("token_use", "min_valid")
_ONE_OR_MORE = ("audience", "client_id")
_USES = ("access", "id")


def written_expect(expect: Expect) -> str:
    """Returns a table as a line that `read_expect` reads; a value with a blank, a comma or `=` stands in quotes."""
    return " ".join(f"{key}={','.join(map(_written, _items(value)))}" for key, value in expect.set_values().items())


def read_expect(line: str, before: Expect | None = None) -> Expect:
    """Returns the table that a line means.

    Args:
        line: Parts `key=value` or `key=value,value`, with blanks between them.
        before: What it was; a part whose values are the same keeps its form, a text or a list.

    Raises:
        ValueError: A part is wrong; the words say which, and how to write it.
    """
    found: dict[str, object] = {}
    position = 0
    while line[position:].strip():
        part = _PART.match(line, position)
        if part is None:
            # Not the word itself: on a command line it may be a secret that was pasted in the wrong place.
            raise ValueError(f"write part {len(found) + 1} as key=value or key=value,value")
        key, items = part[1], tuple(_read(item) for item in _ITEMS.findall(part[2]))
        if key in found:
            raise ValueError(f"write {key} once, with commas between its values")
        found[key] = _value(key, items, before)
        position = part.end()
    return Expect(**found)  # type: ignore[arg-type]  # each was looked at


def _value(key: str, items: tuple[str, ...], before: Expect | None) -> object:
    if key not in EXPECT_NAMES:
        raise ValueError(f"{key} is none of {', '.join(EXPECT_NAMES)}")
    if not all(item.strip() for item in items):
        raise ValueError(f"write a value for {key}, or leave it out")
    if key in _ONE_ALONE:
        return _alone(key, items)
    former = getattr(before, key) if before else None
    if former is not None and _items(former) == items:
        return former
    return items[0] if key in _ONE_OR_MORE and len(items) == 1 else items


def _alone(key: str, items: tuple[str, ...]) -> str:
    if len(items) > 1:
        raise ValueError(f"write one value for {key}")
    if key == "token_use" and items[0] not in _USES:
        raise ValueError("write access or id for token_use")
    if key == "min_valid":
        try:
            parse_duration(items[0])
        except ValueError:
            raise ValueError("write 30s, 5m or 1h for min_valid") from None
    return items[0]


def _items(value: object) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)  # type: ignore[arg-type]  # texts


def _written(item: str) -> str:
    return item if _BARE.fullmatch(item) else '"' + item.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _read(item: str) -> str:
    return _ESCAPED.sub(r"\1", item[1:-1]) if item.startswith('"') else item
