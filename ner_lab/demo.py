"""`make demo`: the main job on the embedded default, by the commands a user would type."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime
from pathlib import Path

SENTENCE = "Angela Merkel met the head of Toyota in Paris , Texas , on Tuesday ."


def main() -> None:
    run = Path("outputs") / f"demo-{datetime.now():%Y-%m-%d-%H-%M-%S}"
    _ner_lab("train", "trainer.max_epochs=2", f"hydra.run.dir={run}")
    _ner_lab("evaluate", f"run={run}", "data.split=test", f"hydra.run.dir={run}-evaluate")
    _ner_lab("predict", f"run={run}", standard_input=SENTENCE + "\n")
    metrics = (run / "metrics.json").read_text(encoding="utf-8")
    del metrics
    print("try next:")
    for command in (
        f"echo 'Tim Cook flew to Berlin .' | .venv/bin/ner-lab predict run={run}",
        ".venv/bin/ner-lab train -m loss=nll,focal model/head=linear,crf model=tiny",
        f".venv/bin/ner-lab tensorboard {run}",
    ):
        print(f"  {command}")


def _ner_lab(*arguments: str, standard_input: str | None = None) -> None:
    print(f"\n$ ner-lab {' '.join(arguments)}", flush=True)
    done = subprocess.run([sys.executable, "-m", "ner_lab", *arguments], input=standard_input, text=True)
    if done.returncode:
        sys.exit(done.returncode)


if __name__ == "__main__":
    main()
