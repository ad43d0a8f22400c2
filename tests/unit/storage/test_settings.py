"""`config.toml`: what it may say, and what is reported if it says something else."""

from __future__ import annotations

from pathlib import Path

import pytest

from cognitui.model.diagnostics import SettingError
from cognitui.model.errors import UsageError
from cognitui.storage.settings import TomlSettings, load_settings, read_settings


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def fault_of(config: Path, text: str) -> UsageError:
    config.write_text(text, "utf-8")
    with pytest.raises(UsageError) as caught:
        load_settings(config)
    assert str(config) in caught.value.cause
    return caught.value


def test_no_file_means_the_defaults(config: Path) -> None:
    assert load_settings(config) == TomlSettings(
        "cognitui", 30.0, "auto", idle_lock=600.0, auto_refresh=False, keymap={}
    )


def test_every_setting_is_read(config: Path) -> None:
    lines = (
        'theme = "nord"',
        'clear_after = "1m30s"',
        'clipboard = "osc52"',
        "auto_refresh = true",
        'idle_lock = "1h"',
    )
    config.write_text("\n".join((*lines, "[keymap]", 'get_token = "ctrl+g"')), "utf-8")

    keymap = {"get_token": "ctrl+g"}
    assert load_settings(config) == TomlSettings(
        "nord", 90.0, "osc52", idle_lock=3600.0, auto_refresh=True, keymap=keymap
    )


def test_a_byte_order_mark_is_no_error(config: Path) -> None:
    config.write_bytes(b'\xef\xbb\xbftheme = "nord"\n')
    assert load_settings(config).theme == "nord"


@pytest.mark.parametrize(
    ("written", "seconds"), [("0", 0.0), ('"0s"', 0.0), ("2.5", 2.5), ("45", 45.0), ('"5m"', 300.0)]
)
def test_clear_after_is_a_duration_or_seconds(config: Path, written: str, seconds: float) -> None:
    config.write_text(f"clear_after = {written}\n", "utf-8")
    assert load_settings(config).clear_after == seconds


@pytest.mark.parametrize("written", ["-1", "true", "nan", "inf", '"soon"', '""', "[30]", f'"{"9" * 400}d"', "9" * 400])
def test_what_is_no_duration_is_reported_with_the_way_to_write_it(config: Path, written: str) -> None:
    fault = fault_of(config, f"clear_after = {written}\n")
    assert "clear_after is not a duration" in fault.cause
    assert '"30s"' in fault.fix


@pytest.mark.parametrize("written", ['"clipboard.exe"', "1", "[]", "{ way = 1 }"])
def test_an_unknown_way_to_the_clipboard_is_reported_with_the_known_ones(config: Path, written: str) -> None:
    fault = fault_of(config, f"clipboard = {written}\n")
    assert fault.fix == "Use one of auto, native, tmux, osc52."


@pytest.mark.parametrize("written", ["1", '""', "[]"])
def test_a_theme_is_a_text(config: Path, written: str) -> None:
    assert "theme is not a string" in fault_of(config, f"theme = {written}\n").cause


@pytest.mark.parametrize("key", ["autorefresh", "idle", "themes"])
def test_a_key_that_is_no_setting_is_reported_with_the_known_ones(config: Path, key: str) -> None:
    fault = fault_of(config, f"{key} = true\n")
    assert f"{key} is not a setting" in fault.cause
    assert fault.fix.endswith(
        "The settings are theme, clear_after, clipboard, idle_lock, reduced_motion, auto_refresh, keymap."
    )


@pytest.mark.parametrize("written", ["1", '"true"', "[]"])
def test_what_is_not_true_or_false_does_not_switch_renewals_on(config: Path, written: str) -> None:
    assert "auto_refresh is not true or false" in fault_of(config, f"auto_refresh = {written}\n").cause


def test_a_key_of_the_keymap_that_is_no_text_is_named(config: Path) -> None:
    assert "keymap.get_token is not a string" in fault_of(config, "[keymap]\nget_token = 7\n").cause


def test_a_keymap_that_is_no_table_is_reported(config: Path) -> None:
    assert "keymap is not a table" in fault_of(config, 'keymap = "vim"\n').cause


def test_broken_toml_is_reported_by_its_line_and_not_by_its_content(config: Path) -> None:
    fault = fault_of(config, 'theme = "nord"\nclipboard = hunter2\n')
    assert f"{config}:2: is not TOML" in fault.cause
    assert "hunter2" not in fault.cause + fault.fix


def test_an_escape_sequence_in_a_key_is_made_inert(config: Path) -> None:
    fault = fault_of(config, '"\\u001b[2J" = 1\n')
    assert "\x1b" not in fault.cause
    assert "\\x1b[2J is not a setting" in fault.cause


def test_a_file_that_is_not_utf_8_is_reported(config: Path) -> None:
    config.write_bytes(b'theme = "\xff"\n')
    with pytest.raises(UsageError, match="is not UTF-8"):
        load_settings(config)


def test_a_folder_in_its_place_is_reported(config: Path) -> None:
    config.mkdir()
    with pytest.raises(UsageError, match="cannot be read"):
        load_settings(config)


def test_a_file_nested_too_deeply_is_reported(config: Path) -> None:
    assert "is not TOML" in fault_of(config, "theme = " + "[" * 20_000).cause


def test_an_error_names_path_line_and_key(config: Path) -> None:
    fault = fault_of(config, '# mine\n\nclear_after = "soon"\n')
    assert fault.cause == f"{config}:3: clear_after is not a duration of at most a year."


def test_a_key_of_the_keymap_is_reported_with_its_own_line(config: Path) -> None:
    fault = fault_of(config, '[keymap]\nget_token = "f9"\n\nverify = 7\n')
    assert fault.cause == f"{config}:4: keymap.verify is not a string."


def test_a_key_that_is_nearly_a_setting_is_reported_with_the_one_that_was_meant(config: Path) -> None:
    assert fault_of(config, 'themes = "nord"\n').fix.startswith("Did you mean theme?")


def test_an_error_costs_its_own_value_and_no_other(config: Path) -> None:
    lines = ('theme = "nord"', 'clear_after = "soon"', "idle = 3", "[keymap]", "verify = 7", 'get_token = "f9"')
    config.write_text("\n".join(lines), "utf-8")
    reading = read_settings(config)

    assert reading.settings == TomlSettings("nord", keymap={"get_token": "f9"})
    assert [(fault.key, fault.line) for fault in reading.errors] == [
        ("clear_after", 2),
        ("idle", 3),
        ("keymap.verify", 5),
    ]


@pytest.mark.parametrize(
    "data", [b"theme = nord", b'theme = "\xff"', b"#" * (1 << 21)], ids=["no TOML", "bytes", "large"]
)
def test_of_a_file_that_as_a_whole_says_nothing_the_defaults_are_used(config: Path, data: bytes) -> None:
    config.write_bytes(data)
    reading = read_settings(config)

    assert reading.settings == TomlSettings()
    assert [fault.source for fault in reading.errors] == [str(config)]


def test_what_others_find_is_placed_in_the_file_among_the_errors(config: Path) -> None:
    config.write_text('theme = "nope"\nidle_lock = "x"\n[keymap]\n"a b" = "f9"\n', "utf-8")
    found = read_settings(config).with_those_of(
        lambda _settings: (
            SettingError(("keymap", "a b"), "is none", "Fix it."),
            SettingError(("theme",), "is none", "."),
        )
    )

    assert [(fault.key, fault.line) for fault in found] == [("theme", 1), ("idle_lock", 2), ("keymap.a b", 4)]
    assert found[2].cause == f"{config}:4: keymap.a b is none."


def test_lines_are_counted_in_a_file_of_windows(config: Path) -> None:
    config.write_bytes(b'theme = "nord"\r\n\r\nidle = 1\r\n')
    assert read_settings(config).errors[0].line == 3
