"""What may have been meant."""

from __future__ import annotations

import pytest

from cognitui.model.text import did_you_mean

KNOWN = ("copy_token", "copy_claim", "copy_as", "copy_fix", "verify")


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("copy_tokn", "Did you mean copy_token?"),
        ("copy_", "Did you mean copy_as or copy_fix?"),
        ("VERIFY", "Did you mean verify?"),
        ("something else", ""),
        ("copy_everything", ""),
        ("verfiy", "Did you mean verify?"),
        ("", ""),
    ],
)
def test_the_nearest_are_named_and_no_more_than_three(word: str, said: str) -> None:
    assert did_you_mean(word, KNOWN) == said
