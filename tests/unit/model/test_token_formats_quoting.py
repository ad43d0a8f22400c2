"""PowerShell takes a text as it is. None runs here, so its documented rules are written down once more, as a reader.

`about_Quoting_Rules`: a text in single quotes is taken to the letter, a quote in it is doubled, and a curly quote is a
quote like any other.
"""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cognitui.model.token_formats import for_powershell

QUOTES = "'\u2018\u2019\u201a\u201b"


def read_by_powershell(code: str) -> tuple[str, str]:
    """Return the text that a literal in single quotes stands for, and the code that follows it."""
    assert code[0] in QUOTES, "it begins with a quote"
    text, place = "", 1
    while place < len(code):
        if code[place] not in QUOTES:
            text, place = text + code[place], place + 1
        elif code[place + 1 : place + 2] and code[place + 1] in QUOTES:
            text, place = text + code[place], place + 2
        else:
            return text, code[place + 1 :]
    raise AssertionError("it never ends")


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("eyJ.a_b-c.sig", "'eyJ.a_b-c.sig'"),
        ("", "''"),
        ("a'b", "'a''b'"),
        ("''", "''''''"),
        ("$env:HOME $(id) `n ${x}", "'$env:HOME $(id) `n ${x}'"),
        ('back\\slash "quoted"', "'back\\slash \"quoted\"'"),
        ("it\u2019s", "'it\u2019\u2019s'"),
        ("\u2018a\u2019 \u201ab\u201b", "'\u2018\u2018a\u2019\u2019 \u201a\u201ab\u201b\u201b'"),
    ],
)
def test_only_single_quotes_are_doubled_and_curly_ones_are_among_them(value: str, code: str) -> None:
    assert for_powershell(value) == code


@given(st.text(st.sampled_from(f'{QUOTES}\u201c\u201d"`$();\\ a\n')))
@example("\u2019; Remove-Item x; \u2018")
def test_powershell_takes_any_text_as_it_is_and_runs_nothing_of_it(value: str) -> None:
    assert read_by_powershell(for_powershell(value)) == (value, "")
