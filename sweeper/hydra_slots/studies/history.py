"""What a sweep has done so far: one record a trial, by number."""

from __future__ import annotations

import os
import socket
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from hydra_slots.errors import SweepError
from hydra_slots.studies import stored
from hydra_slots.studies.front import NOTHING

if TYPE_CHECKING:
    from optuna import Study
    from optuna.trial import FrozenTrial


@dataclass(frozen=True)
class Record:
    """One trial. `values` has one number an objective, or is None where it returned none; times are unix seconds;
    `intermediate` is value by step."""

    number: int
    state: str  # Optuna's names: COMPLETE, PRUNED, FAIL, RUNNING, WAITING; or PAUSED, and PROMOTED once it has gone on
    values: tuple[float, ...] | None
    params: dict[str, Any]
    user_attrs: dict[str, Any] = field(default_factory=dict)
    intermediate: dict[int, float] = field(default_factory=dict)
    started: float | None = None
    ended: float | None = None

    @classmethod
    def of(cls, trial: FrozenTrial, state: str | None = None) -> Record:
        attributes = stored.trial(trial.user_attrs)
        begin, end = trial.datetime_start, trial.datetime_complete
        return cls(
            number=trial.number,
            state=state or trial.state.name,
            values=tuple(trial.values) if trial.values and attributes.get("end") != NOTHING else None,
            # A plain grid has no parameters of Optuna's; what was typed is all there is to say.
            params=dict(trial.params) or dict(attributes.get("params_text", {})),
            user_attrs=attributes,
            intermediate=dict(sorted(trial.intermediate_values.items())),
            started=attributes.get("started", begin.timestamp() if begin else None),
            ended=attributes.get("ended", end.timestamp() if end else None),
        )

    @property
    def folder(self) -> str | None:
        """The job's folder, relative to the sweep folder."""
        return self.user_attrs.get("folder")

    @property
    def slot(self) -> str:
        """`host slot` where another host may have the same slot, else the slot alone; empty before the start."""
        return str(self.user_attrs.get("slot", ""))

    @property
    def choices(self) -> str:
        """The trial's parameters as overrides: `loss=focal loss.gamma=2.1`."""
        typed = self.user_attrs.get("params_text", {})
        return " ".join(f"{key}={typed.get(key, short(value))}" for key, value in self.params.items())

    @property
    def abandoned(self) -> bool:
        """Marked as running, but its process on this very machine has gone."""
        if self.state != "RUNNING" or self.user_attrs.get("host") != socket.gethostname():
            return False
        try:
            os.kill(int(self.user_attrs["pid"]), 0)
        except (KeyError, ProcessLookupError):
            return "pid" in self.user_attrs
        except PermissionError:  # somebody else's process, so it lives
            pass
        return False

    def row(self) -> dict[str, Any]:
        """What `hydra-slots list --json` prints of a trial."""
        one = self.values[0] if self.values and len(self.values) == 1 else None
        value = one if self.values is None or len(self.values) == 1 else list(self.values)
        return {
            "number": self.number,
            "state": self.state,
            "value": value,
            "params": self.params,
            "user_attrs": self.user_attrs,
            "folder": self.folder,
        }


@dataclass(frozen=True)
class History:
    """A study: its records, what it maximises or minimises, and how many trials it is to have in the end."""

    name: str
    records: tuple[Record, ...]
    directions: tuple[str, ...] = ("maximize",)
    objectives: tuple[str, ...] = ("objective",)
    total: int | None = None
    front: tuple[int, ...] = ()  # numbers of the best trial of the results, or of all that no other one beats
    results: frozenset[int] = frozenset()  # trials that finished their ticket; all, in a study that is no sweep's
    setting: dict[str, Any] = field(default_factory=dict)  # the study's attribute `sweep`

    @classmethod
    def of(cls, study: Study) -> History:
        from hydra_slots.studies import front
        from hydra_slots.studies.tickets import Tickets

        setting = stored.sweep(study) or {}
        directions = tuple(direction.name.lower() for direction in study.directions)
        names = setting.get("objective_names") or []
        if len(names) != len(directions):
            names = ["objective"] if len(directions) == 1 else [f"objective {i}" for i in range(len(directions))]
        trials = study.get_trials(deepcopy=False)
        retries = setting.get("settings", {}).get("retries", 0)
        tickets = Tickets.of(study, setting.get("n_trials") or 0, retries, trials)
        records = tuple(Record.of(trial, tickets.state(trial)) for trial in trials)
        results = tickets.results if setting else [trial for trial in trials if trial.state.is_finished()]
        return cls(
            name=study.study_name,
            records=tuple(r for r in records if r.user_attrs.get("end") != "no_ticket"),
            directions=directions,
            objectives=tuple(map(str, names)),
            total=setting.get("n_trials"),
            front=tuple(trial.number for trial in front.best(results, directions)),
            results=frozenset(trial.number for trial in results),
            setting=setting,
        )

    def __iter__(self) -> Iterator[Record]:
        return iter(self.records)

    def best(self) -> list[Record]:
        """The best trial that counts, or the Pareto front of those by the first objective, best first; empty before
        anything is complete."""
        sign = -1 if self.directions[0] == "maximize" else 1
        found = [record for record in self if record.number in self.front and record.values]
        return sorted(found, key=lambda record: sign * record.values[0])  # type: ignore[index]

    @cached_property
    def superseded(self) -> frozenset[int]:
        """Numbers of the trials that were queued again: a later attempt has the same ticket."""
        last = {record.user_attrs.get("ticket"): record.number for record in self}
        tickets = ((record.number, record.user_attrs.get("ticket")) for record in self)
        return frozenset(number for number, ticket in tickets if ticket is not None and last[ticket] != number)

    def beyond(self, record: Record) -> bool:
        """Whether it does not count, because the total has been lowered below its ticket."""
        return self.total is not None and record.user_attrs.get("ticket", -1) >= self.total

    def state(self, record: Record) -> str:
        """The record's state, and that it does not count if it lies beyond the total."""
        return f"{record.state} (beyond n_trials)" if self.beyond(record) else record.state

    def finished(self) -> list[Record]:
        """The trials that count towards the total, one a ticket at most."""
        return [record for record in self if record.number in self.results]

    def counts(self) -> Counter[str]:
        """Trials by state; those that count as finished, and the running and waiting ones."""
        counted = Counter(record.state for record in self.finished())
        for record in self:
            if record.state in ("RUNNING", "WAITING", "PAUSED"):
                counted["ABANDONED" if record.abandoned else record.state] += 1
        return counted

    def record(self, number: int) -> Record:
        for record in self:
            if record.number == number:
                return record
        held = f"0 to {max(record.number for record in self)}" if self.records else "none yet"
        raise SweepError(f"trial {number}: study {self.name!r} has no such trial (it has {held})")


def short(value: Any) -> str:
    """A value as people read it: five significant digits of a float."""
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    return f"{value:.5g}" if isinstance(value, float) else str(value)
