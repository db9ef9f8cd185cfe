"""`data=newswire`: the generated corpus."""

from __future__ import annotations

from typing import Any

from ner_lab.data.datamodule import DataModule
from ner_lab.newswire.corpus import generate
from ner_lab.newswire.lookup_baselines import baselines
from ner_lab.types import Sentence


class NewswireData(DataModule):
    """Generates news sentences, and says how far a look-up would get on them.

    Args:
        size: training sentences generated; smaller sizes are prefixes of larger ones, dev and test stay the same.
        imbalance: 0 is the natural mix of types; higher makes rare types rarer, see `generate`.
        settings: of every data set, see `DataModule`; `seed` decides the corpus.

    Examples:
        >>> data = NewswireData(size=20)
        >>> {split: len(sentences) for split, sentences in data.read().items()}
        {'train': 20, 'dev': 600, 'test': 1000}
        >>> data.notes[0][:36]
        'look-up baselines on test: gazetteer'
    """

    def __init__(self, size: int = 3000, imbalance: float = 0.0, **settings: Any) -> None:
        super().__init__(**settings)
        self.generated, self.imbalance = size, imbalance

    def read(self) -> dict[str, list[Sentence]]:
        splits = generate(self.generated, self.seed, self.imbalance)
        floor = baselines(splits["train"], splits["test"])
        self.notes.append(
            f"look-up baselines on test: gazetteer F1 {100 * floor['gazetteer_f1']:.1f}, "
            f"frame F1 {100 * floor['frame_f1']:.1f}; "
            f"{100 * floor['unseen_share']:.0f} % of test names are unseen in train"
        )
        return splits
