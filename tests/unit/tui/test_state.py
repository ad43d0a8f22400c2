"""What the TUI keeps of a profile's tokens, and for how long."""

from __future__ import annotations

from cognitui.model.struct import replace
from cognitui.model.token import TokenKind, TokenSet, UserInfo
from cognitui.tokens.request import Source, TokenResult
from cognitui.tui.state import EMPTY, ProfileState
from tests.unit.fakes import NOW, make_profile, make_tokens

OLD, NEW, NEWEST = (make_tokens(mark=mark) for mark in "123")
ACCESS, ID = TokenKind.ACCESS, TokenKind.ID


def got(entry: ProfileState, tokens: TokenSet, *kinds: TokenKind) -> ProfileState:
    opened = {kind: token for kind in kinds or tuple(TokenKind) if (token := tokens.of(kind))}
    return entry.got(TokenResult(make_profile(), tokens.access, Source.REFRESHED, opened=opened))


def test_the_token_before_a_refresh_is_kept_of_each_kind_but_the_refresh_token() -> None:
    entry = got(got(EMPTY, OLD), NEW)

    assert entry.previous == {ACCESS: OLD.access, ID: OLD.id}


def test_only_the_last_one_is_kept() -> None:
    assert got(got(got(EMPTY, OLD), NEW), NEWEST).previous == {ACCESS: NEW.access, ID: NEW.id}


def test_a_token_that_comes_back_was_not_renewed() -> None:
    once = got(EMPTY, OLD)

    assert got(once, OLD).previous == {}
    assert got(got(once, OLD, ACCESS), OLD).previous == {}


def test_one_that_is_not_at_hand_after_a_refresh_is_kept_until_the_new_one_is() -> None:
    entry = got(got(got(EMPTY, OLD), NEW, ACCESS), NEW)

    assert entry.previous[ID] == OLD.id


def test_the_idle_lock_drops_the_previous_and_the_marked_one() -> None:
    entry = replace(got(got(EMPTY, OLD), NEW), marked=OLD.access)

    assert entry.dropped() == EMPTY


def test_what_was_reported_of_the_user_goes_with_its_session() -> None:
    told = UserInfo({"sub": "5f2c"}, "GetUser", NOW)
    entry = EMPTY.with_user(told)
    token = make_tokens(mark="new").access

    assert entry.got(TokenResult(make_profile(), token, Source.REFRESHED)).user == told
    assert entry.got(TokenResult(make_profile(), token, Source.SIGNED_IN)).user is None
