"""Systems compared after tuning: each by the best of equally many trials."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
from scipy.special import stdtr

from ner_lab.files import RunFolder
from ner_lab.report.compare import metric, verdict
from ner_lab.report.compare.claims import Claim, claims
from ner_lab.report.compare.corpora import corpus_name
from ner_lab.report.compare.expected_best import Trials
from ner_lab.report.compare.tuned_results import Point, Tuned, TunedPair, TunedSystem
from ner_lab.report.run_files import read_json
from ner_lab.report.run_settings import REPLICATES, RunSettings
from ner_lab.report.runs import Run
from ner_lab.types import UserError

_NOTHING = 1e-12  # a score differs by more, or not at all
STEPS = (1, 2, 5)  # times powers of ten: the budgets that tables show
AT_RANDOM = (
    "trials are treated as a random search; those of an adaptive sampler (tpe, gp) improve as it goes on, so that "
    "small budgets look better than they were"
)


def after_tuning(
    runs: Sequence[Run],
    by: Sequence[str] | None,
    baseline: str | None,
    metric_name: str,
    margin: float | None,
    left_out: list[tuple[Path, str]],
) -> tuple[Tuned, ...]:
    """The comparison on each corpus. A trial is one configuration, the mean over its seeds. One that was pruned or
    paused is spent: it counts, below all that finished, and cannot be chosen; one that failed or still runs does not.

    Args:
        runs: as `runs.find` gives them.
        by: config keys that tell systems apart; all other settings are what was tuned.
        baseline, metric_name, margin: as for `assess`.
        left_out: is given what is no trial, with the reason.

    Raises:
        UserError: no keys, an unknown one or an unknown baseline, nothing that was tuned, or one system alone.
    """
    if not by or list(by) == ["run"]:
        raise UserError("tuned=true needs by=, such as by=loss: what is compared; all else is what was tuned")
    metric.check(metric_name)
    corpora: dict[Hashable, list[Run]] = defaultdict(list)
    for run in runs:
        if reason := _no_trial(run, metric_name):
            left_out.append((run.path, reason))
        else:
            data = run.config.get("data", {})
            corpora[tuple(str(data.get(key)) for key in ("_target_", "dir", "name", "config"))].append(run)
    if not any(run.state == "finished" for some in corpora.values() for run in some):
        reasons = "\n".join(f"  {path}: {reason}" for path, reason in left_out[:5])
        raise UserError(f"tuned=true: no finished trial with {metric_name} of dev and test:\n{reasons}")
    keys = [key.replace("/", ".") for key in by]
    found = [_corpus(some, keys, baseline, metric_name) for some in corpora.values()]
    found = [one for one in found if one.systems]
    labels = list(dict.fromkeys(system.label for one in found for system in one.systems))
    if baseline is not None and baseline not in labels:
        raise UserError(f"baseline={baseline}: no system is called that; there are {', '.join(labels)}")
    if all(system.trials < 2 for one in found for system in one.systems):
        raise UserError(
            f"tuned=true: nothing was tuned here: each of {', '.join(labels)} has one configuration. Leave tuned=true "
            "out to compare them over seeds, or give the folder of a search"
        )
    return _with_claims(found, metric.name(metric_name), margin)


def _no_trial(run: Run, metric_name: str) -> str:
    if run.foreign:
        return "a column file, which does not say what was tuned"
    if run.state == "finished":
        missing = [s for s in ("dev", "test") if metric.reported(run.metrics.get(s) or {}, metric_name) is None]
        return f"metrics.json has no {metric_name} of {' and '.join(missing)}" if missing else ""
    return "" if _spent(run) and not run.state.startswith(("still running", "failed", "damaged")) else run.state


def _spent(run: Run) -> bool:
    return RunFolder(run.path).pruned.is_file() and bool(run.config)


def _corpus(runs: Sequence[Run], keys: Sequence[str], baseline: str | None, metric_name: str) -> Tuned:
    settings = RunSettings(runs)
    for key in keys:
        if not settings.known(key):
            raise UserError(f"by={key}: no run has this key in its config")
    systems: dict[str, dict[Hashable, list[Run]]] = defaultdict(lambda: defaultdict(list))
    tuned_leaves = [leaf for leaf in settings.leaves if leaf not in REPLICATES]
    for place, run in enumerate(runs):
        label = ", ".join(settings.option(place, key) for key in keys)
        systems[label][tuple(settings.value(place, leaf) for leaf in tuned_leaves)].append(run)
    made = {label: _trials([*some.values()], metric_name) for label, some in systems.items()}
    trials = {label: one for label, one in made.items() if one is not None}
    budget = min((len(one.dev_N) for one in trials.values()), default=0)
    found = []
    for label, one in trials.items():
        best = int(np.nanargmax(np.where(np.isfinite(one.test_N), one.dev_N, -1)))
        points = [Point(k, one.best(k), one.test_of_best(k)) for k in _budgets(budget)]
        pruned = int(np.isnan(one.test_N).sum())
        chosen = (float(one.dev_N[best]), float(one.test_N[best]))
        found.append(TunedSystem(label, one, len(one.dev_N), pruned, *chosen, tuple(points)))
    found.sort(key=lambda system: -system.points[-1].test.value)
    remarks = [AT_RANDOM]
    if nothing := [label for label in systems if label not in trials]:
        remarks.append(f"every trial of {', '.join(nothing)} was pruned: there is no model to score")
    if alone := [label for label, one in trials.items() if len(one.dev_N) == 1]:
        remarks.append(f"{', '.join(alone)} has one configuration: only one trial of each system can be compared")
    compared_at = max(1, budget // 4)
    pairs = _pairs(found, compared_at, baseline)
    return Tuned(corpus_name(runs[0]), budget, compared_at, tuple(found), tuple(pairs), tuple(remarks))


def _trials(configurations: Sequence[Sequence[Run]], metric_name: str) -> Trials | None:
    """None where no trial has finished."""
    finished, stopped = [], []
    for some in configurations:
        if all(run.state == "finished" for run in some):
            scores = [[metric.reported(run.metrics[s], metric_name) or 0.0 for s in ("dev", "test")] for run in some]
            finished.append(np.mean(scores, 0))
        else:
            stopped.append(_last(next(run for run in some if run.state != "finished"), metric_name))
    if not finished:
        return None
    dev_N, test_N = np.array(finished).T
    # Below, not equal: among equals each would be as likely to be chosen, and these cannot be.
    least = np.nextafter(dev_N.min(), -np.inf)
    below = np.minimum([np.inf if last is None else last for last in stopped], least)
    return Trials(np.concatenate([dev_N, below]), np.concatenate([test_N, np.full(len(stopped), np.nan)]))


def _last(run: Run, metric_name: str) -> float | None:
    """The dev score with which a trial was stopped, where it was noted."""
    try:
        noted = read_json(RunFolder(run.path).pruned, {"last?": {...: float}})
    except UserError:
        return None
    value = noted.get("last", {}).get(f"dev/{metric_name}")
    return None if value is None else float(value)


def _budgets(most: int) -> list[int]:
    steps = [step * 10**power for power in range(5) for step in STEPS if step * 10**power < most]
    return sorted({*steps, max(1, most // 4), max(1, most // 2), most})


def _pairs(systems: Sequence[TunedSystem], k: int, baseline: str | None) -> list[TunedPair]:
    """Of test scores after `k` trials each, a quarter of the budget: of simulated searches of 8 to 32 trials, 1 to 9 %
    of pairs that are alike differ there at 5 %, at half of it 4 to 10 %."""
    chosen = combinations(systems, 2) if baseline is None else [
        (a, b) for a in systems for b in systems if b.label == baseline and a.label != baseline
    ]  # fmt: skip
    return [_pair(a, b, k) for a, b in chosen]


def _pair(a: TunedSystem, b: TunedSystem, k: int) -> TunedPair:
    one, other = (s.trials_made.test_of_best(k) for s in (a, b))
    value = one.value - other.value
    if one.error is None or other.error is None:
        return TunedPair(a.label, b.label, k, value)
    squares = one.error**2, other.error**2
    error = sum(squares) ** 0.5
    if error <= _NOTHING:
        return TunedPair(a.label, b.label, k, value, p=float(abs(value) <= _NOTHING), standard_error=0.0, df=1.0)
    df = sum(squares) ** 2 / (squares[0] ** 2 / one.df + squares[1] ** 2 / other.df)  # Welch's
    return TunedPair(
        a.label, b.label, k, value, p=2 * float(stdtr(df, -abs(value) / error)), standard_error=error, df=df
    )


def _with_claims(found: Sequence[Tuned], name: str, margin: float | None) -> tuple[Tuned, ...]:
    """With verdicts, whose p-values are corrected for all pairs on all corpora."""
    left = iter(claims([pair for one in found for pair in one.pairs if pair.tested], margin))
    return tuple(replace(one, pairs=tuple(_judged(pair, left, name) for pair in one.pairs)) for one in found)


def _judged(pair: TunedPair, left: Iterator[Claim], name: str) -> TunedPair:
    spent = f"After {pair.k} trial{'s' * (pair.k != 1)} each"
    if not pair.tested:
        text = (
            f"{pair.a} \N{MINUS SIGN} {pair.b} is {verdict.points(pair.value)} points of test {name}, without an "
            "interval: at least two trials of each are needed"
        )
        return replace(pair, verdict=verdict.NOT_KNOWN, sentence=f"{text}.")
    claim = next(left)
    said = verdict.tested(pair.a, pair.b, f"test {name}", pair.interval, claim).replace("Not known", "not known", 1)
    return replace(
        pair,
        claim=claim,
        verdict=verdict.short(pair.a, pair.b, claim, verdict.ENOUGH),
        sentence=f"{spent}: {said}",
    )
