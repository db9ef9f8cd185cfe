"""From the run folders of the study to results.csv, figure.svg and a table.

python experiments/002-losses-smoke/collect.py outputs/002-newswire outputs/002-wnut17
"""

from __future__ import annotations

import csv
import json
import statistics
import sys
from collections import defaultdict
from pathlib import Path
from xml.sax.saxutils import escape

from omegaconf import OmegaConf

HERE = Path(__file__).resolve().parent
COLUMNS = ("corpus", "loss", "head", "seed", "dev_f1", "test_f1", "train_seconds", "commit", "dirty")


def rows(sweep: Path) -> list[dict[str, object]]:
    found = []
    for metrics_file in sorted(sweep.glob("*/metrics.json"), key=lambda path: int(path.parent.name)):
        run = metrics_file.parent
        metrics = json.loads(metrics_file.read_text())
        git = json.loads((run / "environment.json").read_text())["git"]
        overrides = dict(str(o).split("=", 1) for o in OmegaConf.load(run / "overrides.yaml"))
        found.append(
            {
                "corpus": sweep.name.removeprefix("002-"),
                "loss": overrides["loss"],
                "head": overrides["model/head"],
                "seed": int(overrides["seed"]),
                "dev_f1": round(metrics["dev"]["f1"], 4),
                "test_f1": round(metrics["test"]["f1"], 4),
                "train_seconds": metrics["train"]["seconds"],
                "commit": git["commit"][:7],
                "dirty": git["dirty"],
            }
        )
    return found


def figure(cells: dict[tuple[str, str, str], list[float]]) -> str:
    """Test F1 of each seed (points) and their mean (bar), one row a loss, one panel a corpus, one colour a head."""
    corpora = list(dict.fromkeys(corpus for corpus, _, _ in cells))
    losses = list(dict.fromkeys(loss for _, loss, _ in cells))
    colours = {"linear": "#1f77b4", "crf": "#d62728"}
    left, panel, row, top = 190, 330, 26, 46
    width, height = left + panel * len(corpora), top + row * len(losses) + 40
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        'font-family="sans-serif" font-size="12">',
        f'<rect width="{width}" height="{height}" fill="white"/>',
    ]
    for i, loss in enumerate(losses):
        parts.append(f'<text x="{left - 12}" y="{top + row * i + 17}" text-anchor="end">{escape(loss)}</text>')
    for p, corpus in enumerate(corpora):
        values = [v for (c, _, _), some in cells.items() if c == corpus for v in some]
        low, high = min(values) - 0.01, max(values) + 0.01
        x = lambda v, p=p, low=low, high=high: left + panel * p + 12 + (panel - 40) * (v - low) / (high - low)  # noqa: E731
        parts.append(f'<text x="{left + panel * p + 12}" y="20" font-weight="bold">test F1 on {escape(corpus)}</text>')
        for mark in (low, (low + high) / 2, high):
            parts.append(
                f'<line x1="{x(mark):.1f}" x2="{x(mark):.1f}" y1="{top}" y2="{height - 34}" stroke="#ddd"/>'
                f'<text x="{x(mark):.1f}" y="{height - 18}" text-anchor="middle">{100 * mark:.0f}</text>'
            )
        for i, loss in enumerate(losses):
            for shift, head in enumerate(colours):
                some, y = cells.get((corpus, loss, head), []), top + row * i + 8 + 9 * shift
                for v in some:
                    parts.append(f'<circle cx="{x(v):.1f}" cy="{y}" r="3" fill="{colours[head]}" fill-opacity="0.6"/>')
                if some:
                    mean = x(statistics.mean(some))
                    parts.append(
                        f'<line x1="{mean:.1f}" x2="{mean:.1f}" y1="{y - 5}" y2="{y + 5}" stroke="{colours[head]}" '
                        'stroke-width="2.5"/>'
                    )
    for shift, (head, colour) in enumerate(colours.items()):
        parts.append(f'<text x="{12 + 60 * shift}" y="20" fill="{colour}" font-weight="bold">{head}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def main() -> None:
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    table = [row for sweep in sys.argv[1:] for row in rows(Path(sweep))]
    with (HERE / "results.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(table)
    cells: dict[tuple[str, str, str], list[float]] = defaultdict(list)
    for row in table:
        cells[str(row["corpus"]), str(row["loss"]), str(row["head"])].append(float(str(row["test_f1"])))
    (HERE / "figure.svg").write_text(figure(cells))
    print("| corpus | loss | head | test F1, mean | sd | n |\n|---|---|---|---|---|---|")
    for (corpus, loss, head), some in cells.items():
        deviation = statistics.stdev(some) if len(some) > 1 else float("nan")
        print(
            f"| {corpus} | {loss} | {head} | {100 * statistics.mean(some):.1f} | {100 * deviation:.1f} | {len(some)} |"
        )


if __name__ == "__main__":
    main()
