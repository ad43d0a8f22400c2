"""Arguments, options and completions shared by commands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from cognitui.cli.output import print_message
from cognitui.cli.session import Session
from cognitui.model.authentication_level import level_name
from cognitui.model.duration import parse_duration
from cognitui.model.errors import AmbiguousProfile, CognituiError, ProfileFileError, ProfileNotFound, UsageError
from cognitui.model.expectations import EXPECT_NAMES, Expect, read_expect
from cognitui.model.profile import (
    DEFAULT_FLOW,
    DEFAULT_REDIRECT_URI,
    FIELD_NAMES,
    Environment,
    Flow,
    PreferredChallenge,
    Profile,
    ProfileError,
    ProfileFields,
    ProfileSet,
    SubjectToken,
)
from cognitui.model.text import inert, nearest
from cognitui.model.token import TokenKind
from cognitui.services import Options

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

READABLE = (TokenKind.ACCESS, TokenKind.ID)
"""Tokens with readable claims; a refresh token has none."""

_MOST_ERRORS = 5

_LONGEST = 60
"""Characters of a wrong name that an error repeats: enough for a name, too few for a token."""

_MOST_SUGGESTED = 3
"""Most ids to suggest."""

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


def complete_profile(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """Return the matching ids, and the names that are enough, for shell completion.

    A name is enough if it is in the environment of `--env`, or unique. Unique names are offered once their first letter
    is typed, so that the list of all ids doesn't contain every profile twice.
    """
    profile_set = _profile_set(ctx)
    environment = ctx.find_root().params.get("environment")
    names = [profile.name for profile in profile_set.by_environment.get(environment, ())] if environment else []
    if incomplete and not environment:
        counted = Counter(profile.name for profile in profile_set.profiles)
        names = [name for name, count in counted.items() if count == 1]
    ids = [profile.id for profile in profile_set.profiles]
    return [word for word in (*names, *ids) if word.startswith(incomplete)]


def complete_token(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Return what `complete_profile` does and, after a colon, the tokens with claims: `dev/alice:id`."""
    reference, colon, begun = incomplete.partition(":")
    if not colon:
        return complete_profile(ctx, param, incomplete)
    environment = ctx.find_root().params.get("environment") or ""
    found = _profile_set(ctx).matching(_qualified(reference, environment))
    kinds = [kind.value for kind in found[0].kinds if kind in READABLE] if len(found) == 1 else []
    return [f"{reference}:{kind}" for kind in kinds if kind.startswith(begun)]


def complete_environment(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """Return the matching environments, for shell completion."""
    return [found.name for found in _profile_set(ctx).environments if found.name.startswith(incomplete)]


def complete_file(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return what makes the shell complete the name of a file."""
    from click.shell_completion import CompletionItem

    return [CompletionItem(incomplete, type="file")]


def complete_tag(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """Return the matching tags, for shell completion."""
    tags = {tag: None for profile in _profile_set(ctx).profiles for tag in profile.fields.tags or ()}
    return [tag for tag in tags if tag.startswith(incomplete)]


def json_option(words: str) -> Callable[[Decorated], Decorated]:
    """Return the option `--json` of a command; `words` say what it prints."""
    return click.option("--json", "as_json", is_flag=True, help=words)


def one_of(words: Iterable[str]) -> Callable[[click.Context, click.Parameter, str | None], str | None]:
    """Return a callback that accepts one of a few words in any case; its error lists them."""
    known = {word.casefold(): word for word in words}

    def take(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
        if value is not None and value.casefold() not in known:
            raise click.BadParameter(f"it must be one of {', '.join(known.values())}.", ctx, param)
        return known[value.casefold()] if value is not None else None

    return take


def completing(words: Iterable[str]) -> Callable[[click.Context, click.Parameter, str], list[str]]:
    """Return a completion for one of a few words."""
    known = tuple(words)
    return lambda _ctx, _param, begun: [word for word in known if word.casefold().startswith(begun.casefold())]


def seconds_of(ctx: click.Context, param: click.Parameter, value: str | None) -> int | None:
    """Return the seconds of an option written as 30s, 5m or 1h."""
    try:
        return None if value is None else parse_duration(value)
    except ValueError as error:
        raise click.BadParameter(f"{error}.", ctx, param) from None


def level_of(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    """Return the name of an authentication level that is written 2, loa:2 or by its name."""
    try:
        return None if value is None else level_name(value)
    except ValueError as error:
        raise click.BadParameter(f"{error}.", ctx, param) from None


profile_argument = click.argument("reference", metavar="ID", shell_complete=complete_profile)
"""The profile of a command."""

no_input_option = click.option("--no-input", is_flag=True, help="Never prompt; exit with code 3 if input is required.")

yes_option = click.option("--yes", is_flag=True, help="Confirm in advance if the environment is protected.")


def errors_of_profile(profile_set: ProfileSet, profile: Profile) -> tuple[ProfileError, ...]:
    """Return the errors that affect a usable profile: those of its environment, and others of its id."""
    places = (_place(profile.environment.name), inert(profile.id))
    return tuple(error for error in profile_set.errors if error.where in places)


def errors_in_environment(profile_set: ProfileSet, environment: str) -> tuple[ProfileError, ...]:
    """Return the errors of an environment, of its profiles, and of the whole file, which may hide some."""
    places = (_place(environment), "")
    return tuple(
        error
        for error in profile_set.errors
        if error.where in places or error.where.startswith(f"{inert(environment)}/")
    )


def print_errors(errors: Sequence[ProfileError]) -> None:
    """Print each error with its place and its fix, up to five."""
    for error in errors[:_MOST_ERRORS]:
        print_message(f"Warning: {inert(str(error), 400)}")
    if (more := len(errors) - _MOST_ERRORS) > 0:
        print_message(f"Warning: {more} more {'error' if more == 1 else 'errors'}; cognitui doctor shows all")


def error_summary(profile_set: ProfileSet) -> str:
    """Return how many errors there are and how to see them, in one line; empty if there are none."""
    count = len(profile_set.errors)
    if not count:
        return ""
    files = {error.source or profile_set.path for error in profile_set.errors}
    who = f"{inert(Path(files.pop()).name, 60)} has" if len(files) == 1 else "The profile files have"
    what = "1 error: cognitui doctor shows it" if count == 1 else f"{count} errors: cognitui doctor shows them"
    return f"{who} {what}"


def read_profiles(session: Session) -> ProfileSet:
    """Return the profiles, without reporting errors.

    Raises:
        UsageError: The file named by `--profiles` does not exist. Without the option that is a first start.
        ProfileFileError: The whole file cannot be read.
    """
    profile_set = session.services.profiles.load()
    if session.options.profiles is not None and not profile_set.exists:
        raise UsageError(
            f"{inert(profile_set.path)} does not exist.",
            fix="Check --profiles. cognitui profile add creates a new file.",
        )
    return profile_set


def find_profile(session: Session, reference: str, *, repeat: bool = True) -> Profile:
    """Return the profile that `environment/name` or a unique name means, and print the errors that affect it.

    Args:
        session: Its `--env` narrows a bare name.
        reference: What the user typed.
        repeat: Whether an error may repeat it; False if a secret may have been typed in its place.

    Raises:
        ProfileNotFound: There is no such profile.
        AmbiguousProfile: Several environments have that name.
        ProfileFileError: The profile is invalid, or the file cannot be read.
    """
    profile_set = read_profiles(session)
    found = profile_in(profile_set, reference, session.environment, repeat=repeat)
    print_errors(errors_of_profile(profile_set, found))
    return found


def profile_in(profile_set: ProfileSet, reference: str, environment: str = "", *, repeat: bool = True) -> Profile:
    """Return the profile that a reference means, as `find_profile` does; `environment` narrows a bare name."""
    whole = _qualified(reference, environment)
    found = profile_set.matching(whole)
    if len(found) == 1:
        return found[0]
    if found:
        ids = ", ".join(profile.id for profile in found)
        raise AmbiguousProfile(
            f"{inert(reference, _LONGEST)} is the name of several profiles.", fix=f"Use one of: {ids}"
        )
    if (broken := _error_of(profile_set, whole)) is not None:
        raise ProfileFileError(f"The profile {inert(broken.where, _LONGEST)} is invalid: {inert(str(broken), 400)}")
    raise _not_found(profile_set, reference, repeat=repeat)


def find_environment(profile_set: ProfileSet, name: str) -> Environment:
    """Return the environment of that name; raise UsageError if there is none, or if it is invalid."""
    found = profile_set.environment(name)
    if found is None:
        if errors := [error for error in errors_in_environment(profile_set, name) if error.where]:
            raise ProfileFileError(f"The environment {inert(name, _LONGEST)} is invalid: {inert(str(errors[0]), 400)}")
        known = [environment.name for environment in profile_set.environments]
        raise UsageError(f"There is no environment {inert(name, _LONGEST)}.", fix=_suggestion(nearest(name, known)))
    return found


def profile_options(command: Decorated) -> Decorated:
    """Add an option for each key of a profile to a command."""
    for option in reversed(_PROFILE_OPTIONS):
        command = option(command)
    return command


def fields_of(options: Mapping[str, object]) -> ProfileFields:
    """Return the keys given by options."""
    given = {key: value for key in FIELD_NAMES if (value := options.get(key)) not in (None, ())}
    if isinstance(flow := given.get("flow"), str):
        given["flow"] = Flow(flow)
    if isinstance(factor := given.get("preferred_challenge"), str):
        given["preferred_challenge"] = PreferredChallenge(factor)
    if isinstance(token := given.get("subject_token"), str):
        given["subject_token"] = SubjectToken(token)
    if isinstance(pairs := given.get("client_metadata"), tuple):
        given["client_metadata"] = dict(pairs)
    if isinstance(age := given.get("max_age"), str) and age.isdecimal():
        given["max_age"] = int(age)
    return ProfileFields(**given)  # type: ignore[arg-type]  # the options are named after the keys


def _qualified(reference: str, environment: str) -> str:
    """Return a reference with the environment that narrows it, if it is a bare name."""
    return f"{environment}/{reference}" if environment and "/" not in reference else reference


def _profile_set(ctx: click.Context) -> ProfileSet:
    """Return the profiles of the file that the typed line names; none if it cannot be read.

    Errors are not reported in the middle of a line that is being typed; the command will report them.
    """
    root = ctx.find_root()
    session = Session(root.obj, Options(profiles=root.params.get("profiles")))
    try:
        return session.services.profiles.load()
    except CognituiError:
        return ProfileSet()


def _place(environment: str) -> str:
    return f"environments.{inert(environment)}"


def _not_found(profile_set: ProfileSet, reference: str, *, repeat: bool) -> ProfileNotFound:
    what = f"There is no profile {inert(reference, _LONGEST)}." if repeat else "There is no such profile."
    fix = _suggestion(_near_ids(profile_set, reference))
    if not profile_set.profiles:
        fix = "Add one with cognitui profile add, or try cognitui demo."
    # It may be missing because of an error in the file.
    return ProfileNotFound(what, fix="\n".join(filter(None, (fix, error_summary(profile_set)))))


def _error_of(profile_set: ProfileSet, reference: str) -> ProfileError | None:
    """Return the error that makes a profile of that id or name unusable."""
    return next(
        (found for found in profile_set.errors if reference in (found.where, found.where.rpartition("/")[2])),
        None,
    )


def _near_ids(profile_set: ProfileSet, reference: str) -> Sequence[str]:
    """Return the ids close to one that was typed, or the names close to a name.

    Environment and name must both be close: `dev/bob` is nothing like `dev/zoe`. If they aren't, the same name in
    other environments may have been meant.
    """
    environment, slash, name = reference.partition("/")
    if not slash:
        return nearest(reference, [profile.name for profile in profile_set.profiles])
    near = [
        f"{found}/{close}"
        for found in nearest(environment, profile_set.by_environment)
        for close in nearest(name, [profile.name for profile in profile_set.by_environment[found]])
    ]
    return (near or [profile.id for profile in profile_set.profiles if profile.name == name])[:_MOST_SUGGESTED]


def _suggestion(near: Sequence[str]) -> str:
    return f"Did you mean {' or '.join(map(inert, near))}?" if near else "cognitui list shows all profiles."


def _words(_ctx: click.Context, _param: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """Accept `--scopes "a b"`, `--scopes a,b` and `--scopes a --scopes b`."""
    return tuple(word for value in values for word in value.replace(",", " ").split())


def _labels(_ctx: click.Context, _param: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """Split at commas only: a tag may contain a space."""
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


_PROFILE_OPTIONS = (
    click.option("--username", help="Who signs in: a username, or an alias such as an email address."),
    click.option("--user-pool-id", metavar="POOL", help="The user pool, eu-west-1_AbCdEf123."),
    click.option("--client-id", metavar="CLIENT", help="The app client."),
    click.option("--region", help="The region, if it differs from the one in the pool id."),
    click.option(
        "--flow",
        metavar="FLOW",
        callback=one_of(Flow),
        shell_complete=completing(Flow),
        help=f"How it signs in: {', '.join(Flow)}. The default is {DEFAULT_FLOW.value}.",
    ),
    click.option(
        "--preferred-challenge",
        metavar="FACTOR",
        callback=one_of(PreferredChallenge),
        shell_complete=completing(PreferredChallenge),
        help=f"The first factor of USER_AUTH: {', '.join(PreferredChallenge)}.",
    ),
    click.option(
        "--srp-first/--no-srp-first", default=None, help="Whether CUSTOM_AUTH verifies the password by SRP first."
    ),
    click.option("--mfa-process", metavar="COMMAND", help="A command that prints the MFA code."),
    click.option("--domain", metavar="URL", help="The pool's domain, for the OAuth endpoints."),
    click.option(
        "--scopes", "--scope", "scopes", multiple=True, callback=_words, help="OAuth scopes; may be repeated."
    ),
    click.option("--redirect-uri", metavar="URL", help=f"The callback URL. The default is {DEFAULT_REDIRECT_URI}."),
    click.option("--endpoint-url", metavar="URL", help="The address of an emulator; secrets are sent there."),
    click.option("--identity-provider", metavar="NAME", help="The identity provider of the browser sign-in."),
    click.option("--resource", metavar="URL", help="The API that a browser sign-in or an exchange asks a token for."),
    click.option(
        "--acr-values",
        multiple=True,
        callback=_words,
        metavar="LEVEL",
        help="Wanted authentication levels, best first; may be repeated.",
    ),
    click.option("--max-age", metavar="DURATION", help="The longest time since the user was authenticated: 300 or 5m."),
    click.option(
        "--subject",
        metavar="ID",
        shell_complete=complete_profile,
        help="For token_exchange: the profile whose token is exchanged.",
    ),
    click.option(
        "--subject-token",
        metavar="KIND",
        callback=one_of(SubjectToken),
        shell_complete=completing(SubjectToken),
        help=f"Which of the subject's tokens: {', '.join(SubjectToken)}. The default is access.",
    ),
    click.option(
        "--actor",
        metavar="ID",
        shell_complete=complete_profile,
        help="For token_exchange: the profile that acts for the subject.",
    ),
    click.option(
        "--audiences",
        "--audience",
        "audiences",
        multiple=True,
        callback=_words,
        metavar="NAME",
        help="For token_exchange: the audience of the new token.",
    ),
    click.option(
        "--client-secret-from", metavar="SOURCE", help="The client secret's place: secretsmanager:NAME, or with an ARN."
    ),
    click.option("--issuer", metavar="URL", help="The iss of an emulator's tokens, if it is not the endpoint."),
    click.option("--identity-pool-id", metavar="ID", help="The identity pool, for AWS credentials."),
    click.option("--aws-profile", metavar="NAME", help="The AWS profile for admin calls."),
    click.option("--remember-device/--no-remember-device", default=None, help="Whether Cognito remembers this device."),
    click.option(
        "--client-metadata",
        multiple=True,
        metavar="KEY=TEXT",
        callback=_pairs,
        help="Passed to the pool's Lambda triggers; may be repeated.",
    ),
    click.option("--api-url", metavar="URL", help="The API that accepts the tokens; curl and HTTPie commands call it."),
    click.option(
        "--expect",
        metavar="LINE",
        multiple=True,
        callback=_expected,
        help="What the API requires, such as 'token_use=access scopes=orders/read,orders/write min_valid=5m'; "
        f"may be repeated. Its keys are {', '.join(EXPECT_NAMES)}.",
    ),
    click.option(
        "--tags", "--tag", "tags", multiple=True, callback=_labels, help="Tags for the list; may be repeated."
    ),
    click.option("--notes", help="A note for people."),
)
