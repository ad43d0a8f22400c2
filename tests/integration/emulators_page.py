"""`docs/emulators.md`: written by trying every case on every emulator, and read again by the tests."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.integration.emulator_cases import CASES
from tests.integration.emulator_cells import cell
from tests.integration.oracles import EMULATORS, Emulator, running

PAGE = Path(__file__).parents[2] / "docs" / "emulators.md"

_HEAD = """\
# Emulators
"""


def columns_of(page: str) -> dict[str, dict[str, str]]:
    """Return the cells of a page by the emulator and the row."""
    lines = [line.strip("| ").split(" | ") for line in page.splitlines() if line.startswith("| ")]
    head, *rows = lines
    return {
        server.partition(" ")[0]: {f"{row[0].strip('`')} · {row[1]}": row[at] for row in rows}
        for at, server in enumerate(head)
        if at > 1
    }


def written() -> str:
    """Try all cases on all emulators, and return the page."""
    columns = [_column(emulator) for emulator in EMULATORS]
    names = [f"{emulator.name} {emulator.version}" for emulator in EMULATORS]
    rows = [
        f"| `{case.flow.value}` | {case.what} | {' | '.join(cells)} |\n"
        for case, *cells in zip(CASES, *columns, strict=True)
    ]
    return _HEAD + f"| flow | with | {' | '.join(names)} |\n|{'---|' * (2 + len(names))}\n" + "".join(rows)


def _column(emulator: Emulator) -> list[str]:
    with tempfile.TemporaryDirectory() as folder, running(emulator, Path(folder)) as directory:
        return [cell(directory, case) for case in CASES]


if __name__ == "__main__":
    PAGE.write_text(written(), encoding="utf-8")
