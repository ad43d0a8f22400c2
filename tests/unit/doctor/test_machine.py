"""The doctor's view of this computer, also while the TUI runs."""

from __future__ import annotations

import io
import sys
from contextlib import redirect_stdout
from pathlib import Path

from cognitui.model.diagnostics import Verdict
from cognitui.services import Options, Services
from cognitui.tui.actions.keybindings import setting_errors


def wired(folder: Path) -> Services:
    options = Options(
        profiles=folder / "profiles.toml", state=folder / "state", vault="memory", settings_rules=setting_errors
    )
    return Services(options, {"TERM": "xterm-256color", "XDG_CONFIG_HOME": str(folder)})


def test_the_terminal_is_looked_at_past_what_textual_puts_before_it(tmp_path: Path) -> None:
    assert sys.__stdout__ is not None
    with redirect_stdout(io.StringIO()):
        facts = wired(tmp_path).doctor._machine.terminal()

    assert facts.encoding == sys.__stdout__.encoding


def test_settings_that_became_invalid_after_the_start_are_found(tmp_path: Path) -> None:
    services = wired(tmp_path)
    assert services.settings.theme
    config = next(place.path for place in services.locations() if place.path.name == "config.toml")
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text("theme = 1\n")

    found = {finding.check: finding.verdict for finding in services.doctor.of_setup()}
    assert found["config.toml"] is Verdict.FAIL


def test_keys_and_theme_are_checked_by_the_rules_of_the_tui(tmp_path: Path) -> None:
    services = wired(tmp_path)
    config = next(place.path for place in services.locations() if place.path.name == "config.toml")
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text('theme = "nrod"\n[keymap]\ncopy_tokn = "y"\nverify = "c"\nfilter_keep = "x"\nsort = 7\n')

    found = [finding for finding in services.doctor.of_setup() if finding.check == "config.toml"]
    assert [finding.verdict for finding in found] == [Verdict.FAIL] * 5
    assert [finding.result.split(":")[1] for finding in found] == ["1", "3", "4", "5", "6"]
    assert all(finding.fix for finding in found)
