"""SweepSettings of a sweep, samplers and pruners by name, and what `report` takes: each refusal says what to do."""

from __future__ import annotations

import sys
import warnings
from dataclasses import fields
from importlib.machinery import ModuleSpec
from types import SimpleNamespace

import optuna
import pytest
from hydra.core.override_parser.overrides_parser import OverridesParser

from hydra_slots import read_settings, reporting
from hydra_slots.errors import SweepError
from hydra_slots.hydra_side import program
from hydra_slots.redaction import redacted
from hydra_slots.settings import PRUNERS, SAMPLERS, SweepSettings, defaults
from hydra_slots.space.parameter import parsed
from hydra_slots.space.search_space import Space
from hydra_slots.studies import algorithms


def read(**changes):
    return read_settings.read({**defaults(), "_target_": "hydra_plugins.x", "_recursive_": False, **changes})


def test_the_defaults_are_settings():
    assert read() == SweepSettings() and read().directions == ["minimize"]


@pytest.mark.parametrize(
    ("changes", "parts"),
    [
        ({"n_trials": 0}, ["n_trials", "at least 1", "0"]),
        ({"n_trials": True}, ["n_trials", "True"]),
        ({"n_trials": 10**9}, ["n_trials", "at most 1000000"]),
        ({"n_trials": 1e9}, ["n_trials", "a whole number"]),
        ({"timeout": float("nan")}, ["timeout", "above 0", "nan"]),
        ({"timeout": float("inf")}, ["timeout", "at most", "inf"]),
        ({"trial_timeout": 0}, ["trial_timeout", "above 0"]),
        ({"trial_timeout": "1h"}, ["trial_timeout", "'1h'"]),
        ({"trial_timeout": 5, "executor": "launcher"}, ["trial_timeout=5", "launcher"]),
        ({"deterministic": True, "slots": 2, "trial_timeout": 3}, ["trial_timeout"]),
        ({"lease": float("nan")}, ["lease"]),
        ({"retries": 10**9}, ["retries", "at most"]),
        ({"seeds": [2**32]}, ["seeds", "2**32"]),
        ({"n_trails": 3}, ["n_trails", "did you mean n_trials?"]),
        ({"n_trials": 2.0}, ["n_trials", "2.0"]),
        ({"stop_after": 0}, ["stop_after"]),
        ({"retries": -1}, ["retries", "-1"]),
        ({"retries": None}, ["retries"]),
        ({"max_failures": -1}, ["max_failures"]),
        ({"timeout": 0}, ["timeout", "seconds"]),
        ({"timeout": "1h"}, ["timeout", "'1h'"]),
        ({"lease": 0}, ["lease"]),
        ({"deterministic": "yes"}, ["deterministic", "'yes'"]),
        ({"worker": 1}, ["worker"]),
        ({"force": None}, ["force"]),
        ({"storage": 3}, ["storage"]),
        ({"study_name": ["a"]}, ["study_name"]),
        ({"executor": "threads"}, ["executor", "slots or launcher"]),
        ({"params": ["a"]}, ["params", "mapping"]),
        ({"preload": "torch"}, ["preload", "list"]),
        ({"objective_names": ["a", "b"]}, ["objective_names", "1 objectives"]),
        ({"start_points": [3]}, ["start_points"]),
        ({"direction": "up"}, ["direction", "'up'"]),
        ({"direction": []}, ["direction"]),
        ({"seeds": []}, ["seeds"]),
        ({"seeds": [1, 1]}, ["seeds", "different"]),
        ({"seeds": "1,2"}, ["seeds"]),
        ({"nonsense": 1}, ["nonsense", "n_trials"]),
        ({"n_jobs": 2}, ["n_jobs", "use slots"]),
        ({"custom_search_space": "a.b"}, ["custom_search_space=a.b", "n_trials=20"]),
        ({"custom_search_space": ["a.b"], "n_trials": 2}, ["custom_search_space", "a text"]),
        ({"pruner": {"name": "median"}, "direction": ["minimize", "maximize"]}, ["median", "2 objectives"]),
        ({"pruner": "wilcoxon", "seeds": [1, 2, 3, 4]}, ["wilcoxon", "fewer than 5", "[1, 2, 3, 4]"]),
        ({"pruner": {"_target_": "optuna.pruners.WilcoxonPruner"}}, ["wilcoxon", "fewer than 5"]),
        ({"deterministic": True}, ["slots=auto"]),
        ({"deterministic": True, "slots": 2, "timeout": 3}, ["timeout"]),
        ({"worker": True}, ["study_name", "storage"]),
        ({"storage": "sqlite:///a.db"}, ["study_name"]),
    ],
)
def test_a_setting_out_of_range_is_refused_by_name(changes, parts):
    with pytest.raises(SweepError, match=r"hydra\.sweeper\.") as error:
        read(**changes)
    assert all(part in str(error.value) for part in parts), error.value


def test_every_setting_can_be_refused_or_is_checked_elsewhere():
    """A setting that nobody checks would be one that nobody reads."""
    elsewhere = {"slots", "sampler", "pruner"}  # test_slots, and below
    for one in fields(SweepSettings):
        if one.name not in elsewhere:
            with pytest.raises(SweepError):
                read(**{one.name: object()})


@pytest.mark.parametrize("name", SAMPLERS)
def test_samplers_by_name_take_seeds(name, request):
    if name == "gp":
        request.getfixturevalue("with_torch")
    assert type(algorithms.sampler({"name": name, "seed": 3}, trust=True)).__name__ == SAMPLERS[name]


@pytest.mark.parametrize(
    ("build", "node", "absent", "extra"),
    [
        (algorithms.sampler, "gp", "torch", "torch"),
        (algorithms.sampler, "cmaes", "cmaes", "cmaes"),
        (algorithms.sampler, {"_target_": "optuna.samplers.CmaEsSampler"}, "cmaes", "cmaes"),
        (algorithms.sampler, "qmc", "scipy", "scipy"),
        (algorithms.pruner, "wilcoxon", "scipy", "scipy"),
    ],
)
def test_a_missing_package_is_named_with_the_extra_that_has_it(monkeypatch, build, node, absent, extra):
    there = algorithms.find_spec
    monkeypatch.setattr(algorithms, "find_spec", lambda name: None if name == absent else there(name))
    with pytest.raises(SweepError, match=rf"needs .*{absent}; pip install 'hydra-slots\[{extra}\]' has it"):
        build(node)


@pytest.mark.parametrize(
    ("node", "parts"),
    [
        ("grid", ["without hydra.sweeper.n_trials", "every combination"]),
        ("bruteforce", ["every combination"]),
        ({"_target_": "optuna.samplers.BruteForceSampler"}, ["every combination"]),
        ({"_target_": "optuna.samplers.GridSampler", "search_space": {"x": [1]}}, ["every combination"]),
        ("tpee", ["did you mean tpe?", "nsgaii"]),
        ({"name": "tpe", "n_startup_trials": "abc"}, ["sampler.n_startup_trials", "a whole number", "'abc'"]),
        ({"name": "tpe", "n_startup_trials": -1}, ["n_startup_trials", "from 0", "-1"]),
        ({"name": "tpe", "n_startup_trials": 2.5}, ["n_startup_trials", "2.5"]),
        ({"name": "tpe", "n_startup_trials": None}, ["n_startup_trials", "None"]),
        ({"name": "tpe", "n_startup_trials": [1]}, ["n_startup_trials", "[1]"]),
        ({"name": "tpe", "n_startup_trial": 1}, ["did you mean n_startup_trials?"]),
        ({"name": "tpe", "n_ei_candidates": 0}, ["n_ei_candidates", "from 1"]),
        ({"name": "tpe", "n_ei_candidates": 10**9}, ["n_ei_candidates", "1000000"]),
        ({"name": "tpe", "multivariate": "yes"}, ["multivariate", "true or false", "'yes'"]),
        ({"name": "tpe", "constraints_func": "app.f"}, ["constraints_func=app.f", "cannot hold", "leave it out"]),
        ({"name": "tpe", "gamma": 0.5}, ["gamma=0.5", "cannot hold"]),
        ({"name": "cmaes", "source_trials": [1]}, ["source_trials", "cannot hold"]),
        ({"name": "cmaes", "sigma0": float("nan")}, ["sigma0", "finite"]),
        ({"name": "cmaes", "x0": 3}, ["x0"]),
        ({"name": "nsgaii", "population_size": 1}, ["NSGAIISampler", "population_size"]),
        ({"name": "nsgaii", "crossover": "uniform"}, ["crossover=uniform", "cannot hold"]),
        ({"name": "qmc", "qmc_type": "prime"}, ["QMCSampler", "qmc_type"]),
        ({"name": "random", "seed": -1}, ["sampler.seed", "-1"]),
        ({"name": "random", "seed": 2**32}, ["sampler.seed", "2**32"]),
    ],
)
def test_other_samplers_are_refused(node, parts):
    with pytest.raises(SweepError, match=r"hydra\.sweeper\.sampler") as error:
        algorithms.sampler(node)
    assert all(part in str(error.value) for part in parts), error.value


def space(*sweeps: str) -> Space:
    return Space(tuple(parsed(OverridesParser.create(), *one.split("=", 1)) for one in sweeps))


@pytest.mark.parametrize("name", ["tpe", "random", "cmaes", "qmc", "nsgaii", "nsgaiii"])
def test_a_sampler_is_rehearsed_on_the_space(name):
    several = space("x=interval(0,1)", "n=range(1,9)", "kind=choice(a,b)")
    algorithms.rehearse(
        read(n_trials=3, sampler={"name": name, "seed": 1}, pruner={"name": "median"}, trust=True), several
    )


class Late(optuna.samplers.RandomSampler):
    """Finds out when it draws that it cannot."""

    def sample_independent(self, *_):
        raise KeyError("no such thing")


def test_what_a_sampler_finds_out_late_is_found_out_before_the_first_trial():
    with pytest.raises(SweepError, match=r"Late does not work with these arguments and this space .*no such thing"):
        algorithms.rehearse(read(n_trials=3, sampler={"_target_": f"{__name__}.Late"}), space("x=interval(0,1)"))


@pytest.mark.parametrize("sweep", ["x=interval(0,inf)", "x=interval(nan,1)", "x=range(0,1000000000)"])
def test_ends_that_nobody_can_reach_are_refused(sweep):
    with pytest.raises(SweepError, match="x="):
        space(sweep)


def first_points(sampler):
    study = optuna.create_study(sampler=sampler)
    return [study.ask({"x": optuna.distributions.FloatDistribution(0, 1)}).params["x"] for _ in range(4)]


def test_a_resumed_sampler_draws_other_points_and_the_same_one_the_same():
    node = {"name": "tpe", "seed": 1}
    assert first_points(algorithms.sampler(node)) == first_points(algorithms.sampler(node))
    assert not set(first_points(algorithms.sampler(node))) & set(first_points(algorithms.sampler(node, seed_offset=4)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        sequence = {"name": "qmc", "seed": 1, "scramble": True}
        again = algorithms.sampler(sequence, seed_offset=4)
        assert first_points(algorithms.sampler(sequence)) == first_points(again), "its place in the sequence is stored"


def test_the_default_seed_is_no_argument_of_a_sampler_without_one():
    node = {"name": "tpe", "seed": None, "_target_": "optuna.samplers.PartialFixedSampler"}
    node |= {"fixed_params": {}, "base_sampler": optuna.samplers.RandomSampler()}
    assert type(algorithms.sampler(node)).__name__ == "PartialFixedSampler"


@pytest.mark.parametrize(
    ("node", "kind"),
    [
        ("median", "MedianPruner"),
        ({"name": "percentile", "percentile": 25.0}, "PercentilePruner"),
        ({"name": "hyperband", "max_resource": 9}, "HyperbandPruner"),
        ("successive_halving", "SuccessiveHalvingPruner"),
        ("wilcoxon", "WilcoxonPruner"),
        ({"name": "threshold", "lower": 0.1}, "ThresholdPruner"),
        ({"name": "patient", "patience": 2}, "PatientPruner"),
        ({"_target_": "optuna.pruners.MedianPruner", "n_warmup_steps": 2}, "MedianPruner"),
        (None, "NopPruner"),
    ],
)
def test_pruners_by_name(node, kind):
    assert type(algorithms.pruner(node)).__name__ == kind


def test_a_patient_pruner_waits_for_another():
    patient = algorithms.pruner({"name": "patient", "patience": 1, "wrapped_pruner": {"name": "median"}})
    assert isinstance(patient._wrapped_pruner, optuna.pruners.MedianPruner)


@pytest.mark.parametrize(
    ("node", "parts"),
    [
        ("medium", ["'medium'", ", ".join(PRUNERS)]),
        ({"name": "median", "warmup": 3}, ["pruner.warmup", "n_warmup_steps"]),
        ({"name": "median", "n_warmup_steps": "abc"}, ["pruner.n_warmup_steps", "a whole number", "'abc'"]),
        ({"name": "median", "n_warmup_steps": -1}, ["n_warmup_steps"]),
        ({"name": "threshold", "lower": float("nan")}, ["lower", "finite"]),
        ({"name": "hyperband", "max_resource": "much"}, ["HyperbandPruner"]),
        ("medain", ["did you mean median?"]),
        ({"name": "percentile", "percentile": 200}, ["PercentilePruner", "between 0 and 100"]),
        ({"name": "percentile"}, ["PercentilePruner", "percentile"]),
        ({"warmup": 3}, ["name or _target_"]),
        ({"_target_": "no.such.Pruner"}, ["no.such.Pruner"]),
        ({"_target_": "optuna.samplers.RandomSampler"}, ["no pruner"]),
        ({"name": "patient", "patience": 1, "wrapped_pruner": "medium"}, ["pruner.wrapped_pruner", "'medium'"]),
    ],
)
def test_other_pruners_are_refused(node, parts):
    with pytest.raises(SweepError, match=r"hydra\.sweeper\.pruner") as error:
        algorithms.pruner(node)
    assert all(part in str(error.value) for part in parts), error.value


def test_report_outside_a_sweep_does_nothing():
    assert reporting.report(1.0, 1) is None


def test_report_hands_on_what_it_is_told_and_raises_when_that_was_hopeless():
    told = []
    reporting.connect(lambda value, step: told.append((value, step)) or step == 2)
    try:
        reporting.report(0.5, 1)
        with pytest.raises(optuna.TrialPruned):
            reporting.report(1, 2)
        with pytest.raises(TypeError, match="step"):
            reporting.report(1.0, 1.5)
        with pytest.raises(TypeError, match="value"):
            reporting.report("much", 1)
        with pytest.raises(ValueError, match="step"):
            reporting.report(1.0, -1)
    finally:
        reporting.connect(None)
    assert told == [(0.5, 1), (1.0, 2)]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("postgresql://me:secret@host:5432/db", "postgresql://me:***@host:5432/db"),
        ("postgresql://me@host/db", "postgresql://me@host/db"),
        ("sqlite:///a.db", "sqlite:///a.db"),
        ("grpc://host:13000", "grpc://host:13000"),
        ("postgresql://me:se/cr?et@host/db", "postgresql://me:***@host/db"),
        ("postgresql://host/db?user=me&password=secret", "postgresql://host/db?user=me&password=***"),
        ("cannot open grpc://u:p%40q@h:1 now", "cannot open grpc://u:***@h:1 now"),
    ],
)
def test_passwords_are_not_shown(text, shown):
    assert redacted(text) == shown


@pytest.mark.parametrize(
    ("typed", "app", "shown"),
    [
        (["/a/app.py", "-m", "x=1,2"], None, "python /a/app.py"),
        (["/a/app.py", "--config-name", "tune", "-m"], None, "python /a/app.py --config-name tune"),
        (["/a/app.py", "-m", "-cn=tune", "-cd", "a b"], None, "python /a/app.py --config-name tune --config-dir 'a b'"),
        (["/bin/tool", "--multirun"], None, "tool"),
        (["/bin/ner-lab", "-m", "loss=nll"], "ner-lab train", "ner-lab train"),
    ],
)  # fmt: skip
def test_the_commands_that_are_shown_find_the_same_config(monkeypatch, typed, app, shown):
    monkeypatch.setattr("sys.argv", typed)
    assert program(app) == shown


@pytest.mark.parametrize(("name", "shown"), [("lab.app", "python -m lab.app"), ("lab.__main__", "python -m lab")])
def test_a_module_is_shown_as_one(monkeypatch, name, shown):
    """By its file it may not find what it imports."""
    monkeypatch.setattr("sys.argv", ["/a/lab/app.py", "-m", "x=1,2"])
    monkeypatch.setitem(
        sys.modules, "__main__", SimpleNamespace(__spec__=ModuleSpec(name, None, origin="/a/lab/app.py"))
    )
    assert program() == shown and program("lab train") == "lab train"
