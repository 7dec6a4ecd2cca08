"""Set up what a `make` target needs, then run a program in it: `bootstrap.py LEVEL -- PROGRAM ARG…`.

Levels: `hotel` is what `nbhotel up` needs, `dev` adds tests and linters, `test` is `dev` plus the
system programs that tests drive. Needs Python with pip, and a package registry; nothing else.
The reasons for what it does stand in docs/design/bootstrap.md.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

from places import (
    CHECKOUT,
    CannotSetUp,
    Places,
    choose_interpreter,
    choose_places,
    home,
    interpreter_candidates,
    is_root,
    only_one,
    tell,
)

REQUIREMENTS = CHECKOUT / "requirements"
#: level -> the lock file with everything it needs
LOCKS = {"hotel": "hotel.txt", "dev": "dev.txt", "test": "dev.txt"}
#: What each lock is made from, by `make lock`; the later one is held to the versions of the earlier one.
LOCK_INPUTS = {
    "uv.txt": ["requirements/uv.in"],
    "dev.txt": ["pyproject.toml", "--extra", "dev", "requirements/build.in"],
    "hotel.txt": [
        *["pyproject.toml", "--extra", "hotel", "--extra", "completion", "--extra", "tui"],
        *["requirements/build.in", "--constraint", "requirements/dev.txt"],
    ],
}
#: program -> Debian package, for the level `test`
SYSTEM_PROGRAMS = {
    "chromium": "chromium",
    "git-lfs": "git-lfs",
    "ps": "procps",
    "runuser": "util-linux",
    "ss": "iproute2",
    "systemd-analyze": "systemd",
    "useradd": "passwd",
}
PROMPT = "nbhotel-bootstrap"


def main() -> int:
    """Do what the command line asks; 2 if something can't be had."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument(
        "level", choices=[*LOCKS, "lock"], help="what to set up; `lock` makes the lock files anew"
    )
    parser.add_argument("command", nargs="*", help="program of the environment, with its arguments")
    args = parser.parse_args()
    umask = os.umask(0o022)  # a caller's 077 would lock the guests out of what is installed
    try:
        places = choose_places()
        with only_one(places.workshop):
            if args.level == "lock":
                return make_locks(places)
            ensure(places, args.level)
    except CannotSetUp as error:
        print(f"bootstrap: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    os.umask(umask)
    if args.command:
        become(places, args.command)
    return 0


def ensure(places: Places, level: str) -> None:
    """Bring the environment to `level`: nothing to do is found out in a few milliseconds."""
    if level == "test":
        ensure_system_programs()
    stamp = read_stamp(places)
    lock = (
        LOCKS[level] if stamp.get("lock") != LOCKS["dev"] else LOCKS["dev"]
    )  # never take tests' packages away
    wanted = {"lock": lock, "packages": fingerprint_of_locks(lock), "source": fingerprint_of_source()}
    if stamp == wanted:
        return
    # Without its stamp an environment counts as unfinished, and the next run makes it anew.
    places.stamp.unlink(missing_ok=True)
    if not stamp:
        make_environment(places)
    if {**stamp, "source": ""} != {**wanted, "source": ""}:
        tell("installing packages")
        install_packages(places, lock)
    install_nbhotel(places)
    make_readable(places.environment)
    write_atomically(places.stamp, json.dumps(wanted))


# -- packages ---------------------------------------------------------------------------------------


def make_environment(places: Places) -> None:
    """Make an empty environment, in place of an unfinished one of ours."""
    ensure_uv(places)
    if not is_ours(places.environment):
        raise CannotSetUp(f"{places.environment} was not made by this program: move it away")
    interpreter = choose_interpreter()
    tell(f"making {places.environment} with {interpreter}")
    uv(places, "venv", "--clear", "--prompt", PROMPT, "--python", str(interpreter), str(places.environment))


def is_ours(environment: Path) -> bool:
    """Whether an environment may be made anew: it is not there, empty, or was made here."""
    if not environment.exists() or not any(environment.iterdir()):
        return True
    configuration = environment / "pyvenv.cfg"
    return configuration.exists() and f"prompt = {PROMPT}" in configuration.read_text()


def install_packages(places: Places, lock: str) -> None:
    """Make the environment hold exactly what the lock names, each file checked against its hash."""
    ensure_uv(places)
    # Guests can't write into root's environment: without bytecode they would compile at every start.
    options = ["--require-hashes", "--compile-bytecode"]
    uv(places, "pip", "sync", "--python", str(places.python), *options, str(REQUIREMENTS / lock))


def install_nbhotel(places: Places) -> None:
    """Install a copy of nbhotel: guests need not be able to read the checkout."""
    ensure_uv(places)
    options = ["--no-deps", "--no-build-isolation", "--offline", "--reinstall-package", "nbhotel"]
    options += ["--compile-bytecode"]
    uv(places, "pip", "install", "--python", str(places.python), *options, str(CHECKOUT))


def ensure_uv(places: Places) -> None:
    """Install the pinned uv with pip. `--target` works on systems whose Python is managed externally."""
    lock = REQUIREMENTS / "uv.txt"
    stamp = places.workshop / "uv" / "stamp"
    wanted = fingerprint([lock])
    if stamp.exists() and stamp.read_text() == wanted and places.uv.exists():
        return
    tell("installing uv")
    target = places.workshop / "uv"
    shutil.rmtree(target, ignore_errors=True)
    options = [
        "--quiet",
        "--no-deps",
        "--only-binary=:all:",
        "--require-hashes",
        "--disable-pip-version-check",
    ]
    run(
        places,
        [str(python_with_pip()), "-m", "pip", "install", *options, "--target", str(target), "-r", str(lock)],
    )
    write_atomically(stamp, wanted)


def python_with_pip() -> Path:
    """Any Python with pip will do to fetch uv, which is a program by itself."""
    for candidate in interpreter_candidates():
        if (
            subprocess.run([candidate, "-m", "pip", "--version"], capture_output=True, check=False).returncode
            == 0
        ):
            return candidate
    raise CannotSetUp("no Python with pip: install it, e.g. apt-get install python3-pip")


def make_locks(places: Places) -> int:
    """Resolve the newest versions and write the lock files, hashes in, host names out."""
    ensure_uv(places)
    for lock, inputs in LOCK_INPUTS.items():
        options = [
            "--universal",
            "--python-version",
            "3.11",
            "--generate-hashes",
            "--no-emit-index-url",
            "--no-header",
        ]
        uv(places, "pip", "compile", "--upgrade", "--quiet", *options, *inputs, "-o", f"requirements/{lock}")
    return 0


def uv(places: Places, *arguments: str) -> None:
    """Run uv with our own user's cache only: through another's cache, that user could change root's files."""
    settings = {"HOME": str(home()), "UV_CACHE_DIR": str(home() / ".cache" / "uv"), "UV_NO_PROGRESS": "1"}
    settings |= {"UV_SYSTEM_CERTS": "1", "UV_PYTHON_DOWNLOADS": "never", "UV_NO_CONFIG": "1"}
    run(
        places,
        [str(places.uv), *arguments],
        {**settings, **pip_index()} if "--offline" not in arguments else settings,
    )


def pip_index() -> dict[str, str]:
    """A registry that pip is told to use instead of its default one, told to uv, which doesn't ask pip."""
    if "UV_DEFAULT_INDEX" in os.environ or "UV_INDEX_URL" in os.environ:
        return {}
    command = [str(python_with_pip()), "-m", "pip", "config", "list"]
    listing = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    given = dict(line.split("=", 1) for line in listing.splitlines() if "=" in line)
    index = given.get(":env:.index-url") or given.get("install.index-url") or given.get("global.index-url")
    return {"UV_DEFAULT_INDEX": index.strip("'\"")} if index else {}


def run(places: Places, command: list[str], settings: dict[str, str] | None = None) -> None:
    """Run a program quietly; its output goes to the log, its last word into our error."""
    done = subprocess.run(
        command, cwd=CHECKOUT, env={**os.environ, **(settings or {})}, text=True, errors="replace",
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
    )  # fmt: skip
    with places.log.open("a") as log:
        log.write(f"$ {' '.join(command)}\n{done.stdout}")
    if done.returncode != 0:
        lines = [
            line.strip(" \u00d7\u2502\u2570\u2500\u25b6") for line in done.stdout.splitlines() if line.strip()
        ]
        last = lines[-1] if lines else f"exit status {done.returncode}"
        what = " ".join(Path(word).name for word in command[:3])
        raise CannotSetUp(
            f"`{what}` failed: {last} (all of it: {places.log}; is a package registry reachable?)"
        )


# -- system programs --------------------------------------------------------------------------------


def ensure_system_programs() -> None:
    """Install with apt-get what the tests drive; without the right to, say what is missing."""
    missing = sorted({package for program, package in SYSTEM_PROGRAMS.items() if not find_program(program)})
    if not missing:
        return
    remedy = f"apt-get install {' '.join(missing)}"
    if not is_root() or not shutil.which("apt-get"):
        raise CannotSetUp(f"the tests need more programs: install them as root with: {remedy}")
    tell(f"installing {', '.join(missing)}")
    apt = ["apt-get", "-qq", "-o", "DPkg::Lock::Timeout=300"]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for step in (["update"], ["install", "-y", "--no-install-recommends", *missing]):
        done = subprocess.run([*apt, *step], env=environment, stdout=subprocess.DEVNULL, check=False)
        if done.returncode != 0:
            raise CannotSetUp(f"`apt-get {step[0]}` failed: mend that, then: {remedy}")


def find_program(name: str) -> str | None:
    """Where a program is; /usr/sbin is not on an ordinary user's PATH."""
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")


# -- small things -----------------------------------------------------------------------------------


def fingerprint(files: list[Path]) -> str:
    """A hash of what some files hold."""
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()


def fingerprint_of_locks(lock: str) -> str:
    """A hash that changes when the environment must."""
    return fingerprint([REQUIREMENTS / lock])


def fingerprint_of_source() -> str:
    """A hash of the names, sizes and times of what an installed nbhotel is made of."""
    files = [CHECKOUT / "pyproject.toml", CHECKOUT / "README.md", CHECKOUT / "LICENSE"]
    files += (path for path in sorted((CHECKOUT / "src").rglob("*")) if "__pycache__" not in path.parts)
    states = [f"{file}\0{status.st_size}\0{status.st_mtime_ns}" for file in files if (status := file.stat())]
    return hashlib.sha256("\n".join(states).encode("utf-8", "surrogateescape")).hexdigest()


def read_stamp(places: Places) -> dict[str, str]:
    """What the environment holds; nothing if it is unfinished or its interpreter is gone."""
    try:
        stamp = json.loads(places.stamp.read_text())
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) and places.python.exists() else {}


def make_readable(directory: Path) -> None:
    """Let everybody read what was installed: files from uv's cache keep the modes they had there."""
    for folder, _, names in os.walk(directory):
        for path in (Path(folder), *(Path(folder, name) for name in names)):
            mode = path.lstat().st_mode
            wanted = (
                mode
                | stat.S_IRGRP
                | stat.S_IROTH
                | ((mode & stat.S_IXUSR) >> 3)
                | ((mode & stat.S_IXUSR) >> 6)
            )
            if not stat.S_ISLNK(mode) and wanted != mode:
                path.chmod(stat.S_IMODE(wanted))


def write_atomically(path: Path, text: str) -> None:
    """Write a file that is there as a whole or not at all."""
    draft = path.with_suffix(".draft")
    draft.write_text(text)
    draft.replace(path)


def become(places: Places, command: list[str]) -> NoReturn:
    """Replace this process by a program of the environment."""
    environment = {key: value for key, value in os.environ.items() if key not in {"PYTHONPATH", "PYTHONHOME"}}
    environment["VIRTUAL_ENV"] = str(places.environment)
    environment["PATH"] = f"{places.environment / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    program = shutil.which(command[0], path=environment["PATH"])
    if program is None:
        print(f"bootstrap: there is no program {command[0]}", file=sys.stderr)
        sys.exit(2)
    os.execve(program, command, environment)  # noqa: S606 - a list, and no shell


if __name__ == "__main__":
    sys.exit(main())
