"""Tag schemes and spans. Standard library only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Span(NamedTuple):
    """An entity: half-open word indices and a type."""

    begin: int
    end: int
    type: str


def label_set(types: Sequence[str]) -> tuple[str, ...]:
    """The IOB2 labels of a set of entity types, `O` first: the order of a model's outputs."""
    return ("O", *(f"{prefix}-{type_}" for type_ in types for prefix in "BI"))


def allowed_transitions(labels: Sequence[str]) -> tuple[list[bool], list[list[bool]]]:
    """Which IOB2 labels may begin a sentence (K), and which may follow which (K x K, [previous][next]).

    `I-X` may only follow `B-X` or `I-X`; every label may end a sentence.
    """
    start = [not label.startswith("I-") for label in labels]
    follow = [
        [not after.startswith("I-") or (before != "O" and before[2:] == after[2:]) for after in labels]
        for before in labels
    ]
    return start, follow
