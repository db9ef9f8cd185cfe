"""How often differences that are none are called significant: `ner-lab compare`, and what papers do instead.

    python benchmarks/error_rates.py [--comparisons 1000] [--processes 2] [--part NAME]

Models are simulated on test sets that are drawn anew each time (`simulated/`: two models that share no code). Two
systems that are alike are compared by the crossed random effects of this project, by a paired t-test over the scores of
the seeds, and by a paired test over documents for the mean of the seeds (what the bootstrap and permutations over
sentences or documents estimate). `rows` has their rates at 0.05 in each world, and how often the 95 % interval of this
project holds a true difference; `error` is the simulation's own standard error of a rate of 0.05.

Parts: `documents` and `few_seeds` are the first model with named documents; in `hidden` the documents are in file
order, but nobody named them; `independent` has sentences that share nothing, and the power of this project's test over
that of one which knows it; `second` is the second model, named and hidden. `ratio` is of `documents`: the mean distance
of the better peer's rates from 0.05 over that of ours; the bar is 3.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import asdict
from functools import partial
from itertools import product
from multiprocessing import Pool
from typing import Any

import numpy as np
from scipy import stats
from simulated import logit, probit

from ner_lab.report.compare.document_scores import DocumentScores
from ner_lab.report.compare.significance import difference

BAR = 3.0
Row = dict[str, Any]


def p_over_seeds(a: DocumentScores, b: DocumentScores) -> float:
    return float(stats.ttest_rel(a.scores_N, b.scores_N).pvalue)


def p_over_documents(a: DocumentScores, b: DocumentScores) -> float:
    return float(
        stats.ttest_1samp((a.influences_ND - b.influences_ND).mean(0) + (a.scores_N - b.scores_N).mean(), 0).pvalue
    )


def with_documents(world: logit.World, number: int, comparisons: int) -> Row:
    rng = np.random.default_rng([7, number])
    counts = {"ours": 0.0, "over_seeds": 0.0, "over_documents": 0.0, "interval_holds": 0.0}
    truth = world.truth()
    for _ in range(comparisons):
        a, b = world.systems(rng)
        counts["ours"] += difference(a, b, paired=True).p < 0.05
        counts["over_seeds"] += p_over_seeds(a, b) < 0.05
        counts["over_documents"] += p_over_documents(a, b) < 0.05
        found = difference(*world.systems(rng, logit.BETTER), paired=True)
        counts["interval_holds"] += found.low <= truth <= found.high
    return _row(world, counts, comparisons)


def in_sentences(world: logit.World | probit.World, number: int, comparisons: int, named: bool) -> Row:
    """Documents that nobody named (`ours`, `interval_holds`), beside sentences as units; with `named` both ways."""
    rng = np.random.default_rng([8, number])
    counts = {"ours": 0.0, "interval_holds": 0.0, "sentences_as_units": 0.0}
    counts |= {"ours_named": 0.0, "interval_holds_named": 0.0} if named else {}
    truth, better = world.truth(), logit.BETTER if isinstance(world, logit.World) else probit.BETTER
    for _ in range(comparisons):
        alike, unlike = world.text(rng), world.text(rng, better)
        counts["sentences_as_units"] += difference(*alike.sentences(), paired=True).p < 0.05
        counts["ours"] += difference(*alike.hidden(), paired=True).p < 0.05
        found = difference(*unlike.hidden(), paired=True)
        counts["interval_holds"] += found.low <= truth <= found.high
        if named:
            counts["ours_named"] += difference(*alike.named(), paired=True).p < 0.05
            found = difference(*unlike.named(), paired=True)
            counts["interval_holds_named"] += found.low <= truth <= found.high
    return _row(world, counts, comparisons)


def of_independent_sentences(world: logit.World, number: int, comparisons: int, better: float) -> Row:
    rng = np.random.default_rng([9, number])
    counts = {"ours": 0.0, "power": 0.0, "power_knowing": 0.0}
    for _ in range(comparisons):
        counts["ours"] += difference(*world.text(rng).hidden(), paired=True).p < 0.05
        text = world.text(rng, better)
        counts["power"] += difference(*text.hidden(), paired=True).p < 0.05
        counts["power_knowing"] += difference(*text.sentences(), paired=True).p < 0.05
    ratio = {"power_ratio": round(counts["power"] / max(1.0, counts["power_knowing"]), 3)}
    return _row(world, counts, comparisons) | {"better": better} | ratio


def _row(world: logit.World | probit.World, counts: dict[str, float], comparisons: int) -> Row:
    return asdict(world) | {name: round(count / comparisons, 4) for name, count in counts.items()}


def jobs(comparisons: int) -> Iterator[tuple[str, Callable[[], Row]]]:
    """The worlds of every part."""
    worlds = [logit.World(*each) for each in product((20, 50, 200), (0.0, 0.7, 1.2), (0.0, 0.05, 0.3), (5, 10), (1.1,))]
    worlds += [logit.World(100, 0.7, 0.05, 5, mean) for mean in (-0.85, 3.0)]  # F1 of about 0.4 and 0.9
    for number, world in enumerate(worlds):
        yield "documents", partial(with_documents, world, number, comparisons)
    few = [logit.World(*each) for each in product((50, 200), (0.0, 0.7, 1.2), (0.1, 0.2, 0.3), (3, 4), (1.1,))]
    for number, world in enumerate(few, len(worlds)):
        yield "few_seeds", partial(with_documents, world, number, comparisons)
    number = 0
    for (documents, entities), uneven, system, seeds in product(
        ((231, 24), (100, 20), (20, 40)), (0.0, 0.7), (0.25, 0.5), (5, 10)
    ):
        number += 1
        world = logit.World(documents, uneven, 0.05, seeds, 1.1, entities, system)
        yield "hidden", partial(in_sentences, world, number, comparisons, named=False)
    for (documents, entities), (agree, share), seeds in product(
        ((231, 24), (100, 20), (20, 40)), ((60.0, 1.0), (15.0, 1.0), (30.0, 0.1)), (5, 10)
    ):
        number += 1
        second = probit.World(documents, entities, seeds, agree, share=share)
        yield "second", partial(in_sentences, second, number, comparisons, named=True)
    for sentences, better in ((250, 0.4), (500, 0.3), (1000, 0.2), (4000, 0.1)):
        number += 1
        world = logit.World(sentences, 0.0, 0.05, 5, 1.1, entities=0)
        yield "independent", partial(of_independent_sentences, world, number, comparisons, better)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--comparisons", type=int, default=1000, help="of each world (default: 1000)")
    parser.add_argument("--processes", type=int, default=os.cpu_count(), help="(default: one a core)")
    parser.add_argument("--part", help="only this one")
    chosen = parser.parse_args()
    listed = [each for each in jobs(chosen.comparisons) if chosen.part in (None, each[0])]
    rows = []
    with Pool(chosen.processes) as pool:
        for (part, _), row in zip(listed, pool.imap(_call, [job for _, job in listed]), strict=True):
            rows.append({"part": part} | row)
            print(", ".join(f"{key} {value}" for key, value in rows[-1].items()), flush=True)
    named = [row for row in rows if row["part"] == "documents"]
    off = {n: np.mean([abs(row[n] - 0.05) for row in named]) for n in ("ours", "over_seeds", "over_documents") if named}
    ratio = round(float(min(off["over_seeds"], off["over_documents"]) / off["ours"]), 2) if named else None
    error = round((0.05 * 0.95 / chosen.comparisons) ** 0.5, 4)
    print(json.dumps({"ratio": ratio, "bar": BAR, "error": error, "rows": rows}))


def _call(job: Callable[[], Row]) -> Row:
    return job()


if __name__ == "__main__":
    main()
