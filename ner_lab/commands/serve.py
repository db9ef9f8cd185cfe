"""`ner-lab serve run=RUN`: runs as a service, with a page to try them on."""

from __future__ import annotations

import signal
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ner_lab.commands.arguments import run as run_command
from ner_lab.files import RunFolder
from ner_lab.types import UserError, listed

HELP = """\
ner-lab serve: answers over HTTP with the model of a run, and a page in the browser to try it on

usage: ner-lab serve run=RUN [run=RUN ...] [KEY=VALUE]

  run=RUN          a run folder or an export; several (run=A run=B, or run=[A,B]) stand side by side on the page, with
                   what they disagree on, and answer by their name: /predict?run=NAME
  host=127.0.0.1   the address to listen on; 0.0.0.0 is every one of this machine, for anybody who reaches it: there is
                   no password
  port=8000        0 takes a free one
  device=auto      auto, cpu, cuda or cuda:N
  precision=auto   of the encoder: float32, bfloat16, or auto: bfloat16 where that is faster
  threshold=0      entities of a lower confidence are left out; precision=0.95 finds the threshold that reaches it on
                   dev
  body=2000000     bytes of a request at most (else 413)
  seconds=60       that a request may take, waiting included (else 504)
  queue=1000       requests that may wait (else 503)
  trust=false      true: the run may name classes of your own, which are imported and called

  GET  /           the page
  POST /predict    {"text": "..."}, {"text": [..]}, {"words": [..]} or a list of these; entities with offsets in code
                   points of the text as it was sent, confidence, and a ledger of what was read, which is all of it
  GET  /health, /metrics (Prometheus), /docs, /openapi.json

Requests that wait are read together. Each run has a process of its own for its model: if that dies, the requests that
it was reading get a 503, it is started again, and the others wait. SIGTERM or Ctrl-C ends the service when it has
answered what it holds.

It needs FastAPI and uvicorn: pip install 'ner-lab[serve]'

examples:
  ner-lab serve run=outputs/2026-01-31/12-00-00
  curl -d '{"text": "Ada Lovelace was born in London ."}' 127.0.0.1:8000/predict
"""
NUMBERS = {"port": (0, 65_535), "body": (1, 2**31), "seconds": (1, 86_400), "queue": (1, 1_000_000)}
KEYS = ("run", "host", *NUMBERS, "device", "precision", "threshold", "trust")
NEEDED = ("fastapi", "uvicorn")


def start(arguments: Sequence[str]) -> None:
    """Runs the command; exits with 1 and a line for what the user can mend."""
    run_command("serve", HELP, _run, arguments)


def _run(arguments: Sequence[str]) -> None:
    runs, options = _options(arguments)
    if missing := [name for name in NEEDED if find_spec(name) is None]:
        raise UserError(f"needs {' and '.join(missing)}, which are not installed: pip install 'ner-lab[serve]'")
    named = names(runs)
    from ner_lab.serving import Limits, serve

    load = {"device": "auto", "precision": "auto", "threshold": 0.0, "trust": False}
    load |= {name: options[name] for name in load if name in options}
    limits = Limits(**{name: options[name] for name in ("body", "seconds", "queue") if name in options})
    settings = {name: {**load, "folder": str(folder)} for name, folder in named.items()}
    ended = serve(settings, options.get("host", "127.0.0.1"), options.get("port", 8000), limits)
    if ended == signal.SIGINT:
        sys.exit(130)


def _options(arguments: Sequence[str]) -> tuple[list[str], dict[str, Any]]:
    runs: list[str] = []
    options: dict[str, Any] = {}
    for argument in arguments:
        key, equals, value = argument.partition("=")
        if not equals or key not in KEYS:
            raise UserError(f"{argument}: the settings are {', '.join(f'{one}=' for one in KEYS)}; see: --help")
        if key == "run":
            listed_runs = value.startswith("[") and value.endswith("]") and not Path(value).exists()
            runs += [one.strip() for one in value[1:-1].split(",")] if listed_runs else [value]
        elif key in options:
            raise UserError(f"{argument}: {key}={options[key]} was given already")
        else:
            options[key] = _value(key, value)
    if not runs:
        raise UserError("no run given; say run=RUN, a folder that ner-lab train has made")
    return runs, options


def _value(key: str, value: str) -> Any:
    if key in NUMBERS:
        least, most = NUMBERS[key]
        if not value.isascii() or not value.isdecimal() or not least <= int(value) <= most:
            raise UserError(f"{key}={value}: must be a whole number from {least} to {most}")
        return int(value)
    if key == "trust":
        if value not in ("true", "false"):
            raise UserError(f"trust={value}: must be true or false")
        return value == "true"
    if not value:
        raise UserError(f"{key}=: a value is missing")
    if key == "threshold":
        try:
            return float(value)
        except ValueError:
            raise UserError(f"threshold={value}: must be a confidence from 0 to 1") from None
    return value


def names(runs: Sequence[str]) -> dict[str, Path]:
    """Folders by what tells them apart: their last part, or as much of the end of their paths as that takes.

    Raises:
        UserError: no such run, or one given twice.
    """
    # Whether it is one of a run is for the model's process to say, which reads it.
    folders = [(Path(run) if run and Path(run).is_dir() else RunFolder.existing(run).path).resolve() for run in runs]
    if twice := [str(folder) for folder in folders if folders.count(folder) > 1]:
        raise UserError(f"run={listed(dict.fromkeys(twice))}: given twice")
    parts = 1
    while len({folder.parts[-parts:] for folder in folders}) < len(folders):
        parts += 1
    return {"/".join(folder.parts[-parts:]): folder for folder in folders}
