"""One process's work on a study, as its controller or as a worker, from its lease to the value that it returns."""

from __future__ import annotations

import logging
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from optuna import Study
from optuna.trial import TrialState

from hydra_slots.controller import Controller
from hydra_slots.errors import SweepError
from hydra_slots.interruption import exit_code, handled
from hydra_slots.plan import SweepPlan
from hydra_slots.studies import front
from hydra_slots.studies.owners import Lease, Observer
from hydra_slots.studies.patience import patience
from hydra_slots.studies.rules import never_reported
from hydra_slots.studies.sweep_folder import LOG
from hydra_slots.studies.tickets import Tickets
from hydra_slots.trials.executor import Executor
from hydra_slots.trials.launching import Launching
from hydra_slots.trials.slots import Places
from hydra_slots.views import live, summary
from hydra_slots.visible import visible

log = logging.getLogger("hydra_slots")


def run(study: Study, plan: SweepPlan, executor: Executor, places: Places, go_on: str, worker: bool = False) -> Any:
    """Runs the controller; `go_on` says what to do after an interruption.

    Returns:
        The best value; the values of all trials on the front where there are several objectives; None if no trial is
        complete.

    Raises:
        SweepError: trials failed where none may.
        SystemExit: the sweep was told to stop.
    """
    settings, folder = plan.settings, plan.folder
    with _log_to(folder / LOG):
        lease = Lease(study, "worker" if worker else "controller", settings.lease, folder)
        try:
            observer = Observer(
                study, settings.lease, lease.owner, None if worker else folder, settings.storage is None
            )
            with live.open_view(plan.total, settings.directions, [slot.name for slot in places.slots]) as view:
                controller = Controller(study, plan, places, executor, view, lease, observer, worker)
                patience.say, patience.check = view.say, controller.check
                with _interruptible(controller):
                    try:
                        tickets = controller.run()
                    except KeyboardInterrupt as stopped:
                        view.say(f"stopped by {stopped or 'Ctrl-C'}; {go_on}")
                        raise SystemExit(exit_code(str(stopped))) from None
                if controller.stopping:
                    view.say(f"ended early: {controller.stopping}")
                if not worker and (said := never_reported(study.get_trials(deepcopy=False), settings)):
                    view.say(said)
        except BaseException:
            with suppress(Exception):  # what stopped it may keep this from being written as well
                _close(lease, study, folder, worker)
            raise
        _close(lease, study, folder, worker)
    return _result(tickets, plan, lease.owner if worker else None)


def _close(lease: Lease, study: Study, folder: Path, worker: bool) -> None:
    lease.end()
    if not worker:
        summary.write(study, folder)


def _result(tickets: Tickets, plan: SweepPlan, worker: str | None) -> Any:
    """The best value; a failure if a trial has failed for good, of a `worker` one of its own."""
    results = tickets.results
    failed = [trial for trial in results if trial.state == TrialState.FAIL]
    if worker is not None:
        failed = [trial for trial in failed if trial.user_attrs.get("owner") == worker]
    if failed:
        raise SweepError(
            f"{len(failed)} of {plan.total} trials failed; the last one, {plan.failure(failed[-1])}\n{plan.again}"
        )
    best = [trial.values for trial in front.best(results, plan.settings.directions)]
    if len(plan.settings.directions) > 1:
        return best
    return best[0][0] if best else None


@contextmanager
def _interruptible(controller: Controller) -> Iterator[None]:
    """Ctrl-C and SIGTERM end the sweep in an orderly way; a second one ends it at once."""

    def stop(number: int, frame: Any) -> None:
        again = bool(controller.interrupted)
        controller.interrupted = signal.Signals(number).name
        if again or isinstance(controller.executor, Launching):  # whose jobs may run in this very thread
            raise KeyboardInterrupt(controller.interrupted)

    with handled(stop):
        yield


class Plain(logging.Formatter):
    """Lines that do nothing to the terminal in which somebody reads the log."""

    def format(self, record: logging.LogRecord) -> str:
        return visible(super().format(record), "\n\t")


@contextmanager
def _log_to(path: Path) -> Iterator[None]:
    handler = logging.FileHandler(path, encoding="utf-8")
    handler.handleError = lambda record: None  # type: ignore[method-assign]  # on a full disk the log is the least
    handler.setFormatter(Plain("[%(asctime)s][%(levelname)s] %(message)s"))
    level, propagate = log.level, log.propagate
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    log.propagate = False  # the live view says the same on the console
    try:
        yield
    finally:
        log.removeHandler(handler)
        handler.close()
        log.setLevel(level)
        log.propagate = propagate
