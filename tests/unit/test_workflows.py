"""GitHub's workflows: nobody else's change runs in a release."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

WORKFLOWS = sorted((Path(__file__).parents[2] / ".github" / "workflows").glob("*.yml"))

PINNED = re.compile(r"[\w.-]+/[\w.-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")


def jobs(workflow: str) -> dict[str, str]:
    """The text of each job by its name."""
    _, *parts = re.split(r"^  (\w+):$", workflow.partition("\njobs:\n")[2], flags=re.MULTILINE)
    return dict(zip(parts[::2], parts[1::2], strict=True))


@pytest.mark.parametrize("file", WORKFLOWS, ids=[file.name for file in WORKFLOWS])
def test_every_action_is_pinned_by_commit_and_names_its_version(file: Path) -> None:
    actions = re.findall(r"uses: (.*)", file.read_text("utf-8"))

    assert actions
    assert [action for action in actions if not PINNED.fullmatch(action)] == []


def test_a_release_is_built_in_a_job_that_runs_no_tests_and_published_after_both() -> None:
    (release,) = (file for file in WORKFLOWS if file.name == "release.yml")
    job = jobs(release.read_text("utf-8"))

    assert ".ci/run" in job["test"]
    assert ".ci/run" not in job["build"]
    assert "python -m build" in job["build"]
    assert "needs: [test, build]" in job["publish"]
    assert [name for name, text in job.items() if "id-token: write" in text] == ["publish"]
