"""QR codes as text that a camera can read."""

from __future__ import annotations

import pytest

from cognitui.system.qr import qr_lines

URIS = ["otpauth://totp/pool:carol?secret=ABCDEFGHIJKLMNOP", f"otpauth://totp/pool:nils?secret={'A' * 52}&issuer=pool"]


@pytest.mark.parametrize("uri", URIS)
def test_a_white_margin_is_on_every_side(uri: str) -> None:
    first, *between, last = qr_lines(uri)

    assert set(first) <= set("█▀"), "the upper halves are white"
    assert set(last) == {"█"}
    assert {line[0] for line in between} | {line[-1] for line in between} == {"█"}


def test_every_line_is_as_long_as_the_others() -> None:
    assert len({len(line) for line in qr_lines(URIS[0])}) == 1
