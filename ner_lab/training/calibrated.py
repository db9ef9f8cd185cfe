"""Confidences as dev has them: a temperature that makes 0.8 right in eight cases of ten, and thresholds that drop what
is less sure. Without torch; scipy is for intervals where no documents are named.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from ner_lab.data.predictions import read_run
from ner_lab.files import RunFolder
from ner_lab.metrics import calibration, intervals
from ner_lab.metrics.counts import Counts
from ner_lab.tags import to_spans
from ner_lab.training.reader import Reader
from ner_lab.types import Prediction, Sentence, UserError

_DIGITS = 6


@dataclass(frozen=True)
class Calibration:
    """What a model says of dev.

    Attributes:
        temperature: of `ner_lab.metrics.sharpened`, as it fits the entities of dev best; 1 where they are too few.
        confidence, right: of each predicted entity, as the model says it, and whether it is one of gold.
        unit: the number of what it was sampled with.
        units: how many of these there are, and what they are: `40 documents`; "" where nobody asked for them.
        blocks: see `ner_lab.metrics.intervals.Clusters`.
        gold: how many entities dev has.
    """

    temperature: float
    confidence: tuple[float, ...]
    right: tuple[bool, ...]
    unit: tuple[int, ...]
    units: str
    gold: int
    blocks: bool = False

    @staticmethod
    def of(predictions: Iterable[Prediction], in_units: bool = True) -> Calibration | None:
        """Fitted on predictions of dev; None without any that have gold tags.

        Args:
            predictions: of dev.
            in_units: what `at` needs is there, which takes half a second where no documents are named.
        """
        rows: list[tuple[float, bool, int]] = []
        counts: list[Counts] = []
        documents = []
        for number, prediction in enumerate(predictions):
            if prediction.sentence.tags is None:
                return None
            spans = {(span.begin, span.end, span.type) for span in to_spans(prediction.sentence.tags)}
            found = [(e.confidence, (e.begin, e.end, e.type) in spans, number) for e in prediction.entities]
            rows += found
            documents.append(prediction.sentence.document)
            counts.append(Counts(sum(row[1] for row in found), len(spans), len(found)))
        if not documents:
            return None
        of = intervals.units(documents, np.array(counts)) if in_units else None
        unit_S = {sentence: unit for unit, members in enumerate(of.sentences if of else ()) for sentence in members}
        confidence = tuple(round(row[0], _DIGITS) for row in rows)
        right = tuple(row[1] for row in rows)
        temperature = round(calibration.calibrating_temperature(confidence, right), _DIGITS)
        unit = tuple(unit_S[row[2]] for row in rows) if of else ()
        gold = sum(row.gold for row in counts)
        return Calibration(
            temperature, confidence, right, unit, str(of) if of else "", gold, of.blocks if of else False
        )

    @staticmethod
    def of_run(run: RunFolder, in_units: bool = True) -> Calibration | None:
        """Fitted on what a run saved of dev, see `of`; None where it saved nothing."""
        if not run.predictions("dev").is_file():
            return None
        return Calibration.of(read_run(run, "dev", log_probs=False), in_units)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @staticmethod
    def from_dict(found: Mapping[str, Any], place: str) -> Calibration:
        """What `as_dict` gave, of a file of any content.

        Raises:
            UserError: it is something else.
        """
        columns = [found.get(key) for key in ("confidence", "right", "unit")]
        temperature: Any = found.get("temperature")
        gold: Any = found.get("gold")
        right = (
            type(temperature) in (int, float)
            and 0.01 < temperature < 100
            and type(gold) is int
            and gold >= 0
            and isinstance(found.get("units"), str)
            and type(found.get("blocks", False)) is bool
            and all(isinstance(column, list) and len(column) == len(columns[0] or ()) for column in columns)
            and all(type(one) in (int, float) and 0 <= one <= 1 for one in columns[0] or ())
            and all(type(one) is bool for one in columns[1] or ())
            and all(type(one) is int and 0 <= one < 10**8 for one in columns[2] or ())
        )
        if not right:
            raise UserError(f"{place}: calibration is not what `ner-lab export` writes; export the run again")
        confidence, rights, unit = (tuple(column or ()) for column in columns)
        return Calibration(
            float(temperature), confidence, rights, unit, found["units"], gold, found.get("blocks", False)
        )

    def sure(self, confidence: Sequence[float]) -> list[float]:
        """Calibrated confidences."""
        return [float(one) for one in calibration.sharpened(confidence, self.temperature)]

    def threshold_for(self, precision: float) -> float:
        """The lowest threshold of calibrated confidences that reaches a precision on dev.

        Raises:
            UserError: none does.
        """
        sure = np.array(self.sure(self.confidence))
        order = np.argsort(-sure, kind="stable")
        reached = np.cumsum(np.array(self.right)[order]) / np.arange(1, len(order) + 1)
        last_of_equals = np.append(sure[order][1:] != sure[order][:-1], True)[: len(order)]
        fitting = np.flatnonzero((reached >= precision) & last_of_equals)
        if not len(fitting):
            best = (
                f"the highest that {len(order)} entities of dev give is {100 * reached.max():.1f} %"
                if len(order)
                else "the model finds no entity in dev"
            )
            raise UserError(f"precision={precision:g}: no threshold reaches that on dev; {best}")
        return float(sure[order][fitting[-1]])

    def at(self, threshold: float) -> str:
        """What a threshold does on dev, in words."""
        sure, right = np.array(self.sure(self.confidence)), np.array(self.right, dtype=bool)
        kept = sure >= threshold
        if not kept.any():
            return f"on dev it drops all of {len(kept)} entities"
        _, unit_E = np.unique(np.array(self.unit), return_inverse=True)
        counts_UGX = np.zeros((int(unit_E.max()) + 1, 1, 3))
        for x, chosen in ((0, kept & right), (2, kept)):
            counts_UGX[:, 0, x] = np.bincount(unit_E[chosen], minlength=len(counts_UGX))
        low, high = (float(end_G[0]) for end_G in intervals.of_scores(counts_UGX, self.blocks)["precision"])
        return (
            f"on dev it keeps {int(kept.sum())} of {len(kept)} entities: precision {100 * right[kept].mean():.1f} % "
            f"(95 % interval {100 * low:.1f} to {100 * high:.1f} over {self.units}), recall "
            f"{100 * (kept & right).sum() / max(1, self.gold):.1f} %"
        )


class CalibratedReader:
    """A `Reader` whose confidences are calibrated, without the entities below a threshold.

    Attributes:
        note, remark: what is to be said of the run, and of its confidences.
        dropped, kept: how many entities were left out so far, and how many not.
    """

    def __init__(self, reader: Reader, known: Calibration | None, threshold: float = 0.0, remark: str = "") -> None:
        self.folder, self.note = reader.folder, reader.note
        self.labels, self.context, self.at_once = reader.labels, reader.context, reader.at_once
        self.calibration, self.threshold, self.remark = known, threshold, remark
        self.dropped = self.kept = 0
        self._reader = reader

    def annotate(self, sentences: Sequence[Sentence]) -> list[Prediction]:
        return [self._calibrated(prediction) for prediction in self._reader.annotate(sentences)]

    def windows(self, sentences: Sequence[Sentence]) -> list[int]:
        return self._reader.windows(sentences)

    def _calibrated(self, prediction: Prediction) -> Prediction:
        entities = prediction.entities
        if self.calibration is not None and self.calibration.temperature != 1 and entities:
            sure = self.calibration.sure([e.confidence for e in entities])
            entities = tuple(replace(e, confidence=c) for e, c in zip(entities, sure, strict=True))
        below = [e for e in entities if e.confidence < self.threshold]
        self.dropped, self.kept = self.dropped + len(below), self.kept + len(entities) - len(below)
        tags = list(prediction.tags)
        for e in below:
            tags[e.begin : e.end] = ["O"] * (e.end - e.begin)
        kept = tuple(e for e in entities if e.confidence >= self.threshold)
        return replace(prediction, tags=tuple(tags), entities=kept)

    def ledger(self) -> str:
        """What was left out, in words; "" without a threshold."""
        if not self.threshold:
            return ""
        known = f"; {self.calibration.at(self.threshold)}" if self.calibration else ""
        return f"{self.dropped + self.kept} entities found, {self.dropped} below {self.threshold:g} dropped{known}"
