"""Promotion side by side with successive halving and with no pruning: steps spent, and the best score.

    python benchmarks/promotion.py [--quick]

The learning curves are real: small taggers (benchmarks/sweep_app) on generated newswire, one a learning rate, weight
decay and width, each scored 27 times on the dev set. They are recorded once, without any sweep; then the same 48
configurations are swept in ten orders by hydra-slots itself, on two slots, with an application that replays them. All
three have the same space and orders; both pruners look at evaluations 5 and 15 and let one in three go on.

`ratio` is the steps of successive halving over those of promotion, median over the orders. The bar is 1 / 0.6, at a
best dev F1 within 0.3 points of it; where that is missed the ratio counts as 0. `share` is the other way round.
`--quick` takes shorter trainings and two orders to see that everything works; its numbers mean nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from itertools import product
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import torch
from sweep import APP as TRAININGS
from sweep import save_data

sys.path.insert(0, str(TRAININGS))
from app import LEARNING_RATES, WEIGHT_DECAYS, Tagger, score  # type: ignore[import-not-found]

APP = Path(__file__).resolve().parent / "promotion_app" / "app.py"
CONFIGURATIONS = list(product(LEARNING_RATES, WEIGHT_DECAYS, (16, 32)))
EVALUATIONS, STEPS, BATCH, ORDERS = 27, 6, 16, tuple(range(200, 210))
LOWEST = 5  # the lowest rung: before that a training of this length says nothing of its end
POINTS = 0.3  # of F1 that are no difference
PRUNERS = {
    "successive_halving": f"{{name: successive_halving, min_resource: {LOWEST}, reduction_factor: 3}}",
    "promotion": f"{{name: promotion, min_steps: {LOWEST}, factor: 3, max_steps: {EVALUATIONS}}}",
}


def curve(configuration: int, data: Path, steps: int) -> list[float]:
    """Dev F1 in points after each `steps` steps of a training."""
    torch.set_num_threads(1)
    torch.manual_seed(0)
    loaded = torch.load(data)
    words_SW, labels_SW = loaded["words_SW"], loaded["labels_SW"]
    rate, decay, width = CONFIGURATIONS[configuration]
    model = Tagger(loaded["vocabulary"], loaded["labels"], width)
    optimizer = torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=decay)
    values = []
    for _ in range(EVALUATIONS):
        for _ in range(steps):
            chosen = torch.randint(len(words_SW), (BATCH,))
            scores_BWK = model(words_SW[chosen])
            loss = torch.nn.functional.cross_entropy(
                scores_BWK.flatten(0, 1), labels_SW[chosen].flatten(), ignore_index=-1
            )
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        values.append(round(100 * score(model, loaded["dev_words_SW"], loaded["dev_labels_SW"]), 3))
    return values


def sweep(folder: Path, order: list[int], curves: Path, pruner: str) -> dict[str, Any]:
    """Evaluations that were spent, trials that ran to their end, and the best of those."""
    folder.mkdir()
    log = folder / "log.txt"
    log.touch()
    settings = ["hydra/sweeper=slots", "hydra.sweeper.slots=2", "hydra.sweeper.direction=maximize"]
    settings += [f"hydra.sweep.dir={folder / 'sweep'}", f"curves={curves}", f"log={log}"]
    settings += [f"configuration={','.join(map(str, order))}", f"hydra.sweeper.pruner={PRUNERS[pruner]}"]
    command = [sys.executable, str(APP), "-m", *settings]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "OMP_NUM_THREADS": "1"})
    if done.returncode:
        sys.exit(f"{' '.join(command)}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}")
    spent = [int(line) for line in log.read_text().splitlines()]
    whole = [one for one in set(spent) if spent.count(one) == EVALUATIONS]
    table = json.loads(curves.read_text())
    return {"who": pruner, "steps": len(spent), "whole": len(whole), "best": max(table[one][-1] for one in whole)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args().quick
    folder = Path(tempfile.mkdtemp(prefix="promotion-"))
    save_data(folder / "data.pt")
    count = len(CONFIGURATIONS)
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        made = list(pool.map(curve, range(count), [folder / "data.pt"] * count, [1 if quick else STEPS] * count))
    curves = folder / "curves.json"
    curves.write_text(json.dumps(made))
    print(f"{count} curves, the best ends at {max(one[-1] for one in made)}", flush=True)
    rows, shares, same = [], [], []
    for seed in ORDERS[: 2 if quick else None]:
        order = random.Random(seed).sample(range(count), count)
        found = {name: sweep(folder / f"{seed}-{name}", order, curves, name) for name in PRUNERS}
        whole = {"steps": count * EVALUATIONS, "whole": count, "best": max(one[-1] for one in made)}
        found["none"] = {"who": "none", **whole}  # in whatever order
        rows += [{"order": seed, **row} for row in found.values()]
        shares.append(found["promotion"]["steps"] / found["successive_halving"]["steps"])
        same.append(found["promotion"]["best"] >= found["successive_halving"]["best"] - POINTS)
        print(f"order {seed}: {list(found.values())}: {shares[-1]:.2f} of the steps", flush=True)
    best = {name: statistics.mean(row["best"] for row in rows if row["who"] == name) for name in found}
    within = best["promotion"] >= best["successive_halving"] - POINTS
    share = statistics.median(shares)
    result = {
        "ratio": round(1 / share, 3) if within else 0.0,
        "bar": round(1 / 0.6, 3),
        "share": round(share, 3),
        "best": {name: round(value, 3) for name, value in best.items()},
        "orders_within": f"{sum(same)} of {len(same)}",
        "rows": rows,
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
