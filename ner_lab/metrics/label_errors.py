"""Gold annotations that a model finds improbable: where an annotator may have slipped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import exp
from typing import NamedTuple

from ner_lab.tags import Span, to_spans


class Suspect(NamedTuple):
    """A gold entity, or a place where gold has none and the model sees one.

    `gold` is None for the latter; `model` are the model's entities that share a word with it. `probability` is what
    the model gives to the gold reading, 0 to 1.
    """

    gold: Span | None
    model: tuple[Span, ...]
    probability: float

    @property
    def kind(self) -> str:
        """What the model would have instead: another `type`, other words (`boundary`), `both`, `no entity`, or an
        entity where gold has none (`missing`); `none` where it agrees."""
        if self.gold is None:
            return "missing"
        if self.model == (self.gold,):
            return "none"
        if not self.model:
            return "no entity"
        if len(self.model) == 1 and self.model[0][:2] == self.gold[:2]:
            return "type"
        return "boundary" if all(span.type == self.gold.type for span in self.model) else "both"


def suspects(
    labels: Sequence[str], gold_W: Sequence[str], predicted_W: Sequence[str], log_probs_WK: Sequence[Sequence[float]]
) -> list[Suspect]:
    """Every gold entity of a sentence, and every predicted one that touches none, with the probability of gold there.

    The probability of a gold reading is that of its least probable word: the marginals of its words' gold tags, and of
    the word behind an entity not continuing it. The worst word, since one wrong boundary word is an error, however
    sure the model is of the others (self-confidence of confident learning, Northcutt, Jiang and Chuang 2021; for
    tags, Wang and Mueller 2022, "Detecting label errors in token classification data"). It means something only where
    the model was not trained on the sentence.

    Args:
        labels: K names.
        gold_W: IOB2 tags; entities of types that are no labels are left out.
        predicted_W: raw decoded tags.
        log_probs_WK: marginals.

    Examples:
        >>> from math import log
        >>> labels = ("O", "B-PER", "I-PER")
        >>> rows = [[log(0.9), log(0.05), log(0.05)], [log(0.98), log(0.01), log(0.01)]]
        >>> (doubt,) = suspects(labels, ("B-PER", "O"), ("O", "O"), rows)
        >>> doubt.gold, doubt.kind, round(doubt.probability, 3)
        (Span(begin=0, end=1, type='PER'), 'no entity', 0.05)
    """
    index = {label: k for k, label in enumerate(labels)}
    gold, predicted = to_spans(gold_W), to_spans(predicted_W)
    found = []
    for span in gold:
        if f"B-{span.type}" in index:
            touching = tuple(p for p in predicted if p.begin < span.end and span.begin < p.end)
            found.append(Suspect(span, touching, _probability(index, gold_W, log_probs_WK, span)))
    for p in predicted:
        if not any(p.begin < g.end and g.begin < p.end for g in gold):
            outside = min(exp(log_probs_WK[t][index["O"]]) for t in range(p.begin, p.end))
            found.append(Suspect(None, (p,), outside))
    return found


def _probability(
    index: Mapping[str, int], gold_W: Sequence[str], log_probs_WK: Sequence[Sequence[float]], span: Span
) -> float:
    words = [exp(log_probs_WK[t][index[gold_W[t]]]) for t in range(span.begin, span.end)]
    if span.end < len(log_probs_WK):
        words.append(1 - exp(log_probs_WK[span.end][index[f"I-{span.type}"]]))
    return min(1.0, max(0.0, min(words)))
