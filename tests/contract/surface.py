"""The public surface of the program, as data: what scripts, files and fingers depend on, and no wording."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import click
import pytest

from tests.contract.journey import Journey
from tests.contract.program import (
    Flow,
    SecretKind,
    StrictServer,
    command,
    default_keys,
    error_classes,
    file_keys,
    profile,
    source_files,
    subcommands,
    values,
)

RECORDED = Path(__file__).with_name("public.json")
"""What the surface was when it was recorded last."""

_VARIABLE = re.compile(r"_?(?:COGNITUI|COGNITO|AWS|XDG)_[A-Z_]+")

_USUAL = [
    ("required", False),
    ("values", 1),
    ("variable", None),
    ("flag", False),
    ("repeated", False),
    ("hidden", False),
    ("default", None),
    ("default", ""),
]

Surface = dict[str, object]


def public_surface(server: StrictServer, home: Path, patch: pytest.MonkeyPatch) -> Surface:
    """Return the whole surface, by section; runs every command once."""
    # Before the run, so that a section that needs none of it is whole whatever the run finds.
    surface: Surface = {
        "commands": _commands(command, "cognitui"),
        "exit codes": {kind.__name__: kind.exit_code for kind in error_classes()},
        "keys": dict(sorted(default_keys().items())),
        "file keys": {name: sorted(keys) for name, keys in file_keys().items()},
        "values": values(),
        "variables": _variables(),
        "secret names": _secret_names(),
    }
    journey = Journey(server, home, patch)
    journey.travel()
    return surface | {
        "json": journey.shapes(),
        "exit codes of cases": journey.codes,
        "keyring entries": journey.keyring_entries(),
        "written files": journey.written_files(),
        "json files": journey.shapes_of_files(),
        "variables of exec": journey.variables_of_exec,
    }


def _commands(shown: click.Command, name: str) -> dict[str, object]:
    """Return the parameters of a command and of those below it, by the words that call them."""
    own = {name: {_name_of(parameter): _parameter(parameter) for parameter in shown.params}}
    return own | {
        words: below
        for inner, child in sorted(subcommands(shown).items())
        for words, below in _commands(child, f"{name} {inner}").items()
    }


def _name_of(parameter: click.Parameter) -> str:
    if isinstance(parameter, click.Argument):
        return parameter.make_metavar(click.Context(click.Command("any")))
    return ", ".join((*parameter.opts, *parameter.secondary_opts))


def _parameter(parameter: click.Parameter) -> dict[str, object]:
    facts: dict[str, object] = {
        "required": parameter.required,
        "values": parameter.nargs,
        "variable": parameter.envvar,
    }
    if isinstance(parameter.type, click.Choice):
        facts["choices"] = [str(choice) for choice in parameter.type.choices]
    if isinstance(parameter, click.Option):
        facts |= {"flag": parameter.is_flag, "repeated": parameter.multiple, "hidden": parameter.hidden}
        default = parameter.to_info_dict()["default"]
        facts["default"] = default if isinstance(default, str | int) else None
    # Only what is not usual.
    return {name: value for name, value in facts.items() if (name, value) not in _USUAL}


def _variables() -> list[str]:
    """Return the environment variables that are named by a text of their own anywhere in the program."""
    return sorted({text for path in source_files() for text in _texts(path) if _VARIABLE.fullmatch(text)})


def _texts(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def _secret_names() -> Mapping[str, Mapping[str, str]]:
    """Return service and account of each secret of fixed profiles: an entry under another name would be lost."""
    pool = {"user_pool_id": "eu-west-1_AbCdEf123", "client_id": "1h57kf5cpq17m0eml12example", "username": "alice"}
    domain = {**pool, "domain": "https://shop.auth.eu-west-1.amazoncognito.com", "scopes": ("openid", "email")}
    profiles = {
        "a pool of AWS": profile(**pool),
        "a replica": profile(**pool, region="eu-central-1"),
        "an emulator": profile(**pool, endpoint_url="http://127.0.0.1:9229"),
        "an identity pool": profile(**pool, identity_pool_id="eu-west-1:1b29b0b5-0000-4000-8000-000000000000"),
        "a browser": profile(**domain, flow=Flow.AUTHORIZATION_CODE),
        "an identity provider": profile(**domain, flow=Flow.AUTHORIZATION_CODE, identity_provider="Okta"),
        "an app client": profile(**domain, flow=Flow.CLIENT_CREDENTIALS),
    }
    return {
        title: {
            kind.value: f"{name.service}: {name.account}" for kind in SecretKind for name in (one.secret_name(kind),)
        }
        for title, one in profiles.items()
    }
