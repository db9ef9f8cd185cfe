"""The application that benchmarks/promotion.py sweeps: it replays learning curves that real trainings have left.

Each report is a line of the log, so that what was spent can be counted; where it stands is its checkpoint.
"""

import json
import time

import hydra
from hydra.core.config_store import ConfigStore

from hydra_slots import checkpoint, report

config = {
    "configuration": 0,  # which of the curves
    "curves": "???",  # a JSON list with the value of each evaluation for each configuration
    "log": "???",  # file that gets a line for each evaluation
    "seconds": 0.01,  # of an evaluation
}
ConfigStore.instance().store("app", config)


@hydra.main(version_base="1.3", config_path=None, config_name="app")
def main(cfg):
    with open(cfg.curves) as file:
        curve = json.load(file)[cfg.configuration]
    done = checkpoint("state") / "evaluations"
    begin = int(done.read_text()) if done.exists() else 0
    for step, value in enumerate(curve[begin:], begin + 1):
        time.sleep(cfg.seconds)
        with open(cfg.log, "a") as log:
            log.write(f"{cfg.configuration}\n")
        done.write_text(str(step))
        report(value, step)
    return curve[-1]


if __name__ == "__main__":
    main()
