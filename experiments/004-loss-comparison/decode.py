"""The finished runs of study 004, and its linear ones decoded anew with Viterbi; prints the folders of all of them.

ner-lab compare $(python experiments/004-loss-comparison/decode.py outputs/004 outputs/004-viterbi) by=loss,model/head

What is there already is not made again.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from ner_lab.files import RunFolder
from ner_lab.report.runs import find
from ner_lab.training.redecoding import own, write_run
from ner_lab.types import UserError


def main() -> None:
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sweep, output = Path(sys.argv[1]), Path(sys.argv[2])
    output.mkdir(parents=True, exist_ok=True)
    for run in find([str(sweep)]):
        if run.state != "finished":
            continue
        print(run.path)
        if own(run.config["model"]["head"]) == "greedy":
            target = output / run.path.name
            if not RunFolder(target).finished:
                begin = time.perf_counter()
                write_run(RunFolder(run.path), str(target), "viterbi")
                print(f"{target}: {time.perf_counter() - begin:.1f} s", file=sys.stderr)
            print(target)


if __name__ == "__main__":
    try:
        main()
    except UserError as error:
        sys.exit(str(error))
