"""An option for every key of a profile."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import click

from cognitui.cli.arguments import completing, one_of
from cognitui.model.expect import EXPECT_NAMES, Expect
from cognitui.model.expect_line import read_expect
from cognitui.model.profile import (
    DEFAULT_FLOW,
    DEFAULT_REDIRECT_URI,
    FIELD_NAMES,
    Flow,
    PreferredChallenge,
    ProfileFields,
)
from cognitui.model.text import inert

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


def profile_options(command: Decorated) -> Decorated:
    """Adds the options to a command."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def fields_of(options: Mapping[str, object]) -> ProfileFields:
    """Returns the keys whose options were given."""
    given = {key: value for key in FIELD_NAMES if (value := options.get(key)) not in (None, ())}
    if isinstance(flow := given.get("flow"), str):
        given["flow"] = Flow(flow)
    if isinstance(factor := given.get("preferred_challenge"), str):
        given["preferred_challenge"] = PreferredChallenge(factor)
    if isinstance(pairs := given.get("client_metadata"), tuple):
        given["client_metadata"] = dict(pairs)
    return ProfileFields(**given)  # type: ignore[arg-type]  # the options are named after the keys


def _words(_ctx: click.Context, _param: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """Takes `--scopes "a b"`, `--scopes a,b` and `--scopes a --scopes b` alike."""
    return tuple(word for value in values for word in value.replace(",", " ").split())


def _labels(_ctx: click.Context, _param: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """A tag may hold a blank."""
    return tuple(filter(None, (label.strip() for value in values for label in value.split(","))))


def _pairs(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    pairs = [value.partition("=") for value in values]
    if not all(key and separator for key, separator, _ in pairs):
        raise click.BadParameter("write KEY=TEXT.", ctx, param)
    return tuple((key, text) for key, _, text in pairs)


def _expected(ctx: click.Context, param: click.Parameter, lines: tuple[str, ...]) -> Expect | None:
    if not lines:
        return None
    try:
        expect = read_expect(" ".join(lines))
    except ValueError as error:
        raise click.BadParameter(f"{inert(str(error), 300)}.", ctx, param) from None
    if not expect.set_values():
        raise click.BadParameter("it is empty. To remove it, use profile edit ID --unset expect.", ctx, param)
    return expect


_OPTIONS = (
    click.option("--username", help="Who signs in: a username or an alias such as an e-mail address."),
    click.option("--user-pool-id", metavar="POOL", help="The user pool, eu-west-1_AbCdEf123."),
    click.option("--client-id", metavar="CLIENT", help="The app client."),
    click.option("--region", help="The region, where the pool's id does not tell it."),
    click.option(
        "--flow",
        metavar="FLOW",
        callback=one_of(Flow),
        shell_complete=completing(Flow),
        help=f"How it signs in: {', '.join(Flow)}. By default {DEFAULT_FLOW.value}.",
    ),
    click.option(
        "--preferred-challenge",
        metavar="FACTOR",
        callback=one_of(PreferredChallenge),
        shell_complete=completing(PreferredChallenge),
        help=f"The factor that USER_AUTH begins with: {', '.join(PreferredChallenge)}.",
    ),
    click.option("--srp-first/--no-srp-first", default=None, help="Whether CUSTOM_AUTH proves the password first."),
    click.option("--mfa-process", metavar="COMMAND", help="A command that prints the code of a second factor."),
    click.option("--domain", metavar="URL", help="The pool's domain, for the OAuth endpoints."),
    click.option(
        "--scopes", "--scope", "scopes", multiple=True, callback=_words, help="OAuth scopes; may be repeated."
    ),
    click.option("--redirect-uri", metavar="URL", help=f"The callback; {DEFAULT_REDIRECT_URI} where it is not said."),
    click.option("--endpoint-url", metavar="URL", help="An emulator's address; secrets are sent there."),
    click.option("--identity-provider", metavar="NAME", help="The provider that the browser sign-in goes to."),
    click.option("--identity-pool-id", metavar="ID", help="The identity pool, for AWS credentials."),
    click.option("--aws-profile", metavar="NAME", help="The AWS profile of admin calls."),
    click.option("--remember-device/--no-remember-device", default=None, help="Whether Cognito remembers this device."),
    click.option(
        "--client-metadata",
        multiple=True,
        metavar="KEY=TEXT",
        callback=_pairs,
        help="Handed to the pool's triggers; may be repeated.",
    ),
    click.option("--api-url", metavar="URL", help="The API that its tokens are for; curl and HTTPie commands call it."),
    click.option(
        "--expect",
        metavar="LINE",
        multiple=True,
        callback=_expected,
        help="What the API wants of a token, such as 'token_use=access scopes=orders/read,orders/write min_valid=5m'; "
        f"may be repeated. Its keys are {', '.join(EXPECT_NAMES)}.",
    ),
    click.option(
        "--tags", "--tag", "tags", multiple=True, callback=_labels, help="Words for the list; may be repeated."
    ),
    click.option("--notes", help="A word for people."),
)
