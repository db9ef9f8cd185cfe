"""A sweep while it runs: a live table of its slots on a terminal, a plain line for each event anywhere else.

A pure view: the controller tells it what happened, and it keeps nothing that anyone would ask it for.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TextIO

from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from hydra_slots.studies.front import Front
from hydra_slots.studies.history import short
from hydra_slots.visible import visible

STYLES = {"COMPLETE": "green", "PRUNED": "yellow", "FAIL": "red", "paused": "cyan"}
WORDS = {"COMPLETE": "complete", "PRUNED": "pruned", "FAIL": "failed"}


@dataclass
class Row:
    number: int
    choices: str
    since: float
    value: float | None = None
    step: int | None = None


class View:
    """What `open_view` returns: enter it, tell it what happens, leave it. Every call is cheap.

    Args:
        total: trials that the study is to have in the end.
        directions: `maximize` or `minimize`, one an objective.
        slots: names of all slots, in the order of the table.
        stream: where to show it.
        clock: seconds, for tests.
    """

    def __init__(
        self,
        total: int,
        directions: Sequence[str],
        slots: Sequence[str],
        stream: TextIO,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.total, self.directions, self.clock = total, tuple(directions), clock
        self.slots: dict[str, Row | None] = dict.fromkeys(slots)
        self.ended_states: Counter[str] = Counter()
        self.paused = 0  # trials that may go on, of whoever runs them
        self.seconds: list[float] = []  # of the trials that ended here; resumed ones may come from another machine
        self.front = Front(self.directions)  # of (number, values, choices)
        # No wrapping of plain lines: whoever reads a log greps it.
        self.console = Console(file=stream, highlight=False, soft_wrap=not stream.isatty())
        self.live = Live(get_renderable=self._table, console=self.console, refresh_per_second=4, transient=True)
        self.terminal = self.console.is_terminal

    def __enter__(self) -> View:
        if self.terminal:
            self.live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self.terminal:
            self.live.stop()
        if sum(self.ended_states.values()):
            self.say(self.summary())

    def standing(self, states: dict[str, int], best: Sequence[tuple[int, Sequence[float], str]] = ()) -> None:
        """What the study holds, whoever did it: finished trials by state, and the best as (number, values, choices)."""
        self.ended_states, self.front = Counter(states), Front(self.directions)
        for number, values, choices in best:
            self.front.add(values, (number, tuple(values), choices))

    def restored(self, states: dict[str, int], best: Sequence[tuple[int, Sequence[float], str]] = ()) -> None:
        """What an earlier session did, said aloud; see `standing`."""
        self.standing(states, best)
        if sum(states.values()):
            self.say(f"going on with {self.summary()}")

    def started(self, number: int, slot: str, choices: str, note: str = "") -> None:
        self.slots[slot] = Row(number, choices, self.clock())
        self._line(f"trial {number} on {slot}: {choices}" + (f" ({note})" if note else ""))

    def reported(self, number: int, value: float, step: int) -> None:
        """An intermediate value; the table shows the latest of each trial."""
        for running in self.slots.values():
            if running and running.number == number:
                running.value, running.step = value, step

    def ended(
        self, number: int, state: str, values: Sequence[float] | None, note: str = "", counts: bool = True
    ) -> None:
        """The end of a trial in Optuna's `state`, or `killed`, `interrupted` or `paused`.

        `counts=False` when it pauses or is queued again, and so is not finished.
        """
        slot, running = next(((s, r) for s, r in self.slots.items() if r and r.number == number), (None, None))
        if slot is not None and running is not None:
            self.slots[slot] = None
            if counts:
                self.seconds.append(self.clock() - running.since)
        self.ended_states[state] += counts
        text = f"trial {number} {WORDS.get(state, state.lower().replace('_', ' '))}"
        if values:
            text += f": {numbers(values)}"
        elif running and running.value is not None:
            text += f" at step {running.step}: {short(running.value)}"
        if running:
            text += f" after {duration(self.clock() - running.since)}"
        entry = (number, tuple(values or ()), running.choices if running else "")
        if state == "COMPLETE" and values and self.front.add(values, entry):
            text += ", the best so far" if len(self.directions) == 1 else ", on the front"
        if note:
            text += f" ({note})"
        self._line(
            text + ("" if counts or state == "paused" else "; queued again"),
            style=STYLES.get(state, ""),
            always=state == "FAIL",
        )

    def say(self, text: str) -> None:
        """A message of its own, above the table."""
        self.console.print(Text(visible(text, "\n")))

    def _line(self, text: str, style: str = "", always: bool = False) -> None:
        if always or not self.terminal:
            self.console.print(Text(visible(text), style=style))

    def remaining(self) -> float | None:
        """Seconds until the total, at the mean length of the trials that ended here; None before the first end."""
        if not self.seconds:
            return None
        mean = sum(self.seconds) / len(self.seconds)
        spent = [min(self.clock() - r.since, mean) for r in self.slots.values() if r]
        left = max(0, self.total - sum(self.ended_states.values()))
        return max(0.0, left * mean - sum(spent)) / max(1, min(len(self.slots), left))

    def summary(self) -> str:
        """`12 of 24 trials: 9 complete, 2 pruned, 1 failed; best trial 7: 0.8312 loss=focal`."""
        states = ", ".join(f"{self.ended_states[state]} {word}" for state, word in WORDS.items())
        states += f", {self.paused} paused" if self.paused else ""
        text = f"{sum(self.ended_states.values())} of {self.total} trials: {states}"
        best = sorted(self.front)
        if len(self.directions) > 1 and best:
            return f"{text}; front of trials {', '.join(str(number) for number, _, _ in best)}"
        for number, values, choices in best:
            text += f"; best trial {number}: {numbers(values)} {choices}".rstrip()
        return text

    def _table(self) -> Group:
        table = Table(box=None, pad_edge=False, header_style="bold", expand=True)
        for name in ("slot", "trial", "time", "step", "value"):
            table.add_column(name, no_wrap=True, justify="left" if name == "slot" else "right")
        table.add_column("parameters", ratio=1, no_wrap=True, overflow="ellipsis")
        for slot, running in self.slots.items():
            if running is None:
                table.add_row(Text(slot), *[""] * 4, Text("free", style="dim"))
            else:
                seen = ("", "") if running.value is None else (str(running.step), short(running.value))
                passed = duration(self.clock() - running.since)
                table.add_row(Text(slot), str(running.number), passed, *seen, Text(visible(running.choices)))
        left = self.remaining()
        return Group(table, Text(visible(self.summary()) + ("" if left is None else f"; about {duration(left)} left")))


def open_view(total: int, directions: Sequence[str], slots: Sequence[str], stream: TextIO | None = None) -> View:
    """The view of a sweep on `stream` (standard error): a table that follows it, or plain lines without a terminal."""
    return View(total, directions, slots, stream or sys.stderr)


def numbers(values: Sequence[float]) -> str:
    return ", ".join(short(float(value)) for value in values)


def duration(seconds: float) -> str:
    """`0:42`, `12:05`, `3:00:10`."""
    minutes, rest = divmod(round(max(0.0, seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
