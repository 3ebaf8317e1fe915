"""`yipanqi demo`: a sample city, its server and its worker in one process tree."""

from __future__ import annotations

import argparse
import datetime as dt
import os
import signal
import subprocess
import sys
import time
from types import FrameType

import django

from yipanqi.config.failure import CommandFailed
from yipanqi.demo import PASSWORD

LOGINS = {
    "office": "创城办负责人", "desk": "综合组值班台", "inspector": "检查员", "liaison": "责任单位联络员", "unitleader": "单位负责人",
    "grid": "网格员", "centre": "文明实践中心", "station": "文明实践所（站）", "teamleader": "志愿服务队队长", "volunteer": "志愿者", "leader": "市领导", "auditor": "审计", "admin": "系统管理员",
}  # fmt: skip


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--size", choices=["small", "city"], default="small")
    parser.add_argument("--no-serve", action="store_true", help="build the sample city and stop")


def _progress(done: int, total: int) -> None:
    if sys.stderr.isatty() or done >= total:
        width = 30 * done // max(total, 1)
        print(f"\r演示城市 [{'#' * width}{'.' * (30 - width)}] {done}/{total}", end="", file=sys.stderr, flush=True)


def build(size: str) -> None:
    """Build the sample city unless this data directory already holds one."""
    from yipanqi.config.commands.setup_command import prepare  # noqa: PLC0415  needs configured apps
    from yipanqi.demo.load import load_city  # noqa: PLC0415
    from yipanqi.people.models import Unit  # noqa: PLC0415

    prepare()
    if Unit.objects.exists():
        return
    load_city(size, dt.datetime.now(dt.UTC), _progress)
    print(file=sys.stderr)


def run(args: argparse.Namespace) -> int:
    if args.no_serve:
        django.setup()
        build(args.size)
        return 0
    command = [sys.executable, "-m", "yipanqi.config.cli"]
    # built by a child of its own, so that this process stays small for as long as it watches the other two
    os.environ["YIPANQI_DEMO"] = "1"  # whatever host the browser names is good enough for a trial
    built = subprocess.run([*command, "demo", "--size", args.size, "--no-serve"], env=os.environ, check=False)
    if built.returncode:
        return built.returncode
    children = [
        subprocess.Popen([*command, "serve", "--port", str(args.port)], env=os.environ),
        subprocess.Popen([*command, "worker"], env=os.environ),
    ]
    print(f"一盘棋演示城市（数据均为虚构）: http://127.0.0.1:{args.port}/")
    print(f"各角色登录名（密码均为 {PASSWORD}）:")
    for login, title in LOGINS.items():
        print(f"  {login:<12}{title}")
    sys.stdout.flush()
    return _watch(children)


def _watch(children: list[subprocess.Popen[bytes]]) -> int:
    stopping = False

    def stop(signum: int, frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    while not stopping and all(child.poll() is None for child in children):
        time.sleep(0.3)
    for child in children:
        child.terminate()
    for child in children:
        try:
            child.wait(10)
        except subprocess.TimeoutExpired:
            child.kill()
    if not stopping:
        raise CommandFailed("The server or the worker ended by itself; its last words stand above.")
    return 0
