"""Long lists, told page by page."""

from __future__ import annotations

from collections.abc import Sequence

from cognitui.demo.strict.answer import Body
from cognitui.demo.strict.parameters import Parameters, optional
from cognitui.demo.strict.refusal import invalid_parameter

_LARGEST = 60


def page(name: str, items: Sequence[Body], parameters: Parameters, size: object) -> Body:
    """Returns the items from NextToken on, under the name that they have in the answer; `size` is MaxResults."""
    if not isinstance(size, int) or not 1 <= size <= _LARGEST:
        raise invalid_parameter(
            "1 validation error detected: Value at 'maxResults' failed to satisfy constraint: "
            f"Member must have value between 1 and {_LARGEST}"
        )
    token = optional(parameters, "NextToken") or "from-0"
    start = token.removeprefix("from-")
    if not start.isdecimal():
        raise invalid_parameter("Invalid nextToken")
    end = int(start) + size
    more = {"NextToken": f"from-{end}"} if end < len(items) else {}
    return {name: items[int(start) : end], **more}
