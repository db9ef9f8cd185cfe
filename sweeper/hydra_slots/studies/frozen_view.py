"""The study as it was when a batch began, in which a deterministic sweep judges the batch's trials."""

from __future__ import annotations

import optuna
from optuna import Study, Trial
from optuna.trial import TrialState


def frozen_trial(study: Study, number: int) -> Trial:
    """Trial `number` in a copy of the study in memory, where every other trial that runs now never gets any further.

    Trials have their numbers there too, by which Hyperband deals them to its brackets.
    """
    copy = optuna.create_study(
        study_name=study.study_name,
        sampler=study.sampler,
        pruner=study.pruner,
        directions=study.directions,
        storage=optuna.storages.InMemoryStorage(),
    )
    for trial in study.get_trials(deepcopy=True)[: number + 1]:
        if trial.number == number:
            state = TrialState.RUNNING
        elif trial.state.is_finished():
            copy.add_trial(trial)
            continue
        else:
            state = TrialState.FAIL
        copy.add_trial(optuna.create_trial(state=state))  # what a pruner looks at are reports, not parameters
    return Trial(copy, copy.get_trials(deepcopy=False)[number]._trial_id)


def keep_notes(judge: Trial, trial: Trial) -> None:
    """Copies what the pruner noted of a trial in the frozen study (successive halving: its rungs) to the real one."""
    for key, value in judge.study.get_trials(deepcopy=False)[judge.number].system_attrs.items():
        trial.study._storage.set_trial_system_attr(trial._trial_id, key, value)
