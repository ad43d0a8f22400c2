"""Generator of `docs/keys.md`: `python docs/keys.py`. A test compares the page with the action registry."""

from __future__ import annotations

from pathlib import Path

from cognitui.tui.actions.keybindings import key_labels
from cognitui.tui.actions.registry import ACTIONS, Action

PAGE = Path(__file__).parent / "keys.md"

_HEAD = """\
# Keys

Generated from the action registry by `python docs/keys.py`. You change a key in `config.toml`, by its id:

```toml
[keymap]
copy_token = "f9"          # separate several keys by commas: "f9,ctrl+y"
```

You can type ahead: a key waits until whatever the previous key opens is ready, even before the first list is shown.
Confirmations are the exception: `y` or enter has no effect until the question is on screen, `n` and `esc` close it.
`ctrl+c` works at once and drops the keys that wait.

Paste a token outside a text field, or into a filter or search line, and it is decoded, as with `i`. Any other text is
refused outside a text field; it never runs as keys.
"""


def page() -> str:
    """Return the page: a table for each group, in the order of the help."""
    groups = dict.fromkeys(action.group for action in ACTIONS)
    tables = (_table(group, [action for action in ACTIONS if action.group == group]) for group in groups)
    return "\n".join((_HEAD, *tables))


def _table(group: str, actions: list[Action]) -> str:
    rows = (f"| {_keys(action)} | {action.help} | `{action.id}` |\n" for action in actions)
    return f"## {group}\n\n| key | does | id |\n|---|---|---|\n{''.join(rows)}"


def _keys(action: Action) -> str:
    return " ".join(f"`{label}`" for label in key_labels(action.id, {}))


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
