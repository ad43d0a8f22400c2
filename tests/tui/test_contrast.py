"""What is drawn can be read in every theme: 4.5 to 1 and better for what is not disabled."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.style import Style
from textual.color import Color
from textual.theme import BUILTIN_THEMES
from textual.widgets import Button

from cognitui.model.profile import Profile
from cognitui.model.struct import replace
from cognitui.tui.actions.keybindings import key_labels
from cognitui.tui.actions.registry import BY_ID
from cognitui.tui.theme import THEMES, contrast, readable, readable_color
from cognitui.tui.widgets.claims_list import ClaimsList
from cognitui.tui.widgets.key_bar import KeyBar
from tests.tui.contrast import LEAST, texts
from tests.tui.harness import WIDE, Story, desk, opened
from tests.unit.fakes import NOW, FakeServices, FakeSettings, make_profile, make_tokens

OWN = [theme.name for theme in THEMES]
OTHERS = [name for name, theme in BUILTIN_THEMES.items() if not theme.ansi]
COLORS = (
    "red",
    "orange",
    "yellow",
    "green",
    "cyan",
    "blue",
    "magenta",
    "purple",
    "gray",
    "#ffff00",
    "navy",
    "none",
    "",
)
DIALOGS = {
    "help": "question_mark",
    "settings": "comma",
    "doctor": "H",
    "a form": "e",
    "copying": "C",
    "signing out": "x",
    "deleting": "d",
    "secrets": "p",
    "inspecting": "i",
}

colors = st.integers(0, 0xFFFFFF).map("#{:06x}".format)


def colored(name: str, color: str, *, protected: bool = False) -> Profile:
    profile = make_profile(name, protected=protected, tags=("web",))
    return replace(profile, environment=replace(profile.environment, color=color))


def many_colors(theme: str) -> FakeServices:
    """Each colour in an environment of its own, a token that lives and one that ends soon."""
    others = [colored(f"e{number}/alice", color) for number, color in enumerate(COLORS)]
    first, second = colored("dev/alice", "green"), colored("dev/bob", "green")
    services = desk(first, second, *others, settings=FakeSettings(theme=theme))
    return services.holding(first, make_tokens(now=NOW - 470)).holding(second, make_tokens(now=NOW - 3350))


def faint(story: Story) -> set[str]:
    """The words of what is disabled, which may be fainter."""
    ids = story.main.query_one(KeyBar).disabled_ids
    keys = {words for id_ in ids for words in (BY_ID[id_].label, key_labels(id_, {})[0])}
    return keys | {str(button.label) for button in story.app.screen.query(Button) if button.disabled}


def unreadable(story: Story, part: str = "*") -> list[tuple[str, float]]:
    return sorted(
        {(text, round(ratio, 2)) for text, ratio in texts(story, part) if ratio < LEAST and text not in faint(story)}
    )


@pytest.mark.parametrize("theme", OWN)
async def test_the_main_screen_can_be_read_in_the_programs_own_themes(theme: str) -> None:
    async with opened(many_colors(theme), size=(180, 36)) as story:
        assert unreadable(story) == []
        await story.press("enter")
        await story.see("alice-sub")
        assert unreadable(story) == []
        await story.press("tab")
        assert isinstance(story.app.focused, ClaimsList)
        assert unreadable(story) == []
        await story.press("0")
        assert unreadable(story) == []


@pytest.mark.parametrize("dialog", DIALOGS)
@pytest.mark.parametrize("theme", OWN)
async def test_each_dialog_can_be_read_in_the_programs_own_themes(theme: str, dialog: str) -> None:
    async with opened(many_colors(theme), size=WIDE) as story:
        await story.press(DIALOGS[dialog])
        await story.until(lambda: bool(story.app.screen.query(".dialog")))

        assert unreadable(story, ".dialog") == []


@pytest.mark.parametrize("theme", OTHERS)
async def test_environments_and_profiles_can_be_read_in_every_theme(theme: str) -> None:
    async with opened(many_colors(theme), size=(180, 36)) as story:
        for keys in ((), ("0",), ("tab",)):
            await story.press(*keys)
            assert unreadable(story, "EnvironmentBar") == []
            assert unreadable(story, "ProfileList") == []
            assert unreadable(story, "ClaimsList") == []


@pytest.mark.parametrize("theme", ["ansi-dark", "ansi-light"])
async def test_a_row_that_is_reversed_has_one_colour(theme: str) -> None:
    async with opened(many_colors(theme), size=WIDE) as story:
        await story.press("tab")
        claims = story.main.query_one(ClaimsList)
        story.look()
        styles = {segment.style for segment in claims.render_line(0) if segment.style}

        assert {(style.color, style.bgcolor) for style in styles} == {
            (claims.rich_style.color, claims.rich_style.bgcolor)
        }
        assert all(style.reverse for style in styles)


async def test_another_theme_has_other_colours_for_a_protected_environment_at_once() -> None:
    services = desk(colored("prod/alice", "red", protected=True))
    async with opened(services) as story:
        before = story.main.frame_color
        story.app.theme = "cognitui-light"

        await story.until(lambda: story.main.frame_color not in ("", before))


@given(color=colors, background=colors)
def test_whatever_the_colours_are_the_text_can_be_read(color: str, background: str) -> None:
    assert contrast(Color.parse(readable_color(color, background)), Color.parse(background)) >= LEAST


def test_a_colour_that_can_be_read_stays_as_it_is() -> None:
    assert readable_color("#9ece6a", "#16171f") == "#9ece6a".upper()


def test_the_terminals_own_colours_stay_as_they_are() -> None:
    style = Style(color="red", bgcolor="#ff0000")
    assert readable(style) == style
