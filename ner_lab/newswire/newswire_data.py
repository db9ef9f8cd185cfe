"""`data=newswire`: the generated corpus."""

from __future__ import annotations

from typing import Any

from ner_lab import newswire
from ner_lab.data.datamodule import DataModule
from ner_lab.newswire import lookup
from ner_lab.types import Sentence


class NewswireData(DataModule):
    """Generates news sentences, and says how far a look-up would get on them.

    Args:
        size: training sentences generated; smaller sizes are prefixes of larger ones, dev and test stay the same.
        imbalance: 0 is the natural mix of types; higher makes rare types rarer, see `newswire.generate`.
        settings: of every data set, see `DataModule`; `seed` decides the corpus.
    """

    def __init__(self, size: int = 3000, imbalance: float = 0.0, **settings: Any) -> None:
        super().__init__(**settings)
        self.generated, self.imbalance = size, imbalance

    def read(self) -> dict[str, list[Sentence]]:
        splits = newswire.generate(self.generated, self.seed, self.imbalance)
        floor = lookup.baselines(splits["train"], splits["test"])
        self.notes.append(
            f"look-up baselines on test: gazetteer F1 {100 * floor['gazetteer_f1']:.1f}, "
            f"frame F1 {100 * floor['frame_f1']:.1f}; "
            f"{100 * floor['unseen_share']:.0f} % of test names are unseen in train"
        )
        return splits
