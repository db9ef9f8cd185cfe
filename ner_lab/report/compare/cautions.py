"""What to keep in mind about a comparison: unequal budgets, other data or code, few documents, similar test sets."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence

from ner_lab.report.compare import metric, verdict
from ner_lab.report.compare.systems import System
from ner_lab.report.compare.units import Units
from ner_lab.report.run_settings import REPLICATES, RunSettings, overlap
from ner_lab.report.runs import Run, changes
from ner_lab.report.sentence_counts import SentenceCounts

FEW_DOCUMENTS = 20
FALSE = 0.08  # highest rate of p < 0.05 without a difference for 20 hidden documents, in benchmarks/error_rates.py
Labelled = Sequence[tuple[str, Sequence[Run]]]


def of_scores(systems: Sequence[System], units: Units, metric_name: str) -> list[str]:
    """Remarks, each a line: few documents, blocks or seeds, or nothing learned."""
    found = []
    if units.fewest < 2:
        number, what = (units.sentences, "sentence") if units.documents is None else (units.documents, "document")
        of_it = f"is a single {what}" if number == 1 else f"counts as a single {what}, though it has {number}"
        found.append(f"the test set {of_it}: it says nothing of test-set sampling")
    elif units.fewest < FEW_DOCUMENTS and units.documents is not None:
        found.append(
            f"the test set has {units.documents} documents, which count as {units.fewest:.0f} of equal length: "
            "intervals from so few are wide and approximate"
        )
    elif units.fewest < FEW_DOCUMENTS:
        found.append(
            f"the test set names no documents, and its {units.sentences} sentences count as {units.fewest:.0f} blocks "
            "for at least one pair: intervals from so few are wide and approximate. In simulations of 20 unnamed "
            f"documents, up to {100 * FALSE:.1f} % of pairs of equal systems came out as different at p < 0.05"
        )
    seeds = sorted(len(system.runs) for system in systems if len(system.runs) >= verdict.LEAST)
    if len(seeds) > 1 and seeds[0] < verdict.ENOUGH and units.fewest >= 2:
        found.append(verdict.few_seeds(seeds[0]))
    if not any(score for system in systems for score in system.scores):
        found.append(f"every run has a score of 0: nothing was learned that {metric.name(metric_name)} could compare")
    return found


def of_likeness(own: SentenceCounts, others: Sequence[SentenceCounts]) -> list[str]:
    """Remarks on other test sets that may have been meant to be this one."""
    if any(other.words_digest == own.words_digest for other in others):
        return ["another test set here has the same sentences with other gold tags; the two are not compared"]
    if any(len(other.documents) == len(own.documents) for other in others):
        return [
            "another test set here has as many sentences but other words; the two are not compared. If they should be "
            "the same, one of the toolkits changed words or their order"
        ]
    return []


def of_budgets(
    systems: Sequence[System], settings: RunSettings, keys: Sequence[str], unfinished: Sequence[Run] = ()
) -> list[str]:
    """Remarks, each a line: systems with other numbers of runs, trials, epochs or steps, other training or dev data,
    uncommitted or different code, and settings that vary within a system.

    `unfinished` runs are trials too: who prunes or fails often has tried more than the finished runs show.
    """
    found = []
    finished = {one.label: len(one.runs) for one in systems}
    trials = {one.label: len(one.runs) + _begun(one.runs, keys, unfinished) for one in systems}
    if len(set(finished.values())) > 1:
        found.append(f"unequal numbers of runs: {_each(finished)}")
    if trials != finished and len(set(trials.values())) > 1:
        found.append(f"unequal numbers of trials, those that did not finish included: {_each(trials)}")
    own = [(one.label, [run for run in one.runs if not run.foreign]) for one in systems]
    own = [(label, runs) for label, runs in own if runs]
    for what, of in (("epochs", _epochs), ("optimizer steps allowed", _steps), ("batch sizes", _batch)):
        found += _unequal(own, what, of)
    for split in ("train", "dev"):
        prints = {(run.environment.get("data") or {}).get(split) for _, some in own for run in some} - {None}
        if len(prints) > 1:
            found.append(f"the {split} data differs between runs (its fingerprint in environment.json)")
    runs = [run for _, some in own for run in some]
    dirty = [run for run in runs if (run.environment.get("git") or {}).get("dirty")]
    if dirty:
        found.append(f"{len(dirty)} of {len(runs)} runs were made by code that was not committed")
    commits = sorted({git["commit"] for run in runs if (git := run.environment.get("git") or {}).get("commit")})
    if len(commits) > 1:
        found.append(f"the runs were made by {len(commits)} versions of the code: {', '.join(c[:7] for c in commits)}")
    precisions = sorted({str(run.environment["precision"]) for run in runs if "precision" in run.environment})
    if len(precisions) > 1 and not any(overlap(key, "trainer.precision") for key in keys):
        found.append(f"the runs were computed in {' and '.join(precisions)} (precision in environment.json)")
    found += _resumed(runs)
    mixed = [key for key in settings.varied() if key not in REPLICATES and not any(overlap(key, k) for k in keys)]
    if mixed and any(len(runs) > 1 for _, runs in own):
        found.append(
            f"runs of the same system also differ in {', '.join(mixed)}; add these to by= "
            "unless they are to count as chance"
        )
    return found


def _resumed(runs: Sequence[Run]) -> list[str]:
    """Runs that went on with other settings than they began with: their config is that of the end alone."""
    changed = {run.path: found for run in runs if (found := changes(run.environment))}
    if not changed:
        return []
    listed = "; ".join(f"{path}: {', '.join(what)}" for path, what in list(changed.items())[:3])
    return [
        f"{len(changed)} of {len(runs)} runs were resumed with changes, and are not what one run with these settings "
        f"would be ({listed}{' and more' if len(changed) > 3 else ''})"
    ]


def _begun(runs: Sequence[Run], keys: Sequence[str], unfinished: Sequence[Run]) -> int:
    """How many of the unfinished runs are of the same system as these."""
    first = next((run for run in runs if not run.foreign), None)
    if first is None:
        return 0
    again = {run.overrides for run in runs if run.overrides}  # jobs that were killed, and done when repeated
    alike = [
        run
        for run in unfinished
        if run.config and run.name == first.name and _data(run) == _data(first) and run.overrides not in again
    ]
    settings = RunSettings([first, *alike])
    return sum(all(settings.value(0, key) == settings.value(n, key) for key in keys) for n in range(1, len(alike) + 1))


def _data(run: Run) -> Hashable:
    data = run.config.get("data", {})
    return tuple(str(data.get(key)) for key in ("_target_", "dir", "name"))


def _unequal(systems: Labelled, what: str, of: Callable[[Run], Hashable]) -> list[str]:
    each = {label: sorted({str(of(run)) for run in runs}) for label, runs in systems}
    if len({tuple(values) for values in each.values()}) < 2 and all(len(values) < 2 for values in each.values()):
        return []
    return [f"unequal {what}: {_each({label: ' or '.join(values) for label, values in each.items()})}"]


def _each(numbers: Mapping[str, object]) -> str:
    listed = [f"{label} {number}" for label, number in numbers.items()]
    return ", ".join(listed[:8]) + (f" and {len(listed) - 8} more" if len(listed) > 8 else "")


def _epochs(run: Run) -> Hashable:
    return run.config.get("trainer", {}).get("max_epochs")


def _steps(run: Run) -> Hashable:
    return run.config.get("trainer", {}).get("max_steps")


def _batch(run: Run) -> Hashable:
    data, trainer = run.config.get("data", {}), run.config.get("trainer", {})
    return data.get("batch_tokens") or (data.get("batch_size") or 0) * (trainer.get("accumulate_grad_batches") or 1)
