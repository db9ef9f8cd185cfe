"""The live view: what it prints without a terminal, what its table says on one, and when it expects to be done."""

from __future__ import annotations

import io

import optuna
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from hydra_slots.views.live import View, duration, open_view


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def make(total=4, directions=("maximize",), slots=("cpu:0", "cpu:1"), stream=None):
    clock = Clock()
    return View(total, directions, slots, stream or io.StringIO(), clock), clock


def test_plain_lines_tell_the_whole_story_in_order():
    stream = io.StringIO()
    view, clock = make(stream=stream)
    with view:
        view.started(0, "cpu:0", "loss=focal")
        view.started(1, "cpu:1", "loss=nll")
        clock.now += 5
        view.reported(1, 0.25, 1)
        view.ended(1, "PRUNED", None)
        view.started(2, "cpu:1", "loss=dice")
        clock.now += 60
        view.ended(0, "COMPLETE", [0.75])
        view.ended(2, "killed", None, "killed by SIGKILL", counts=False)
    assert stream.getvalue().splitlines() == [
        "trial 0 on cpu:0: loss=focal",
        "trial 1 on cpu:1: loss=nll",
        "trial 1 pruned at step 1: 0.25 after 0:05",
        "trial 2 on cpu:1: loss=dice",
        "trial 0 complete: 0.75 after 1:05, the best so far",
        "trial 2 killed after 1:00 (killed by SIGKILL); queued again",
        "2 of 4 trials: 1 complete, 1 pruned, 0 failed; best trial 0: 0.75 loss=focal",
    ]


def test_what_other_processes_did_counts_too():
    view, _ = make()
    view.restored({"COMPLETE": 1}, [(0, [0.5], "loss=nll")])
    view.started(2, "cpu:0", "loss=dice")
    view.ended(2, "COMPLETE", [0.25])
    view.standing({"COMPLETE": 2, "PRUNED": 1, "FAIL": 1}, [(1, [0.75], "loss=focal")])
    assert view.summary() == "4 of 4 trials: 2 complete, 1 pruned, 1 failed; best trial 1: 0.75 loss=focal"


def test_plain_lines_are_not_broken_or_coloured_and_markup_is_text():
    stream = io.StringIO()
    view, _ = make(stream=stream)
    choices = "loss=[bold]x[/bold] " + "a" * 300
    view.started(0, "cpu:0", choices)
    assert stream.getvalue() == f"trial 0 on cpu:0: {choices}\n"


def shown(view: View, width: int = 100) -> str:
    console = Console(file=io.StringIO(), width=width)
    console.print(view._table())
    return console.file.getvalue()  # type: ignore[attr-defined]


def test_the_table_shows_every_slot_and_the_latest_value():
    view, clock = make(stream=Terminal())
    view.started(7, "cpu:1", "loss=focal loss.gamma=2")
    view.reported(7, 0.123456, 3)
    view.reported(99, 1.0, 1)  # of a trial that runs elsewhere
    clock.now += 61
    free, running = shown(view).splitlines()[1:3]
    assert free.split() == ["cpu:0", "free"]
    assert running.split() == ["cpu:1", "7", "1:01", "3", "0.12346", "loss=focal", "loss.gamma=2"]


def test_a_terminal_shows_failures_above_the_table_and_ends_with_a_summary():
    stream = Terminal()
    with open_view(2, ["maximize"], ["cpu:0"], stream) as view:
        view.started(0, "cpu:0", "x=1")
        view.ended(0, "FAIL", None, "ValueError: no")
    assert "trial 0 failed" in stream.getvalue() and "ValueError: no" in stream.getvalue()
    assert "trial 0 on cpu:0" not in stream.getvalue()
    assert "1 of 2 trials: 0 complete, 0 pruned, 1 failed" in stream.getvalue().splitlines()[-1]


def test_a_resumed_sweep_knows_its_past():
    stream = io.StringIO()
    view, _ = make(total=10, stream=stream)
    view.restored({"COMPLETE": 3, "PRUNED": 1}, [(2, [0.5], "x=1")])
    view.started(4, "cpu:0", "x=2")
    view.ended(4, "COMPLETE", [0.4])
    assert view.summary() == "5 of 10 trials: 4 complete, 1 pruned, 0 failed; best trial 2: 0.5 x=1"
    assert stream.getvalue().startswith("going on with 4 of 10 trials") and "best so far" not in stream.getvalue()


def test_the_time_left_is_that_of_full_slots():
    view, clock = make(total=5)
    assert view.remaining() is None
    view.started(0, "cpu:0", "")
    view.started(1, "cpu:1", "")
    clock.now += 10
    view.ended(0, "COMPLETE", [1.0])
    # Four more of 10 s, of which 10 s are done, on two slots.
    assert view.remaining() == pytest.approx(15)
    view.started(2, "cpu:0", "")
    clock.now += 4
    assert view.remaining() == pytest.approx((40 - 10 - 4) / 2)


values = st.tuples(st.integers(0, 5).map(float), st.integers(0, 5).map(float))


@given(st.lists(values, min_size=1, max_size=20))
def test_the_front_is_optunas(points):
    study = optuna.create_study(directions=["maximize", "minimize"])
    view, _ = make(total=20, directions=("maximize", "minimize"))
    for number, point in enumerate(points):
        study.add_trial(optuna.create_trial(values=point))
        view.ended(number, "COMPLETE", point)
    assert {number for number, _, _ in view.front} == {trial.number for trial in study.best_trials}


@given(st.lists(st.integers(0, 5).map(float), min_size=1, max_size=20), st.sampled_from(["maximize", "minimize"]))
def test_the_best_is_optunas(points, direction):
    study = optuna.create_study(direction=direction)
    view, _ = make(total=20, directions=(direction,))
    for number, point in enumerate(points):
        study.add_trial(optuna.create_trial(value=point))
        view.ended(number, "COMPLETE", [point])
    ((number, best, _),) = view.front
    assert best == (study.best_value,) and number == points.index(study.best_value)


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0:00"), (59.4, "0:59"), (59.6, "1:00"), (3600, "1:00:00"), (-1, "0:00")]
)
def test_durations(seconds, text):
    assert duration(seconds) == text
