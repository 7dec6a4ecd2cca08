"""The bootstrap on real folders, users and processes."""

from __future__ import annotations

import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import bootstrap
import places

ROOT = Path(__file__).resolve().parent.parent
USER = "nbt-bootstrap"
LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv", ".build", "node_modules", "__pycache__", ".*_cache", ".hypothesis"
)

#: What `nbhotel --version` and the making of its wheel need.
FEW = {"hatchling", "packaging", "pathspec", "pluggy", "pygments", "trove-classifiers"}
#: What a guest imports in root's environment: compiled modules as well.
OF_GUESTS = {
    "annotated-types",
    "pydantic",
    "pydantic-core",
    "pyzmq",
    "typing-extensions",
    "typing-inspection",
}


def run(checkout: Path, *command: str, user: str = "", umask: int = 0o022, **environment: str):
    """Run the checkout's bootstrap, as another user in a fresh login environment if one is named."""
    program = ["python3", "tools/bootstrap.py", *command]
    if user:
        home = pwd.getpwnam(user).pw_dir
        plain = {"HOME": home, "PATH": "/usr/local/bin:/usr/bin:/bin", **environment}
        program = [
            "runuser",
            "-u",
            user,
            "--",
            "env",
            "-i",
            *(f"{key}={value}" for key, value in plain.items()),
            *program,
        ]
        environment = {}
    return subprocess.run(
        program,
        cwd=checkout,
        umask=umask,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=600,
    )


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder that every user can reach, unlike pytest's own."""
    import tempfile

    with tempfile.TemporaryDirectory(prefix="nbt-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture
def user() -> Iterator[str]:
    subprocess.run(["useradd", "--create-home", "--shell", "/bin/bash", USER], check=True)
    yield USER
    subprocess.run(["userdel", "--remove", "--force", USER], check=True, capture_output=True)


def copy_checkout(target: Path, mode: int = 0o755, owner: str = "") -> Path:
    shutil.copytree(ROOT, target, ignore=LEFT_OUT)
    target.chmod(mode)
    if owner:
        subprocess.run(["chown", "-R", owner, target], check=True)
    return target


def copy_with_few_packages(
    target: Path, packages: set[str] = FEW, *, mode: int = 0o755, owner: str = ""
) -> Path:
    """A checkout whose lock names only some packages: how many there are is no matter here."""
    checkout = copy_checkout(target, mode, owner)
    lock = checkout / "requirements" / "hotel.txt"
    pins = re.split(r"^(?=\w)", lock.read_text(), flags=re.MULTILINE)
    few = [each for each in pins if each.partition("==")[0] in packages]
    assert len(few) == len(packages)
    lock.write_text("".join(few))
    return checkout


# -- what is readable, and for whom


def test_readable_by_all_needs_every_folder_on_the_way(folder):
    inner = folder / "a" / "b"
    inner.mkdir(parents=True)
    for path in (inner, inner.parent):
        path.chmod(0o755)
    assert places.is_readable_by_all(inner)
    inner.parent.chmod(0o711)
    assert places.is_readable_by_all(inner)
    inner.parent.chmod(0o700)
    assert not places.is_readable_by_all(inner)


def test_readable_by_all_follows_links_and_looks_at_both_ways(folder):
    program = folder / "private" / "program"
    program.parent.mkdir(mode=0o755)
    program.write_text("")
    program.chmod(0o755)
    link = folder / "link"
    link.symlink_to(program)
    assert places.is_readable_by_all(link)
    program.parent.chmod(0o700)
    assert not places.is_readable_by_all(link)


@pytest.mark.root
def test_a_folder_that_others_can_change_is_not_safe_for_guests(folder):
    checkout = folder / "checkout"
    checkout.mkdir(mode=0o755)
    assert places.is_safe_for_guests(checkout)  # /tmp is sticky: nobody else can rename what lies in it
    folder.chmod(0o777)
    assert not places.is_safe_for_guests(checkout)
    folder.chmod(0o755)
    os.chown(checkout, pwd.getpwnam("nobody").pw_uid, -1)
    assert not places.is_safe_for_guests(checkout)


@pytest.mark.root
def test_root_passes_over_an_interpreter_that_guests_can_not_run(folder, monkeypatch):
    private = folder / "private"
    private.mkdir(mode=0o700)
    hidden = private / "python3"
    subprocess.run(["cp", "-L", places.choose_interpreter(), hidden], check=True)
    subprocess.run([hidden, "-c", ""], check=True)
    monkeypatch.setenv("PATH", str(private), prepend=os.pathsep)
    assert next(places.interpreter_candidates()) == hidden
    assert private not in places.choose_interpreter().parents


def test_no_interpreter_is_one_line(monkeypatch):
    monkeypatch.setattr(places, "interpreter_candidates", lambda: iter([Path("/bin/false")]))
    with pytest.raises(places.CannotSetUp, match=r"^no Python >= 3\.11 .*apt-get install python3"):
        places.choose_interpreter()


def test_an_old_interpreter_is_passed_over(folder, monkeypatch):
    old = folder / "python3"
    old.write_text('#!/bin/sh\necho \'[[3, 9], "/usr/bin/python3", "/usr/lib"]\'\n')
    old.chmod(0o755)
    assert places.probe(old) is None
    old.write_text(old.read_text().replace("[3, 9]", "[3, 99]"))
    assert places.probe(old) == Path("/usr/bin/python3")


def test_missing_programs_are_one_line_for_an_ordinary_user(monkeypatch):
    monkeypatch.setattr(bootstrap, "SYSTEM_PROGRAMS", {"no-such-program": "no-such-package", "sh": "dash"})
    monkeypatch.setattr(bootstrap, "is_root", lambda: False)
    with pytest.raises(places.CannotSetUp, match=r"as root with: apt-get install no-such-package$"):
        bootstrap.ensure_system_programs()


def test_an_environment_of_somebody_else_is_not_touched(folder):
    environment = folder / "env"
    assert bootstrap.is_ours(environment)
    environment.mkdir()
    assert bootstrap.is_ours(environment)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True)
    assert not bootstrap.is_ours(environment)


# -- whole runs


@pytest.mark.slow
@pytest.mark.root
def test_an_ordinary_user_in_a_clone_of_their_own(folder, user):
    checkout = copy_with_few_packages(folder / "clone", owner=user)
    done = run(checkout, "hotel", "--", "nbhotel", "--version", user=user)
    assert (done.returncode, done.stdout) == (0, f"nbhotel {bootstrap_version()}\n"), done.stderr
    assert (checkout / ".venv" / "bin" / "nbhotel").owner() == user

    again = run(checkout, "hotel", user=user)
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")

    source = checkout / "src" / "nbhotel" / "__init__.py"
    source.write_text(source.read_text().replace(bootstrap_version(), "9.9.9"))
    assert run(checkout, "hotel", "--", "nbhotel", "--version", user=user).stdout == "nbhotel 9.9.9\n"


@pytest.mark.slow
@pytest.mark.root
def test_root_in_a_closed_clone_with_a_closed_umask(folder, user):
    checkout = copy_with_few_packages(folder / "clone", FEW | OF_GUESTS, mode=0o700)
    done = run(checkout, "hotel", "--", "python", "-c", "import sys; print(sys.prefix)", umask=0o077)
    assert done.returncode == 0, done.stderr
    environment = Path(done.stdout.strip())
    try:
        assert environment.is_relative_to("/opt/nbhotel")
        program = "import nbhotel.hotel.settings, zmq; print('all read')"
        guest = ["runuser", "-u", user, "--", str(environment / "bin" / "python"), "-c", program]
        assert subprocess.run(guest, cwd="/", capture_output=True, text=True).stdout == "all read\n"
        closed = subprocess.run(
            ["find", environment, "!", "-type", "l", "!", "-perm", "-o+r"], capture_output=True, text=True
        )
        assert closed.stdout == ""
    finally:
        shutil.rmtree(environment.parent)


@pytest.mark.slow
def test_interrupted_and_two_at_once(folder):
    checkout = copy_with_few_packages(folder / "clone")
    command = [sys.executable, "tools/bootstrap.py", "hotel", "--", "nbhotel", "--version"]
    started = subprocess.Popen(
        command, cwd=checkout, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    assert started.stderr is not None
    while "installing packages" not in started.stderr.readline():
        assert started.poll() is None
    time.sleep(0.1)
    os.killpg(started.pid, signal.SIGKILL)
    started.communicate()
    both = [subprocess.Popen(command, cwd=checkout, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    told = [process.communicate(timeout=600)[1] for process in both]
    assert [process.returncode for process in both] == [0, 0], told
    assert sum("waiting for another run" in text for text in told) == 1
    assert sum("installing packages" in text for text in told) == 1


@pytest.mark.slow
@pytest.mark.root
def test_a_registry_that_is_away_is_one_line(folder, user):
    checkout = copy_checkout(folder / "clone", owner=user)
    done = run(
        checkout,
        "hotel",
        user=user,
        PIP_INDEX_URL="http://127.0.0.1:9/",
        PIP_RETRIES="0",
        PIP_CONFIG_FILE="/dev/null",
    )
    assert (done.returncode, done.stdout) == (2, "")
    *_, last = done.stderr.splitlines()
    assert last.startswith("bootstrap: `python3 -m pip` failed: ")
    assert "is a package registry reachable?" in last
    assert "Traceback" not in done.stderr


def bootstrap_version() -> str:
    import nbhotel

    return nbhotel.__version__
