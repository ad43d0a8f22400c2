"""From a key press to the user's attributes or to AWS credentials; runs in a worker of the screen, as `TokenFlow`."""

from __future__ import annotations

from collections.abc import Callable

from cognitui.model.profile import Profile
from cognitui.model.token import TokenKind, UserInfo
from cognitui.tokens.aws_credentials import AwsCredentialsResult
from cognitui.tokens.broker import TokenBroker
from cognitui.tui.state import Entry
from cognitui.tui.token_flow import TokenFlow, Wish, name_of


class ViewFlow:
    """Asks on demand alone; the environment's question comes before anything is fetched."""

    def __init__(
        self,
        tokens: TokenFlow,
        broker: TokenBroker,
        entry_of: Callable[[Profile], Entry],
        keep: Callable[[Profile, Entry], None],
    ) -> None:
        """Takes how tokens are got, the broker, and how an entry is read and kept."""
        self._tokens = tokens
        self._broker = broker
        self._entry_of = entry_of
        self._keep = keep

    async def user(self, profile: Profile) -> UserInfo | None:
        """Returns what Cognito tells of the user, or None where it failed or a person did not want it."""
        question = f"Ask Cognito who {profile.id} is?"
        wish = await self._tokens.settled(Wish(profile, TokenKind.ACCESS, verb="Ask", question=question))
        got = await self._tokens.carry_out(wish) if wish else None
        if wish is None or got is None:
            return None
        told = await self._tokens.request(
            profile, f"Asking Cognito who {name_of(profile)} is", lambda: self._broker.user(got)
        )
        if told is None or self._tokens.as_it_is(wish) is None:
            return None
        self._keep(profile, self._entry_of(profile).with_user(told))
        return told

    async def copied_user(self, profile: Profile) -> UserInfo | None:
        """Returns what is to be copied: what is shown already, or else what Cognito tells."""
        shown = self._entry_of(profile).user
        if shown is None:
            return await self.user(profile)
        wish = Wish(profile, TokenKind.ACCESS, verb="Copy", question=f"Copy what Cognito told of {profile.id}?")
        return shown if await self._tokens.settled(wish) else None

    async def aws(self, profile: Profile, verb: str = "Get") -> AwsCredentialsResult | None:
        """Returns AWS credentials, stored or new, or None where it failed or a person did not want it."""
        question = f"{verb} AWS credentials of {profile.id}?"
        wish = await self._tokens.settled(Wish(profile, TokenKind.ID, verb=verb, question=question))
        if wish is None:
            return None
        asked, agreed = wish.profile, wish.agreed
        words = f"Getting AWS credentials of {name_of(profile)}"
        # In a tuple: None alone would not tell a failure from none that are stored.
        looked = await self._tokens.request(profile, words, lambda: (self._broker.aws.stored(asked, consent=agreed),))
        given = looked[0] if looked else None
        if looked and given is None:
            got = await self._tokens.carry_out(wish)
            given = await self._tokens.request(profile, words, lambda: self._broker.aws.get(got)) if got else None
        if given is None or self._tokens.as_it_is(wish) is None:
            return None
        self._keep(profile, self._entry_of(profile).with_aws(given.credentials))
        return given
