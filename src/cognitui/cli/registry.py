"""Registry of commands: where each one is implemented, and its summary in the help.

The summaries are here so that `--help` needn't import the commands.
"""

from __future__ import annotations

from msgspec import Struct


class Entry(Struct, frozen=True):
    """One command."""

    name: str
    place: str
    """`module:attribute`, imported when the command runs."""
    summary: str


class Section(Struct, frozen=True):
    """A group of commands in the help."""

    title: str
    entries: tuple[Entry, ...]


SECTIONS = (
    Section(
        "Tokens",
        (
            Entry("list", "cognitui.cli.commands.list:list_profiles", "List profiles with the state of their tokens."),
            Entry(
                "status",
                "cognitui.cli.commands.status:status",
                "Print the state of a profile, or a count of all, for a shell prompt.",
            ),
            Entry("token", "cognitui.cli.commands.token:token", "Print a valid token, signing in if necessary."),
            Entry(
                "exec",
                "cognitui.cli.commands.exec:execute",
                "Run a command with a profile's tokens in its environment.",
            ),
            Entry("login", "cognitui.cli.commands.login:login", "Sign in again, ignoring cached tokens."),
            Entry("logout", "cognitui.cli.commands.login:logout", "Sign out: here, at Cognito, or everywhere."),
            Entry(
                "sessions",
                "cognitui.cli.commands.sessions:list_sessions",
                "List the sessions of a user, by device, place and app client.",
            ),
            Entry(
                "credential-process",
                "cognitui.cli.commands.credential_process:credential_process",
                "Print AWS credentials of an identity pool, for AWS SDKs.",
            ),
            Entry("diff", "cognitui.cli.commands.diff:diff", "Compare the claims of two tokens."),
            Entry(
                "decode",
                "cognitui.cli.commands.decode:decode_token",
                "Show a token's claims, and whether it is genuine.",
            ),
        ),
    ),
    Section(
        "Profiles and secrets",
        (
            Entry("profile", "cognitui.cli.commands.profile:profile", "Add, show, edit, rename and remove profiles."),
            Entry(
                "secret",
                "cognitui.cli.commands.secret:secret",
                "Set, remove, check and rotate passwords and client secrets.",
            ),
            Entry(
                "export",
                "cognitui.cli.commands.export:export_profiles",
                "Write profiles to a file without secrets, for others to include.",
            ),
        ),
    ),
    Section(
        "Import and provision",
        (
            Entry(
                "import",
                "cognitui.cli.commands.import_:import_profiles",
                "Import profiles from AWS, or from a file of any format.",
            ),
            Entry(
                "provision",
                "cognitui.cli.commands.provision:provision",
                "Create an app client, a user and a password in AWS, and a profile for them.",
            ),
        ),
    ),
    Section(
        "The program",
        (
            Entry("demo", "cognitui.cli.commands.demo:demo", "Try everything against an embedded Cognito."),
            Entry(
                "doctor", "cognitui.cli.commands.doctor:doctor", "Check the setup, or a profile, and say how to fix it."
            ),
            Entry(
                "completion",
                "cognitui.cli.commands.completion:completion",
                "Print the completion script for bash, zsh or fish.",
            ),
            Entry(
                "locate", "cognitui.cli.commands.completion:locate", "Print the files and folders that cognitui uses."
            ),
        ),
    ),
)

EXAMPLES = """\
cognitui                                     open the TUI
cognitui list --env dev                      what is still valid
cognitui token dev/alice                     an access token, and nothing else
cognitui token dev/alice --as curl           ready to paste
cognitui exec dev/alice -- npm run e2e       with COGNITO_ACCESS_TOKEN set
eval "$(cognitui token dev/alice --as env)"  set COGNITO_ACCESS_TOKEN
pbpaste | cognitui decode --verify           its claims, verified
cognitui secret set dev/alice password       prompts without echo"""

EXIT_CODES = (
    ("0", "done"),
    ("1", "internal error"),
    ("2", "wrong usage, or an invalid profile file"),
    ("3", "input required (challenge, missing secret, confirmation) but no terminal or --no-input; or declined"),
    ("4", "Cognito refused"),
    ("5", "Cognito is unreachable or throttling"),
    ("6", "the secret store failed"),
    ("126, 127", "exec: the command cannot be run, or does not exist"),
    ("130", "interrupted by ctrl+c"),
)

ENVIRONMENT = (
    ("COGNITUI_PROFILES", "the profile file, unless --profiles is given"),
    ("COGNITUI_VAULT", "keyring or memory, unless --vault is given"),
    ("PYTHON_KEYRING_BACKEND", "the keyring backend, as documented by keyring"),
    ("AWS_CA_BUNDLE, HTTPS_PROXY", "used for every connection"),
)
