"""Processes of a sweep are killed at random moments, and its files broken; nothing is lost and nothing is run twice."""

from __future__ import annotations

import os
import random
import signal
import time
from itertools import pairwise
from pathlib import Path

import pytest
import test_promotion
import toy_sweep
from optuna.trial import TrialState

from hydra_slots.studies.tickets import Tickets
from hydra_slots.trials.outcome import Outcome

TOTAL, KILLS = 40, 50
SWEEP = (
    f"hydra.sweeper.n_trials={TOTAL}",
    "x=interval(-5,5)",
    "hydra.sweeper.sampler.seed=1",
)
PRUNED = ("hydra.sweeper.pruner={name:median,n_startup_trials:4}", "steps=4", "seconds=1")
PROMOTED = (
    "hydra.sweeper.pruner={name:promotion,min_steps:1,factor:2,max_steps:9}",
    "steps=9",
    "saves=true",
    "seconds=5",
)


def server_of(controller: int) -> int | None:
    """The fork server, a child of the controller."""
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, _, rest = status.read_text().rpartition(")")
        except OSError:
            continue
        if int(rest.split()[1]) == controller:
            return int(name.split()[0])
    return None


@pytest.mark.slow
@pytest.mark.parametrize("pruner", [PRUNED, PROMOTED], ids=["pruned", "promoted"])
def test_fifty_kills(tmp_path, pruner):
    draw, sweep = random.Random(0), (*SWEEP, *pruner)
    folder = tmp_path / "s"
    kills = {"controller": 0, "trial": 0, "server": 0}
    pids: set[int] = set()
    controller = toy_sweep.start(folder, *sweep)
    begin = time.monotonic()
    while sum(kills.values()) < KILLS:
        assert time.monotonic() - begin < 280, f"after 280 s only {kills}"
        time.sleep(draw.uniform(0.2, 1.2))
        if controller.poll() is not None:
            raise AssertionError(f"ended by itself after {kills}: {controller.communicate()[1]}")
        try:
            running = toy_sweep.running(folder)
        except (KeyError, ValueError, FileNotFoundError):
            running = []
        pids |= {trial.user_attrs["pid"] for trial in running}
        target = draw.choice(["controller", "trial", "trial", "server"])
        try:
            if target == "trial" and running:
                os.killpg(draw.choice(running).user_attrs["pid"], signal.SIGKILL)
            elif target == "server" and (server := server_of(controller.pid)):
                os.kill(server, signal.SIGKILL)
            elif target == "controller":
                controller.kill()
                controller.communicate()
                if draw.random() < 0.5:
                    toy_sweep.tear(folder)
                controller = toy_sweep.start(folder, *sweep)
            else:
                continue
        except ProcessLookupError:  # it has ended by itself meanwhile
            continue
        kills[target] += 1
    said = controller.communicate(timeout=120)[1]
    assert controller.returncode == 0, said
    print(f"{kills} in {time.monotonic() - begin:.0f} s")
    check(folder, shared=pruner == PROMOTED)
    if pruner == PROMOTED:
        test_promotion.check(folder, TOTAL)
    assert sum(kills.values()) == KILLS and all(count > 3 for count in kills.values())
    deadline = time.monotonic() + 5
    while any(map(toy_sweep.alive, pids)) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not any(map(toy_sweep.alive, pids)), "a trial outlived its sweep"


def check(folder: Path, shared: bool) -> None:
    """What holds whatever was killed; a trial's attempts have one folder where they go on from a checkpoint."""
    trials = toy_sweep.trials(folder)
    assert all(trial.state.is_finished() for trial in trials)
    tickets = Tickets.of(toy_sweep.study(folder), TOTAL, 0)
    assert len(tickets.results) == TOTAL and set(tickets.attempts) == set(range(TOTAL))
    for ticket, attempts in tickets.attempts.items():
        ends = [trial for trial in attempts if tickets.state(trial) in ("COMPLETE", "PRUNED")]
        assert len(ends) == 1 and ends[0] is attempts[-1], f"ticket {ticket} was run again"
        assert {trial.user_attrs["end"] for trial in attempts[:-1]} <= {"killed", "interrupted", "paused"}
        assert len({repr(trial.params) for trial in attempts if trial.params}) == 1, "an attempt drew new parameters"
    points = [trial.params["x"] for trial in tickets.results]
    assert len(set(points)) == TOTAL, "the sampler repeated itself"
    named = [trial for trial in trials if "folder" in trial.user_attrs]
    folders = {trial.user_attrs["folder"] for trial in named}
    assert len(folders) == len({trial.user_attrs["ticket"] for trial in named} if shared else named)
    # What the trials themselves say of how they ended, and what the study says.
    for trial in trials:
        outcome = Outcome.read(folder / trial.user_attrs["folder"]) if "folder" in trial.user_attrs else None
        if trial.state == TrialState.COMPLETE:
            assert outcome is not None and outcome.values == trial.values == [
                pytest.approx((trial.params["x"] - 2) ** 2)
            ]
        elif trial.state == TrialState.FAIL and not shared:
            assert outcome is None or outcome.end not in ("complete", "pruned"), "a finished trial was lost"
    for slot in {trial.user_attrs.get("slot") for trial in trials} - {None}:
        spans = sorted(
            (trial.user_attrs["started"], trial.user_attrs["ended"])
            for trial in trials
            if trial.user_attrs.get("slot") == slot and trial.user_attrs["end"] in ("complete", "pruned", "paused")
        )
        assert all(end <= begin for (_, end), (begin, _) in pairwise(spans)), f"two trials at once on {slot}"


@pytest.mark.seconds
def test_a_trial_whose_controller_died_stops_itself(tmp_path):
    long = ("hydra.sweeper.n_trials=2", "x=interval(0,1)", "seconds=60")
    controller = toy_sweep.start(tmp_path, *long)
    running = toy_sweep.wait_for(lambda: len(r := toy_sweep.running(tmp_path)) == 2 and r, "two running trials")
    server = server_of(controller.pid)
    # Controller and server at once, so that nobody is left to end the trials.
    os.kill(server, signal.SIGKILL)
    controller.kill()
    controller.communicate()
    begin = time.monotonic()
    while any(toy_sweep.alive(trial.user_attrs["pid"]) for trial in running):
        assert time.monotonic() - begin < 5, "a trial lived on for 5 s"
        time.sleep(0.02)


@pytest.mark.seconds
def test_a_result_that_nobody_was_told_is_kept(tmp_path):
    """The controller dies between a trial's last word and the study."""
    told = ("hydra.sweeper.n_trials=1", "x=interval(0,1)", "pause=1", "hydra.sweeper.slots=1")
    controller = toy_sweep.start(tmp_path, *told)
    log = tmp_path / "0" / "console.log"
    toy_sweep.wait_for(lambda: "all steps are reported" in log.read_text(), "the answer to the last report")
    os.kill(controller.pid, signal.SIGSTOP)  # it hears nothing any more
    toy_sweep.wait_for(lambda: (tmp_path / "0" / ".trial.json").is_file(), "the trial's outcome")
    controller.kill()
    controller.communicate()
    toy_sweep.sweep(tmp_path, *told)
    (only,) = toy_sweep.trials(tmp_path)
    assert only.state == TrialState.COMPLETE and only.values == Outcome.read(tmp_path / "0").values


@pytest.mark.seconds
def test_a_result_is_kept_though_its_trial_is_killed_before_it_can_tell(tmp_path):
    toy_sweep.sweep(tmp_path, "hydra.sweeper.n_trials=2", "x=interval(0,1)", "trouble=tells_nobody")
    assert [trial.state for trial in toy_sweep.trials(tmp_path)] == [TrialState.COMPLETE] * 2
    for trial in toy_sweep.trials(tmp_path):
        assert trial.values == Outcome.read(tmp_path / trial.user_attrs["folder"]).values
