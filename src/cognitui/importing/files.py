"""The files that tell of a user pool: what Amplify writes, what Terraform prints, `.env` files. None of them is run."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping

from cognitui.importing.found import Found, find
from cognitui.importing.kind import FileKind, is_json, told_by
from cognitui.importing.leaf import Leaf, leaves_of
from cognitui.model.errors import UsageError
from cognitui.model.text import inert

_LONGEST = 1 << 20
"""Characters: more than any of these files has."""

_OBJECT_BEGINS = re.compile(r"(?:=|\bdefault\b|\()\s*(?:r?'''|r?\"\"\")?\s*(?=\{)")
"""Where a JavaScript or Dart file may begin its object: behind `=`, `export default`, or a bracket."""

_PLACE = re.compile(r":(\d+)\b.*?(?:column (\d+))?$", re.DOTALL)

Read = Callable[[str, str], Found]
"""Returns what a text says; the second argument names it in errors."""


def read_amplify(text: str, name: str) -> Found:
    """Reads amplify_outputs.json, amplifyconfiguration.json, aws-exports.js and what is written like them.

    Args:
        text: The file.
        name: How errors call it.

    Raises:
        UsageError: It is not in the form of such a file, or tells of no pool; the place is named, or the command that
            reads it.
    """
    whole = _whole(text, name, FileKind.AMPLIFY)
    json_of = "amplify_outputs.json or aws-exports.js"
    value = _json(whole, name, json_of) if is_json(whole) else _literal(whole, name)
    found = find(leaves_of(value))
    if not found.pools:
        raise _poolless(name, "user_pool_id, aws_user_pools_id or PoolId", "amplify pull, or npx ampx generate outputs")
    return found


def read_terraform(text: str, name: str) -> Found:
    """Reads what `terraform output -json` prints, or a state; raises as `read_amplify` does."""
    whole = _whole(text, name, FileKind.TERRAFORM)
    value = _json(whole, name, "what terraform output -json prints")
    outputs = value.get("outputs", value) if isinstance(value, Mapping) else None
    if not isinstance(outputs, Mapping):
        raise UsageError(f"{name} holds no outputs of Terraform.", fix="Run: terraform output -json")
    values = {
        output: told.get("value") if isinstance(told, Mapping) and "value" in told else told
        for output, told in outputs.items()
    }
    found = find(leaves_of(values))
    if not found.pools:
        raise _poolless(name, "a user pool's id, such as eu-west-1_AbCdEf123", "add an output with the pool's id")
    return found


def read_env(text: str, name: str) -> Found:
    """Reads a `.env` file; raises as `read_amplify` does."""
    whole = _whole(text, name, FileKind.ENV)
    if is_json(whole):
        raise UsageError(
            f"{name} is JSON, and not a .env file.", fix="See cognitui import amplify and cognitui import terraform."
        )
    found = find(_variables(whole, name))
    if not found.pools:
        raise _poolless(name, "COGNITO_USER_POOL_ID or a name that ends like it", "add the variable")
    return found


def too_long(name: str) -> UsageError:
    """Returns what is said of a file that cannot be one of these."""
    return UsageError(f"{name} is longer than a megabyte.", fix="Name the file that tells of the pool.")


def _whole(text: str, name: str, kind: FileKind) -> str:
    if not text.strip():
        raise UsageError(f"{name} is empty.", fix="Name the file that tells of the pool, or pipe it in.")
    if len(text) > _LONGEST:
        raise too_long(name)
    told = told_by(text)
    if told not in (None, kind):
        raise UsageError(f"{name} is {told.label}, and not {kind.label}.", fix=f"cognitui import {told} reads it.")
    return text.removeprefix("\ufeff")


def _json(text: str, name: str, expected: str) -> object:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise UsageError(
            f"{name}:{error.lineno}: not JSON from column {error.colno} on ({error.msg}).",
            fix=f"It must be {expected}: make it anew, or mend that line.",
        ) from None
    except ValueError:
        raise UsageError(f"{name} holds a number that is too long.", fix=f"It must be {expected}.") from None
    except RecursionError:
        raise UsageError(f"{name} is nested too deep.", fix=f"It must be {expected}.") from None


def _literal(text: str, name: str) -> object:
    """The first object literal that is data alone: JSON5 is what JavaScript and data have in common."""
    # Costs 15 ms, and only aws-exports.js needs it.
    import json5

    wrong = ""
    for begun in _OBJECT_BEGINS.finditer(text):
        try:
            value, fault, _ = json5.parse(text, start=begun.end(), consume_trailing=False)
        except RecursionError:
            raise UsageError(f"{name} is nested too deep.", fix="It must be as Amplify writes it.") from None
        if isinstance(value, Mapping) and value:
            return value
        wrong = wrong or _place(fault or "")
    if wrong:
        raise UsageError(
            f"{name}{wrong}: the object holds more than plain values.",
            fix="Put the value there in the place of the code (nothing is run here), or use cognitui import env.",
        )
    raise UsageError(f"{name} holds no object.", fix="Name amplify_outputs.json or aws-exports.js as Amplify wrote it.")


def _place(fault: str) -> str:
    match = _PLACE.search(fault)
    return f":{match[1]}" if match else ""


def _variables(text: str, name: str) -> Iterable[Leaf]:
    # Costs 25 ms, and nothing else needs it.
    from io import StringIO

    from dotenv.parser import parse_stream

    for binding in parse_stream(StringIO(text)):
        if binding.error:
            raise UsageError(
                f"{name}:{binding.original.line}: is not NAME=value.",
                fix="Put quotes around a value with quotes or blanks in it, or take the line out.",
            )
        if binding.key and binding.value:
            yield Leaf((binding.key,), binding.value.strip())


def _poolless(name: str, looked_for: str, how: str) -> UsageError:
    return UsageError(f"{inert(name)} tells of no user pool: {looked_for} is not in it.", fix=f"To mend it: {how}.")
