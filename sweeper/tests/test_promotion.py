"""A trial pauses at a rung, and goes on from exactly there when it is among the best that have come to it."""

from __future__ import annotations

import random
import re
import shutil
import signal
from itertools import pairwise
from pathlib import Path

import optuna
import pytest
import toy_sweep
from optuna.trial import TrialState, create_trial

from hydra_slots.studies.history import History
from hydra_slots.studies.promotion import Ladder, Promotion
from hydra_slots.studies.tickets import Tickets
from hydra_slots.trials import checkpoints

PROMOTION = ("hydra.sweeper.pruner={name:promotion,min_steps:1,factor:3,max_steps:9}", "steps=10", "saves=true")
SEARCH = ("hydra.sweeper.n_trials=12", "x=interval(-5,5)", "hydra.sweeper.sampler.seed=1", *PROMOTION)


def steps(folder: Path) -> list[int]:
    """Every step that a trial has run, in all of its attempts."""
    return [int(one) for one in re.findall(r"^step (\d+)$", (folder / "console.log").read_text(), re.MULTILINE)]


def check(folder: Path, total: int) -> dict[int, list[optuna.trial.FrozenTrial]]:
    """What holds of a sweep that has ended, whatever happened to it; returns the attempts of each ticket."""
    study = toy_sweep.study(folder)
    tickets = Tickets.of(study, total, 0)
    assert len(tickets.results) == total and tickets.paused == [] and tickets.lost == []
    assert all(trial.state.is_finished() for trial in study.get_trials())
    complete = 0
    for attempts in tickets.attempts.values():
        last = attempts[-1]
        complete += last.state == TrialState.COMPLETE
        assert len({trial.user_attrs["folder"] for trial in attempts if "folder" in trial.user_attrs}) == 1
        assert len({repr(trial.params) for trial in attempts if trial.params}) == 1
        place = folder / last.user_attrs["folder"]
        assert (place / "state").is_dir() == (last.state == TrialState.COMPLETE), "a checkpoint is left, or lost"
        ran = steps(place)
        # A kill between a step and its checkpoint costs that step; nothing else is run twice, or left out.
        assert ran[0] == 0 and all(later - step in (0, 1) for step, later in pairwise(ran)), ran
    assert complete >= 1
    return tickets.attempts


@pytest.mark.seconds
def test_trials_pause_and_go_on_from_exactly_there(tmp_path):
    folder = tmp_path / "s"
    said = toy_sweep.sweep(folder, *SEARCH)
    attempts = check(folder, 12)
    assert re.search(r"trial \d+ paused at step 1: \S+ after", said) and "queued again" not in said
    assert re.search(r"trial \d+ on cpu:\d: \S+ \(goes on from trial \d+\)", said)
    ends = {ticket: trials[-1].last_step for ticket, trials in attempts.items()}
    assert set(ends.values()) <= {1, 3, 9} and max(ends.values()) == 9
    # As many as the rungs allow, and of each rung the best.
    assert 3 <= sum(end >= 3 for end in ends.values()) <= 8
    for ticket, trials in attempts.items():
        ran = steps(folder / trials[-1].user_attrs["folder"])
        assert ran == list(range(len(ran))), f"ticket {ticket} did not go on where it was"
        reported = [step for trial in trials for step in trial.intermediate_values]
        assert reported == list(range(len(ran)))
    history = History.of(toy_sweep.study(folder))
    assert {record.state for record in history} == {"COMPLETE", "PRUNED", "PROMOTED"}
    assert all(record.values for record in history.finished() if record.state == "PRUNED"), "its rung's value"
    best = min(attempts.values(), key=lambda trials: (trials[-1].params["x"] - 2) ** 2)
    assert best[-1].state == TrialState.COMPLETE


@pytest.mark.seconds
def test_what_has_paused_is_seen_and_goes_on_after_a_kill(tmp_path, slots):
    folder = tmp_path / "s"
    slow = (*SEARCH, "seconds=2", "hydra.sweeper.slots=1")
    controller = toy_sweep.start(folder, *slow)
    toy_sweep.wait_for(lambda: Tickets.of(toy_sweep.study(folder), 12, 0).paused, "a trial that pauses")
    toy_sweep.end(controller, signal.SIGKILL)
    toy_sweep.tear(folder)
    assert "1 paused" in slots("status", folder).stdout or "2 paused" in slots("status", folder).stdout
    assert "paused: trial 0 at step 1" in slots("status", folder).stdout
    assert '"state": "PAUSED"' in slots("list", folder, "--json").stdout
    assert slots("html", folder).returncode == 0
    page = (folder / "sweep.html").read_text()
    assert 'class="bar paused"' in page and "<span>paused</span>" in page
    moved = tmp_path / "moved"
    folder.rename(moved)
    said = toy_sweep.sweep(moved, *slow, "hydra.sweeper.slots=2")
    assert "goes on from trial 0" in said or steps(moved / "0") == [0, 1]
    check(moved, 12)


@pytest.mark.seconds
def test_a_higher_total_takes_up_only_what_is_not_out(tmp_path):
    toy_sweep.sweep(tmp_path, *SEARCH)
    before = check(tmp_path, 12)
    toy_sweep.sweep(tmp_path, *SEARCH, "hydra.sweeper.n_trials=20")
    after = check(tmp_path, 20)
    assert all(len(after[ticket]) == len(trials) for ticket, trials in before.items())


@pytest.mark.seconds
def test_without_promotion_all_that_has_paused_goes_on_to_its_end(tmp_path):
    controller = toy_sweep.start(tmp_path, *SEARCH, "seconds=2")
    toy_sweep.wait_for(lambda: len(Tickets.of(toy_sweep.study(tmp_path), 12, 0).paused) > 1, "trials that pause")
    toy_sweep.end(controller, signal.SIGTERM)
    toy_sweep.sweep(tmp_path, *SEARCH, "seconds=2", "hydra.sweeper.pruner=null", "hydra.sweeper.n_trials=4")
    tickets = Tickets.of(toy_sweep.study(tmp_path), 4, 0)
    assert [trial.state.name for trial in tickets.results] == ["COMPLETE"] * 4
    for trial in tickets.results:
        assert steps(tmp_path / trial.user_attrs["folder"]) == list(range(10))


@pytest.mark.seconds
def test_a_worker_takes_what_is_promoted(tmp_path):
    folder = tmp_path / "s"
    controller = toy_sweep.start(folder, *SEARCH, "seconds=2", "hydra.sweeper.slots=1")
    toy_sweep.wait_for(lambda: toy_sweep.running(folder), "a trial")
    joined = (
        "hydra.sweeper.worker=true",
        "hydra.sweeper.study_name=s",
        f"hydra.sweeper.storage={folder}/study.journal",
    )
    worker = toy_sweep.start(folder, *joined, "hydra.sweeper.slots=1")
    assert worker.communicate(timeout=100)[1] is not None and worker.returncode == 0
    assert controller.communicate(timeout=100)[1] is not None and controller.returncode == 0
    attempts = check(folder, 12)
    owners = {trial.user_attrs["owner"] for trials in attempts.values() for trial in trials}
    assert len(owners) == 2, "the worker had nothing to do"


@pytest.mark.seconds
@pytest.mark.parametrize("seeds", [False, True])
def test_a_grid_and_repeats(tmp_path, seeds):
    repeats = ["hydra.sweeper.seeds=[1,2]"] if seeds else ["seed=0"]
    toy_sweep.sweep(tmp_path, "x=-4,-2,0,1,2,3", "shape=bowl,well", *repeats, *PROMOTION)
    tickets = Tickets.of(toy_sweep.study(tmp_path), 12, 0)
    assert len(tickets.results) == 12
    done = [trial for trial in tickets.results if trial.state == TrialState.COMPLETE]
    assert done and all(len(trial.user_attrs.get("seeds", {})) == 2 * seeds for trial in done)
    assert min(trial.value for trial in done) < 0.01


@pytest.mark.seconds
def test_an_application_without_a_checkpoint_is_told(tmp_path):
    said = toy_sweep.sweep(tmp_path, *SEARCH, "saves=false", code=1)
    assert "call hydra_slots.checkpoint(FOLDER)" in said and "Traceback" not in said and 'File "' not in said
    assert "same error" in said


@pytest.mark.seconds
def test_an_application_that_reports_nothing_runs_to_its_end(tmp_path):
    said = toy_sweep.sweep(tmp_path, *SEARCH, "steps=0")
    assert "12 of 12 trials: 12 complete" in said


@pytest.mark.seconds
def test_a_few_trials_end_with_a_whole_one(tmp_path):
    toy_sweep.sweep(tmp_path, *SEARCH, "hydra.sweeper.n_trials=2")
    check(tmp_path, 2)


# -- the rule itself ---------------------------------------------------------------------------------------------------


def climb(draw: random.Random, total: int, promotion: Promotion) -> None:
    """A sweep in memory with random values, in which promotions and new trials come in the paper's order."""
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study()
    out: set[int] = set()
    level: dict[int, int] = {}
    quality = [draw.choice([draw.random(), float("nan"), 0.5]) for _ in range(total)]
    reached: dict[int, list[int]] = {rung: [] for rung in range(len(promotion.rungs))}

    def attempt(ticket: int) -> None:
        level[ticket] = level.get(ticket, -1) + 1
        said = {"ticket": ticket, "attempt": level[ticket], "end": "paused"}
        if level[ticket] == len(promotion.rungs):
            fails = quality[ticket] != quality[ticket]
            state, end = (TrialState.FAIL, "failed") if fails else (TrialState.COMPLETE, "complete")
            value = None if fails else quality[ticket]
            study.add_trial(create_trial(state=state, value=value, user_attrs={**said, "end": end}))
            return
        reached[level[ticket]].append(ticket)
        values = {promotion.rungs[level[ticket]]: quality[ticket]}
        study.add_trial(create_trial(state=TrialState.PRUNED, intermediate_values=values, user_attrs=said))

    new = iter(range(total))
    while True:
        tickets = Tickets.of(study, total, 0)
        ladder = Ladder(tickets, promotion)
        ticket = ladder.promotable()
        assert ticket not in out, "a trial was declared out, and could go on"
        declared = ladder.out()
        assert ticket not in declared
        if declared:
            tickets.declare_out(study, declared)
            out |= set(declared)
            continue
        if ticket is None and (ticket := next(new, None)) is None:
            break
        elif ticket in level:
            rung = level[ticket]
            ranked = sorted(reached[rung], key=lambda one: (quality[one] != quality[one], quality[one], one))
            spare = not any(t.state == TrialState.COMPLETE for t in study.get_trials())
            assert ticket in ranked[: len(ranked) // promotion.factor] or spare
        attempt(ticket)
    assert len(Tickets.of(study, total, 0).results) == total


@pytest.mark.parametrize("seed", range(30))
def test_what_is_out_would_never_have_gone_on(seed):
    draw = random.Random(seed)
    factor = draw.choice([2, 3, 4])
    climb(draw, draw.choice([1, 2, 5, 12, 30]), Promotion(draw.choice([1, 2]), factor, draw.choice([3, 9, 20])))


def test_rungs():
    assert Promotion(1, 3, 27).rungs == (1, 3, 9) and Promotion(2, 2, 10).rungs == (2, 4, 8)
    assert [Promotion(1, 3, 27).reached(step) for step in (0, 1, 2, 3, 8, 9, 40)] == [-1, 0, 0, 1, 1, 2, 2]


# -- what may be deleted -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("folder", "named"),
    [("0", "../../kept"), ("0", "../1"), ("0", "."), ("0", ""), ("0", "/"), ("0", "link"), ("0", "a/../../1"),
     ("..", "kept")],
)  # fmt: skip
def test_nothing_else_is_deleted(tmp_path, folder, named):
    sweep = tmp_path / "s"
    for place in (tmp_path / "kept", sweep / "0", sweep / "1"):
        place.mkdir(parents=True)
        (place / "file").write_text("")
    (sweep / "0" / "link").symlink_to(sweep / "1")
    for place in (sweep / "0", tmp_path):
        (place / ".trial.checkpoint").write_text(named)
    assert not checkpoints.delete(sweep, folder)
    assert all((place / "file").exists() for place in (tmp_path / "kept", sweep / "0", sweep / "1"))


def test_a_checkpoint_lies_in_the_folder_of_its_trial(tmp_path, monkeypatch):
    from hydra_slots import checkpoint, reporting

    monkeypatch.chdir(tmp_path)
    assert checkpoint("a") == tmp_path / "a" and (tmp_path / "a").is_dir()  # outside a sweep
    home = tmp_path / "s" / "3"
    home.mkdir(parents=True)
    reporting.connect(lambda value, step: reporting.PAUSE, home)
    try:
        for wrong in (tmp_path / "a", home, home / ".." / "4"):
            with pytest.raises(ValueError, match="within that of the trial"):
                checkpoint(wrong)
        assert checkpoint(home / "b") == home / "b" and not list((home / "b").iterdir())
        with pytest.raises(reporting.TrialPaused):
            reporting.report(1.0, 1)
    finally:
        reporting.connect(None)
    assert checkpoints.delete(tmp_path / "s", "3") and not (home / "b").exists() and home.is_dir()
    shutil.rmtree(home)
