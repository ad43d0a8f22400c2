"""The smallest Textual app, an empty table: the baseline of our own."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.widgets import DataTable

MARK = "bare-app-is-ready"


class BareApp(App[None]):
    """One table with one column."""

    def compose(self) -> ComposeResult:
        """Return the table."""
        yield DataTable[str]()

    def on_mount(self) -> None:
        """Add the column, whose header shows that the first frame is painted."""
        self.query_one(DataTable).add_columns(MARK)


if __name__ == "__main__":
    BareApp().run()
