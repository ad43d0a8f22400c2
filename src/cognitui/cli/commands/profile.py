"""`cognitui profile`: profiles in the profile file."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import click

from cognitui.cli.arguments import (
    complete_profile,
    fields_of,
    find_profile,
    json_option,
    profile_argument,
    profile_in,
    profile_options,
)
from cognitui.cli.command_group import CommandGroup, examples
from cognitui.cli.output import print_json, print_message, print_table, profile_json
from cognitui.cli.prompt import Prompter, confirms, terminal_prompter
from cognitui.cli.session import Session, pass_session
from cognitui.model.errors import (
    CognituiError,
    Declined,
    PersonNeeded,
    ProfileConflict,
    ProfileFileError,
    ProfileNotFound,
    UsageError,
)
from cognitui.model.expectations import Expect
from cognitui.model.profile import FIELD_NAMES, Draft, Profile, ProfileError, ProfileFields, ProfileSet
from cognitui.model.secret import DURABLE
from cognitui.model.struct import replace
from cognitui.model.text import inert
from cognitui.services import Services

_SHOWN = 5

_CHOICES = {"e": "e", "edit": "e", "": "e", "k": "k", "keep": "k", "d": "d", "drop": "d"}

_HOW_TO_EDIT = "Add an option, such as --flow USER_PASSWORD_AUTH or --unset KEY. In a terminal, your editor opens."


def edit_file(services: Services, profile_id: str, prompter: Prompter) -> None:
    """Edit the whole file, starting at a profile.

    Args:
        services: The services.
        profile_id: Where the editor opens; empty for the start of the file.
        prompter: Sees the errors, and chooses what to do about them.

    Raises:
        ProfileFileError: The user keeps an invalid text aside, or the file cannot be read or has changed.
        UsageError: There is no editor, or it failed.
        SaveFailed: The file could not be written.
    """
    drafts = services.drafts
    draft = drafts.begin(profile_id)
    try:
        _edit_until_right(services, draft, prompter)
        if not drafts.has_changed(draft):
            print_message("Nothing was changed.")
        else:
            drafts.save(draft)
            print_message(f"Saved {inert(str(services.profiles.path))}")
    except _DroppedError:
        print_message("Dropped. The file is unchanged.")
    except SystemExit:
        # The terminal may be gone, so the next start says where the text is.
        if not drafts.has_changed(draft):
            drafts.drop(draft)
        raise
    except (CognituiError, KeyboardInterrupt, EOFError) as error:
        # Whatever went wrong, the user's text is not lost.
        if drafts.has_changed(draft):
            _report_kept(error, drafts.keep(draft))
            raise
        drafts.drop(draft)
        raise
    drafts.drop(draft)


def note_renamed(session: Session, before: str, after: str) -> None:
    """Move the preferences of a profile to its new id."""
    # An error, such as a full disk, is ignored: the command itself is done, and nothing depends on this.
    with suppress(CognituiError):
        session.services.preferences.change(lambda preferences: preferences.with_renamed(before, after))


def note_removed(session: Session, profile_id: str) -> None:
    """Forget the preferences of a profile, so that a new one of its name starts without them."""
    with suppress(CognituiError):
        session.services.preferences.change(lambda preferences: preferences.without(profile_id))


@click.group(cls=CommandGroup)
def profile() -> None:
    """Add, show, edit, rename and remove profiles."""


@examples(
    """
    cognitui profile add dev/bob --username bob@example.com
    cognitui profile add dev/alice --username alice@example.com \\
      --user-pool-id eu-west-1_AbCdEf123 --client-id 1h57kf5c
    cognitui profile add local/eve --username eve \\
      --endpoint-url http://localhost:4566 --flow USER_PASSWORD_AUTH
    """
)
@profile.command("add")
@click.argument("new_id", metavar="ID")
@profile_options
@json_option("Print the new profile as a JSON object with every key.")
@pass_session
def add_profile(session: Session, /, new_id: str, as_json: bool, **options: object) -> None:
    """Add a profile.

    ID is ENVIRONMENT/NAME; a new environment is created. Keys that are not given are inherited from the environment.
    No option takes a secret; use cognitui secret set.
    """
    environment, name = _parts(new_id, session.environment)
    store = session.services.profiles
    profile_set = store.add(environment, name, fields_of(options))
    # A profile of that name may have been removed by hand.
    note_removed(session, f"{environment}/{name}")
    print_message(f"Added {environment}/{name} to {inert(str(store.path))}")
    if as_json:
        print_json(profile_json(_as_it_is(profile_set, f"{environment}/{name}")))
    added = profile_set.by_id.get(f"{environment}/{name}")
    if added is not None and added.needs_user and not session.services.secrets_in_memory:
        print_message(
            f"Store its password with cognitui secret set {added.id} password, or enter it for the first token."
        )


@profile.command("show", short_help="Show a profile with what it inherits.")
@profile_argument
@json_option("Print a JSON object with every key, null if it is not set.")
@pass_session
def show_profile(session: Session, reference: str, as_json: bool) -> None:
    """Show a profile: its own keys and those of its environment."""
    found = find_profile(session, reference)
    if as_json:
        print_json(profile_json(found))
        return
    facts = {"id": found.id, **found.fields.set_values(), "flow": found.flow.value, "region": found.region}
    facts |= {"protected": found.protected, "file": found.source, "read-only": found.read_only}
    print_table((key, inert(_words(value)), _origin(found, key)) for key, value in facts.items())


@examples(
    """
    cognitui profile edit dev/alice --flow USER_PASSWORD_AUTH --unset notes
    cognitui profile edit dev/alice
    """
)
@profile.command("edit", short_help="Change keys of a profile, or open the file in your editor.")
@click.argument("reference", metavar="[ID]", default="", shell_complete=complete_profile)
@profile_options
@click.option("--unset", multiple=True, metavar="KEY", help="Remove a key, so that the environment's value applies.")
@json_option("Print the changed profile as a JSON object with every key.")
@pass_session
def edit_profile(session: Session, /, reference: str, unset: tuple[str, ...], as_json: bool, **options: object) -> None:
    """Change keys of a profile; other keys stay as they are.

    Without an option it opens the profile file in your editor ($VISUAL, $EDITOR) at the profile. You edit a copy, which
    is checked when you close the editor and replaces the file only if it is valid.
    """
    given = fields_of(options).set_values()
    prompter = terminal_prompter()
    if not (given or unset or as_json) and prompter is not None:
        edit_file(session.services, _place(session, reference) if reference else "", prompter)
        return
    if not reference:
        raise UsageError("Name a profile.", fix=_HOW_TO_EDIT)
    found = find_profile(session, reference)
    keys = [key.replace("-", "_") for key in unset]
    if unknown := [key for key in keys if key not in FIELD_NAMES]:
        raise UsageError(
            f"{inert(unknown[0], 60)} is not a key of a profile.", fix=f"The keys are {', '.join(FIELD_NAMES)}."
        )
    if not (given or keys):
        raise UsageError(f"Say what to change in {found.id}.", fix=_HOW_TO_EDIT)
    kept = {key: value for key, value in found.own.set_values().items() if key not in keys}
    changed = ProfileFields(**{**kept, **given})  # type: ignore[arg-type]  # by name
    profile_set = session.services.profiles.change(found, found.environment.name, found.name, changed)
    print_message(f"Changed {found.id}.")
    if as_json:
        print_json(profile_json(_as_it_is(profile_set, found.id)))


@profile.command("rename")
@profile_argument
@click.argument("new_id", metavar="NEW")
@json_option("Print the renamed profile as a JSON object with every key.")
@pass_session
def rename_profile(session: Session, reference: str, new_id: str, as_json: bool) -> None:
    """Give a profile another name, or move it to another environment.

    Its secrets stay, because they are stored by pool, client and user.
    """
    found = find_profile(session, reference)
    environment, name = _parts(new_id, found.environment.name)
    profile_set = session.services.profiles.change(found, environment, name, found.own)
    note_renamed(session, found.id, f"{environment}/{name}")
    print_message(f"Renamed {found.id} to {environment}/{name}.")
    if as_json:
        print_json(profile_json(_as_it_is(profile_set, f"{environment}/{name}")))
    renamed = profile_set.by_id.get(f"{environment}/{name}")
    if renamed is not None and any(renamed.secret_name(kind) != found.secret_name(kind) for kind in DURABLE):
        print_message(f"In {environment} it has another pool, client or user: store its secrets again.")


@profile.command("rm")
@profile_argument
@click.option("--yes", is_flag=True, help="Don't ask for confirmation.")
@click.option(
    "--forget", is_flag=True, help="Also remove its secrets and tokens, except those that other profiles share."
)
@json_option("Print a JSON object: profile, removed, forgotten (its secrets).")
@pass_session
def remove_profile(session: Session, reference: str, yes: bool, forget: bool, as_json: bool) -> None:
    """Remove a profile from its file."""
    found = find_profile(session, reference)
    if not (yes or _agreed(found)):
        raise Declined(f"{found.id} was not removed.")
    profile_set = session.services.profiles.remove(found)
    if found.id not in profile_set.by_id:  # an included file may have one of that name
        note_removed(session, found.id)
    print_message(f"Removed {found.id}.")
    if forget:
        session.services.broker.forget(found, profile_set.profiles)
        print_message("Removed its secrets and tokens.")
    if as_json:
        print_json({"profile": found.id, "removed": True, "forgotten": forget})


class _DroppedError(Exception):
    """The user discards the text."""


def _edit_until_right(services: Services, draft: Draft, prompter: Prompter) -> None:
    while True:
        services.edit(draft.path, draft.line)
        errors = services.drafts.errors(draft) if services.drafts.has_changed(draft) else ()
        if not errors:
            return
        for line in _error_lines(errors):
            prompter.show(line)
        choice = _chosen(prompter)
        if choice == "d":
            raise _DroppedError
        if choice == "k":
            raise ProfileFileError(f"The text has {_counted(len(errors))}.", fix="The file is unchanged.")
        draft = replace(draft, line=errors[0].line or draft.line)


def _error_lines(errors: tuple[ProfileError, ...]) -> list[str]:
    lines = [f"✕ {inert(str(error), 400)}" for error in errors[:_SHOWN]]
    more = len(errors) - _SHOWN
    return [*lines, f"  and {_counted(more)} more"] if more > 0 else lines


def _chosen(prompter: Prompter) -> str:
    while True:
        answer = prompter.answer("Edit again (e), keep the text aside (k) or drop it (d)? [e]").strip().lower()
        if answer in _CHOICES:
            return _CHOICES[answer]
        prompter.show("Answer e, k or d.")


def _report_kept(error: BaseException, place: Path) -> None:
    kept = f"Your text is kept in {inert(str(place))}"
    if isinstance(error, CognituiError):
        error.fix = f"{error.fix}\n{kept}" if error.fix else kept
    else:
        print_message(f"\n{kept}")


def _counted(errors: int) -> str:
    return "an error" if errors == 1 else f"{errors} errors"


def _place(session: Session, reference: str) -> str:
    """Return the id of the profile where the editor opens, even if that profile is invalid."""
    try:
        found = find_profile(session, reference)
    except ProfileFileError:
        return reference
    if found.read_only:
        raise UsageError(
            f"{found.id} comes from {inert(found.source)}, which is included and read-only.",
            fix="Edit it in that file, or add your own profile.",
        )
    return found.id


def _as_it_is(profile_set: ProfileSet, profile_id: str) -> Profile:
    """Return the profile just written; raise ProfileFileError if the file no longer has it, or has it invalid."""
    try:
        return profile_in(profile_set, profile_id)
    except ProfileNotFound:
        raise ProfileConflict(
            f"{profile_id} was written, but another program has removed it since.",
            fix="cognitui list shows all profiles.",
        ) from None


def _agreed(found: Profile) -> bool:
    prompter = terminal_prompter()
    if prompter is None:
        raise PersonNeeded(f"Removing {found.id} asks for confirmation, but there is no terminal.", fix="Add --yes.")
    return confirms(prompter, f"Remove {inert(found.id)} from {inert(found.source)}?")


def _parts(new_id: str, environment: str) -> tuple[str, str]:
    """Return environment and name of a new id; a bare name belongs to `environment`, if that is known."""
    place, slash, name = new_id.partition("/")
    if slash:
        return place, name
    if not environment:
        raise UsageError("A new profile needs an environment.", fix="Write ENVIRONMENT/NAME, such as dev/alice.")
    return environment, new_id


def _words(value: object) -> str:
    return next((write(value) for kind, write in _WRITTEN if isinstance(value, kind)), str(value))


_WRITTEN: tuple[tuple[type, Callable[..., str]], ...] = (
    (bool, lambda value: "yes" if value else "no"),
    (tuple, ", ".join),
    (Expect, lambda value: ", ".join(f"{key}: {_words(part)}" for key, part in value.set_values().items())),
    (dict, lambda value: ", ".join(f"{key}={text}" for key, text in value.items())),
)


def _origin(found: Profile, key: str) -> str:
    """Return the origin of a key, unless it is the profile itself."""
    if key not in FIELD_NAMES or getattr(found.own, key) is not None:
        return ""
    if getattr(found.environment.defaults, key) is not None:
        return f"from {inert(found.environment.title, 60)}"
    return "by default" if key == "flow" else "from the pool id"
