"""Nested subsets of a training split."""

from __future__ import annotations

import random
from collections.abc import Sequence

from ner_lab.types import Sentence, UserError


def subset(sentences: Sequence[Sentence], size: float, seed: int) -> list[Sentence]:
    """The first `size` sentences of a seeded shuffle, in corpus order: subsets of one seed are nested.

    Args:
        sentences: the split.
        size: a number of sentences, or a share between 0 and 1 (1.0 is all of them, 1 is one sentence).
        seed: decides the shuffle.

    Raises:
        UserError: more sentences wanted than there are, or none.
    """
    wanted = round(size * len(sentences)) if isinstance(size, float) and 0 < size <= 1 else size
    if wanted != int(wanted) or not 1 <= wanted <= len(sentences):
        raise UserError(
            f"data.size must be a share above 0 and up to 1.0, or a number of sentences from 1 to {len(sentences)} "
            f"(the training split has no more), got {size}"
        )
    order = list(range(len(sentences)))
    random.Random(seed).shuffle(order)
    return [sentences[i] for i in sorted(order[: int(wanted)])]
