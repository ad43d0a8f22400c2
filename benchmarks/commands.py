"""The command line: a cached token out of a real keyring, against a script that only reads that entry."""

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
from cognitui.model.profile import Profile
from cognitui.model.secret import SecretKind
from cognitui.store.profile_file import ProfileFile
from tests.integration.keyring_service import NoSecretService, secret_service

_READS = "import keyring, sys; print(keyring.get_password(sys.argv[1], sys.argv[2]))"

_KEEPS = """
import os, time
from pathlib import Path
from cognitui.model.token import Expiries
from cognitui.services import Options
from cognitui.wiring import wire
from tests.unit.fakes import make_tokens
services = wire(Options())
profile = services.profiles.load().by_id[os.environ["PROFILE"]]
services.broker.keep(profile, make_tokens(now=time.time()))
"""


def cached_token(runs: int) -> Iterator[Row]:
    """`cognitui token ID` with the token in the keyring."""
    what = "cognitui token, cached (a script that reads the entry)"
    try:
        with secret_service() as service, place(5) as few:
            ours, raw = _times(few, {**few.env, **service}, runs)
    except NoSecretService as error:
        yield Row(what, None, "ms", 2, note=str(error))
    else:
        yield Row(what, ours, "ms", 2, raw)


def _times(at: Place, env: dict[str, str], runs: int) -> tuple[float, float]:
    profile = next(found for found in ProfileFile(at.paths.profiles).load().profiles if found.name == LAST)
    _keep_tokens(profile, env)
    name = profile.secret_name(SecretKind.ACCESS_TOKEN)
    ours = [sys.executable, "-m", "cognitui", "token", profile.id]
    raw = [sys.executable, "-c", _READS, name.service, name.account]
    times = [(_milliseconds(ours, env), _milliseconds(raw, env)) for _ in range(runs + 1)][1:]
    return statistics.median(first for first, _ in times), statistics.median(second for _, second in times)


def _keep_tokens(profile: Profile, env: dict[str, str]) -> None:
    path = os.pathsep.join(filter(None, (str(Path.cwd()), env.get("PYTHONPATH"))))
    subprocess.run([sys.executable, "-c", _KEEPS], env={**env, "PROFILE": profile.id, "PYTHONPATH": path}, check=True)


def _milliseconds(argv: Sequence[str], env: dict[str, str]) -> float:
    begun = time.perf_counter()
    subprocess.run(argv, env=env, check=True, stdout=subprocess.DEVNULL)
    return (time.perf_counter() - begun) * 1000
