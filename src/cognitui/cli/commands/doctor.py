"""`cognitui doctor`: checks of the setup or a profile, each with its fix."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import click

from cognitui.cli.arguments import complete_profile, find_profile, json_option
from cognitui.cli.command_group import examples
from cognitui.cli.output import print_json, print_message
from cognitui.cli.session import Session, pass_session
from cognitui.model.diagnostics import Finding, Verdict, worst_code

_WIDTH = 14
"""Columns for the names of checks, which are printed one by one."""


@examples(
    """
    cognitui doctor
    cognitui doctor dev/alice
    """
)
@click.command
@click.argument("reference", metavar="[ID]", default="", shell_complete=complete_profile)
@json_option("Print a JSON array: check, verdict (pass, warn, fail, note, skip), said, fix.")
@pass_session
def doctor(session: Session, reference: str, as_json: bool) -> None:
    """Check the setup, or a profile, and say how to fix it.

    Without ID: the files, the keyring (an entry is stored and removed), the clipboard, the terminal and the clock. With
    ID: the pool, its keys and domain, the app client, the secrets and the tokens; with aws_profile in the profile, also
    the settings of the app client. It signs nobody in and sends Cognito no username. A verdict is pass (✓), warn (!),
    fail (✕), note (·: neither right nor wrong) or skip (?: not checked, and why). The exit code is 0 if nothing fails,
    otherwise the highest exit code of the failures.
    """
    examined = session.services.doctor
    findings = examined.of_profile(find_profile(session, reference)) if reference else examined.of_setup()
    seen = list(findings) if as_json else list(_printed(findings))
    if as_json:
        print_json([_as_json(finding) for finding in seen])
    else:
        print_message(_sum(seen))
    if code := worst_code(seen):
        raise click.exceptions.Exit(code)


def _printed(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Print each finding as it comes, and yield it."""
    for finding in findings:
        click.echo(f"{finding.verdict.sign} {finding.check:<{_WIDTH}} {finding.result}")
        if finding.fix:
            click.echo(f"  {'':<{_WIDTH}} {finding.fix}")
        yield finding


def _sum(findings: list[Finding]) -> str:
    fails = sum(finding.verdict is Verdict.FAIL for finding in findings)
    warns = sum(finding.verdict is Verdict.WARN for finding in findings)
    skips = sum(finding.verdict is Verdict.SKIP for finding in findings)
    skipped = f", {skips} skipped" if skips else ""
    return f"{len(findings)} checks: {fails} failed, {warns} warning{'' if warns == 1 else 's'}{skipped}."


def _as_json(finding: Finding) -> dict[str, object]:
    return {
        "check": finding.check,
        "verdict": finding.verdict.value,
        "said": finding.result,
        "fix": finding.fix or None,
    }
