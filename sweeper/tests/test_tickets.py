"""Tickets: how far a study is, from its trials alone."""

from __future__ import annotations

import optuna
from optuna.trial import TrialState

from hydra_slots.studies import algorithms
from hydra_slots.studies.tickets import Tickets

TOTAL = 12


def test_controllers_that_die_one_after_the_other_never_draw_the_same_points():
    """Also where the number of trials stays what it was: tickets wait in the queue long before they are drawn."""
    study = optuna.create_study()
    drawn = []
    for controller in range(6):
        tickets = Tickets(study.get_trials(), TOTAL, 0)
        study.sampler = algorithms.sampler({"name": "tpe", "seed": 1}, tickets.taken)
        if controller == 0:
            for ticket in range(TOTAL):
                tickets.queue(study, ticket, ())
        for _ in range(2):
            trial = study.ask()
            drawn.append(trial.suggest_float("x", 0, 1))
            if controller % 2:  # the others are killed while their trials run
                study.tell(trial, 0.0)
    assert len(study.get_trials()) == TOTAL, "nothing was queued meanwhile"
    assert len(set(drawn)) == len(drawn) == 12
    assert Tickets(study.get_trials(), TOTAL, 0).taken == 12


def test_a_lower_total_withdraws_what_waits_and_a_higher_one_queues_it_again():
    study = optuna.create_study()
    tickets = Tickets(study.get_trials(), 4, 0)
    for ticket in tickets.lost:
        tickets.queue(study, ticket, ({"x": 0.5},))
    lower = Tickets(study.get_trials(), 2, 0)
    lower.withdraw_beyond(study)
    assert [trial.state for trial in study.get_trials()] == 2 * [TrialState.WAITING] + 2 * [TrialState.FAIL]
    assert Tickets(study.get_trials(), 2, 0).lost == [] and Tickets(study.get_trials(), 4, 0).lost == [2, 3]
    assert study.ask().suggest_float("x", 0, 1) == 0.5
