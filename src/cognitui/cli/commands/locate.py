"""`cognitui locate`: the files and folders that cognitui uses."""

from __future__ import annotations

import click

from cognitui.cli.output import print_json, print_table
from cognitui.cli.session import Session, pass_session
from cognitui.model.text import inert


@click.command
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object of paths.")
@pass_session
def locate(session: Session, as_json: bool) -> None:
    """Print the files and folders that cognitui uses.

    Some of them may not exist yet; they are created when they are needed.
    """
    places = session.services.locations()
    if as_json:
        print_json({place.name.replace(" ", "_"): str(place.path) for place in places})
    else:
        print_table((place.name, inert(str(place.path))) for place in places)
