"""The study's figures: seeds, mean and interval of every way of training that learned anything.

python experiments/004-loss-comparison/figure.py outputs/004
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from ner_lab.report.compare.comparison import compare
from ner_lab.report.compare.figures import scores
from ner_lab.report.runs import find

HERE = Path(__file__).resolve().parent


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    for one in compare(find(sys.argv[1:]), by=["loss", "model/head"]).test_sets:
        learned = tuple(way for way in one.ways if way.mean > 0)
        (HERE / f"{one.name.split()[0]}.svg").write_text(scores(replace(one, ways=learned), "f1"))


if __name__ == "__main__":
    main()
