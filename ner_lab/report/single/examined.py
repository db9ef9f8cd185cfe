"""The sentences of a report, each looked at once: entities, matches, confidences, and the counts of every scheme."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ner_lab.metrics import intervals, label_errors
from ner_lab.metrics.counts import Counts, of_spans
from ner_lab.metrics.error_taxonomy import Match, align
from ner_lab.metrics.label_errors import Suspect
from ner_lab.metrics.scoring_schemes import SCHEMES
from ner_lab.tags import Span, to_spans
from ner_lab.types import Prediction, UserError


@dataclass(frozen=True)
class Examined:
    """One sentence with gold and predicted tags.

    `confidence` is by predicted entity, empty where the source has no probabilities; `position` counts the sentences
    of the document from 0, and is -1 where documents have no names; `schemes` has the counts of each of `SCHEMES`.
    """

    prediction: Prediction
    id: str
    position: int
    gold: list[Span]
    predicted: list[Span]
    matches: list[Match]
    confidence: dict[Span, float]
    schemes: list[Counts]
    suspects: list[Suspect]

    @property
    def counts(self) -> Counts:
        """Under exact matching, which is seqeval's default mode."""
        return of_spans(self.gold, self.predicted)

    @property
    def errors(self) -> list[Match]:
        return [match for match in self.matches if match.kind != "correct"]

    @property
    def disagreements(self) -> list[int]:
        """The schemes (by number) that do not score the sentence as the first one does."""
        return [number for number, counts in enumerate(self.schemes) if counts != self.schemes[0]]

    def sureness(self, match: Match) -> float | None:
        """How sure the model was of an error, 0 to 1: of what it predicted, or that there was not what it missed."""
        if match.predicted is not None:
            return self.confidence.get(match.predicted)
        return next((1 - suspect.probability for suspect in self.suspects if suspect.gold == match.gold), None)


def examine(predictions: Sequence[Prediction], split: str, labels: Sequence[str] | None) -> list[Examined]:
    """The sentences in order.

    Raises:
        UserError: saved entities or log-probabilities do not belong to the saved tags.
    """
    examined = []
    so_far: Counter[str] = Counter()
    for index, prediction in enumerate(predictions):
        sentence = prediction.sentence
        position = so_far[sentence.document] if sentence.document else -1
        so_far[sentence.document] += 1
        place = sentence.origin.rpartition(":")[2]
        examined.append(_examine(prediction, f"{split}-{index}" if split else f"line {place}", position, labels))
    return examined


def _examine(prediction: Prediction, id: str, position: int, labels: Sequence[str] | None) -> Examined:
    gold_tags, tags = prediction.sentence.tags or (), prediction.tags
    gold, predicted = to_spans(gold_tags), to_spans(tags)
    confidence = {Span(e.begin, e.end, e.type): e.confidence for e in prediction.entities}
    suspects = []
    if labels is not None:
        rows = prediction.log_probs_WK
        if confidence.keys() != set(predicted) or len(rows) != len(tags) or any(len(r) != len(labels) for r in rows):
            raise UserError(
                f"{prediction.sentence.origin}: entities or log-probabilities do not belong to the tags and labels; "
                "the file was changed after it was written; ner-lab evaluate run=RUN makes one anew, in its own folder"
            )
        suspects = label_errors.suspects(labels, gold_tags, tags, rows)
    schemes = [score(gold_tags, tags) for score, _ in SCHEMES.values()]
    return Examined(prediction, id, position, gold, predicted, align(gold, predicted), confidence, schemes, suspects)


def units(examined: Sequence[Examined]) -> intervals.Clusters:
    """What was sampled independently; see `intervals.units`."""
    return intervals.units([e.prediction.sentence.document for e in examined], np.array([e.counts for e in examined]))
