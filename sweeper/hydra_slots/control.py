"""What a controller holds while it runs trials of a study."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from optuna import Study

from hydra_slots.plan import SweepPlan
from hydra_slots.promoting import Promoter
from hydra_slots.studies.owners import Lease, Observer
from hydra_slots.studies.tickets import Tickets
from hydra_slots.trials.executor import Executor
from hydra_slots.trials.running import RunningTrial
from hydra_slots.trials.slots import Places


@dataclass
class Control:
    """Attributes:
    running: its own trials that have not ended, by number.
    stopping: why no trial starts any more.
    interrupted: what wants the sweep to end now.
    """

    study: Study
    plan: SweepPlan
    places: Places
    executor: Executor
    view: Any
    lease: Lease
    observer: Observer
    worker: bool = False
    running: dict[int, RunningTrial] = field(default_factory=dict)
    stopping: str = ""
    interrupted: str = ""
    promoter: Promoter = field(init=False)

    def __post_init__(self) -> None:
        self.promoter = Promoter(self.study, self.plan.promotion, self.plan.folder)

    def tickets(self) -> Tickets:
        return Tickets.of(self.study, self.plan.total, self.plan.settings.retries)
