"""QR codes as text, for an authenticator app to be pointed at."""

from __future__ import annotations

import io


def qr_lines(text: str) -> tuple[str, ...]:
    """Returns the lines of a QR code in half blocks, to be drawn in white on black; about 43 by 22 for a seed."""
    # Costs 15 ms, and only the set-up of a second factor needs it.
    import segno

    drawn = io.StringIO()
    segno.make_qr(text, error="l").terminal(drawn, border=1, compact=True)
    *lines, last = drawn.getvalue().splitlines()
    # A code has an odd number of rows: below the last stands half a line, which would be black where a margin is due.
    return (*lines, last.replace("▀", "█"))
