"""The best trials are those that Optuna names, among those that it is asked about."""

from __future__ import annotations

import optuna
from hypothesis import given
from hypothesis import strategies as st

from hydra_slots.studies import front

value = st.integers(0, 4).map(float) | st.sampled_from([float("inf"), float("-inf")])


def study_of(rows, directions):
    study = optuna.create_study(directions=directions)
    for values in rows:
        state = optuna.trial.TrialState.FAIL if values is None else optuna.trial.TrialState.COMPLETE
        study.add_trial(optuna.create_trial(state=state, values=values))
    return study


@given(
    st.lists(st.none() | st.lists(value, min_size=1, max_size=1), max_size=12),
    st.sampled_from(["maximize", "minimize"]),
)
def test_one_objective_has_one_best(rows, direction):
    study = study_of(rows, [direction])
    found = [trial.number for trial in front.best(study.get_trials(), [direction])]
    assert found == ([study.best_trial.number] if any(rows) else [])


@given(st.lists(st.none() | st.lists(value, min_size=2, max_size=2), max_size=12))
def test_two_objectives_have_the_pareto_front(rows):
    study = study_of(rows, ["maximize", "minimize"])
    found = [trial.number for trial in front.best(study.get_trials(), ["maximize", "minimize"])]
    assert found == sorted(trial.number for trial in study.best_trials)
