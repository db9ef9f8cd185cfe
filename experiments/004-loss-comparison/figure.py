"""The study's figures: seeds, mean and interval of every system that learned anything.

python experiments/004-loss-comparison/figure.py outputs/004
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from ner_lab.report.compare.assessment import assess
from ner_lab.report.compare.figures import scores
from ner_lab.report.runs import find

HERE = Path(__file__).resolve().parent


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    for one in assess(find(sys.argv[1:]), by=["loss", "model/head"]).test_sets:
        learned = tuple(system for system in one.systems if system.mean > 0)
        (HERE / f"{one.name.split()[0]}.svg").write_text(scores(replace(one, systems=learned), "f1"))


if __name__ == "__main__":
    main()
