"""Edits of the profile file: what they are not about stays as it is, byte for byte."""

from __future__ import annotations

from collections.abc import Callable
from difflib import unified_diff
from pathlib import Path
from typing import Any

import msgspec
import pytest

from cognitui.model.errors import ProfileFileError
from cognitui.model.expectations import Expect
from cognitui.model.profile import Flow, Profile, ProfileFields, ProfileSet
from cognitui.profiles.store import ProfileFile

BASE = """\
# our pools; ask Ann
version = 1

[environments.dev]   # the harmless one
label = "Development"
user_pool_id = "eu-west-1_AbCdEf123"  # shared
client_id = '1h57'

# the boss
[ environments.dev.profiles.alice ]
username   =   "alice"   # by name
tags = [
  "web",
  "admin",
]

# works at night

[environments.dev.profiles.bob]
username = "bob"
# until May:
notes = "temporary"

# ── production ──

[environments.prod]
protected = true
user_pool_id = "eu-west-1_Prod"
client_id = "7d8c"

[environments.prod.profiles.alice]
username = "alice"
# the end
"""
DEV = '[environments.dev]\nuser_pool_id = "eu-west-1_AbCdEf123"\nclient_id = "1h57"\n'
NEW = ProfileFields(username="carol", tags=("web", "new"))
FULL = ProfileFields(username="carol", user_pool_id="eu-west-1_AbCdEf123", client_id="1h57")
"""The profile that needs no defaults of its environment."""
NEW_LINES = ["[environments.dev.profiles.carol]", 'username = "carol"', 'tags = ["web", "new"]']


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "profiles.toml"


def written(path: Path, text: str) -> ProfileFile:
    path.write_bytes(text.encode())
    path.chmod(0o600)
    return ProfileFile(path)


def profile(path: Path, id_: str = "dev/alice") -> Profile:
    return ProfileFile(path).load().by_id[id_]


def text_of(path: Path) -> str:
    return path.read_bytes().decode()


def change(path: Path, id_: str = "dev/alice", to: str = "", **fields: object) -> ProfileSet:
    seen = profile(path, id_)
    environment, name = (to or id_).split("/")
    own = msgspec.structs.replace(seen.own, **fields)
    profile_set = ProfileFile(path).change(seen, environment, name, own)
    assert profile_set.by_id[to or id_].own == own
    return profile_set


def difference(before: str, after: str) -> tuple[list[str], list[str]]:
    """Return the lines that went, and those that came."""
    lines = list(unified_diff(before.splitlines(keepends=True), after.splitlines(keepends=True), n=0))[2:]
    return [line[1:] for line in lines if line[0] == "-"], [line[1:] for line in lines if line[0] == "+"]


# One field


@pytest.mark.parametrize(
    ("id_", "fields", "went", "came"),
    [
        ("dev/alice", {"username": "al"}, 'username   =   "alice"   # by name\n', 'username   =   "al"   # by name\n'),
        ("dev/bob", {"notes": "for ever"}, 'notes = "temporary"\n', 'notes = "for ever"\n'),
        ("dev/bob", {"notes": None}, 'notes = "temporary"\n', ""),
        ("dev/bob", {"flow": Flow.USER_AUTH}, "", 'flow = "USER_AUTH"\n'),
        ("dev/bob", {"scopes": ("a", "b")}, "", 'scopes = ["a", "b"]\n'),
        ("dev/bob", {"remember_device": False}, "", "remember_device = false\n"),
        ("dev/bob", {"client_metadata": {"a b": "c"}}, "", 'client_metadata = { "a b" = "c" }\n'),
        ("dev/bob", {"notes": 'a "quote"\n\\ ü \x1b'}, 'notes = "temporary"\n',
         'notes = "a \\"quote\\"\\n\\\\ ü \\u001b"\n'),
    ],
)  # fmt: skip
def test_one_changed_field_changes_one_line(
    path: Path, id_: str, fields: dict[str, object], went: str, came: str
) -> None:
    written(path, BASE)
    change(path, id_, **fields)  # type: ignore[arg-type]  # fields, not `to`
    assert difference(BASE, text_of(path)) == ([went] if went else [], [came] if came else [])


@pytest.mark.parametrize(
    "written_as",
    [
        'expect = { token_use = "access", scopes = ["a", "b"] }  # of the API\n',
        '[environments.dev.profiles.alice.expect]\n# of the API\ntoken_use = "access"\nscopes = [\n  "a",\n  "b",\n]\n',
    ],
)
def test_what_is_expected_outlives_an_edit_byte_by_byte(path: Path, written_as: str) -> None:
    text = f'{DEV}[environments.dev.profiles.alice]\nusername = "alice"\n{written_as}'
    written(path, text)
    change(path, username="al")

    assert text_of(path) == text.replace('"alice"', '"al"')
    assert ProfileFile(path).load().by_id["dev/alice"].own.expect == Expect(token_use="access", scopes=("a", "b"))


def test_a_list_over_several_lines_is_the_only_change(path: Path) -> None:
    written(path, BASE)
    change(path, tags=("web",))
    assert text_of(path) == BASE.replace('[\n  "web",\n  "admin",\n]', '["web"]')


def test_a_save_without_a_change_changes_no_byte(path: Path) -> None:
    written(path, BASE)
    change(path)
    assert text_of(path) == BASE


def test_one_changed_field_changes_one_line_of_10_000_profiles(path: Path) -> None:
    profiles = "".join(f'\n# {n}\n[environments.dev.profiles.user{n}]\nusername = "user{n}"\n' for n in range(10_000))
    written(path, BASE + profiles)
    change(path, "dev/user5000", username="other")
    assert difference(BASE + profiles, text_of(path)) == (['username = "user5000"\n'], ['username = "other"\n'])


# The shapes in which people write


SHAPES = {
    "table": '[environments.dev.profiles.alice]\nusername = "alice"  # c\ntags = ["web"]\n',
    "no newline at the end": '[environments.dev.profiles.alice]\ntags = ["web"]\nusername = "alice"',
    "dotted key": '[environments.dev.profiles]\nalice.username = "alice"  # c\nalice.tags = ["web"]\n',
    "dotted key above": '[environments]\ndev.profiles.alice.username = "alice" # c\n'
    'dev.profiles.alice.tags = ["web"]\n',
    "dotted from the root": 'environments.dev.profiles.alice.username = "alice"\n'
    'environments.dev.profiles.alice.tags = ["web"]\n',
    "inline table": '[environments.dev.profiles]\nalice = { username = "alice", tags = ["web"] }  # c\n',
    "all inline": 'environments = { dev = { profiles = { alice = { username = "alice", tags = ["web"] } } } }\n',
    "dotted inline": 'environments.dev = { profiles.alice.username = "alice", profiles.alice.tags = ["web"] }\n',
    "quoted keys": '["environments" . \'dev\'."profiles"."\\u0061lice"]\n"username" = "alice"\n\'tags\' = ["web"]\n',
    "windows lines": '[environments.dev.profiles.alice]\r\nusername = "alice"  # c\r\ntags = [\r\n "web"]\r\n',
    "long text": '[environments.dev.profiles.alice]\nusername = """\\\n  alice"""  # c\ntags = [\n\n"web",]\n',
    "literal texts": "[environments.dev.profiles.alice]\nusername = 'alice'\ntags = ['''web''']\n",
    "indented": '[environments.dev.profiles]\n'
    '\t[environments.dev.profiles.alice]\n\tusername="alice"\n\ttags=["web"]\n',
    "byte order mark": '\ufeff[environments.dev.profiles.alice]\nusername = "alice"\ntags = ["web"]\n',
    "tables out of order": '[environments.dev.profiles.alice]\nusername = "alice"\ntags = ["web"]\n'
    "[environments.prod]\n[environments.dev]\nlabel = 'dev'\n",
    "table below": '[environments.dev.profiles.alice]\nusername = "alice"\ntags = ["web"]\n'
    '[environments.dev.profiles.alice.client_metadata]\na = "b" # c\n',
}  # fmt: skip
shapes = pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
REST = '\n# defaults\n[environments.test]\nuser_pool_id = "eu-west-1_Test"\nclient_id = "t"\n[environments.test.profiles.zoe]\nusername = "zoe"\n'  # noqa: E501
OWN: dict[str, Any] = {"user_pool_id": "eu-west-1_AbCdEf123", "client_id": "1h57"}


def closed(shape: str) -> bool:
    """Whether nothing can follow it."""
    return not shape.endswith("\n") or shape.startswith("environments = {")


def shaped(path: Path, shape: str) -> str:
    """Write a file with dev/alice in that shape, and another environment behind it; returns the text."""
    newline = "\r\n" if "\r\n" in shape else "\n"
    text = shape if closed(shape) else shape + REST.replace("\n", newline)
    written(path, text)
    return text


def seen_alice(path: Path) -> Profile:
    """The profile as the book would have it, though it has no pool yet."""
    profile_set = ProfileFile(path).load()
    shown = profile_set.environment("dev")
    assert shown is not None
    metadata = {"a": "b"} if "client_metadata" in text_of(path) else None
    own = ProfileFields(username="alice", tags=("web",), client_metadata=metadata)
    return Profile(environment=shown, name="alice", own=own)


def edit(path: Path, environment: str, name: str, **fields: object) -> ProfileSet | ProfileFileError:
    """Return the book, or the refusal: a shape may be refused, but then nothing is changed."""
    before, seen = path.read_bytes(), seen_alice(path)
    own = msgspec.structs.replace(seen.own, **OWN, **fields)
    try:
        profile_set = ProfileFile(path).change(seen, environment, name, own)
    except ProfileFileError as error:
        refusal = error
    else:
        assert profile_set.by_id[f"{environment}/{name}"].own == own
        assert (environment, name) == ("dev", "alice") or "dev/alice" not in profile_set.by_id
        return profile_set
    assert "cannot edit" in str(refusal)
    assert path.read_bytes() == before
    return refusal


@shapes
def test_fields_are_changed_added_and_removed_in_every_shape(path: Path, shape: str) -> None:
    text = shaped(path, shape)
    assert isinstance(edit(path, "dev", "alice", username="al", tags=None, notes="new"), ProfileSet)
    for kept in ("# c", REST.strip(), "\ufeff"):
        assert (kept in text_of(path).replace("\r\n", "\n")) is (kept in text.replace("\r\n", "\n"))
    assert text_of(path).count("\n") - text_of(path).count("\r\n") == (
        0 if "\r\n" in text else text_of(path).count("\n")
    )


@shapes
def test_a_profile_is_renamed_in_every_shape(path: Path, shape: str) -> None:
    text = shaped(path, shape)
    assert isinstance(edit(path, "dev", "al+ice"), ProfileSet)
    assert ("# c" in text_of(path)) is ("# c" in text)


@shapes
def test_a_profile_is_moved_in_every_shape_or_refused(path: Path, shape: str) -> None:
    text = shaped(path, shape)
    moved = edit(path, "test", "alice")
    # What has a comment and no header of its own cannot take it along.
    assert isinstance(moved, ProfileSet) or ("# c" in text and "profiles.alice]" not in text)
    if isinstance(moved, ProfileSet):
        assert ("# c" in text_of(path)) is ("# c" in text)


@shapes
def test_a_profile_is_removed_in_every_shape(path: Path, shape: str) -> None:
    shaped(path, shape)
    profile_set = ProfileFile(path).remove(seen_alice(path))
    assert "alice" not in text_of(path).replace("\\u0061", "a")
    assert [each.id for each in profile_set.profiles] == ([] if closed(shape) else ["test/zoe"])


@shapes
def test_a_profile_is_added_beside_every_shape(path: Path, shape: str) -> None:
    text = shaped(path, shape)
    own = ProfileFields(username="bob", **OWN)
    profile_set = ProfileFile(path).add("dev", "bob", own)
    assert profile_set.by_id["dev/bob"].own == own
    went, _ = difference(text, text_of(path))
    assert len(went) <= 1


# Adding


def test_a_new_profile_comes_after_the_others_of_its_environment(path: Path) -> None:
    written(path, BASE).add("dev", "carol", NEW)
    went, came = difference(BASE, text_of(path))
    assert went == []
    assert "".join(came).split("\n") == [*NEW_LINES, "", ""]
    assert text_of(path).index("carol") < text_of(path).index("# ── production")


def test_a_new_profile_at_the_end_is_separated_by_one_blank_line(path: Path) -> None:
    written(path, BASE).add("prod", "carol", NEW)
    block = "\n".join(NEW_LINES).replace("dev", "prod")
    assert text_of(path) == f"{BASE}\n{block}\n"


def test_a_new_environment_gets_a_table_of_its_own(path: Path) -> None:
    own = ProfileFields(username="carol", user_pool_id="eu-west-1_Q", client_id="q")
    profile_set = written(path, BASE).add("qa", "carol", own)
    assert text_of(path).startswith(BASE)
    assert "\n[environments.qa]\n\n[environments.qa.profiles.carol]\n" in text_of(path)
    assert [environment.name for environment in profile_set.environments] == ["dev", "prod", "qa"]


@shapes
def test_an_environment_is_protected_with_a_new_profile_in_every_shape(path: Path, shape: str) -> None:
    shaped(path, shape)
    profile_set = ProfileFile(path).add("dev", "bob", ProfileFields(username="bob", **OWN), protected=True)
    assert profile_set.by_id["dev/bob"].protected


def test_a_new_environment_may_be_protected(path: Path) -> None:
    own = ProfileFields(username="carol", user_pool_id="eu-west-1_Q", client_id="q")
    written(path, BASE).add("qa", "carol", own, protected=True)
    assert "\n[environments.qa]\nprotected = true\n\n[environments.qa.profiles.carol]\n" in text_of(path)


def test_a_protected_environment_is_left_as_it_is(path: Path) -> None:
    written(path, BASE).add("prod", "carol", NEW, protected=True)
    assert text_of(path).startswith(BASE)


def test_an_environment_that_is_open_on_purpose_is_protected_in_the_same_line(path: Path) -> None:
    text = BASE.replace("protected = true", "protected = false  # for now")
    written(path, text).add("prod", "carol", NEW, protected=True)
    assert text_of(path).startswith(text.replace("protected = false", "protected = true"))


def test_an_included_environment_is_protected_in_ones_own_file(path: Path, tmp_path: Path) -> None:
    written(tmp_path / "team.toml", BASE)
    profile_set = written(path, 'include = ["team.toml"]\n').add("dev", "carol", NEW, protected=True)
    assert profile_set.by_id["dev/alice"].protected
    assert text_of(tmp_path / "team.toml") == BASE


def test_a_first_profile_makes_a_file_that_explains_itself(path: Path) -> None:
    profile_set = ProfileFile(path).add("dev", "carol", msgspec.structs.replace(NEW, **OWN))
    assert text_of(path).startswith("# Cognito sign-in profiles")
    assert "Do not put secrets here" in text_of(path)
    assert "\nversion = 1\n" in text_of(path)
    assert (profile_set.exists, profile_set.errors, [each.id for each in profile_set.profiles]) == (
        True,
        (),
        ["dev/carol"],
    )


@pytest.mark.parametrize("name", ["a.b", "a@b.c", "n+49", "1", "true", "A-b_c"])
def test_a_name_that_toml_would_read_otherwise_is_quoted(path: Path, name: str) -> None:
    assert f"dev/{name}" in written(path, BASE).add("dev", name, NEW).by_id
    assert profile(path, f"dev/{name}").own == NEW


# Renaming, moving, removing


def test_a_rename_changes_only_the_header(path: Path) -> None:
    written(path, BASE)
    change(path, "dev/bob", to="dev/robert")
    assert difference(BASE, text_of(path)) == (
        ["[environments.dev.profiles.bob]\n"],
        ["[environments.dev.profiles.robert]\n"],
    )


def test_a_move_takes_the_comments_along(path: Path) -> None:
    written(path, BASE)
    change(path, to="prod/alicia")
    moved = BASE[BASE.index("# the boss") : BASE.index("\n# works at night")]
    rest = BASE.replace(moved + "\n", "")
    assert text_of(path) == rest + "\n" + moved.replace("dev.profiles.alice", "prod.profiles.alicia")


def test_a_removal_takes_the_comments_directly_above_and_no_others(path: Path) -> None:
    written(path, BASE).remove(profile(path))
    gone = BASE[BASE.index("# the boss") : BASE.index("# works at night")]
    assert text_of(path) == BASE.replace(gone, "")
    ProfileFile(path).remove(profile(path, "dev/bob"))
    assert "# works at night" in text_of(path)
    assert "until May" not in text_of(path)
    assert "# ── production ──" in text_of(path)


def test_the_environment_stays_when_its_last_profile_goes(path: Path) -> None:
    profile_set = written(path, BASE).remove(profile(path, "prod/alice"))
    prod = profile_set.environment("prod")
    assert prod is not None
    assert prod.protected


def test_an_environment_that_says_nothing_goes_with_its_last_profile(path: Path) -> None:
    written(path, BASE).add("new", "carol", FULL)
    ProfileFile(path).remove(profile(path, "new/carol"))
    assert text_of(path) == BASE


def test_an_environment_that_says_nothing_goes_with_the_profile_that_moves_away(path: Path) -> None:
    written(path, BASE).add("new", "carol", FULL)
    change(path, "new/carol", to="other/carol")
    assert "environments.new" not in text_of(path)
    assert ProfileFile(path).load().by_id.keys() >= {"other/carol"}


@pytest.mark.parametrize("line", ["# ours, from June", "color = 'red'"])
def test_an_environment_with_words_of_a_person_stays_without_profiles(path: Path, line: str) -> None:
    written(path, f"{BASE}\n[environments.new]\n{line}\n").add("new", "carol", FULL)
    ProfileFile(path).remove(profile(path, "new/carol"))
    assert f"[environments.new]\n{line}\n" in text_of(path)


def test_an_edit_and_its_reverse_give_the_same_bytes(path: Path) -> None:
    written(path, BASE)
    change(path, "dev/bob", to="dev/robert", flow=Flow.USER_AUTH)
    change(path, "dev/robert", to="dev/bob", flow=None)
    ProfileFile(path).add("prod", "carol", NEW)
    ProfileFile(path).remove(profile(path, "prod/carol"))
    assert text_of(path) == BASE


# What is refused


@pytest.mark.parametrize(
    ("environment", "name", "fields", "told"),
    [
        ("dev", "alice", NEW, "already"),
        ("dev", "a b", NEW, "the profile name 'a b' cannot contain a space"),
        ("dev", "", NEW, "the profile name is missing"),
        ("d/v", "carol", NEW, "the environment name 'd/v' cannot contain /"),
        ("", "carol", NEW, "the environment name is missing"),
        ("dev", "carol", ProfileFields(), "is missing"),
        ("dev", "carol", ProfileFields(username="x", region="cn-north-1"), "is in another partition"),
        ("dev", "carol", ProfileFields(username="\ud800"), "no text file can hold"),
        ("dev", "carol", ProfileFields(username="x", endpoint_url="http://a.example.com"), "http"),
    ],
)
def test_a_profile_with_an_error_is_not_saved(
    path: Path, environment: str, name: str, fields: ProfileFields, told: str
) -> None:
    file = written(path, BASE)
    with pytest.raises(ProfileFileError, match=told) as caught:
        file.add(environment, name, fields)
    assert caught.value.fix
    assert text_of(path) == BASE


@pytest.mark.parametrize(
    ("environment", "name", "fix"),
    [
        ("a b", "x", "begin with a letter or a digit, such as a-b."),
        ("dev", "/my user/", "begin with a letter or a digit, such as my-user."),
        ("dev", "/", "begin with a letter or a digit."),
        ("dev", "-a", "Begin with a letter or a digit, such as a."),
    ],
)
def test_what_to_write_in_the_place_of_a_name_that_cannot_be_is_named(
    path: Path, environment: str, name: str, fix: str
) -> None:
    with pytest.raises(ProfileFileError) as caught:
        written(path, BASE).add(environment, name, NEW)

    assert caught.value.fix.endswith(fix)


def test_a_profile_is_not_renamed_to_one_that_is_there(path: Path) -> None:
    written(path, BASE)
    with pytest.raises(ProfileFileError, match="already"):
        change(path, to="dev/bob")
    assert text_of(path) == BASE


def test_a_profile_with_an_error_is_not_overwritten_by_a_new_one(path: Path) -> None:
    faulty = BASE + '\n[environments.dev.profiles.carol]\nusername = 7 # soon "carol"\n'
    with pytest.raises(ProfileFileError, match="already"):
        written(path, faulty).add("dev", "carol", NEW)
    assert text_of(path) == faulty


def test_the_errors_of_others_are_in_no_ones_way(path: Path) -> None:
    faulty = '\n[environments.dev.profiles.carol]\nusername = 7 # soon "carol"\n'
    written(path, BASE + faulty)
    change(path, username="al")
    assert text_of(path) == BASE.replace('"alice"   #', '"al"   #') + faulty


def test_an_included_profile_is_not_edited(path: Path, tmp_path: Path) -> None:
    written(tmp_path / "team.toml", BASE)
    written(path, 'include = ["team.toml"]\n')
    seen = profile(path)
    acts: tuple[Callable[[], object], ...] = (
        lambda: ProfileFile(path).remove(seen),
        lambda: ProfileFile(path).change(seen, "dev", "alice", seen.own),
    )
    for act in acts:
        with pytest.raises(ProfileFileError, match="read-only"):
            act()
    with pytest.raises(ProfileFileError, match="already"):
        ProfileFile(path).add("dev", "alice", NEW)
    assert text_of(tmp_path / "team.toml") == BASE


def test_a_profile_of_ones_own_may_join_an_included_environment(path: Path, tmp_path: Path) -> None:
    written(tmp_path / "team.toml", BASE)
    profile_set = written(path, 'include = ["team.toml"]\n').add("dev", "carol", NEW)
    assert not profile_set.by_id["dev/carol"].read_only
    assert profile_set.by_id["dev/carol"].client_id == "1h57"
    assert text_of(tmp_path / "team.toml") == BASE


def test_a_list_with_comments_inside_is_left_to_its_writer(path: Path) -> None:
    text = BASE.replace('"web",', '"web", # for the shop')
    written(path, text)
    with pytest.raises(ProfileFileError, match=r"profiles\.toml:10: .*comments inside the value") as caught:
        change(path, tags=("web",))
    assert "by hand" in caught.value.fix
    assert text_of(path) == text
