"""`cognitui list`: profiles and what is still valid, without opening the keyring."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence

import click

from cognitui.cli.arguments import (
    complete_environment,
    complete_tag,
    error_summary,
    errors_in_environment,
    find_environment,
    json_option,
    print_errors,
    read_profiles,
)
from cognitui.cli.output import SIGNS, columns_of, fit_columns, print_json, print_message, print_table
from cognitui.cli.session import Session, pass_session
from cognitui.model.duration import iso_utc, length
from cognitui.model.profile import Profile
from cognitui.model.sorting import Order, ordered, scores_of
from cognitui.model.text import inert
from cognitui.model.token import NO_EXPIRIES, Expiries, TokenKind, TokenState

Row = tuple[Profile, Expiries]

_ORDERS = {"file": Order.FILE, "name": Order.NAME, "expires": Order.EXPIRES_FIRST, "used": Order.RECENT}
"""What `--sort` takes."""

_HEAD_OF_ID = 9
"""Characters of a client id in a terminal, with the ellipsis: enough to distinguish them in 80 columns."""

_WHOLE = 10_000
"""Characters of a cell in a pipe: longer than any name."""


@click.command("list")
@click.option(
    "--env",
    "environment",
    metavar="E",
    default="",
    shell_complete=complete_environment,
    help="Only the profiles of this environment.",
)
@click.option(
    "--tag",
    "tags",
    metavar="T",
    multiple=True,
    shell_complete=complete_tag,
    help="Only profiles with this tag; repeat it to require several.",
)
@click.option(
    "--state",
    "states",
    type=click.Choice([state.value for state in TokenState]),
    multiple=True,
    help="Only profiles in this state; repeat it to allow several.",
)
@click.option(
    "--sort",
    "order",
    type=click.Choice(list(_ORDERS)),
    default="file",
    show_default=True,
    help="Order: as in the file, by name, expires first, or most used first.",
)
@json_option("Print a JSON array; times are ISO 8601 in UTC, or null.")
@pass_session
def list_profiles(
    session: Session, environment: str, tags: tuple[str, ...], states: tuple[str, ...], order: str, as_json: bool
) -> None:
    """List profiles with the state of their tokens.

    The state is that of the cached access token; neither the keyring nor Cognito is asked. A narrow terminal shows no
    tags and client ids, and cuts long names; a pipe gets everything.
    """
    profile_set = read_profiles(session)
    profiles: Iterable[Profile] = profile_set.profiles
    if name := environment or session.environment:
        profiles = profile_set.by_environment[find_environment(profile_set, name).name]
        print_errors(errors_in_environment(profile_set, name))
    elif not profile_set.profiles:
        print_errors(profile_set.errors)
    elif words := error_summary(profile_set):
        print_message(words)
    expiries = session.services.expiries()
    now = session.services.clock()
    scores = scores_of(session.services.preferences.read().used, now) if _ORDERS[order] is Order.RECENT else {}
    in_order = ordered(
        [profile for profile in profiles if set(tags) <= set(profile.fields.tags or ())],
        _ORDERS[order],
        expiries=expiries,
        use_scores=scores,
        now=now,
    )
    rows = [(profile, expiries.get(profile.token_key, NO_EXPIRIES)) for profile in in_order]
    if states:
        rows = [row for row in rows if row[1].state(now).value in states]
    if as_json:
        print_json([_as_json(row, now) for row in rows])
    elif rows:
        _print(rows, now)
    elif tags or states:
        options = [name for name, given in (("--tag", tags), ("--state", states)) if given]
        print_message(f"No profile matches {' and '.join(options)}.")
    elif profile_set.errors:
        print_message(f"No profile of {inert(profile_set.path)} can be used until that is fixed: cognitui profile edit")
    else:
        path = inert(profile_set.path)
        print_message(f"There are no profiles in {path}. Add one with cognitui profile add, or try cognitui demo.")


def _print(rows: Sequence[Row], now: float) -> None:
    """Print whole values into a pipe; in a terminal, one line per profile that fits its width."""
    columns = columns_of(sys.stdout)
    if columns is None:
        print_table(_table(rows, now, longest=_WHOLE, client_id=_WHOLE))
        return
    table = list(_table(rows, now, longest=60, client_id=_HEAD_OF_ID))
    print_table(fit_columns(table, columns, dropped=("TAGS", "CLIENT ID"), shortened=("USERNAME", "PROFILE")))


def _as_json(row: Row, now: float) -> dict[str, object]:
    profile, expiries = row
    return {
        "id": profile.id,
        "environment": profile.environment.name,
        "name": profile.name,
        "username": profile.username or None,
        "region": profile.region or None,
        "user_pool_id": profile.user_pool_id or None,
        "client_id": profile.client_id or None,
        "flow": profile.flow.value,
        "state": expiries.state(now).value,
        "expires_at": {kind.value: _ends(expiries, kind) for kind in TokenKind},
    }


def _ends(expiries: Expiries, kind: TokenKind) -> str | None:
    life = expiries.of(kind)
    return iso_utc(life.expires_at) if life else None


def _table(rows: Sequence[Row], now: float, *, longest: int, client_id: int) -> Iterator[tuple[str, ...]]:
    """Yield the headings and one line per profile; `longest` and `client_id` are characters of a cell."""
    tagged = any(profile.fields.tags for profile, _ in rows)
    heads = ("PROFILE", "STATE", "ACCESS TOKEN", "USERNAME", "CLIENT ID", "TAGS")
    yield heads if tagged else heads[:-1]
    for profile, expiries in rows:
        state = expiries.state(now)
        cells = (
            inert(profile.id, longest),
            f"{SIGNS[state]} {state.value}",
            _left(expiries, now),
            inert(profile.username, longest) or "-",
            inert(profile.client_id, client_id) or "-",
            inert(", ".join(profile.fields.tags or ()), longest),
        )
        yield cells if tagged else cells[:-1]


def _left(expiries: Expiries, now: float) -> str:
    if expiries.access is None:
        return "-"
    left = expiries.access.remaining(now)
    return f"{length(left)} left" if left > 0 else f"{length(-left)} ago"
