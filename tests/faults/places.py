"""The city under strikes: a data directory, a database address, and a way to run our own code on both."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
CLI = (sys.executable, "-m", "yipanqi.config.cli")
OURS = ("DATABASE_URL", "DJANGO_SETTINGS_MODULE", "YIPANQI_SECRET_KEY", "YIPANQI_FIELD_KEYS", "YIPANQI_DATA")


@dataclass(frozen=True)
class Place:
    """One installation: `url` is empty for SQLite in the data directory."""

    data: Path
    url: str = ""

    @property
    def env(self) -> dict[str, str]:
        """The environment in which every command works on this installation."""
        kept = {name: value for name, value in os.environ.items() if name not in OURS}
        path = os.pathsep.join([str(ROOT / "src"), str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
        return {
            **kept, "YIPANQI_DATA": str(self.data), "PYTHONPATH": path,
            **({"DATABASE_URL": self.url} if self.url else {}),
        }  # fmt: skip

    def command(self, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run one of the project's commands to its end."""
        done = subprocess.run([*CLI, *words], cwd=self.data, env=self.env, capture_output=True, text=True, check=False, timeout=300)
        if check and done.returncode:
            raise RuntimeError(f"{' '.join(words)}: {done.returncode}\n{done.stdout[-2000:]}{done.stderr[-3000:]}")
        return done

    def inside(self, work: str, **given: Any) -> Any:
        """What `module:function(**given)` answers in a process of its own where Django stands on this installation."""
        env = {**self.env, "DJANGO_SETTINGS_MODULE": "yipanqi.config.settings"}
        done = subprocess.run(
            [sys.executable, "-m", "tests.faults.places", work], cwd=ROOT, env=env, input=json.dumps(given), capture_output=True, text=True, check=False, timeout=500,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"{work}: {done.stderr[-4000:]}")
        return json.loads(done.stdout)


def main() -> None:
    """Run the function that the command line names, with arguments from standard input."""
    import django  # noqa: PLC0415  only where a process is given to it

    django.setup()
    module, _colon, name = sys.argv[1].partition(":")
    sys.stdout.write(json.dumps(getattr(importlib.import_module(module), name)(**json.load(sys.stdin))))


if __name__ == "__main__":
    main()
