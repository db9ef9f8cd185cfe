"""How long the command line takes to answer, against importing what it would be built on.

    python benchmarks/startup.py [--repeats 5]

`ner-lab --help` and `ner-lab train --cfg job` import neither torch nor Lightning; the peer is a process that does
(`import torch, pytorch_lightning, transformers`), as a command line does that imports its libraries at the top. Runs
alternate, so that both see the same machine; medians are compared. `ratio` is the peer's time over that of
`train --cfg job`; the bars of 0.5 s and 1.5 s are checked too.

`ner-lab predict` of one sentence stands beside importing torch, and beside importing what no prediction does without:
torch and the BERT of transformers. Its rows are seconds until the sentence is there.
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
COMMANDS = {
    "ner-lab --help": [sys.executable, "-m", "ner_lab", "--help"],
    "ner-lab train --cfg job": [sys.executable, "-m", "ner_lab", "train", "--cfg", "job"],
    "import torch, pytorch_lightning, transformers": [sys.executable, "-c", LIBRARIES],
    "import torch": [sys.executable, "-c", "import torch"],
    "import torch, transformers": [sys.executable, "-c", LIBRARIES.replace("pytorch_lightning, ", "")],
}  # fmt: skip
BARS = {"ner-lab --help": 0.5, "ner-lab train --cfg job": 1.5}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=5)
    repeats = parser.parse_args().repeats
    run = f"{tempfile.mkdtemp()}/run"
    few = ["model=tiny", "data.size=16", "trainer.max_steps=1", "trainer.limit_val_batches=0", "logger=none"]
    subprocess.run([sys.executable, "-m", "ner_lab", "train", *few, f"hydra.run.dir={run}"], check=True)
    commands = {**COMMANDS, "ner-lab predict": [sys.executable, "-m", "ner_lab", "predict", f"run={run}"]}
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
    predict, torch_alone, both = (
        medians[name] for name in ("ner-lab predict", "import torch", "import torch, transformers")
    )
    print(f"predict takes {predict / torch_alone:.2f}x importing torch, {predict / both:.2f}x with transformers")
    rows = [{"what": name, "seconds": [round(s, 3) for s in values]} for name, values in seconds.items()]
    ratio = round(peer / medians["ner-lab train --cfg job"], 2)
    print(json.dumps({"ratio": ratio, "bar": 1.0, "rows": rows}))
    sys.exit(any(medians[name] > bar for name, bar in BARS.items()))


if __name__ == "__main__":
    main()
