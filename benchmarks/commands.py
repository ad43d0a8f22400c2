"""The command line: a cached token against a script that reads the same entry, a prompt against its libraries."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.places import LAST, Place, place
from benchmarks.table import Row
from cognitui.model.secret import SecretKind, SecretName
from cognitui.profiles.store import ProfileFile
from tests.integration.conftest import missing_programs, running_secret_service

_READS = "import keyring, sys; print(keyring.get_password(sys.argv[1], sys.argv[2]))"

_KEEPS = """
import os, time
from cognitui.model.secret import SecretKind, SecretName
from cognitui.tokens.cache import pack
from cognitui.vault.vault import open_vault
from tests.unit.fakes import make_token
vault = open_vault("keyring", os.environ, print)
vault.set(SecretName(SecretKind.ACCESS_TOKEN, os.environ["ACCOUNT"]), pack(make_token(now=time.time())))
"""


def cached_token(runs: int) -> Iterator[Row]:
    """`cognitui token ID` with the token in the keyring."""
    what = "cognitui token, cached (a script that reads the entry)"
    if missing := missing_programs():
        yield Row(what, None, "ms", 2, note=f"not installed: {', '.join(missing)}")
        return
    with place(5) as few, running_secret_service(few.folder) as service:
        ours, raw = _times(few, {**service.environ, **few.env, **service.settings}, runs)
    yield Row(what, ours, "ms", 2, raw)


_LOADS = "import click, msgspec"

_COMPLETES = {"_COGNITUI_COMPLETE": "bash_complete", "COMP_LINE": "cognitui token dev/", "COMP_WORDBREAKS": " =@:"}


def prompt_and_completion(runs: int) -> Iterator[Row]:
    """`cognitui status ID` and the completion of a profile, each against only loading click and msgspec."""
    ours = [sys.executable, "-m", "cognitui"]
    with place(5) as few:
        few.run_countdowns()
        commands = {
            "status, 5 profiles": ([*ours, "status", f"dev/{LAST}"], few.env),
            "completion, 5 profiles": (ours, {**few.env, **_COMPLETES}),
        }
        for what, (argv, env) in commands.items():
            both = [
                (_milliseconds(argv, env), _milliseconds([sys.executable, "-c", _LOADS], env)) for _ in range(runs + 1)
            ]
            figure, baseline = (statistics.median(times) for times in zip(*both[1:], strict=True))
            yield Row(f"cognitui {what} (python -c '{_LOADS}')", figure, "ms", 1.5, baseline)


def _times(at: Place, env: dict[str, str], runs: int) -> tuple[float, float]:
    profile = next(found for found in ProfileFile(at.paths.profiles).load().profiles if found.name == LAST)
    name = profile.secret_name(SecretKind.ACCESS_TOKEN)
    _keep_token(name, env)
    ours = [sys.executable, "-m", "cognitui", "token", profile.id]
    raw = [sys.executable, "-c", _READS, name.service, name.account]
    times = [(_milliseconds(ours, env), _milliseconds(raw, env)) for _ in range(runs + 1)][1:]
    return statistics.median(first for first, _ in times), statistics.median(second for _, second in times)


def _keep_token(name: SecretName, env: dict[str, str]) -> None:
    path = os.pathsep.join(filter(None, (str(Path.cwd()), env.get("PYTHONPATH"))))
    subprocess.run([sys.executable, "-c", _KEEPS], env={**env, "ACCOUNT": name.account, "PYTHONPATH": path}, check=True)


def _milliseconds(argv: Sequence[str], env: dict[str, str]) -> float:
    begun = time.perf_counter()
    subprocess.run(argv, env=env, check=True, stdout=subprocess.DEVNULL)
    return (time.perf_counter() - begun) * 1000
