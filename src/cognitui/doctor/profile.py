"""Checks of one profile: its pool, app client, secrets and tokens, without signing in."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping
from typing import TYPE_CHECKING

from cognitui.doctor.client_secret import ClientSecretFound, compared, find_secret, missing
from cognitui.doctor.exchange import check_sources, exchange_flow, of_plan
from cognitui.model.aws import CLIENT_TOKEN_AUTH
from cognitui.model.diagnostics import ClientSettings, Finding, PoolSettings, failed, noted, passed, skipped, warned
from cognitui.model.duration import length
from cognitui.model.errors import (
    AwsCredentialsUnusable,
    ClientSecretMissing,
    ClientSecretWrong,
    CognituiError,
    FlowNotEnabled,
    NotInThisPool,
    PermissionMissing,
    PoolOrClientNotFound,
    ScopeNotAllowed,
    SecretStoreError,
    UsageError,
)
from cognitui.model.issuer import issuer_of
from cognitui.model.profile import Flow, Profile, foreign_endpoint, foreign_server
from cognitui.model.secret import SecretKind
from cognitui.model.struct import replace
from cognitui.model.text import inert
from cognitui.model.token import NO_EXPIRIES, Expiries, TokenState
from cognitui.tokens.client_secret import named_source
from cognitui.tokens.interfaces import SecretReader, Vault

if TYPE_CHECKING:
    from cognitui.cognito.health import PoolHealth

_WRONG_CLOCK = 60.0
"""Seconds; a smaller difference does no harm."""

_IAM = "Set the profile's aws_profile to one that may call cognito-idp:DescribeUserPoolClient."
"""How to see the settings of an app client."""

_GRANTS = {Flow.AUTHORIZATION_CODE: "code", Flow.CLIENT_CREDENTIALS: "client_credentials"}


def by_command(profile: Profile, kind: SecretKind) -> str:
    """Return how a secret is stored in the keyring."""
    return f"cognitui secret set {profile.id} {kind.value}"


def for_this_run(_profile: Profile, _kind: SecretKind) -> str:
    """Return how a secret is stored in memory, which no other process can reach."""
    return "in the TUI, under Passwords"


class ProfileDoctor:
    """Finds out why a profile could not get a token, without getting one."""

    def __init__(
        self,
        pools: PoolHealth,
        vault: Vault,
        expiries: Callable[[], Mapping[str, Expiries]],
        clock: Callable[[], float],
        secret_reader: SecretReader,
        *,
        how_to_store: Callable[[Profile, SecretKind], str] = by_command,
    ) -> None:
        """Store the parts.

        Args:
            pools: Looks at pools and app clients.
            vault: The stored secrets.
            expiries: Returns what is known of tokens.
            clock: Returns the seconds since the epoch.
            secret_reader: Reads client secrets that profiles name by their source.
            how_to_store: Names the way to store a secret.
        """
        self._pools = pools
        self._vault = vault
        self._expiries = expiries
        self._clock = clock
        self._secret_reader = secret_reader
        self._how_to_store = how_to_store

    def examine(self, profile: Profile) -> Iterator[Finding]:
        """Yield the findings for a profile; each check runs when it is asked for."""
        yield passed("profile", f"{profile.id} signs in by {profile.flow.value} at {_server(profile)}.")
        yield from self._keys(profile)
        if profile.fields.domain:
            yield _done("domain", lambda: self._pools.domain(profile), "It responds.")
        yield from check_sources(profile, self._expiries() if profile.sources else {}, self._clock())
        yield from self._secrets_and_client(profile)
        yield self._tokens(profile)

    def _keys(self, profile: Profile) -> Iterator[Finding]:
        if not issuer_of(profile):
            yield warned("keys", "Without a pool, tokens cannot be verified.", "Set user_pool_id in the profile.")
            return
        try:
            seen = self._pools.keys(profile)
        except PoolOrClientNotFound as error:
            yield passed("endpoint", "It responds.")
            yield failed("keys", error)
        except CognituiError as error:
            yield failed("endpoint", error)
        else:
            yield passed("endpoint", "It responds.")
            yield passed(
                "keys", f"The pool {profile.user_pool_id} has {seen.count} signing key{'' if seen.count == 1 else 's'}."
            )
            yield clock_finding("clock skew", seen.skew)

    def _secrets_and_client(self, profile: Profile) -> Iterator[Finding]:
        try:
            stored = self._vault.get(profile.secret_name(SecretKind.CLIENT_SECRET))
            yield from self._secrets(profile)
        except SecretStoreError as error:
            yield failed("secrets", error)
            stored = None
        secret = yield from find_secret(profile, stored, self._secret_reader)
        if profile.region or profile.fields.endpoint_url:
            secret = yield from self._client(profile, secret)
        signed = profile.fields.aws_profile or profile.flow is Flow.ADMIN_USER_PASSWORD_AUTH
        if signed and profile.user_pool_id:
            yield from self._pool(profile)
            yield from self._settings(profile, secret)
        else:
            if profile.is_replica:
                yield _of_replica(profile, PoolSettings())
            yield _flow_unchecked(profile, "IAM credentials are needed to see", _IAM)

    def _pool(self, profile: Profile) -> Iterator[Finding]:
        try:
            settings = self._pools.pool(profile)
        except CognituiError:
            settings = None  # why, the settings of the app client say
        if settings is not None:
            yield _of_issuer(settings)
            if profile.sources and settings.tier:
                yield of_plan(settings.tier)
        if profile.is_replica:
            yield _of_replica(profile, settings or PoolSettings())

    def _secrets(self, profile: Profile) -> Iterator[Finding]:
        if not profile.needs_user:
            return
        for kind in (SecretKind.PASSWORD, SecretKind.TOTP):
            if self._vault.get(profile.secret_name(kind)) is not None:
                yield passed(kind.label, "It is stored.")
            else:
                how = f"To store it: {self._how_to_store(profile, kind)}"
                yield noted(kind.label, "It is not stored: you are prompted for it if needed.", how)

    def _client(self, profile: Profile, secret: ClientSecretFound) -> Generator[Finding, None, ClientSecretFound]:
        """Yield what Cognito says of the app client without a signature; return the secret with its answer."""
        # The secret of a flow at the domain belongs to the domain. An endpoint_url, perhaps from a shared file, is
        # another server, and must never get it.
        shown = None if profile.signs_in_at_domain and foreign_endpoint(profile) else secret.value
        try:
            self._pools.client(profile, shown)
        except ClientSecretMissing:
            yield (
                passed("app client", "Cognito knows it.")
                if secret.value
                else missing("app client", profile, self._fix_secret(profile))
            )
            return replace(secret, needed=True)
        except ClientSecretWrong as error:
            yield failed("app client", error)
            return replace(secret, needed=True, refused=True)
        except (FlowNotEnabled, NotInThisPool) as error:
            if isinstance(error, FlowNotEnabled) and profile.gets_client_tokens:
                yield passed("app client", "Cognito knows it. Only a token shows whether it accepts the client secret.")
                return replace(secret, needed=True)
            yield warned("app client", f"Cannot be checked without signing in: {error.cause}", error.fix)
            if not profile.fields.aws_profile:
                yield skipped("client secret", "Cognito doesn't say without a sign-in.", _IAM)
        except CognituiError as error:
            yield failed("app client", error)
        else:
            accepts = "accepts the stored secret" if secret.place == "stored" else f"accepts the {secret.place}"
            yield passed("app client", f"Cognito knows it and {accepts if shown else 'requires no client secret'}.")
            # An emulator may accept any secret; AWS accepts none that is wrong or not needed.
            return replace(secret, needed=bool(shown), accepted=bool(shown) and not foreign_endpoint(profile))
        return secret

    def _settings(self, profile: Profile, secret: ClientSecretFound) -> Iterator[Finding]:
        try:
            settings = self._pools.settings(profile, secret.value)
        except (AwsCredentialsUnusable, PermissionMissing, NotInThisPool) as error:
            yield warned("settings", error.cause, error.fix)
            yield _flow_unchecked(profile, "IAM did not say", "Fix the line above, then check again.")
        except CognituiError as error:
            yield failed("settings", error)
        else:
            yield compared(profile, settings, secret, self._fix_secret(profile))
            yield _of_flow(profile, settings)
            if profile.signs_in_at_domain or profile.sources or profile.gets_client_tokens:
                yield _of_scopes(profile, settings)
            if profile.flow is Flow.AUTHORIZATION_CODE:
                yield _of_redirect(profile, settings)

    def _fix_secret(self, profile: Profile) -> str:
        if named_source(profile) is not None:
            return "Fix its source: see the line above."
        return f"Store it: {self._how_to_store(profile, SecretKind.CLIENT_SECRET)}"

    def _tokens(self, profile: Profile) -> Finding:
        known = self._expiries().get(profile.token_key, NO_EXPIRIES)
        now = self._clock()
        state = known.state(now)
        if known.access is None or state is TokenState.NONE:
            return noted("tokens", "There are none yet.")
        left = known.access.remaining(now)
        if left > 0:
            return passed("tokens", f"The access token is {state.value}: {length(left)} left.")
        renewable = known.refresh is not None and known.refresh.remaining(now) > 0
        then = "it is refreshed at the next use" if renewable else "the next use signs in"
        if profile.sources:
            then = "the next use exchanges again"
        return passed("tokens", f"The access token expired {length(-left)} ago: {then}.")


def clock_finding(check: str, skew: float) -> Finding:
    """Return the finding for a clock skew in seconds; positive if this computer is behind."""
    if abs(skew) <= _WRONG_CLOCK:
        return passed(check, "This computer's clock and Cognito's agree.")
    amount = length(abs(skew))
    return warned(
        check,
        f"This computer's clock is {amount} {'behind' if skew > 0 else 'ahead of'} Cognito's.",
        "Let the system set it automatically: cognitui corrects for it, but your programs may not.",
    )


def _server(profile: Profile) -> str:
    return foreign_server(profile) or f"AWS, {profile.region or 'no region'}"


def _flow_unchecked(profile: Profile, why: str, how: str) -> Finding:
    return skipped("flow", f"{why} whether the app client allows {_flow_of(profile)}.", how)


def _of_issuer(settings: PoolSettings) -> Finding:
    """AWS, IssuerConfigurationType: services that do not know the updated name refuse its tokens."""
    if settings.has_updated_issuer:
        limits = "An ALB's Cognito action and an API Gateway REST authorizer for Cognito accept only the original one."
        return noted("issuer", "New tokens name the updated issuer (issuer-cognito-idp).", limits)
    return passed("issuer", "New tokens name the original issuer. Both names are accepted.")


def _of_replica(profile: Profile, settings: PoolSettings) -> Finding:
    regions = f"{profile.region} is a replica's region; the primary one of the pool is {profile.primary_region}."
    if settings.replica_status in ("", "ACTIVE"):
        limits = (
            "There, TOTP, sign-up, password changes and machine tokens don't work: use the primary region for them."
        )
        return noted("region", regions, limits)
    fix = f"Have the pool's admin activate it, or set region to {profile.primary_region}."
    status = inert(settings.replica_status, 40)
    return failed("region", NotInThisPool(f"The replica in {profile.region} is {status}.", fix=fix))


def _flow_of(profile: Profile) -> str:
    return exchange_flow(profile) if profile.sources else profile.flow.value


def _of_flow(profile: Profile, settings: ClientSettings) -> Finding:
    if profile.gets_client_tokens:
        return _of_client_tokens(settings)
    flow = _flow_of(profile)
    grant = _GRANTS.get(profile.flow)
    allowed = settings.grants if grant else settings.flows
    # AWS, ExplicitAuthFlows: older app clients have them without the prefix.
    wanted = {grant} if grant else {f"ALLOW_{flow}", flow}
    if wanted & set(allowed):
        return passed("flow", f"The app client allows {flow}.")
    allows = f"It allows: {', '.join(allowed) or 'none'}."
    fix = f"Have the pool's admin allow it, or set another flow. {allows}"
    return failed("flow", FlowNotEnabled(f"The app client does not allow {flow}.", fix=fix))


def _of_client_tokens(settings: ClientSettings) -> Finding:
    name = f"ALLOW_{CLIENT_TOKEN_AUTH}"
    if {name, CLIENT_TOKEN_AUTH} & set(settings.flows):
        return passed("flow", f"The app client allows {name}, which client_credentials without a domain uses.")
    by_domain = "set domain in the profile" if "client_credentials" in settings.grants else "use another app client"
    allows = f"It allows: {', '.join((*settings.flows, *settings.grants)) or 'none'}."
    return failed(
        "flow",
        FlowNotEnabled(
            f"The app client does not allow {name}, which client_credentials without a domain needs.",
            fix=f"Have the pool's admin allow it, or {by_domain}. {allows}",
        ),
    )


def _of_scopes(profile: Profile, settings: ClientSettings) -> Finding:
    refused = [scope for scope in profile.fields.scopes or () if scope not in settings.scopes]
    if not refused:
        return passed("scopes", "The app client allows those of the profile.")
    fix = f"Remove them from scopes. It allows: {', '.join(settings.scopes) or 'none'}."
    return failed("scopes", ScopeNotAllowed(f"The app client does not allow {', '.join(refused)}.", fix=fix))


def _of_redirect(profile: Profile, settings: ClientSettings) -> Finding:
    if profile.redirect_uri in settings.redirect_uris:
        return passed("redirect_uri", "It is registered with the app client.")
    registered = ", ".join(settings.redirect_uris) or "none"
    fix = f"Have exactly this URL added to the callback URLs. Registered: {registered}."
    return failed("redirect_uri", UsageError(f"{profile.redirect_uri} is not registered.", fix=fix))


def _done(check: str, look: Callable[[], None], result: str) -> Finding:
    try:
        look()
    except CognituiError as error:
        return failed(check, error)
    return passed(check, result)
