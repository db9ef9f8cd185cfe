"""How long the command line takes to answer, against importing what it would be built on.

    python benchmarks/startup.py [--repeats 5]

`ner-lab --help` and `ner-lab train --cfg job` import neither torch nor Lightning; the peer is a process that does
(`import torch, pytorch_lightning, transformers`), as a command line does that imports its libraries at the top. Runs
alternate, so that both see the same machine; medians are compared. `ratio` is the peer's time over that of
`train --cfg job`; the bars of 0.5 s and 1.5 s are checked too.

`ner-lab predict` of one sentence stands beside importing torch, and beside importing torch and the BERT of
transformers, which it does without. Its rows are seconds until the sentence is there. The same run exported to ONNX is
read without torch, too. The bar of both is 1.5 times importing torch, in the median of the turns. The model is the tiny
one.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time

LIBRARIES = "import torch, pytorch_lightning, transformers.models.bert.modeling_bert"
COMMANDS = {  # what is compared stands side by side: a machine's pace changes within a turn
    "ner-lab --help": [sys.executable, "-m", "ner_lab", "--help"],
    "ner-lab train --cfg job": [sys.executable, "-m", "ner_lab", "train", "--cfg", "job"],
    "import torch, pytorch_lightning, transformers": [sys.executable, "-c", LIBRARIES],
    "import torch, transformers": [sys.executable, "-c", LIBRARIES.replace("pytorch_lightning, ", "")],
    "import torch": [sys.executable, "-c", "import torch"],
}
BARS = {"ner-lab --help": 0.5, "ner-lab train --cfg job": 1.5}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=5)
    repeats = parser.parse_args().repeats
    run = f"{tempfile.mkdtemp()}/run"
    few = ["model=tiny", "data.size=16", "trainer.max_steps=1", "trainer.limit_val_batches=0", "logger=none"]
    ner_lab = [sys.executable, "-m", "ner_lab"]
    subprocess.run([*ner_lab, "train", *few, f"hydra.run.dir={run}"], check=True)
    export = f"{run}-onnx"
    subprocess.run([*ner_lab, "export", f"run={run}", "format=onnx", f"output={export}"], check=True)
    commands = {
        **COMMANDS,
        "ner-lab predict": [*ner_lab, "predict", f"run={run}"],
        "ner-lab predict, of an export to ONNX": [*ner_lab, "predict", f"run={export}"],
    }
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(repeats):
        for name, command in commands.items():
            start = time.perf_counter()
            subprocess.run(command, input=b"Ada Lovelace lived in London .\n", check=True, capture_output=True)
            seconds[name].append(time.perf_counter() - start)
    medians = {name: statistics.median(values) for name, values in seconds.items()}
    for name, median in medians.items():
        bar = f"  (bar {BARS[name]} s)" if name in BARS else ""
        print(f"{median:6.2f} s  {name}{bar}")
    peer = medians["import torch, pytorch_lightning, transformers"]

    def ratio(what: str, other: str) -> float:
        return statistics.median(own / beside for own, beside in zip(seconds[what], seconds[other], strict=True))

    predict, exported = (ratio(f"ner-lab predict{of}", "import torch") for of in ("", ", of an export to ONNX"))
    both = ratio("ner-lab predict", "import torch, transformers")
    print(
        f"predict takes {predict:.2f}x importing torch, {both:.2f}x with transformers; "
        f"of an export to ONNX {exported:.2f}x (bar 1.5)"
    )
    rows = [{"what": name, "seconds": [round(s, 3) for s in values]} for name, values in seconds.items()]
    sooner = round(peer / medians["ner-lab train --cfg job"], 2)
    print(json.dumps({"ratio": sooner, "bar": 1.0, "rows": rows}))
    sys.exit(any(medians[name] > bar for name, bar in BARS.items()) or max(predict, exported) > 1.5)


if __name__ == "__main__":
    main()
