"""Makes `docs/keys.md` from the keymap: `python docs/keys.py`. A test holds that it is what the keymap says."""

from __future__ import annotations

from pathlib import Path

from cognitui.tui.keymap import ACTIONS, Action, key_labels

PAGE = Path(__file__).parent / "keys.md"

_HEAD = """\
# Keys

Made from the keymap by `python docs/keys.py`. A key is changed in `config.toml`, by its id:

```toml
[keymap]
copy_token = "f9"          # several are parted by commas: "f9,ctrl+y"
```

You can type ahead: a key waits until what the key before it opens is ready, also before the first list is shown. Only a
question waits for you: `y` (or enter) typed before it is painted leaves it open, `n` and `esc` close it. `ctrl+c` works
at once and drops the keys that wait.

Paste a token outside a text field, or into a line that filters or searches, and it is inspected, as by `i`. Other text
is refused outside a text field; it never runs as keys.
"""


def page() -> str:
    """Returns the page: a table for each group, in the order of the help."""
    groups = dict.fromkeys(action.group for action in ACTIONS)
    tables = (_table(group, [action for action in ACTIONS if action.group == group]) for group in groups)
    return "\n".join((_HEAD, *tables))


def _table(group: str, actions: list[Action]) -> str:
    rows = (f"| {_keys(action)} | {action.long} | `{action.id}` |\n" for action in actions)
    return f"## {group}\n\n| key | does | id |\n|---|---|---|\n{''.join(rows)}"


def _keys(action: Action) -> str:
    return " ".join(f"`{label}`" for label in key_labels(action.id, {}))


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
