"""A study along one config key: losses compared at each of its values. Writes results.csv and differences.csv, and
figure.svg where the values are numbers.

python experiments/levels.py outputs/005 data.type_noise "share of wrong types" experiments/005-label-noise

At each value of the key, on each test set, every loss is compared with nll as `ner-lab compare` does; Holm's correction
then takes in all comparisons of the study.
"""

from __future__ import annotations

import csv
import sys
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import Any

from ner_lab.report.compare.assessment import assess
from ner_lab.report.compare.results import Pair, TestSet
from ner_lab.report.compare.significance import holm, mean_interval
from ner_lab.report.runs import Run, find
from ner_lab.report.svg import COLOURS, FAINT, INK, LETTER, SMALL, Axis, Drawing

BASELINE = "nll"
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 620, 380, 60, 20, 20, 76
APART = 9  # pixels between the losses at one level


@dataclass(frozen=True)
class Level:
    """What the runs with one value of the key say of one test set."""

    value: Any
    found: TestSet


def value_of(run: Run, key: str) -> Any:
    """Of a key of the config (`data.size`) or of a config group (`model/head`)."""
    try:
        return reduce(lambda node, part: node[part], key.split("."), run.config)
    except KeyError:
        return run.choices[key]


def levels(sweep: str, key: str) -> list[Level]:
    by_value: dict[Any, list[Run]] = {}
    for run in find([sweep]):
        if run.state != "finished":
            sys.exit(f"{run.path}: {run.state}; give the sweep's command again")
        by_value.setdefault(value_of(run, key), []).append(run)
    return [
        Level(value, found)
        for value, runs in sorted(by_value.items())
        for found in assess(runs, by=["loss"], baseline=BASELINE).test_sets
    ]


def tested(study: list[Level]) -> list[tuple[Level, Pair, float]]:
    """All comparisons of the study with their p-values, corrected for their number."""
    pairs = [(level, pair) for level in study for pair in level.found.pairs if pair.found]
    adjusted = holm([pair.found.p for _, pair in pairs])
    return [(level, pair, p) for (level, pair), p in zip(pairs, adjusted, strict=True)]


def table(file: Path, columns: list[str], rows: list[list[Any]]) -> None:
    with file.open("w", newline="") as opened:
        csv.writer(opened, lineterminator="\n").writerows([columns, *rows])


def figure(study: list[Level], name: str) -> str:
    """Test F1 along the levels: a line through the means of each loss, its 95 % intervals, a point a seed."""
    systems = [{system.label: system for system in level.found.systems} for level in study]
    losses = list(systems[0])
    ends = {(i, loss): mean_interval(at[loss].by_document) for i, at in enumerate(systems) for loss in losses}
    drawing = Drawing(WIDTH, HEIGHT, f"test F1 against {name}")
    y = Axis.around([100 * end for both in ends.values() for end in both], HEIGHT - BOTTOM, TOP)
    x = Axis(-0.3, len(study) - 0.7, LEFT, WIDTH - RIGHT)
    drawing.ticks_beside(y, LEFT, WIDTH - RIGHT)
    drawing.line(LEFT, HEIGHT - BOTTOM, WIDTH - RIGHT, HEIGHT - BOTTOM, INK)
    for i, level in enumerate(study):
        drawing.text(x(i), HEIGHT - BOTTOM + 16, str(level.value), "middle", FAINT, SMALL)
    drawing.text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - BOTTOM + 34, name, "middle")
    drawing.text(16, (TOP + HEIGHT - BOTTOM) / 2, f"F1 on {study[0].found.name} (%)", "middle", turn=-90)
    for number, loss in enumerate(losses):
        colour, shift = COLOURS[number % len(COLOURS)], APART * (number - (len(losses) - 1) / 2)
        places = [(x(i) + shift, y(100 * at[loss].mean)) for i, at in enumerate(systems)]
        drawing.path(places, colour, 2)
        for i, (level, at, (across, _)) in enumerate(zip(study, systems, places, strict=True)):
            low, high = ends[i, loss]
            drawing.line(across, y(100 * low), across, y(100 * high), colour, 1.4)
            for score in at[loss].scores:
                drawing.dot(across, y(100 * score), colour, f"{loss}, {level.value}: {100 * score:.2f}", 2.5, 0.5)
        left = LEFT + sum(44 + LETTER * len(before) for before in losses[:number])
        drawing.line(left, HEIGHT - 18, left + 18, HEIGHT - 18, colour, 2.5)
        drawing.text(left + 22, HEIGHT - 14, loss, size=SMALL)
    return drawing.svg()


def main() -> None:
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    sweep, key, name, folder = sys.argv[1], sys.argv[2], sys.argv[3], Path(sys.argv[4])
    study = levels(sweep, key)
    family = tested(study)
    scores = [
        [
            level.found.name,
            level.value,
            system.label,
            run.config["seed"],
            f"{score:.4f}",
            run.metrics["train"]["seconds"],
        ]
        for level in study
        for system in level.found.systems
        for run, score in zip(system.runs, system.scores, strict=True)
    ]
    table(folder / "results.csv", ["test_set", key, "loss", "seed", "test_f1", "train_seconds"], scores)
    differences = [
        [level.found.name, level.value, pair.a.label, pair.b.label]
        + [f"{n:.6g}" for n in (pair.value, pair.found.low, pair.found.high, pair.found.p, p)]
        for level, pair, p in family
    ]
    columns = ["test_set", key, "a", "b", "difference", "low", "high", "p", "p_holm"]
    table(folder / "differences.csv", columns, differences)
    if all(isinstance(level.value, int | float) for level in study):
        (folder / "figure.svg").write_text(figure(study, name))
    heads = [f"{level.found.name}, {level.value}" for level in study]
    print(f"| {name} | {' | '.join(heads)} |\n|{'---|' * (len(heads) + 1)}")
    for loss in [system.label for system in study[0].found.systems]:
        found = [next(system for system in level.found.systems if system.label == loss) for level in study]
        cells = [f"{100 * one.mean:.1f} ± {100 * (one.deviation or 0):.1f}" for one in found]
        print(f"| {loss} | {' | '.join(cells)} |")
    for level, pair, p in family:
        if p < 0.05:
            size = f"{100 * pair.value:+.1f} [{100 * pair.found.low:.1f}, {100 * pair.found.high:.1f}]"
            print(f"{level.found.name}, {level.value}: {pair.a.label} - {pair.b.label}: {size}, Holm p {p:.2g}")
    for remark in dict.fromkeys(remark for level in study for remark in level.found.remarks):
        print(f"caution: {remark}")


if __name__ == "__main__":
    main()
