"""What `cognitui provision` says: before anything is made to a person, and of what was done to a program."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from cognitui.cli.drafts import guarded, json_of
from cognitui.importing.endpoint import told_of
from cognitui.importing.new_profile import NewProfile
from cognitui.importing.provision import Plan
from cognitui.model.directory import Account, AwsPlace
from cognitui.model.frozen import replace
from cognitui.model.text import inert


def introduction(plan: Plan, account: Account, draft: NewProfile, *, there: bool, said: bool | None) -> Iterator[str]:
    """Yields account, region, pool and the steps, line by line.

    Args:
        plan: What is to be made.
        account: Where.
        draft: The profile.
        there: It is there already.
        said: What `--protected` says.
    """
    pool = f"{inert(plan.pool.name, 128)} ({inert(plan.pool.id, 128)})" if plan.pool.name else inert(plan.pool.id, 128)
    yield f"Account {inert(account.id, 60)}, as {inert(account.arn, 200)}"
    yield f"Region  {inert(plan.place.region, 60)}{_elsewhere(plan.place)}"
    yield f"Pool    {pool}"
    for number, step in enumerate(plan.steps, start=1):
        yield f"  {number}. {step}"
    profile = f"the profile {inert(draft.id, 120)}"
    written = f"Use {profile}, which is there already" if there else f"Write {profile}{guarded(draft, said)}"
    yield f"  4. {written}; client secret and password go into the keyring."


def told_to_programs(
    plan: Plan, account: Account, draft: NewProfile, *, written: bool, protected: bool, dry_run: bool
) -> dict[str, object]:
    """Returns what was done, or would be, for `--json`: no password, and of the secret only that there is one.

    Args:
        plan: What was made or would be.
        account: Where.
        draft: The profile, with the id of the app client once there is one.
        written: Whether it was written, as it was not there.
        protected: Whether it is protected now, or would be.
        dry_run: Whether nothing was made.
    """
    client = plan.client
    if client is None and dry_run:
        # It has no id before it is made.
        draft = replace(draft, fields=msgspec.structs.replace(draft.fields, client_id=None))
    return {
        "dry_run": dry_run,
        "account": account.id,
        "arn": account.arn,
        "region": plan.place.region,
        "endpoint_url": plan.place.endpoint_url or None,
        "pool": {"id": plan.pool.id, "name": plan.pool.name or None},
        "client": {"id": draft.fields.client_id, "name": plan.client_name, "new": client is None},
        "user": {"username": plan.username, "new": not plan.has_user},
        "calls": list(plan.calls),
        "profile": {
            **json_of(draft, written=written, protected=protected),
            "client_secret": client is None or bool(client.secret),
        },
    }


def _elsewhere(place: AwsPlace) -> str:
    return f", at {inert(told_of(place.endpoint_url), 160)}" if place.endpoint_url else ""
