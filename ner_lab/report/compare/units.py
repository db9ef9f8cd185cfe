"""What counts as one piece of evidence of a test set: a document, or a block of consecutive sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from ner_lab.report.compare.systems import System
from ner_lab.report.compare.variance_components import effective_blocks, effective_documents


@dataclass(frozen=True)
class Units:
    """Of one test set.

    Attributes:
        sentences: of the test set.
        documents: how many there are; None where none are known, and blocks stand for them.
        fewest, most: as how many independent units of equal length they count, by pair of systems (by system, where
            there is no pair).
    """

    sentences: int
    documents: int | None
    fewest: float
    most: float

    @classmethod
    def of(cls, systems: Sequence[System], sentences: int, documents: int | None) -> Units:
        scores = [system.by_document for system in systems]
        if documents is not None and documents > 1:
            counted = [effective_documents(*scores)]
        elif documents is not None or sentences < 2:
            counted = [1.0]
        else:
            counted = [effective_blocks(*some) for some in (combinations(scores, 2) if len(scores) > 1 else [scores])]
        return cls(sentences, documents, min(counted), max(counted))

    @property
    def lengths(self) -> tuple[int, int]:
        """Sentences of a block: of the shortest and of the longest."""
        shortest, longest = (max(1, round(self.sentences / number)) for number in (self.most, self.fewest))
        return shortest, longest

    @property
    def name(self) -> str:
        """`40 documents`, or `blocks of about 23 consecutive sentences`."""
        if self.documents is not None:
            return f"{self.documents} document{'s' * (self.documents != 1)}"
        shortest, longest = self.lengths
        if longest == 1:
            return "single sentences" if self.sentences > 1 else "1 sentence"
        return f"blocks of about {shortest}{f' to {longest}' * (shortest != longest)} consecutive sentences"

    @property
    def assumption(self) -> str:
        """What has to hold for units that are to count as independent."""
        if self.documents is not None:
            return "assumes that documents are independent of each other"
        return (
            "no documents are known, and blocks are as long as the dependence between sentences may be; assumes that "
            "the file keeps the order of the text: no method can correct for shuffled sentences"
        )

    def __str__(self) -> str:
        return f"units are {self.name} ({self.assumption})"
