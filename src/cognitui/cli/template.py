"""Templates of a line: `{name}` stands for a field, a brace itself is written twice."""

from __future__ import annotations

import re
from collections.abc import Mapping

from cognitui.model.errors import UsageError
from cognitui.model.text import inert

_PART = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")

_LONGEST_SHOWN = 40


def filled(template: str, fields: Mapping[str, str]) -> str:
    """Returns a template with its fields filled in.

    Not `str.format`: that reads attributes and indices, too.

    Raises:
        UsageError: It names a field that there is none of, or a brace stands alone.
    """

    def value(part: re.Match[str]) -> str:
        if part[0] in ("{{", "}}"):
            return part[0][0]
        if part[1] is None or part[1] not in fields:
            raise _unknown(part[1], fields)
        return fields[part[1]]

    return _PART.sub(value, template)


def _unknown(name: str | None, fields: Mapping[str, str]) -> UsageError:
    known = f"The fields are {', '.join(f'{{{field}}}' for field in fields)}."
    if name is None:
        return UsageError("A brace stands alone in the template.", fix=f"Write it twice. {known}")
    return UsageError(f"There is no field {{{inert(name, _LONGEST_SHOWN)}}} here.", fix=known)
