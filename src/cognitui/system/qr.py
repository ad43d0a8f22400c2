"""QR codes as text, to be scanned by an authenticator app."""

from __future__ import annotations

import io


def qr_lines(text: str) -> tuple[str, ...]:
    """Return the lines of a QR code in half blocks, to be drawn in white on black; about 43 by 22 for a seed."""
    # Takes 15 ms, and only setting up MFA needs it.
    import segno

    drawn = io.StringIO()
    segno.make_qr(text, error="l").terminal(drawn, border=1, compact=True)
    *lines, last = drawn.getvalue().splitlines()
    # A code has an odd number of rows, so the last line is half empty and would leave the margin black.
    return (*lines, last.replace("▀", "█"))
