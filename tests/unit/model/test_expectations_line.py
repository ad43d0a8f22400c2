"""What an API expects as one line of a form."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cognitui.model.expectations import Expect, read_expect, written_expect


def test_a_line_is_read() -> None:
    assert read_expect("token_use=access  scopes=orders/read,orders/write min_valid=5m client_id=a audience=b,c") == (
        Expect(
            token_use="access",
            scopes=("orders/read", "orders/write"),
            min_valid="5m",
            client_id="a",
            audience=("b", "c"),
        )
    )


def test_a_value_with_a_blank_is_in_quotes() -> None:
    expect = Expect(groups=("shop admins", 'say "a,b"', "a \\ b"))

    assert written_expect(expect) == 'groups="shop admins","say \\"a,b\\"","a \\\\ b"'
    assert read_expect(written_expect(expect)) == expect


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("scope=a", "scope is not one of token_use, audience, client_id, scopes, groups, min_valid, acr, max_age"),
        ("token_use=refresh", "write access or id for token_use"),
        ("token_use=access,id", "write one value for token_use"),
        ("min_valid=5", "write 30s, 5m or 1h for min_valid"),
        ("max_age=soon", "write 30s, 5m or 1h for max_age"),
        ("acr=7", "Cognito's levels are 1 to 4"),
        ("scopes=a scopes=b", "write scopes once, with commas between its values"),
        ('scopes="  "', "write a value for scopes, or leave it out"),
        ("token_use=access scopes=", "write part 2 as key=value or key=value,value"),
        ("scopes=a, b", "write part 1 as key=value or key=value,value"),
        ("access", "write part 1 as key=value or key=value,value"),
        ("scopes=a=b", "write part 1 as key=value or key=value,value"),
        ('groups="a', "write part 1 as key=value or key=value,value"),
    ],
)
def test_a_part_that_is_wrong_is_named(line: str, words: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(words)}$"):
        read_expect(line)


def test_a_list_of_one_that_was_not_touched_stays_a_list() -> None:
    before = Expect(audience=("a",), client_id="c")

    assert read_expect("audience=a client_id=c token_use=id", before).audience == ("a",)
    assert read_expect("audience=a", None).audience == "a"


words = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1).filter(
    lambda text: text.strip()
)
texts = st.lists(words, min_size=1, max_size=3).map(tuple)


@given(
    st.builds(
        Expect,
        token_use=st.sampled_from(["access", "id", None]),
        audience=st.one_of(st.none(), words, texts),
        client_id=st.one_of(st.none(), words, texts),
        scopes=st.none() | texts,
        groups=st.none() | texts,
        min_valid=st.sampled_from(["5m", "1h30m", None]),
    )
)
def test_what_is_written_is_read_as_the_same(expect: Expect) -> None:
    assert read_expect(written_expect(expect), expect) == expect
