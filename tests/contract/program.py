"""The program as the contract tests see it: the only file here that names its modules."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from pathlib import Path

import click

import cognitui as package
from cognitui.cli import cognitui as command
from cognitui.demo.strict.server import StrictServer
from cognitui.model import errors
from cognitui.model.claim_diff import Change
from cognitui.model.diagnostics import Verdict
from cognitui.model.errors import CognituiError
from cognitui.model.expectations import EXPECT_NAMES
from cognitui.model.preferences import Preferences
from cognitui.model.profile import FIELD_NAMES, Environment, Flow, PreferredChallenge, Profile, ProfileFields
from cognitui.model.secret import SecretKind
from cognitui.model.sign_out import Reach
from cognitui.model.token import TokenKind, TokenState
from cognitui.model.token_formats import TokenFormat
from cognitui.profiles.schema import ENVIRONMENT_KEYS, TOP_KEYS
from cognitui.services import Options, Services, wire
from cognitui.storage.settings import TomlSettings
from cognitui.tui.actions.registry import ACTIONS

__all__ = [
    "CognituiError",
    "Flow",
    "Options",
    "Profile",
    "SecretKind",
    "Services",
    "StrictServer",
    "command",
    "default_keys",
    "error_classes",
    "file_keys",
    "profile",
    "remember_something",
    "source_files",
    "subcommands",
    "values",
    "wire",
]


def source_files() -> list[Path]:
    """Return the program's own files, without the demo, which sets variables for itself."""
    root = Path(package.__file__).parent
    return [path for path in sorted(root.rglob("*.py")) if "demo" not in path.relative_to(root).parts]


def error_classes() -> list[type[CognituiError]]:
    """Return every class of the error tree."""
    found = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, CognituiError)]
    return sorted(found, key=lambda kind: kind.__name__)


def default_keys() -> Mapping[str, str]:
    """Return the default keys of each action of the TUI by its id, as `config.toml` names both."""
    return {action.id: action.keys for action in ACTIONS}


def file_keys() -> Mapping[str, tuple[str, ...]]:
    """Return the keys that each file knows."""
    return {
        "choices.json": Preferences.__struct_encode_fields__,
        "config.toml": TomlSettings.__struct_fields__,
        "profiles.toml": TOP_KEYS,
        "profiles.toml environment": ENVIRONMENT_KEYS,
        "profiles.toml profile": FIELD_NAMES,
        "profiles.toml expect": EXPECT_NAMES,
    }


def values() -> Mapping[str, list[str]]:
    """Return the words of options, files and JSON that name one of a few things."""
    kinds: Mapping[str, type[Enum]] = {
        "change of a claim": Change,
        "flow": Flow,
        "kind of secret": SecretKind,
        "preferred challenge": PreferredChallenge,
        "reach of a logout": Reach,
        "state": TokenState,
        "token format": TokenFormat,
        "token type": TokenKind,
        "verdict of a check": Verdict,
    }
    return {title: sorted(str(member.value) for member in kind) for title, kind in kinds.items()}


def remember_something(services: Services) -> None:
    """Have the file of what is remembered written, as the TUI does."""
    services.preferences.change(lambda preferences: preferences.with_order("name").with_copied_as("dev/alice", "raw"))


def profile(**keys: object) -> Profile:
    """Return the profile `dev/alice` with these keys."""
    return Profile(environment=Environment(name="dev"), name="alice", own=ProfileFields(**keys))  # type: ignore[arg-type]  # by name


def subcommands(group: click.Command) -> Mapping[str, click.Command]:
    """Return the commands below a group by name; none for a command without any."""
    if not isinstance(group, click.Group):
        return {}
    context = click.Context(group)
    found = {name: group.get_command(context, name) for name in group.list_commands(context)}
    return {name: below for name, below in found.items() if below is not None}
