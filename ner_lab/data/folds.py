"""K-fold cross-validation: one fold of the annotated data becomes dev, the rest train, and test stays as it is."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence

from ner_lab.data.split import stratify
from ner_lab.tags import to_spans
from ner_lab.types import Sentence, UserError


def deal(
    splits: Mapping[str, Sequence[Sentence]], fold: int, folds: int, seed: int
) -> tuple[dict[str, list[Sentence]], str]:
    """The splits with fold number `fold` as dev, and how they were dealt in a line.

    Train (or `all`, of a corpus nobody has split) and dev are dealt anew into `folds` folds of about equal size, with
    every entity type in its share (see `stratify`); the dev splits of all folds together are all of it, each sentence
    once. Where the corpus names two or more documents, none is cut; sentences without a document are dealt one by one.

    Args:
        splits: split name -> sentences.
        fold: 0 to folds - 1.
        folds: how many there are.
        seed: decides who is in which fold.

    Raises:
        UserError: nothing to deal from, or fewer documents (sentences) than folds.
    """
    sources = [name for name in ("train", "all") if splits.get(name)]
    if len(sources) != 1:
        raise UserError(
            f"data.fold deals from one split named train or all, and dev; the corpus has {', '.join(splits) or 'none'}"
        )
    dealt_from = [name for name in (*sources, "dev") if splits.get(name)]
    pool = [sentence for name in dealt_from for sentence in splits[name]]
    by_document = len({sentence.document for sentence in pool} - {""}) >= 2
    units: dict[str | int, list[int]] = {}
    for index, sentence in enumerate(pool):
        units.setdefault(sentence.document if by_document and sentence.document else index, []).append(index)
    unit = "document" if by_document else "sentence"
    if len(units) < folds:
        raise UserError(f"data.folds={folds} needs at least as many {unit}s, one each; the corpus has {len(units)}")
    members = list(units.values())
    random.Random(f"{seed}/folds").shuffle(members)
    types = [Counter(span.type for i in own for span in to_spans(pool[i].tags or ())) for own in members]
    homes = stratify([len(own) for own in members], types, [1 / folds] * folds)
    chosen = {i for own, home in zip(members, homes, strict=True) if home == fold for i in own}
    rest = {name: list(sentences) for name, sentences in splits.items() if name not in (*sources, "dev")}
    note = f"fold {fold} of {folds} (0 to {folds - 1}) of {' and '.join(dealt_from)} is dev, dealt by {unit}"
    return {
        "train": [sentence for i, sentence in enumerate(pool) if i not in chosen],
        "dev": [sentence for i, sentence in enumerate(pool) if i in chosen],
        **rest,
    }, note
