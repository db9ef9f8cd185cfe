"""A sweep side by side with hydra-optuna-sweeper and hydra-joblib-launcher: wall-clock of the same 24 trainings.

    python benchmarks/sweep.py [--quick]

Both sides run the same list of configurations of benchmarks/sweep_app on two slots of one thread each, in some orders.
What counts is the time from the start of the first training to the end of the last, when environments and imports are
warm. The peer (hydra-optuna-sweeper 1.3.0, optuna < 3, in memory) gets an environment of its own under build/. A
training that is not pruned takes at least 10 s (where lengths differ: on average) and is evaluated nine times.
Learning rates and pruner were chosen on corpus 0 and orders 0 to 2; what is reported is of another corpus and other
orders.

- With pruning: `ratio` is the peer's seconds over ours, the bar 2, at a best value within 0.01 of the peer's; median
  over three orders.
- `unpruned`: ours without a pruner, on log-normal lengths of the same sum; our seconds over the peer's, the bar 0.8;
  median over five orders, for what a batch barrier costs depends much on the order: `least` is what each allows if
  nothing but trainings takes time.
- `overhead`: seconds a trial when trials do nothing, of the whole command and between first start and last end.

`--quick` shortens the trainings to see that everything works; its numbers mean nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import torch

from ner_lab import newswire

ROOT = Path(__file__).resolve().parent.parent
APP = ROOT / "benchmarks" / "sweep_app"
PEER = ROOT / "build" / "peer-sweep"
PACKAGES = ("hydra-core==1.3.8", "hydra-optuna-sweeper==1.3.0", "hydra-joblib-launcher==1.2.0", "optuna==2.10.1")
SLOTS, TRIALS, TARGET_S, SPREAD = 2, 24, 13.5, 0.8
DATA_SEED, ORDERS, PRUNED_ORDERS = 1, (100, 101, 102, 103, 104), 3
# Asynchronous successive halving (Li et al. 2018): a third goes on after 1, 3 and 9 evaluations.
PRUNER = "{_target_: optuna.pruners.SuccessiveHalvingPruner, min_resource: 1, reduction_factor: 3}"


def peer_python() -> Path:
    """The peer's interpreter; its environment is made once, and borrows torch from this one."""
    python = PEER / "bin" / "python"
    made = PEER / "made.txt"
    if not made.is_file() or made.read_text().split() != list(PACKAGES):
        shutil.rmtree(PEER, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", PEER], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *PACKAGES], check=True)
        asked = [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
        own = Path(subprocess.run(asked, check=True, capture_output=True, text=True).stdout.strip())
        # After the environment's own packages, so that its optuna comes first.
        (own / "torch.pth").write_text(f"{Path(torch.__file__).parent.parent}\n")
        made.write_text("\n".join(PACKAGES))
    return python


def save_data(file: Path) -> None:
    """Generated newswire as padded tensors: words by number (those of training), labels by number, O first."""
    splits = newswire.generate(size=1500, seed=DATA_SEED)
    train, dev = splits["train"][:1500], splits["dev"][:300]
    words = {word: i + 1 for i, word in enumerate(sorted({word for sentence in train for word in sentence.words}))}
    tags = {tag for sentence in train for tag in sentence.tags or ()}
    labels = {tag: i for i, tag in enumerate(["O", *sorted(tags - {"O"})])}

    def padded(rows: list[list[int]], fill: int) -> torch.Tensor:
        return torch.nn.utils.rnn.pad_sequence([torch.tensor(row) for row in rows], True, fill)

    saved: dict[str, Any] = {"vocabulary": len(words) + 1, "labels": len(labels)}
    for prefix, sentences in (("", train), ("dev_", dev)):
        saved[f"{prefix}words_SW"] = padded([[words.get(word, 0) for word in s.words] for s in sentences], 0)
        saved[f"{prefix}labels_SW"] = padded([[labels.get(tag, 0) for tag in s.tags or ()] for s in sentences], -1)
    torch.save(saved, file)


class Bench:
    """Runs sweeps of the application and reads what each trial noted."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.count = folder, 0
        self.data = folder / "data.pt"
        save_data(self.data)

    def run(self, python: object, overrides: list[str]) -> tuple[list[dict[str, Any]], float]:
        """The trials' notes, and the seconds of the whole command."""
        self.count += 1
        log = self.folder / f"{self.count}.jsonl"
        log.touch()
        shared = [f"data={self.data}", f"log={log}", f"hydra.sweep.dir={self.folder / str(self.count)}"]
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(APP)}
        begin = time.monotonic()
        command = [str(python), str(APP / "app.py"), "-m", *shared, *overrides]
        done = subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, text=True)
        seconds = time.monotonic() - begin
        if done.returncode:
            sys.exit(f"{' '.join(command)}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}")
        return [json.loads(line) for line in log.read_text().splitlines()], seconds

    def peer(self, order: list[int], *overrides: str) -> list[dict[str, Any]]:
        listed = ",".join(map(str, order))
        settings = ["hydra/sweeper=optuna", "hydra/sweeper/sampler=listed", f"hydra.sweeper.sampler.order=[{listed}]"]
        settings += ["hydra/launcher=joblib", f"hydra.launcher.n_jobs={SLOTS}", f"hydra.sweeper.n_jobs={SLOTS}"]
        settings += [f"hydra.sweeper.n_trials={len(order)}", "hydra.sweeper.direction=maximize"]
        return self.run(peer_python(), [*settings, f"configuration=choice({listed})", *overrides])[0]

    def ours(self, order: list[int], *overrides: str) -> tuple[list[dict[str, Any]], float]:
        settings = ["hydra/sweeper=slots", f"hydra.sweeper.slots={SLOTS}", "hydra.sweeper.preload=[torch]"]
        listed = ",".join(map(str, order))
        return self.run(sys.executable, [*settings, f"configuration={listed}", *overrides])

    def steps(self, target: float) -> int:
        """Steps between evaluations for which a training takes `target` seconds while both slots are busy."""
        probe = 20
        seconds = [t["end"] - t["start"] for t in self.peer([0, 12, 5, 17], f"steps={probe}")]
        return max(1, round(probe * target / statistics.mean(seconds)))


def wall(trials: list[dict[str, Any]]) -> float:
    return max(t["end"] for t in trials) - min(t["start"] for t in trials)


def row(who: str, trials: list[dict[str, Any]], evaluations: int) -> dict[str, Any]:
    whole = [t for t in trials if t["evaluations"] == evaluations]
    return {
        "who": who,
        "seconds": round(wall(trials), 2),
        "trials": len(trials),
        "best": round(max(t["value"] for t in whole), 4),
        "min_trial_s": round(min(t["end"] - t["start"] for t in whole), 2),
    }


def least_share(lengths: list[float]) -> float:
    """What slots without a batch barrier are worth if only trainings take time: their seconds over the barrier's."""
    barrier = sum(max(lengths[i : i + SLOTS]) for i in range(0, len(lengths), SLOTS))
    ends = [0.0] * SLOTS
    for length in lengths:
        ends[ends.index(min(ends))] += length
    return max(ends) / barrier


def overhead(bench: Bench, sizes: tuple[int, ...]) -> dict[str, Any]:
    """Seconds a trial when trials do nothing; starting one is what passes between two starts on a slot."""
    found: dict[str, Any] = {"command_s_per_trial": {}, "per_trial_s": {}}
    for size in sizes:
        # The same configuration over and over would be one job of a grid, so each gets a number of its own.
        trials, seconds = bench.ours(list(range(size)), "steps=0")
        assert len(trials) == size, f"{len(trials)} of {size} trials ran"
        found["command_s_per_trial"][size] = round(seconds / size, 4)
        found["per_trial_s"][size] = round(wall(trials) / size, 4)
        starts = sorted(t["start"] for t in trials)
        if size > SLOTS:
            gaps = [later - start for start, later in zip(starts, starts[SLOTS:], strict=False)]
            found["trial_start_s"] = round(statistics.median(gaps), 4)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    arguments = parser.parse_args()
    sys.path.insert(0, str(APP))
    from app import EVALUATIONS, length  # type: ignore[import-not-found]

    bench = Bench(Path(tempfile.mkdtemp(prefix="sweep-")))
    peer_python()
    steps = bench.steps(0.3 if arguments.quick else TARGET_S)
    orders = [random.Random(seed).sample(range(TRIALS), TRIALS) for seed in ORDERS[: 1 if arguments.quick else None]]
    rows, ratios, unpruned = [], [], []
    for order in orders[:PRUNED_ORDERS]:
        theirs, (own, _) = (
            bench.peer(order, f"steps={steps}"),
            bench.ours(order, f"steps={steps}", f"hydra.sweeper.pruner={PRUNER}", "hydra.sweeper.direction=maximize"),
        )
        pair = [row("hydra-optuna-sweeper", theirs, EVALUATIONS), row("ner-lab", own, EVALUATIONS)]
        rows += pair
        ratios.append(pair[0]["seconds"] / pair[1]["seconds"])
        print(f"pruned: {pair[0]} {pair[1]}: {ratios[-1]:.2f}x", flush=True)
    factors = [length(configuration, SPREAD) for configuration in range(TRIALS)]
    lengths = (f"steps={max(1, round(steps / statistics.mean(factors)))}", f"spread={SPREAD}")
    for order in orders:
        theirs, (own, _) = bench.peer(order, *lengths), bench.ours(order, *lengths)
        least = least_share([factors[configuration] for configuration in order])
        unpruned.append({"peer_s": round(wall(theirs), 2), "ours_s": round(wall(own), 2), "least": round(least, 3)})
        print(f"unpruned, log-normal lengths: {unpruned[-1]}", flush=True)
    sizes = (1, 10) if arguments.quick else (1, 10, 100, 1000)
    shares = [pair["ours_s"] / pair["peer_s"] for pair in unpruned]
    same = all(abs(a["best"] - b["best"]) <= 0.01 for a, b in zip(rows[::2], rows[1::2], strict=True))
    result = {
        "ratio": round(statistics.median(ratios), 2) if same else 0.0,
        "bar": 2.0,
        "rows": rows,
        "same_best": same,
        "unpruned": {"share": round(statistics.median(shares), 3), "bar": 0.8, "orders": unpruned},
        "overhead": {"bar": 0.3, **overhead(bench, sizes)},
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
