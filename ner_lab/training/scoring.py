"""Predicts, scores and records a split: the one way by which training and `ner-lab evaluate` get their numbers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import Any

from ner_lab.data import predictions
from ner_lab.data.encode import SubwordEncoder
from ner_lab.data.frozen_states import FrozenStates
from ner_lab.data.ledger import Ledger, count
from ner_lab.files import RunFolder
from ner_lab.training import console, inference
from ner_lab.types import Prediction, Sentence, UserError


def score(
    tagger: Any,
    encoder: SubwordEncoder,
    split: str,
    sentences: Sequence[Sentence],
    batch_size: int,
    folder: RunFolder,
    ledger: Ledger,
    types: Collection[str] | None = None,
    states: FrozenStates | None = None,
    redecode: Callable[[list[Prediction]], list[Prediction]] = list,
) -> dict[str, Any]:
    """The split's entry of `metrics.json`; its predictions are written, and every step is entered in the ledger.

    Args:
        tagger: in evaluation mode, on its device.
        encoder: words to subwords.
        split: its name; the ledger has its counts as `read`.
        sentences: with gold tags.
        batch_size: sentences a batch.
        folder: where the predictions go.
        ledger: of the run.
        types: the only entity types that count, of gold and predicted alike; None counts all.
        states: those of the encoder's frozen layers for these sentences, where they are known.
        redecode: gives the predictions other tags.

    Raises:
        UserError: the ledger does not add up.
    """
    with console.counting(f"scoring {split}", sum(len(s.words) for s in sentences)) as progress:
        found = inference.annotate(
            tagger, encoder, sentences, tagger.labels, batch_size, progress=progress, states=states
        )
    return record(redecode(found), split, folder, ledger, types)


def record(
    found: list[Prediction],
    split: str,
    folder: RunFolder,
    ledger: Ledger,
    types: Collection[str] | None = None,
) -> dict[str, Any]:
    """The same of predictions that there are already; the ledger has the counts of their sentences as `read`.

    Raises:
        UserError: the ledger does not add up.
    """
    if types is not None:
        ledger.enter(
            split, "restricted", count((restrict(p.sentence, types) for p in found), f"types {', '.join(types)}")
        )
        found = [_restrict_prediction(prediction, types) for prediction in found]
    scored = predictions.write(folder, split, found)
    ledger.enter(split, "decoded", count(Sentence(p.sentence.words, p.tags) for p in found))
    ledger.same(split, "read", "decoded")
    ledger.enter(split, "scored", count((p.sentence for p in found), "gold entities"))
    gold = "read" if types is None else "restricted"
    ledger.same(split, gold, "scored", ("sentences", "words", "entities"))
    support = sum(row["support"] for row in scored["per_type"].values())
    if support != ledger.steps[split][gold].entities:
        raise UserError(
            f"split {split!r}: {ledger.steps[split][gold].entities} gold entities were read, but seqeval scored "
            f"{support}; please report it with the data that shows it"
        )
    return scored


def restrict(sentence: Sentence, types: Collection[str]) -> Sentence:
    """The sentence with every tag of another type turned into `O`."""
    return replace(sentence, tags=None if sentence.tags is None else _restrict_tags(sentence.tags, types))


def _restrict_prediction(prediction: Prediction, types: Collection[str]) -> Prediction:
    return replace(
        prediction,
        sentence=restrict(prediction.sentence, types),
        tags=_restrict_tags(prediction.tags, types),
        entities=tuple(entity for entity in prediction.entities if entity.type in types),
    )


def _restrict_tags(tags: Sequence[str], types: Collection[str]) -> tuple[str, ...]:
    return tuple(tag if tag[2:] in types else "O" for tag in tags)
