"""Test sets to corpora: which belong together, what each is called, and who was scored on which."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ner_lab.report.compare.pairs import Couple
from ner_lab.report.compare.ranks import ranks
from ner_lab.report.compare.results import TestSet
from ner_lab.report.runs import Run
from ner_lab.types import UserError


def corpus_name(run: Run) -> str:
    """The run's data as people call it: its folder, else the option of the config; "" where no config tells it."""
    data = run.config.get("data") or {}
    option = run.choices.get("data") or str(data.get("_target_", "")).rsplit(".", 1)[-1]
    return Path(str(data["dir"])).name if data.get("dir") else option if data else ""


@dataclass(frozen=True)
class Corpus:
    """What systems are compared on: a test set, or those of several folds or draws of the same data.

    Attributes:
        name: unlike that of any other corpus here.
        means: the mean score of each system, by its label.
        members: the places of its test sets.
    """

    name: str
    means: dict[str, float]
    members: tuple[int, ...]

    def difference(self, a: str, b: str, compared: Sequence[Sequence[Couple]]) -> tuple[float, float | None]:
        """The mean score of `a` minus that of `b`, and its variance; None where too few seeds or documents tell it.

        Args:
            a, b: labels of systems.
            compared: the pairs of every test set.
        """
        couples = [c for place in self.members for c in compared[place] if {c.a.label, c.b.label} == {a, b}]
        found = [(c.found if c.a.label == a else -c.found) for c in couples if c.found is not None]
        if not couples or len(found) < len(couples):
            return self.means[a] - self.means[b], None
        return sum(f.value for f in found) / len(found), sum(f.standard_error**2 for f in found) / len(found) ** 2


@dataclass(frozen=True)
class Table:
    """Corpora and systems without a hole: every system was scored on every corpus.

    Attributes:
        corpora: in their order.
        systems: two at the least, the best mean rank first.
        remarks: what was left out to have no hole, by name.
    """

    corpora: tuple[Corpus, ...]
    systems: tuple[str, ...]
    remarks: tuple[str, ...]

    @property
    def scores_CS(self) -> NDArray[np.floating]:
        return np.array([[corpus.means[label] for label in self.systems] for corpus in self.corpora])


def tabulate(test_sets: Sequence[TestSet], digests: Sequence[str], split: str) -> Table:
    """The corpora of test sets. A system that was scored on fewer than half of them is left out, then each corpus on
    which one of the others was not scored. So is a corpus on which nobody scored more than 0.

    Args:
        test_sets: with their systems.
        digests: what each is known by.
        split: of the test sets.

    Raises:
        UserError: no two systems that share a corpus.
    """
    members = _members(test_sets)
    names = _names([test_sets[some[0]] for some in members], [digests[some[0]] for some in members], split)
    corpora = []
    for some, name in zip(members, names, strict=True):
        scores: dict[str, list[float]] = defaultdict(list)
        for one in some:
            for system in test_sets[one].systems:
                scores[system.label].append(system.mean)
        means = {label: float(np.mean(found)) for label, found in scores.items() if len(found) == len(some)}
        corpora.append(Corpus(name, means, tuple(some)))
    return _without_holes(corpora)


def _members(test_sets: Sequence[TestSet]) -> list[list[int]]:
    """Test sets of one corpus: folds of it, or draws under several `data.seed`."""
    sources: dict[Hashable, list[int]] = defaultdict(list)
    draws = []
    for place, one in enumerate(test_sets):
        data = _data(one)
        sources[tuple(str(data.get(key)) for key in ("_target_", "dir", "name", "config")) if data else place].append(
            place
        )
        draws.append((data.get("fold"), data.get("seed")))
    members: list[list[int]] = []
    for some in sources.values():
        drawn_anew = len({draws[place] for place in some}) == len(some)
        members += [some] if drawn_anew else [[place] for place in some]
    return sorted(members)


def _data(one: TestSet) -> dict[str, Any]:
    return next((data for system in one.systems for run in system.runs if (data := run.config.get("data"))), {})


def _names(firsts: Sequence[TestSet], digests: Sequence[str], split: str) -> list[str]:
    """As short as they can be without two being the same: folder, folder with the one above it, and what the sentences
    are known by."""
    shortest = [one.name.removesuffix(split).strip() or "test set" for one in firsts]
    longer = [
        "/".join(Path(str(_data(one).get("dir") or name)).parts[-2:])
        for one, name in zip(firsts, shortest, strict=True)
    ]
    names = [name if Counter(shortest)[name] == 1 else more for name, more in zip(shortest, longer, strict=True)]
    return [
        name if Counter(names)[name] == 1 else f"{name} [{digest[:6]}]"
        for name, digest in zip(names, digests, strict=True)
    ]


def _without_holes(corpora: Sequence[Corpus]) -> Table:
    remarks = []
    silent = [corpus.name for corpus in corpora if corpus.means and not any(corpus.means.values())]
    if 0 < len(silent) < len(corpora):  # such as F1 of a type that gold lacks there: no evidence of equal systems
        remarks.append(f"every run has a score of 0 on {_listed(silent)}: left out of the comparison over corpora")
        corpora = [corpus for corpus in corpora if corpus.name not in silent]
    labels = list(dict.fromkeys(label for corpus in corpora for label in corpus.means))
    on = {label: [corpus.name for corpus in corpora if label in corpus.means] for label in labels}
    for label in labels:
        if 2 * len(on[label]) < len(corpora):
            remarks.append(
                f"{label} was scored on {len(on[label])} of {len(corpora)} corpora ({_listed(on[label])}): left out of "
                "the comparison over corpora"
            )
    systems = [label for label in labels if 2 * len(on[label]) >= len(corpora)]
    whole = []
    for corpus in corpora:
        if missing := [label for label in systems if label not in corpus.means]:
            remarks.append(
                f"{corpus.name} has no finished run of {_listed(missing)}: left out of the comparison over corpora"
            )
        else:
            whole.append(corpus)
    if len(systems) < 2 or not whole:
        each = "; ".join(f"{label}: {_listed(names)}" for label, names in on.items())
        raise UserError(
            f"across=data: no two systems were scored on the same corpora, so that none compares them ({each})"
        )
    found = Table(tuple(whole), tuple(systems), tuple(remarks))
    order = np.argsort(ranks(found.scores_CS).mean(0), kind="stable")
    return replace(found, systems=tuple(systems[place] for place in order))


def _listed(names: Sequence[str], most: int = 6) -> str:
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")
