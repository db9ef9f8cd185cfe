"""Asynchronous successive halving in which a trial pauses and may go on (Li et al. 2020, "A System for Massively
Parallel Hyperparameter Tuning"), where Optuna's pruner ends it for good.

A trial that comes to a rung pauses, unless it is among the best 1/factor of those that have come there. Whenever a
slot is free, the best of those that wait at the highest rung goes on if it is among them by now; else a new trial
starts.

A trial that pauses is, for Optuna, a pruned one with the end `paused`; one that goes on is a further attempt of its
ticket, as after a kill, with the same parameters and in the same folder. So nothing but tickets decides who runs what,
a pause survives whatever is killed, and a sampler learns from what waits (of a trial that is running it learns
nothing). That a trial is out for good stands in the study's attribute `out`, for Optuna takes no attribute for one that
has ended.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from optuna.trial import TrialState

from hydra_slots.errors import SweepError
from hydra_slots.settings import SweepSettings, meaning
from hydra_slots.studies.tickets import Tickets, end_of

MOST = 1_000_000  # steps
EXAMPLE = "{name: promotion, min_steps: 1, factor: 3, max_steps: 9}"


@dataclass(frozen=True)
class Promotion:
    """`hydra/sweeper/pruner: promotion`.

    Attributes:
        min_steps: the step, as it is reported, of the lowest rung.
        factor: one in so many goes on from a rung; each rung lies at so many times the step of the one below.
        max_steps: the last step of a whole trial; all rungs lie below it.
        maximize: whether more is better.
    """

    min_steps: int
    factor: int
    max_steps: int
    maximize: bool = False

    @cached_property
    def rungs(self) -> tuple[int, ...]:
        """Their steps, the lowest first."""
        found, step = [], self.min_steps
        while step < self.max_steps:
            found.append(step)
            step *= self.factor
        return tuple(found)

    def reached(self, step: int) -> int:
        """The highest rung at or below a step; -1 for none."""
        return sum(rung <= step for rung in self.rungs) - 1


def read(settings: SweepSettings) -> Promotion | None:
    """The promotion that the pruner's settings ask for; None if they ask for another pruner.

    Raises:
        SweepError: names the setting, the rule and the value.
    """
    if not settings.promotes:
        return None
    node = settings.pruner if isinstance(settings.pruner, Mapping) else {}
    given = {str(key): value for key, value in node.items() if key not in ("name", "_target_")}
    known = ("min_steps", "factor", "max_steps")
    if unknown := sorted(set(given) - set(known)):
        raise SweepError(
            f"hydra.sweeper.pruner.{unknown[0]}: {meaning(unknown[0], known)}promotion takes {', '.join(known)}"
        )
    values = {"min_steps": 1, "factor": 3, "max_steps": None, **given}
    if values["max_steps"] is None:
        raise SweepError(
            "hydra.sweeper.pruner.max_steps: promotion has to know the last step that a whole trial reports; "
            f"hydra.sweeper.pruner.max_steps=9, or hydra.sweeper.pruner='{EXAMPLE}'"
        )
    for name, least in (("min_steps", 1), ("factor", 2), ("max_steps", 2)):
        if type(values[name]) is not int or not least <= values[name] <= MOST:
            rule = f"a whole number from {least} to {MOST}"
            raise SweepError(f"hydra.sweeper.pruner.{name} must be {rule}, got {values[name]!r}")
    if values["min_steps"] >= values["max_steps"]:
        raise SweepError(
            f"hydra.sweeper.pruner.min_steps must be below max_steps={values['max_steps']}, or there is no rung to "
            f"pause at, got {values['min_steps']}"
        )
    return Promotion(**values, maximize=settings.directions == ["maximize"])


class Ladder:
    """Which tickets stand at which rung, as of the moment it was made; those beyond the total do not count."""

    def __init__(self, tickets: Tickets, promotion: Promotion) -> None:
        self.tickets, self.promotion = tickets, promotion
        self.values: dict[int, dict[int, float]] = {}  # by ticket, what its attempts reported, by step
        for ticket, attempts in tickets.attempts.items():
            if ticket < tickets.total:
                self.values[ticket] = {s: v for trial in attempts for s, v in sorted(trial.intermediate_values.items())}

    def pauses(self, ticket: int, number: int, step: int) -> bool:
        """Whether a trial stops at the step that it has just reported.

        Args:
            ticket: its own.
            number: of the attempt that runs.
            step: which the study knows already.
        """
        rung = self.promotion.reached(step)
        if rung < 0 or ticket not in self.values:
            return False
        least = self.promotion.rungs[rung]
        for trial in self.tickets.attempts[ticket]:
            beyond = [s for s in trial.intermediate_values if s >= least]
            # Past it by now: it was promoted, or has gone on from there in this attempt or in one that was killed.
            if beyond and (len(beyond) > 1 if trial.number != number else min(beyond) < step):
                return False
            if beyond and trial.number != number and end_of(trial) == "paused":
                return False
        return ticket not in self._best(rung)

    def promotable(self) -> int | None:
        """The ticket that is to go on next: the best of the highest rung that has one; None if there is none.

        Where all have paused and none is complete, for want of trials, the best of the highest rung goes on, so that
        every sweep ends with a whole trial.
        """
        waiting = {ticket: self._rung(ticket) for ticket in self.tickets.paused}
        for rung in range(len(self.promotion.rungs) - 1, -1, -1):
            for ticket in self._best(rung):
                if waiting.get(ticket) == rung:
                    return ticket
        below = next((ticket for ticket, rung in waiting.items() if rung < 0), None)  # paused below today's rungs
        return self._spare() if below is None and set(self.tickets.unfinished) <= set(waiting) else below

    def out(self) -> list[int]:
        """Tickets that wait and cannot be promoted any more, whatever those may still do that have not come so far."""
        waiting = {ticket: self._rung(ticket) for ticket in self.tickets.paused}
        found = []
        for rung in set(waiting.values()) - {-1}:
            ranked = self._ranked(rung)
            coming = set(self.tickets.unfinished).difference(ranked)
            most = (len(ranked) + len(coming)) // self.promotion.factor
            found += [ticket for ticket in ranked[most:] if waiting.get(ticket) == rung]
        spare = self._spare()
        return [ticket for ticket in found if ticket != spare]

    def _spare(self) -> int | None:
        """As long as no trial is complete, the best that has paused; it may be needed."""
        if any(trial.state == TrialState.COMPLETE for trial in self.tickets.results):
            return None
        waiting = set(self.tickets.paused)
        for rung in range(len(self.promotion.rungs) - 1, -1, -1):
            if found := [one for one in self._ranked(rung) if one in waiting and self._rung(one) == rung]:
                return found[0]
        return None

    def _rung(self, ticket: int) -> int:
        return self.promotion.reached(max(self.values[ticket], default=-1))

    def _at(self, ticket: int, rung: int) -> float | None:
        """The value of a ticket at a rung; None if it has not come there."""
        steps = [step for step in self.values.get(ticket, ()) if step >= self.promotion.rungs[rung]]
        return self.values[ticket][min(steps)] if steps else None

    def _ranked(self, rung: int) -> list[int]:
        """The tickets that have come to a rung, the best first; of equals the earlier, and NaN last."""
        sign = -1 if self.promotion.maximize else 1
        at = {ticket: sign * value for ticket in self.values if (value := self._at(ticket, rung)) is not None}
        return sorted(at, key=lambda one: (math.isnan(at[one]), 0.0 if math.isnan(at[one]) else at[one], one))

    def _best(self, rung: int) -> Sequence[int]:
        ranked = self._ranked(rung)
        return ranked[: len(ranked) // self.promotion.factor]
