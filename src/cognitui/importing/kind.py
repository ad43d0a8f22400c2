"""What wrote a file, by its content: so that the wrong command can name the right one."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from enum import StrEnum

_OF_AMPLIFY = frozenset(("aws_user_pools_id", "aws_project_region", "aws_cognito_region"))
_SCRIPT_OF_AMPLIFY = re.compile(r"\baws_(?:user_pools|project|cognito)_\w+[\"']?\s*:")
_VARIABLE = re.compile(r"(?:export\s+)?[A-Z_][A-Z0-9_]*\s*=(?!\s*\{)")
"""In capitals, as no name in a script that holds a configuration is."""


class FileKind(StrEnum):
    """The kinds of files that tell of a user pool; each is the name of the command that reads it."""

    AMPLIFY = "amplify"
    TERRAFORM = "terraform"
    ENV = "env"

    @property
    def label(self) -> str:
        """What such a file is, in words that follow "is"."""
        return _LABELS[self]


_LABELS = {
    FileKind.AMPLIFY: "a file of Amplify",
    FileKind.TERRAFORM: "what terraform output -json prints",
    FileKind.ENV: "a .env file",
}


def told_by(text: str) -> FileKind | None:
    """Returns the kind of which a text certainly is; None where it may be any or none."""
    if is_json(text):
        return _of_json(text)
    if _SCRIPT_OF_AMPLIFY.search(text):
        return FileKind.AMPLIFY
    lines = (line.strip() for line in text.splitlines())
    first = next((line for line in lines if line and not line.startswith("#")), "")
    return FileKind.ENV if _VARIABLE.match(first) else None


def is_json(text: str) -> bool:
    """Returns whether a text is meant to be JSON."""
    return text.lstrip("\ufeff \t\r\n").startswith(("{", "["))


def _of_json(text: str) -> FileKind | None:
    try:
        told = json.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        return None
    if not isinstance(told, Mapping):
        return None
    if isinstance(told.get("outputs"), Mapping) or (told and all(map(_is_output, told.values()))):
        return FileKind.TERRAFORM
    return FileKind.AMPLIFY if _OF_AMPLIFY & told.keys() or isinstance(told.get("auth"), Mapping) else None


def _is_output(value: object) -> bool:
    """Terraform, "Command: output": each output is an object with its value, its type, and whether it is sensitive."""
    return isinstance(value, Mapping) and "value" in value and not {"sensitive", "type"}.isdisjoint(value)
