"""Every run of a sweep that decoded greedily, decoded anew with Viterbi: a folder of runs for `ner-lab compare`.

python experiments/008-decoding/decode.py outputs/008 outputs/008-viterbi

What is there already is not made again.
"""

from __future__ import annotations

import sys
from pathlib import Path

from ner_lab.files import RunFolder
from ner_lab.report.runs import find
from ner_lab.training.redecoding import own, write_run
from ner_lab.types import UserError


def main() -> None:
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sweep, output = Path(sys.argv[1]), Path(sys.argv[2])
    made = 0
    for run in find([str(sweep)]):
        if run.state != "finished":
            sys.exit(f"{run.path}: {run.state}; give the sweep's command again")
        target = output / run.path.relative_to(sweep)
        if own(run.config["model"]["head"]) == "greedy" and not RunFolder(target).finished:
            target.parent.mkdir(parents=True, exist_ok=True)
            write_run(RunFolder(run.path), str(target), "viterbi")
            made += 1
    print(f"{made} runs decoded anew, to {output}")


if __name__ == "__main__":
    try:
        main()
    except UserError as error:
        sys.exit(str(error))
