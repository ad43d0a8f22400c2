"""QR codes as text, for an authenticator app to be pointed at."""

from __future__ import annotations

import io


def qr_lines(text: str) -> tuple[str, ...]:
    """Returns the lines of a QR code in half blocks, to be drawn in white on black; about 43 by 22 for a seed."""
    # Costs 15 ms, and only the set-up of a second factor needs it.
    import segno

    drawn = io.StringIO()
    segno.make_qr(text, error="l").terminal(drawn, border=1, compact=True)
    return tuple(drawn.getvalue().splitlines())
