"""The ledger: sentences, words and gold entities at every step from file to score, which must add up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field

from ner_lab.tags import to_spans
from ner_lab.types import Sentence, UserError


@dataclass(frozen=True)
class Count:
    """What a step holds, and what it says it changed on purpose."""

    sentences: int
    words: int
    entities: int
    note: str = ""


def count(sentences: Iterable[Sentence], note: str = "") -> Count:
    """Counts of annotated or plain sentences; entities by the conlleval reading of their IOB2 tags."""
    number = words = entities = 0
    for sentence in sentences:
        number += 1
        words += len(sentence.words)
        entities += len(to_spans(sentence.tags)) if sentence.tags is not None else 0
    return Count(number, words, entities, note)


@dataclass
class Ledger:
    """`steps[split][step] -> Count`, in the order the steps happened."""

    steps: dict[str, dict[str, Count]] = field(default_factory=dict)

    def enter(self, split: str, step: str, entry: Count) -> None:
        self.steps.setdefault(split, {})[step] = entry

    def same(self, split: str, before: str, after: str, fields: Sequence[str] = ("sentences", "words")) -> None:
        """Raises UserError unless two steps of a split agree."""
        a, b = self.steps[split][before], self.steps[split][after]
        lost = [
            f"{name} {getattr(a, name)} -> {getattr(b, name)}"
            for name in fields
            if getattr(a, name) != getattr(b, name)
        ]
        if lost:
            raise UserError(
                f"the ledger of split {split!r} does not add up from {before!r} to {after!r}: {', '.join(lost)}; "
                "nothing may be lost on this way, please report it with the data that shows it"
            )

    def as_dict(self) -> dict[str, dict[str, dict[str, object]]]:
        return {split: {step: asdict(entry) for step, entry in steps.items()} for split, steps in self.steps.items()}
