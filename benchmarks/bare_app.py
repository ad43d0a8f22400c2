"""The least that a Textual app can be: an empty table. What ours is held against."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.widgets import DataTable

MARK = "bare-app-is-ready"


class BareApp(App[None]):
    """One table with one column."""

    def compose(self) -> ComposeResult:
        """The table."""
        yield DataTable[str]()

    def on_mount(self) -> None:
        """The column, whose head shows that the screen is painted."""
        self.query_one(DataTable).add_columns(MARK)


if __name__ == "__main__":
    BareApp().run()
