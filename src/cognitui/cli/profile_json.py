"""A profile as JSON for programs: a contract that changes with a major version."""

from __future__ import annotations

from cognitui.model.profile import FIELD_NAMES, Profile


def profile_json(found: Profile) -> dict[str, object]:
    """Returns every key, null where it is not set; `own` names those that are the profile's own."""
    return {
        "id": found.id,
        "environment": found.environment.name,
        "name": found.name,
        **{key: getattr(found.fields, key) for key in FIELD_NAMES},
        "expect": found.fields.expect.set_values() if found.fields.expect else None,
        "region": found.region or None,
        "flow": found.flow.value,
        "protected": found.protected,
        "own": list(found.own.set_values()),
        "source": found.source,
        "read_only": found.read_only,
    }
