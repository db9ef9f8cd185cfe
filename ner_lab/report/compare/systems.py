"""Systems: which runs belong together as draws of the same one, and how they scored."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ner_lab.report.compare import metric
from ner_lab.report.compare.document_scores import DocumentScores
from ner_lab.report.run_settings import FEW, REPLICATES, RunSettings, overlap
from ner_lab.report.runs import Run
from ner_lab.report.sentence_counts import SentenceCounts

FAILED = 0.1  # of the median: a run below it has collapsed


@dataclass(frozen=True)
class System:
    """What was trained alike, which is a configuration, and its runs, one a seed.

    Attributes:
        label: in a few words.
        runs: in the order of `replicates`.
        replicates: seed, and what else was drawn anew.
        by_document: their scores.
        per_type: mean F1 of each entity type.
    """

    label: str
    runs: tuple[Run, ...]
    replicates: tuple[tuple[str, ...], ...]
    by_document: DocumentScores
    per_type: dict[str, float]

    @property
    def scores(self) -> list[float]:
        return self.by_document.scores_N.tolist()

    @property
    def mean(self) -> float:
        return statistics.fmean(self.scores)

    @property
    def deviation(self) -> float | None:
        """Standard deviation over seeds; None of a single run."""
        return statistics.stdev(self.scores) if len(self.scores) > 1 else None

    @property
    def median(self) -> float:
        return statistics.median(self.scores)

    @property
    def failed(self) -> tuple[bool, ...]:
        """Which runs learned nothing: a score under a tenth of the system's median, or of 0."""
        least = FAILED * self.median
        return tuple(score < least or score <= 0 for score in self.scores)

    def of_runs(self, kept: Sequence[int]) -> System:
        """Only these runs; `per_type` stays that of all."""
        return replace(
            self,
            runs=tuple(self.runs[i] for i in kept),
            replicates=tuple(self.replicates[i] for i in kept),
            by_document=self.by_document.of_runs(kept),
        )

    def training(self, name: str) -> float | None:
        """Mean of `seconds` or `words_per_s` of the training, where it is known."""
        known = [run.metrics["train"][name] for run in self.runs if name in run.metrics.get("train", {})]
        return statistics.fmean(known) if known else None


@dataclass
class Scored:
    """Runs with the same test sentences, and their counts."""

    runs: list[Run] = field(default_factory=list)
    counts: list[SentenceCounts] = field(default_factory=list)


def gather(
    scored: Scored,
    settings: RunSettings,
    keys: Sequence[str],
    alone: bool,
    unit_S: NDArray[np.integer],
    own: bool,
    types: Sequence[str],
    metric_name: str,
    left_out: list[tuple[Path, str]],
) -> list[System]:
    """The systems among runs of one test set, in the order of their first runs.

    Args:
        scored: the runs.
        settings: of those that are no column files, in the same order.
        keys: what tells systems apart, where runs have no names.
        alone: every run is a system of its own.
        unit_S: the number of each sentence's document.
        own: False where there are none, and every sentence has a number to itself.
        types: of all entities.
        metric_name: what `by_document` holds.
        left_out: is given the runs that only repeat another one.
    """
    systems = []
    for label, replicates in _members(scored.runs, settings, keys, alone).items():
        rows = _newest(replicates, scored.runs, left_out)
        systems.append(_system(label, rows, scored, unit_S, own, types, metric_name))
    return systems


def documents(counts: Sequence[SentenceCounts]) -> tuple[NDArray[np.integer], bool]:
    """The number of each sentence's document, and whether any are known: as the first run has them that has some.

    One name for the whole file, such as that of a single `-DOCSTART-`, says nothing of where documents are.
    """
    names = next((c.documents for c in counts if any(c.documents)), counts[0].documents)
    known = len({name for name in names if name}) > 1
    numbers: dict[str | int, int] = {}
    unit_S = np.array(
        [numbers.setdefault(name if known and name else index, len(numbers)) for index, name in enumerate(names)]
    )
    return unit_S, known


def _members(
    runs: Sequence[Run], settings: RunSettings, keys: Sequence[str], alone: bool
) -> dict[str, dict[tuple[str, ...], list[int]]]:
    """Label -> what was drawn anew -> runs, which are more than one where a run was repeated."""
    own = iter(range(len(settings.runs)))
    left = [leaf for leaf in settings.leaves if leaf in REPLICATES]
    left += [key for key in settings.varied() if not any(overlap(key, other) for other in keys)]
    members: dict[str, dict[tuple[str, ...], list[int]]] = defaultdict(lambda: defaultdict(list))
    for index, run in enumerate(runs):
        if run.foreign:
            seed = run.config.get("seed")
            label = run.name
            replicate: tuple[str, ...] = (f"file {run.path}" if seed is None else f"seed {seed}",)
            if alone:
                label = str(run.path)
        else:
            position = next(own)
            label = run.name or settings.label(position, keys or _described(settings)) or "all runs"
            replicate = tuple(settings.value(position, leaf) for leaf in left)
            if alone:
                label, replicate = str(run.path), ()
        members[label][replicate].append(index)
    return {label: dict(replicates) for label, replicates in members.items()}


def _described(settings: RunSettings) -> list[str]:
    """What was typed of the system alone, where nothing differs; the name of the test set tells the data."""
    return [key for key in settings.typed() if not overlap(key, "data")][:FEW]


def _newest(
    replicates: dict[tuple[str, ...], list[int]], runs: Sequence[Run], left_out: list[tuple[Path, str]]
) -> dict[tuple[str, ...], int]:
    """One run for each seed: the same run twice is no second piece of evidence."""
    kept = {}
    for replicate, repeats in sorted(replicates.items()):
        *older, newest = sorted(repeats, key=lambda index: _written(runs[index]))
        left_out += [
            (runs[index].path, f"same settings and seed as {runs[newest].path}, which is newer") for index in older
        ]
        kept[replicate] = newest
    return kept


def _written(run: Run) -> float:
    return (run.path if run.foreign else run.path / "metrics.json").stat().st_mtime


def _system(
    label: str,
    rows: dict[tuple[str, ...], int],
    scored: Scored,
    unit_S: NDArray[np.integer],
    own: bool,
    types: Sequence[str],
    metric_name: str,
) -> System:
    per_run = [metric.per_type_f1(scored.counts[index], types) for index in rows.values()]
    return System(
        label=label,
        runs=tuple(scored.runs[index] for index in rows.values()),
        replicates=tuple(rows),
        by_document=metric.by_document(
            [scored.counts[i] for i in rows.values()], unit_S, metric_name, in_order=not own
        ),
        per_type={type_: statistics.fmean(row[type_] for row in per_run) for type_ in types},
    )
