"""`ner-lab tensorboard`: the curves of all runs under a folder."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import NoReturn


class _Options(argparse.ArgumentParser):
    """Whose errors are one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}; see: {self.prog} --help\n")


def start(arguments: list[str]) -> None:
    parser = _Options(
        prog="ner-lab tensorboard",
        description="Opens the curves of all runs under a folder.",
        epilog="examples: ner-lab tensorboard; ner-lab tensorboard outputs/2026-01-31 --port 6007",
    )
    parser.add_argument("path", nargs="?", default="outputs", help="folder of runs (default: outputs)")
    parser.add_argument("--port", type=int, default=6006, help="(default: 6006)")
    parser.add_argument("--host", default="localhost", help="(default: localhost)")
    chosen = parser.parse_args(arguments)
    if not any(Path(chosen.path).rglob("events.out.tfevents.*")):
        sys.exit(f"ner-lab tensorboard: no curves under {chosen.path!r}; train a run first, or name its folder")
    options = [f"--logdir={chosen.path}", f"--port={chosen.port}", f"--host={chosen.host}"]
    os.execv(sys.executable, [sys.executable, "-m", "tensorboard.main", *options])
