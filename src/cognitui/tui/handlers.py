"""What each action of the main screen does, by its id."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cognitui.tui.main_screen import MainScreen


def _go_to_environment(number: int, main: MainScreen) -> None:
    main.navigation.go_to_number(number)


HANDLERS: Mapping[str, Callable[[MainScreen], None]] = {
    "move_down": lambda main: main.navigation.move(1),
    "move_up": lambda main: main.navigation.move(-1),
    "move_first": lambda main: main.navigation.move_first(),
    "move_last": lambda main: main.navigation.move_last(),
    "switch_pane": lambda main: main.panes.switch_pane(),
    "jump": lambda main: main.panes.jump(),
    "maximise": lambda main: main.panes.maximise(),
    "filter": lambda main: main.navigation.filter(),
    "sort": lambda main: main.navigation.sort(),
    "dismiss": lambda main: main.navigation.dismiss(),
    "copy_token": lambda main: main.tokens.copy(),
    "get_token": lambda main: main.tokens.get(),
    "copy_as": lambda main: main.tokens.copy_as(),
    "next_kind": lambda main: main.tokens.next_tab(),
    "previous_kind": lambda main: main.tokens.previous_tab(),
    "verify": lambda main: main.tokens.verify(),
    "mark": lambda main: main.claims.mark(),
    "compare": lambda main: main.claims.compare(),
    "compare_former": lambda main: main.claims.compare_previous(),
    "copy_claim": lambda main: main.claims.copy_claim(),
    "raw_token": lambda main: main.claims.toggle_raw(),
    "inspect": lambda main: main.claims.inspect(),
    "refresh_token": lambda main: main.tokens.refresh(),
    "sign_in": lambda main: main.tokens.sign_in(),
    "forgot_password": lambda main: main.tokens.forgot_password(),
    "sign_out": lambda main: main.sign_out.ask(),
    "keep_alive": lambda main: main.keep_alive.toggle(),
    "get_all": lambda main: main.bulk.get_all(),
    "refresh_all": lambda main: main.bulk.refresh_all(),
    "clear_expired": lambda main: main.bulk.clear_expired(),
    "new_profile": lambda main: main.editing.add(),
    "edit_profile": lambda main: main.editing.edit(),
    "edit_secrets": lambda main: main.editing.edit_secrets(),
    "duplicate_profile": lambda main: main.editing.duplicate(),
    "import_profiles": lambda main: main.imports.from_aws(),
    "import_file": lambda main: main.imports.from_file(),
    "delete_profile": lambda main: main.editing.delete(),
    "reload": lambda main: main.program.reload(),
    "next_environment": lambda main: main.navigation.next_environment(),
    "previous_environment": lambda main: main.navigation.previous_environment(),
    **{f"environment_{number}": partial(_go_to_environment, number) for number in range(1, 10)},
    "overview": lambda main: main.navigation.toggle_overview(),
    "same_person": lambda main: main.navigation.go_to_same_person(),
    "show_problems": lambda main: main.program.show_problems(),
    "try_demo": lambda main: main.program.try_demo(),
    "settings": lambda main: main.program.settings(),
    "doctor": lambda main: main.program.doctor(),
    "help": lambda main: main.program.help(),
    "palette": lambda main: main.program.palette(),
    "quit": lambda main: main.program.quit(),
}
