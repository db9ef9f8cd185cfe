"""The probe of this machine, kept for it (processor and versions): it is measured once, and every run there is computed
alike.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import nullcontext, suppress
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

from ner_lab.files import cache_folder, write_json
from ner_lab.files.plain import read_json
from ner_lab.models.encoder.kernels.measurement import Probe, machine, measure
from ner_lab.models.encoder.kernels.rewrites import ON_CPU
from ner_lab.types import UserError


def probe() -> Probe:
    """The probe of this machine, from an earlier one where there is one."""
    here = machine()
    return _probe(json.dumps(here, sort_keys=True))


def forget() -> None:
    """Has the next `probe` measure."""
    _probe.cache_clear()
    with suppress(OSError):
        place().unlink()


def place() -> Path:
    """The file that keeps the probe of this machine."""
    return _place(json.dumps(machine(), sort_keys=True))


def _place(here: str) -> Path:
    return cache_folder() / "kernels" / f"{hashlib.sha256(here.encode()).hexdigest()[:32]}.json"


@cache
def _probe(here: str) -> Probe:
    file = _place(here)
    if (kept := _kept(file)) is not None:
        return kept
    with _alone(file.parent):
        if (kept := _kept(file)) is not None:  # another process was faster
            return kept
        found = measure()
        with suppress(OSError):  # measured again next time
            write_json(file, asdict(found))
    return found


def _kept(file: Path) -> Probe | None:
    try:
        found = read_json(file)
        kernels = tuple(name for name in ON_CPU if name in found["kernels"])
        return Probe(found["machine"], found["gains"], kernels, found["bfloat16"], float(found["seconds"]))
    except (UserError, KeyError, TypeError, ValueError):
        return None


def _alone(folder: Path) -> Any:
    """Processes that start together probe one after the other: at once they would measure each other."""
    try:
        import fcntl

        folder.mkdir(parents=True, exist_ok=True)
        file = (folder / "lock").open("w")
        fcntl.flock(file, fcntl.LOCK_EX)
        return file
    except (ImportError, OSError):
        return nullcontext()
