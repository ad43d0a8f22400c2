"""Choice of account, region, pool and app client in AWS: by options, or from a list."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import click

from cognitui.cli.prompt import Prompter, choose, items_of, searching
from cognitui.importing.from_aws import ordered_regions, pool_details, regions_of
from cognitui.model.aws import DEFAULT_AWS_PROFILE, AwsPlace, ClientDetails, ClientEntry, Page, PoolDetails, PoolEntry
from cognitui.model.errors import PersonNeeded, UsageError
from cognitui.model.profile import region_of_pool
from cognitui.model.text import inert
from cognitui.services import Services

Decorated = TypeVar("Decorated", bound=Callable[..., object])

Entry = TypeVar("Entry", PoolEntry, ClientEntry)

_OPTIONS = (
    click.option(
        "--aws-profile", metavar="NAME", help="The profile in ~/.aws to sign calls with; the default one if not given."
    ),
    click.option("--region", metavar="REGION", help="The region, unless the pool id contains it."),
    click.option("--pool", metavar="POOL", help="The user pool, by id or name."),
)


def place_options(command: Decorated) -> Decorated:
    """Add the options for AWS profile, region and pool."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


class AwsChoice:
    """Prompts for what was not given; without a terminal that is an error with the option to add."""

    def __init__(self, services: Services, prompter: Prompter | None) -> None:
        self._services = services
        self._directory = services.directory
        self._person = prompter

    def place(self, aws_profile: str | None, region: str | None, pool: str | None) -> AwsPlace:
        """Return where calls go, and whose credentials sign them.

        Raises:
            AwsCredentialsUnusable: There are no usable credentials.
            PersonNeeded: The region is unknown, and there is no terminal.
            UsageError: AWS_ENDPOINT_URL is an address that nothing may be sent to.
        """
        profile = aws_profile or self._aws_profile()
        self._directory.require_credentials(profile)
        where = region or region_of_pool(pool or "") or self._region(profile, ask=not pool)
        return AwsPlace(profile, where, self._services.aws_endpoint)

    def pool(self, place: AwsPlace, wanted: str | None) -> PoolDetails:
        """Return the pool of that id or name, or the one that the user chooses; raise as a directory's calls do."""
        if wanted and region_of_pool(wanted):
            return pool_details(self._directory, place, PoolEntry(wanted, ""))

        def fetch(after: str) -> Page[PoolEntry]:
            return self._directory.pools(place, after)

        return pool_details(self._directory, place, self._found("User pool", "--pool", wanted, fetch))

    def client(self, place: AwsPlace, pool_id: str, wanted: str | None) -> ClientDetails:
        """Return the app client of that id or name, or the one that the user chooses; raise as `pool` does."""

        def fetch(after: str) -> Page[ClientEntry]:
            return self._directory.clients(place, pool_id, after)

        return self._directory.client(place, pool_id, self._found("App client", "--client", wanted, fetch).id)

    def _aws_profile(self) -> str:
        known = self._directory.aws_profiles()
        if self._person is None or len(known) < 2:
            return DEFAULT_AWS_PROFILE
        return choose(self._person, "AWS profile", searching(lambda _after: Page(known), str), str)

    def _region(self, aws_profile: str, *, ask: bool) -> str:
        usual = self._directory.default_region(aws_profile)
        if usual and (self._person is None or not ask):
            return usual
        if self._person is None:
            raise PersonNeeded("The region is unknown.", fix="Add --region REGION, such as --region eu-west-1.")
        known = regions_of(self._services.profiles)
        ordered = Page(ordered_regions(self._directory, aws_profile, known))
        return choose(self._person, "Region", searching(lambda _after: ordered, _region_label), _region_label)[0]

    def _found(self, what: str, option: str, wanted: str | None, fetch: Callable[[str], Page[Entry]]) -> Entry:
        if wanted is None:
            if self._person is None:
                raise PersonNeeded(f"{what}: which one?", fix=f"Add {option}, or run the command in a terminal.")
            return choose(self._person, what, searching(fetch, _label), _label)
        found = [entry for entry in items_of(fetch) if wanted in (entry.id, entry.name)]
        if len(found) == 1:
            return found[0]
        if found:
            ids = ", ".join(inert(entry.id, 128) for entry in found)
            raise UsageError(f"Several have the name {inert(wanted, 60)}.", fix=f"Use an id: {ids}.")
        raise UsageError(
            f"{what} {inert(wanted, 60)} not found by id or name.",
            fix=f"Check {option}, the region and the AWS profile. Without {option}, a terminal shows a list.",
        )


def _region_label(region: tuple[str, str]) -> str:
    return "  ".join(filter(None, region))


def _label(entry: PoolEntry | ClientEntry) -> str:
    return f"{entry.name}  {entry.id}"
