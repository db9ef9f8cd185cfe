"""The runs of study 009 with nll at one learning rate, and its linear ones decoded in the other way, too.

ner-lab compare $(python experiments/008-decoding/decode.py outputs/009/frozen outputs/008) by=model/head split=dev

Prints the folders of all of them. What is there already is not made again.
"""

from __future__ import annotations

import sys
from pathlib import Path

from ner_lab.files import RunFolder
from ner_lab.report.runs import find
from ner_lab.training.redecoding import own, write_run
from ner_lab.types import UserError

LOSS, RATE = "nll", 3e-3
OTHER = {"greedy": "viterbi", "viterbi": "greedy"}


def main() -> None:
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sweep, output = Path(sys.argv[1]), Path(sys.argv[2])
    output.mkdir(parents=True, exist_ok=True)
    for run in find([str(sweep)]):
        if run.state != "finished":
            sys.exit(f"{run.path}: {run.state}; give the sweep's command again")
        if run.choices["loss"] != LOSS or run.config["optimizer"]["head_lr"] != RATE:
            continue
        print(run.path)
        if run.choices["model/head"] == "linear":
            target = output / run.path.name
            if not RunFolder(target).finished:
                write_run(RunFolder(run.path), str(target), OTHER[own(run.config["model"]["head"])])
            print(target)


if __name__ == "__main__":
    try:
        main()
    except UserError as error:
        sys.exit(str(error))
