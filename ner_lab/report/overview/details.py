"""What two runs are compared by on the page: settings, curves, and what each predicted; as small as it can be said."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from ner_lab.data.predictions import read_run
from ner_lab.files import RunFolder
from ner_lab.report import curves
from ner_lab.report.overview.rows import RunRow
from ner_lab.report.run_settings import RunSettings
from ner_lab.tags import to_spans
from ner_lab.types import UserError

POINTS = 60  # of a curve
SENTENCES = 3000  # of a split; of larger ones the first


def settings(rows: Sequence[RunRow]) -> dict[str, Any]:
    """The settings of all runs: what most have, and for each run what it has otherwise (null where it has it not)."""
    flat = RunSettings([row.run for row in rows]).flat
    keys = dict.fromkeys(key for one in flat for key in one if key != "run_dir")
    usual: dict[str, str] = {}
    for key in keys:
        counts: dict[str, int] = {}
        for one in flat:
            if (value := one.get(key)) is not None:
                counts[value] = counts.get(value, 0) + 1
        usual[key] = max(counts, key=lambda value: counts[value])
    own = [
        {key: one.get(key) for key in keys if one.get(key) != usual[key]} if row.run.config else None
        for one, row in zip(flat, rows, strict=True)
    ]
    return {"usual": usual, "own": own}


class Texts:
    """The sentences that runs predicted, each corpus once, however many runs have it."""

    def __init__(self) -> None:
        self.corpora: list[list[list[Any]]] = []
        self._known: dict[str, int] = {}

    def add(self, sentences: list[list[Any]]) -> int:
        """The number of a corpus: sentences of words and gold spans."""
        key = json.dumps(sentences, ensure_ascii=False)
        if key not in self._known:
            self._known[key] = len(self.corpora)
            self.corpora.append(sentences)
        return self._known[key]


def detail(row: RunRow, texts: Texts) -> dict[str, Any]:
    """Curves and predictions of a run, as far as it has them and they can be read."""
    found: dict[str, Any] = {"curves": _curves(row)}
    folder = RunFolder(row.run.path)
    for split in ("test", "dev"):
        if split in row.run.metrics and folder.predictions(split).is_file():
            try:
                found |= {"split": split, **_predictions(folder, split, texts)}
            except UserError as error:
                found["fault"] = str(error)
            break
    return found


def _curves(row: RunRow) -> dict[str, list[list[float]]]:
    try:
        read = curves.read(row.run.path)
    except UserError:
        return {}
    names = [name for name in (read.values if read else ()) if not name.startswith("hp")]
    return {
        name: [[step, float(f"{value:.5g}")] for step, value in _thinned(read.points(name))] for name in names if read
    }


def _thinned(points: list[tuple[int, float]]) -> list[tuple[int, float]]:
    every = max(1, -(-len(points) // POINTS))
    return [*points[:-1:every], *points[-1:]]


def _predictions(folder: RunFolder, split: str, texts: Texts) -> dict[str, Any]:
    """The sentences' number in `texts`, and where the run said something else than gold: `[sentence, spans]`."""
    sentences: list[list[Any]] = []
    wrong: list[list[Any]] = []
    for number, prediction in enumerate(read_run(folder, split, marginals=False)):
        if number == SENTENCES:
            break
        gold, found = (
            [[span.begin, span.end, span.type] for span in to_spans(tags)]
            for tags in (prediction.sentence.tags or (), prediction.tags)
        )
        sentences.append([prediction.sentence.words, gold])
        if found != gold:
            wrong.append([number, found])
    return {"texts": texts.add(sentences), "wrong": wrong}
