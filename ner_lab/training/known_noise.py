"""How well a ranking finds label errors that were put into the training data on purpose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from omegaconf import DictConfig

from ner_lab.data.datamodule import DataModule
from ner_lab.tags import Span, to_spans
from ner_lab.training.assembly import build
from ner_lab.types import Sentence

Place = tuple[int, Span]  # index of a training sentence, and a gold entity of it


def injected(cfg: DictConfig, noisy: Sequence[Sentence]) -> set[Place]:
    """The training entities that the settings `type_noise` and `boundary_noise` made wrong: those that the corpus does
    not have without them. Empty for a run without such noise."""
    if not (cfg.data.get("type_noise") or cfg.data.get("boundary_noise")):
        return set()
    quiet = cfg.data.copy()
    quiet.type_noise = quiet.boundary_noise = 0.0
    data: DataModule = build(quiet, "data")
    data.load()
    return {
        (index, span)
        for index, (right, wrong) in enumerate(zip(data.sentences["train"], noisy, strict=True))
        for span in set(to_spans(wrong.tags or ())) - set(to_spans(right.tags or ()))
    }


def precision(wrong: set[Place], rankings: Mapping[str, Sequence[Place]]) -> dict[str, Any]:
    """Of the first k entities of each ranking, the share that is wrong; k is the number of wrong ones.

    Args:
        wrong: the entities known to be wrong, at least one.
        rankings: by name, all judged training entities, the most suspicious first.
    """
    k = len(wrong)
    (annotations,) = {len(places) for places in rankings.values()}
    found = {name: sum(place in wrong for place in places[:k]) / k for name, places in rankings.items()}
    return {
        "injected": k,
        "annotations": annotations,
        "precision_at_injected": {**found, "at random": k / annotations},
    }
