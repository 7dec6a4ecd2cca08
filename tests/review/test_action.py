"""The Action and the template for GitLab: what they say, and their commands run as a runner would."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from tests.cli.repositories import ONE, TWO, Repo, environment, notebook
from tests.review.api import TOKEN, Host, serving

ROOT = Path(__file__).resolve().parents[2]
read_yaml = import_module("yaml").safe_load
ACTION = read_yaml((ROOT / "action.yml").read_text())
STEPS = ACTION["runs"]["steps"]
GITLAB = read_yaml((ROOT / "ci-templates" / "gitlab.yml").read_text())
SCRIPTS = [step["run"] for step in STEPS if "run" in step] + GITLAB["nbhotel-review"]["script"]
PAGE = "https://example.org/artifacts/1"


class Runner:
    """Runs steps with what GitHub's runner gives them; nbhotel is the one that is tested."""

    def __init__(self, folder: Path, repo: Repo, host: Host) -> None:
        self.repo = repo
        self.temp = folder / "runner"
        bin_ = self.temp / "nbhotel" / "bin"
        bin_.mkdir(parents=True)
        (bin_ / "nbhotel").symlink_to(Path(sys.executable).parent / "nbhotel")
        old, new = (repo.git("rev-parse", branch).strip() for branch in ("main", "topic"))
        pull = {"number": 7, "base": {"sha": old}, "head": {"sha": new}}
        event = folder / "event.json"
        event.write_text(json.dumps({"pull_request": pull}))
        self.environment = {
            **{key: value for key, value in environment(folder).items() if not key.startswith("GITLAB_")},
            "GITHUB_ACTIONS": "true",
            "GITHUB_API_URL": host.address,
            "GITHUB_REPOSITORY": "o/r",
            "GITHUB_EVENT_PATH": str(event),
            "GITHUB_STEP_SUMMARY": str(folder / "summary"),
            "GITHUB_OUTPUT": str(folder / "output"),
            "RUNNER_TEMP": str(self.temp),
        }

    def run(self, **inputs: str) -> tuple[int, str]:
        """Run the step that makes the review, and if it says where it is, the one that posts it."""
        values = {f"inputs.{name}": each["default"] for name, each in ACTION["inputs"].items()}
        values |= {f"inputs.{name}": value for name, value in inputs.items()}
        values |= {"inputs.token": TOKEN, "steps.keep.outputs.artifact-url": PAGE}
        make, comment = STEPS[1], STEPS[3]
        code, told = self.step(make, values)
        output = Path(self.environment["GITHUB_OUTPUT"])
        said = dict(line.split("=", 1) for line in output.read_text().splitlines()) if output.exists() else {}
        if "folder" in said:
            values |= {f"steps.make.outputs.{name}": value for name, value in said.items()}
            last, more = self.step(comment, values)
            return code or last, told + more
        return code, told

    def step(self, step: dict[str, Any], values: dict[str, str]) -> tuple[int, str]:
        given = {
            name: re.sub(r"\$\{\{ (.*?) \}\}", lambda found: values[found[1]], text)
            for name, text in step["env"].items()
        }
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", step["run"]],
            cwd=self.repo.folder,
            env={**self.environment, **given},
            capture_output=True,
            text=True,
            timeout=60,
        )
        return done.returncode, done.stdout + done.stderr


@pytest.fixture
def host():
    with serving() as found:
        yield found


@pytest.fixture
def runner(tmp_path, host):
    """A pull request that changes a notebook in a folder and one beside it."""
    repo = Repo(tmp_path / "repo")
    repo.commit(a=notebook(ONE), some__b=notebook(ONE, "1"))
    repo.git("switch", "-q", "-c", "topic")
    repo.commit(a=notebook(TWO), some__b=notebook(TWO, "1", execution_count=5))
    return Runner(tmp_path, repo, host)


def test_the_commands_are_shell():
    assert len(SCRIPTS) == 6
    for script in SCRIPTS:
        assert subprocess.run(["bash", "-n"], input=script, text=True).returncode == 0
        # What an input says reaches a command as a variable: in its text it would be code.
        assert "${{" not in script


def test_the_action_is_one():
    assert set(ACTION) <= {"name", "description", "author", "branding", "inputs", "outputs", "runs"}
    assert ACTION["runs"]["using"] == "composite"
    for each in ACTION["inputs"].values():
        assert set(each) == {"description", "default"}
    for step in STEPS:
        assert ("run" in step) == ("shell" in step) != ("uses" in step)
    used = [step["uses"] for step in STEPS if "uses" in step]
    assert used != []
    assert [each for each in used if not re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", each)] == []


def test_what_expressions_name_is_there():
    text = (ROOT / "action.yml").read_text()
    ids = {step["id"] for step in STEPS if "id" in step}
    assert set(re.findall(r"\binputs\.(\w+)", text)) == set(ACTION["inputs"])
    assert set(re.findall(r"\bsteps\.(\w+)\.", text)) == ids


def test_a_pull_request_gets_its_comment(runner, host):
    code, told = runner.run()
    assert (code, told.splitlines()[-1]) == (0, "comment made")
    [body] = [each["body"] for each in host.comments]
    assert "### `a.ipynb`" in body
    assert "### `some/b.ipynb`" in body
    assert f"as a page]({PAGE})" in body
    summary = (runner.temp.parent / "summary").read_text()
    assert summary.startswith("<!-- nbhotel-review notebooks -->\n## Changed notebooks\n")
    made = runner.temp / "nbhotel-review-notebooks"
    assert {path.name for path in made.iterdir()} == {"comment.md", "diff.html", "review.json"}
    assert runner.run()[1].endswith("comment updated\n")
    assert len(host.comments) == 1


def test_findings_fail_the_job_after_the_comment(runner, host):
    code, told = runner.run(check="fail", path="some\nnothing.ipynb", base="main...topic", name="some")
    assert (code, told.splitlines()[-1]) == (1, "comment made")
    assert "### `some/b.ipynb`" in host.comments[0]["body"]
    assert "### `a.ipynb`" not in host.comments[0]["body"]


def test_an_input_is_no_command(runner, host):
    code, told = runner.run(base="$(touch hacked); `touch hacked`", path='"; touch hacked; "')
    assert code == 2
    assert "no such commit" in told
    assert not (runner.repo.folder / "hacked").exists()
    assert host.comments == []
    assert not (runner.temp.parent / "summary").exists()


def test_a_fork_gets_its_page(runner, host):
    host.failures.append(("POST", 403, {}, {"message": "Resource not accessible by integration"}))
    code, told = runner.run()
    assert code == 0
    assert told.splitlines()[-1].startswith("::notice title=nbhotel review::no comment: the host says 403")
    assert (runner.temp / "nbhotel-review-notebooks" / "diff.html").exists()


@pytest.mark.parametrize(("check", "code"), [("tell", 0), ("fail", 1)])
def test_the_template_for_gitlab(runner, host, check, code):
    host.me = "project_5_bot"
    job = GITLAB["nbhotel-review"]
    # The template has its own folder for the installation; here it is the one of the runner's.
    script = job["script"][-1].replace("/tmp/nbhotel/bin", str(runner.temp / "nbhotel" / "bin"))
    gitlab = {
        "GITLAB_CI": "true",
        "GITLAB_TOKEN": TOKEN,
        "CI_API_V4_URL": host.address,
        "CI_PROJECT_ID": "5",
        "CI_MERGE_REQUEST_IID": "7",
        "CI_MERGE_REQUEST_DIFF_BASE_SHA": runner.repo.git("rev-parse", "main").strip(),
        "CI_COMMIT_SHA": runner.repo.git("rev-parse", "topic").strip(),
        "CI_JOB_URL": "https://gitlab.example.org/o/r/-/jobs/3",
        "NBHOTEL_CHECK": check,
    }
    done = runner.step({"run": script, "env": {**gitlab, "GITHUB_ACTIONS": ""}}, {})
    assert (done[0], done[1].splitlines()[-1]) == (code, "comment made")
    assert "/jobs/3/artifacts/file/nbhotel-review/diff.html)" in host.comments[0]["body"]
    assert job["artifacts"]["paths"] == ["nbhotel-review/"]
    assert (runner.repo.folder / "nbhotel-review" / "diff.html").exists()
