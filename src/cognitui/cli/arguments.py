"""Arguments that several commands take."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from cognitui.cli.output import tell
from cognitui.cli.session import Session
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
)
from cognitui.model.text import inert, nearest
from cognitui.model.token import TokenKind
from cognitui.services import Options

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


READABLE = (TokenKind.ACCESS, TokenKind.ID)
"""A refresh token has no claims that anybody could read."""

_Command = TypeVar("_Command", bound=Callable[..., object])


def complete_profile(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """Returns the ids that begin like this, for a shell's completion; bare names, too, as far as they will do.

    Such a name is one of `--env`, or but one profile's; these are named once their first letter is typed, as a list of
    all ids need not name everybody twice.
    """
    book = _book(ctx)
    environment = ctx.find_root().params.get("environment")
    names = [profile.name for profile in book.by_environment.get(environment, ())] if environment else []
    if incomplete and not environment:
        counted = Counter(profile.name for profile in book.profiles)
        names = [name for name, count in counted.items() if count == 1]
    ids = [profile.id for profile in book.profiles]
    return [word for word in (*names, *ids) if word.startswith(incomplete)]


def complete_token(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Returns what `complete_profile` does and, behind a colon, the tokens that have claims: `dev/alice:id`."""
    reference, colon, begun = incomplete.partition(":")
    if not colon:
        return complete_profile(ctx, param, incomplete)
    found = _book(ctx).matching(_narrowed(ctx, reference))
    kinds = [kind.value for kind in found[0].kinds if kind in READABLE] if len(found) == 1 else []
    return [f"{reference}:{kind}" for kind in kinds if kind.startswith(begun)]


def _narrowed(ctx: click.Context, reference: str) -> str:
    environment = ctx.find_root().params.get("environment")
    return f"{environment}/{reference}" if environment and "/" not in reference else reference


def complete_environment(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """Returns the environments that begin like this, for a shell's completion."""
    return [found.name for found in _book(ctx).environments if found.name.startswith(incomplete)]


def complete_file(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Returns what makes the shell complete the name of a file itself."""
    from click.shell_completion import CompletionItem

    return [CompletionItem(incomplete, type="file")]


def complete_tag(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """Return the tags that begin like this, for a shell's completion."""
    tags = {tag: None for profile in _book(ctx).profiles for tag in profile.fields.tags or ()}
    return [tag for tag in tags if tag.startswith(incomplete)]


def _book(ctx: click.Context) -> ProfileSet:
    """The profiles as the line that is typed says where; none where they cannot be read.

    Nothing is said in the middle of a line that a person types: the command itself will say it.
    """
    root = ctx.find_root()
    session = Session(root.obj, Options(profiles=root.params.get("profiles")))
    try:
        return session.services.profiles.load()
    except CognituiError:
        return ProfileSet()


def json_option(words: str) -> Callable[[_Command], _Command]:
    """Returns the `--json` of a command; `words` say what it prints."""
    return click.option("--json", "as_json", is_flag=True, help=words)


def one_of(words: Iterable[str]) -> Callable[[click.Context, click.Parameter, str | None], str | None]:
    """Returns what takes one of a few words in whichever case; a fault names them as they are written."""
    known = {word.casefold(): word for word in words}

    def take(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
        if value is not None and value.casefold() not in known:
            raise click.BadParameter(f"it is none of {', '.join(known.values())}.", ctx, param)
        return known[value.casefold()] if value is not None else None

    return take


def completing(words: Iterable[str]) -> Callable[[click.Context, click.Parameter, str], list[str]]:
    """Returns what completes one of a few words in a shell."""
    known = tuple(words)
    return lambda _ctx, _param, begun: [word for word in known if word.casefold().startswith(begun.casefold())]


def seconds_of(ctx: click.Context, param: click.Parameter, value: str | None) -> int | None:
    """Returns the seconds of an option that is written 30s, 5m or 1h."""
    try:
        return None if value is None else parse_duration(value)
    except ValueError as error:
        raise click.BadParameter(f"{error}.", ctx, param) from None


profile_argument = click.argument("reference", metavar="ID", shell_complete=complete_profile)
"""The profile that a command is about."""


_TOLD = 5


def faults_around(book: ProfileSet, profile: Profile) -> tuple[ProfileError, ...]:
    """Returns the faults that reach a usable profile: those of its environment, and what else bears its id."""
    places = (_place(profile.environment.name), inert(profile.id))
    return tuple(problem for problem in book.errors if problem.where in places)


def faults_in(book: ProfileSet, environment: str) -> tuple[ProfileError, ...]:
    """Returns the faults of an environment, of its profiles, and of the file as a whole, which may hide some."""
    places = (_place(environment), "")
    return tuple(
        problem
        for problem in book.errors
        if problem.where in places or problem.where.startswith(f"{inert(environment)}/")
    )


def tell_faults(problems: Sequence[ProfileError]) -> None:
    """Tells faults whole, each with its place and how to mend it."""
    for problem in problems[:_TOLD]:
        tell(f"Warning: {inert(str(problem), 400)}")
    if (more := len(problems) - _TOLD) > 0:
        tell(f"Warning: {more} more {'fault' if more == 1 else 'faults'}: cognitui doctor tells all")


def faults_counted(book: ProfileSet) -> str:
    """Returns in one line that there are faults, and what tells them; empty where there are none."""
    count = len(book.errors)
    if not count:
        return ""
    files = {problem.source or book.path for problem in book.errors}
    who = f"{inert(Path(files.pop()).name, 60)} has" if len(files) == 1 else "The profile files have"
    what = "1 fault: cognitui doctor tells it" if count == 1 else f"{count} faults: cognitui doctor tells them"
    return f"{who} {what}"


def _place(environment: str) -> str:
    return f"environments.{inert(environment)}"


_SHOWN = 60
"""Characters of a wrong name that are repeated: enough for a name, too few for a token."""

_MOST = 3
"""Ids that are suggested for one."""


def read_book(session: Session) -> ProfileSet:
    """Returns the profiles; of faults nothing is said.

    Raises:
        UsageError: The file that `--profiles` names does not exist; without it, that is a first start.
        ProfileFileError: The file as a whole cannot be read.
    """
    book = session.services.profiles.load()
    if session.options.profiles is not None and not book.exists:
        raise UsageError(
            f"{inert(book.path)} does not exist.", fix="Check --profiles; cognitui profile add makes a new file."
        )
    return book


def find_profile(session: Session, reference: str, *, repeat: bool = True) -> Profile:
    """Returns the profile that `environment/name` or a unique bare name means; faults that reach it are told.

    Args:
        session: `--env` of it narrows a bare name.
        reference: What was typed.
        repeat: Whether an error repeats it; not where a secret may have been typed in its place.

    Raises:
        ProfileNotFound: There is none.
        AmbiguousProfile: Several environments have that name.
        ProfileFileError: It is written in the file, with a fault; or the file cannot be read.
    """
    book = read_book(session)
    found = profile_in(book, reference, session.environment, repeat=repeat)
    tell_faults(faults_around(book, found))
    return found


def profile_in(book: ProfileSet, reference: str, environment: str = "", *, repeat: bool = True) -> Profile:
    """Returns the profile of a book; as `find_profile`, with the environment that narrows a bare name."""
    whole = f"{environment}/{reference}" if environment and "/" not in reference else reference
    found = book.matching(whole)
    if len(found) == 1:
        return found[0]
    if found:
        ids = ", ".join(profile.id for profile in found)
        raise AmbiguousProfile(f"{inert(reference, _SHOWN)} is the name of several profiles.", fix=f"Use one of: {ids}")
    if (faulty := _fault_of(book, whole)) is not None:
        raise ProfileFileError(f"The profile {inert(faulty.where, _SHOWN)} has a fault: {inert(str(faulty), 400)}")
    raise _not_found(book, reference, repeat=repeat)


def find_environment(book: ProfileSet, name: str) -> Environment:
    """Returns the environment of that name; raises UsageError where there is none, or it has a fault as a whole."""
    found = book.environment(name)
    if found is None:
        if faults := [fault for fault in faults_in(book, name) if fault.where]:
            raise ProfileFileError(f"The environment {inert(name, _SHOWN)} has a fault: {inert(str(faults[0]), 400)}")
        known = [environment.name for environment in book.environments]
        raise UsageError(f"There is no environment {inert(name, _SHOWN)}.", fix=_suggestion(nearest(name, known)))
    return found


def _not_found(book: ProfileSet, reference: str, *, repeat: bool) -> ProfileNotFound:
    what = f"There is no profile {inert(reference, _SHOWN)}." if repeat else "There is no such profile."
    fix = _suggestion(_near_ids(book, reference))
    if not book.profiles:
        fix = "Add one with cognitui profile add, or try cognitui demo."
    # It may be one that is not read for a fault of the file.
    return ProfileNotFound(what, fix="\n".join(filter(None, (fix, faults_counted(book)))))


def _fault_of(book: ProfileSet, reference: str) -> ProfileError | None:
    """The fault for which a profile of that id or bare name is not among the usable ones."""
    return next(
        (found for found in book.errors if reference in (found.where, found.where.rpartition("/")[2])),
        None,
    )


def _near_ids(book: ProfileSet, reference: str) -> Sequence[str]:
    """Return the ids close to one that was typed, or the names close to a name.

    Environment and name must both be close: `dev/bob` is nothing like `dev/zoe`. If they aren't, the same name in
    other environments may have been meant.
    """
    environment, slash, name = reference.partition("/")
    if not slash:
        return nearest(reference, [profile.name for profile in book.profiles])
    near = [
        f"{found}/{close}"
        for found in nearest(environment, book.by_environment)
        for close in nearest(name, [profile.name for profile in book.by_environment[found]])
    ]
    return (near or [profile.id for profile in book.profiles if profile.name == name])[:_MOST]


def _suggestion(near: Sequence[str]) -> str:
    return f"Did you mean {' or '.join(map(inert, near))}?" if near else "cognitui list shows all that there are."


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
