"""The finished runs of study 004, and its linear ones decoded in the other way; prints the folders of those asked for.

    ner-lab compare $(python experiments/004-loss-comparison/decode.py outputs/004 outputs/004-decoded loss=nll)

loss=LOSS names losses, seed=SEED seeds, head=HEAD heads: greedy and viterbi are the two ways to decode the linear one,
crf is the other; commas separate several. What is there already is not made again.
"""

from __future__ import annotations

import sys
from pathlib import Path

from ner_lab.files import RunFolder
from ner_lab.report.runs import find
from ner_lab.training.redecoding import own, write_run
from ner_lab.types import UserError

OTHER = {"greedy": "viterbi", "viterbi": "greedy"}


def main() -> None:
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    sweep, output = Path(sys.argv[1]), Path(sys.argv[2])
    asked = {key: value.split(",") for key, _, value in (word.partition("=") for word in sys.argv[3:])}
    output.mkdir(parents=True, exist_ok=True)
    for run in find([str(sweep)]):
        known = {"loss": run.choices["loss"], "seed": str(run.config["seed"])}
        if run.state != "finished" or any(value not in asked.get(key, [value]) for key, value in known.items()):
            continue
        found = {"crf": run.path}
        if run.choices["model/head"] == "linear":
            trained, target = own(run.config["model"]["head"]), output / run.path.name
            if not RunFolder(target).finished:
                write_run(RunFolder(run.path), str(target), OTHER[trained])
            found = {trained: run.path, OTHER[trained]: target}
        for name, path in found.items():
            if name in asked.get("head", found):
                print(path)


if __name__ == "__main__":
    try:
        main()
    except UserError as error:
        sys.exit(str(error))
