"""Long lists, told page by page."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from cognitui.demo.strict.answer import Body
from cognitui.demo.strict.parameters import Parameters, optional
from cognitui.demo.strict.refusal import invalid_parameter

_LARGEST = 60


def page(name: str, items: Sequence[Body], parameters: Parameters, size: object) -> Body:
    """Returns the items from NextToken on, under the name that they have in the answer; `size` is MaxResults."""
    if not isinstance(size, int) or not 1 <= size <= _LARGEST:
        raise _outside("maxResults", f"Member must have value between 1 and {_LARGEST}")
    start = _start(optional(parameters, "NextToken"), "", "Invalid nextToken")
    end = start + size
    return {name: items[start:end], **({"NextToken": f"from-{end}"} if end < len(items) else {})}


def page_of_search(name: str, items: Sequence[Body], parameters: Parameters, search: str) -> Body:
    """Returns the items from PaginationToken on; a token is good for the search that it came from alone."""
    size = parameters.get("Limit", _LARGEST)
    if not isinstance(size, int) or not 0 <= size <= _LARGEST:
        raise _outside("limit", f"Member must have value less than or equal to {_LARGEST}")
    size = size or _LARGEST
    mark = f"{sha256(search.encode()).hexdigest()[:16]}-"
    start = _start(optional(parameters, "PaginationToken"), mark, "Invalid pagination token")
    end = start + size
    return {name: items[start:end], **({"PaginationToken": f"{mark}from-{end}"} if end < len(items) else {})}


def _start(token: str | None, mark: str, refusal: str) -> int:
    if token is None:
        return 0
    start = token.removeprefix(f"{mark}from-")
    if not start.isdecimal():
        raise invalid_parameter(refusal)
    return int(start)


def _outside(member: str, constraint: str) -> Exception:
    return invalid_parameter(
        f"1 validation error detected: Value at '{member}' failed to satisfy constraint: {constraint}"
    )
