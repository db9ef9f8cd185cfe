"""`make demo`: the main job on the embedded default, by the commands a user would type."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import datetime
from pathlib import Path

from ner_lab.files import RunFolder
from ner_lab.training import console

SENTENCE = "Angela Merkel met the head of Toyota in Paris , Texas , on Tuesday ."


def main() -> None:
    run = RunFolder(Path("outputs") / f"demo-{datetime.now():%Y-%m-%d-%H-%M-%S}")
    _ner_lab("train", "trainer.max_epochs=2", f"hydra.run.dir={run.path}")
    _ner_lab("evaluate", f"run={run.path}", "data.split=test", f"hydra.run.dir={run.path}-evaluate")
    _ner_lab("predict", f"run={run.path}", standard_input=SENTENCE + "\n")
    test = json.loads(run.metrics.read_text(encoding="utf-8"))["test"]
    console.scores("test", test)
    console.say(f"test F1 {100 * test['f1']:.2f}")
    console.say(f"run folder: {run.path}")
    console.say("try next:")
    for command in (
        f".venv/bin/ner-lab report run={run.path}",
        f"echo 'Tim Cook flew to Berlin .' | .venv/bin/ner-lab predict run={run.path}",
        ".venv/bin/ner-lab train -m search=quick model=tiny",
    ):
        console.say(f"  {command}")


def _ner_lab(*arguments: str, standard_input: str | None = None) -> None:
    console.say(f"\n$ ner-lab {' '.join(arguments)}")
    done = subprocess.run([sys.executable, "-m", "ner_lab", *arguments], input=standard_input, text=True)
    if done.returncode:
        sys.exit(done.returncode)


if __name__ == "__main__":
    main()
