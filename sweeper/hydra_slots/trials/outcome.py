"""How a trial ended, and what that is read from: what the application returned or raised, or an exit status."""

from __future__ import annotations

import json
import math
import signal
import sys
import traceback
import types
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from hydra_slots.files import NO_ROOM, write_whole

OUTCOME = ".trial.json"  # in the trial's folder: what came of it, in case nobody was there to be told
LOG = "console.log"


@dataclass
class Outcome:
    """How a trial ended: `complete`, `nothing` (complete in a grid, where the application returned nothing), `pruned`,
    `paused`, `failed`, `killed`, `interrupted`, `no_room` (on the disk) or `no_memory` (on a GPU, beside others);
    `error` is the end of its log."""

    end: str
    values: list[float] | None = None
    error: str = ""
    seeds: dict[str, Any] = field(default_factory=dict)

    def write(self, folder: Path) -> None:
        write_whole(folder / OUTCOME, json.dumps(asdict(self)))

    @classmethod
    def read(cls, folder: Path) -> Outcome | None:
        """None where no trial has ended."""
        try:
            return cls(**json.loads((folder / OUTCOME).read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None


def ended_by(error: BaseException) -> Outcome:
    """How a trial that raised this ended; a traceback goes to its log unless it was stopped on purpose."""
    chain = [error]
    while (before := chain[-1].__cause__ or chain[-1].__context__) is not None and before not in chain:
        chain.append(before)
    names = [type(one).__name__ for one in chain]
    if names[0] == "TrialPruned":
        return Outcome("pruned")
    if names[0] == "TrialPaused":
        return Outcome("paused")
    # Lightning turns Ctrl-C and SIGTERM into exits of its own.
    if isinstance(error, KeyboardInterrupt | SystemExit) and {"KeyboardInterrupt", "SIGTERMException"} & set(names):
        return Outcome("interrupted", error=names[0])
    full = [one for one in chain if isinstance(one, OSError) and one.errno in NO_ROOM]
    if names[0] in ("CompactHydraException", "NoCheckpointError"):  # a message for the user, who needs no traceback
        print(error, file=sys.stderr)
        return Outcome("no_room" if full else "failed", error=str(error))
    if isinstance(error, SystemExit):
        return Outcome("failed", error=f"the application called sys.exit({error.code!r})")
    error.__traceback__ = _of_application(error.__traceback__)
    traceback.print_exception(error)
    if full:
        return Outcome("no_room", error=str(full[0]))
    return Outcome("failed", error="".join(traceback.format_exception(error)[-3:]).strip())


def _of_application(frames: types.TracebackType | None) -> types.TracebackType | None:
    """A traceback that begins in the application."""
    while frames is not None and Path(frames.tb_frame.f_code.co_filename).parent == Path(__file__).parent:
        frames = frames.tb_next
    return frames


def numbers(returned: Any) -> list[float] | str:
    """The values that the application returned, none for None; a text says what is wrong with them."""
    if returned is None:
        return []
    several = list(returned) if isinstance(returned, Sequence) and not isinstance(returned, str) else [returned]
    values = []
    for one in several:
        try:
            value = float(one)
        except (TypeError, ValueError):
            return f"the application returned {one!r}, which is no number"
        if math.isnan(value):
            return "the application returned NaN"
        values.append(value)
    return values


def of_seeds(rows: Sequence[Sequence[float]], seeds: dict[str, Any]) -> Outcome:
    """The mean of what the application returned under each seed."""
    lengths = sorted({len(row) for row in rows})
    if len(lengths) > 1:
        numbers = f"{lengths[0] or 'no'} numbers under one seed and {lengths[-1]} under another"
        return Outcome("failed", None, f"the application returned {numbers}", seeds)
    return Outcome("complete", [math.fsum(column) / len(rows) for column in zip(*rows, strict=True)], "", seeds)


def of_status(status: int, folder: Path) -> Outcome:
    """The outcome of a trial that died without a word, from its exit status; negative ones are signals."""
    if status in (-signal.SIGKILL, -signal.SIGTERM):
        return Outcome("killed", error=f"killed by {signal.Signals(-status).name}")
    how = f"signal {signal.Signals(-status).name}" if status < 0 else f"exit code {status}"
    return Outcome("failed", error=f"{last_lines(folder / LOG)}\nthe process ended with {how}".strip())


def checked(outcome: Outcome, grid: bool, objectives: int) -> Outcome:
    """The outcome, or a failure if it has not one value for each objective."""
    if outcome.end != "complete":
        return outcome
    values = outcome.values or []
    if grid and not values:  # an application that is run for what it does
        return Outcome("nothing", None, "", outcome.seeds)
    if len(values) == objectives:
        return Outcome("complete", values, "", outcome.seeds)
    returned = f"{len(values)} numbers" if values else "nothing"
    wanted = "a number" if objectives == 1 else f"{objectives} numbers"
    return Outcome("failed", None, f"the application returned {returned}, the sweep needs {wanted}", outcome.seeds)


def reason(error: str) -> str:
    """The line of an error's text that says what is wrong; what follows it indented belongs to it."""
    lines = error.strip().splitlines()
    return next((line for line in reversed(lines) if line.strip() and not line[0].isspace()), "")


def last_lines(path: Path, count: int = 5) -> str:
    try:
        return "\n".join(path.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-count:])
    except OSError:
        return ""
