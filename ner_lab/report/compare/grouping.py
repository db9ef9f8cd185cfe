"""By which settings the runs of a test set are told apart, and what systems are called on several of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ner_lab.report.run_settings import RunSettings, chosen
from ner_lab.report.runs import Run


@dataclass
class Grouping:
    """By which keys the runs of a test set are told apart; `named` where all of them have names already."""

    settings: RunSettings
    keys: list[str]
    alone: bool
    named: bool


def grouped(runs: Sequence[Run], by: Sequence[str] | None) -> Grouping:
    settings = RunSettings([run for run in runs if not run.foreign])
    alone = by is not None and list(by) == ["run"]
    named = all(run.name for run in runs)
    return Grouping(settings, [] if alone or named else chosen(settings, by), alone, named)


def same_names(groupings: Sequence[Grouping], found: bool) -> None:
    """Has a system called the same on every test set; where keys were `found`, by those of all test sets."""
    keys = list(dict.fromkeys(key for one in groupings for key in one.keys))
    for one in groupings:
        one.keys = keys if found else one.keys
    told = {leaf for one in groupings for leaf in one.settings.told(one.keys)}
    for one in groupings:
        one.settings.also_told = frozenset(told)
