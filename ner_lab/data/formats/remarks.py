"""What a reader changed or left out, by reason and with examples: lines for the user."""

from __future__ import annotations

from collections import Counter, defaultdict

EXAMPLES = 10


class Remarks:
    """Counts by reason; of each reason the first `EXAMPLES` different examples are kept.

    Attributes:
        counts: how often, by reason.

    Examples:
        >>> remarks = Remarks()
        >>> remarks.add("empty sentence, left out", "train.txt:7")
        >>> remarks.add("empty sentence, left out", "train.txt:9")
        >>> remarks.lines()
        ['empty sentence, left out: 2, such as train.txt:7; train.txt:9']
    """

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self._examples: defaultdict[str, dict[str, None]] = defaultdict(dict)  # dicts keep the order

    def add(self, reason: str, example: str = "") -> None:
        self.counts[reason] += 1
        if example and len(self._examples[reason]) < EXAMPLES:
            self._examples[reason][example] = None

    def lines(self) -> list[str]:
        """`REASON: 12, such as EXAMPLE; EXAMPLE`, a line each, in the order in which the reasons were met."""
        return [
            f"{reason}: {number}" + (f", such as {'; '.join(self._examples[reason])}" if self._examples[reason] else "")
            for reason, number in self.counts.items()
        ]
