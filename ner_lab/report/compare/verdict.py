"""What a difference means, in words."""

from __future__ import annotations

from ner_lab.report.compare.significance import Difference

ENOUGH, LEAST = 5, 3  # seeds: intervals hold what they promise from the one on; below the other there is no verdict
LEVEL = 0.05
FALSE = {3: 0.084, 4: 0.076}  # seeds -> highest rate of p < 0.05 without a difference, in benchmarks/error_rates.py
ONLY_MODELS = "these two models only"
NO_DIFFERENCE = "no significant difference"


def short(a: str, b: str, found: Difference | None, p_holm: float | None, seeds: int) -> str:
    """`focal better`, `no significant difference` or `these two models only`, with a caution below five seeds."""
    if found is None or p_holm is None:
        return ONLY_MODELS
    caution = f" (caution: {seeds} seeds)" if seeds < ENOUGH else ""
    if p_holm >= LEVEL:
        return NO_DIFFERENCE + caution
    return f"{a if found.value > 0 else b} better{caution}"


def sentence(
    a: str, b: str, metric: str, found: Difference | None, p_holm: float | None, seeds: int, family: int
) -> str:
    """The verdict on a pair with `LEAST` seeds or more, in one or two sentences. Numbers are in percent points."""
    assert found is not None and p_holm is not None
    if found.low == found.high == 0:
        return f"{a} and {b} have identical scores."
    p = p_text(found.p)
    corrected = f", {p_text(p_holm)} after Holm's correction for {family} comparisons" if family > 1 else ""
    caution = f" Caution: {few_seeds(seeds)}." if seeds < ENOUGH else ""
    if p_holm < LEVEL:
        better, worse = (a, b) if found.value > 0 else (b, a)
        low, high = sorted((abs(found.low), abs(found.high)))
        return (
            f"{better} is better than {worse} by {abs(100 * found.value):.2f} points of {metric} "
            f"(95 % interval {100 * low:.2f} to {100 * high:.2f}, {p}{corrected}).{caution}"
        )
    interval = f"95 % interval {points(found.low)} to {points(found.high)}"
    alone = " Alone it would count as one; among so many comparisons it may be chance." if found.p < LEVEL else ""
    return (
        f"No significant difference in {metric} between {a} and {b}: {points(found.value)} ({interval}, "
        f"{p}{corrected}).{alone}{caution}"
    )


def few_seeds(seeds: int) -> str:
    """What is known of tests with `LEAST` seeds or more, but fewer than `ENOUGH`."""
    return (
        f"{seeds} seeds are few; in simulations with {seeds}, up to {100 * FALSE[seeds]:.1f} % of the differences that "
        "were none counted as one at p < 0.05"
    )


def only_models(a: str, b: str, metric: str, value: float, interval: tuple[float, float] | None, seeds: int) -> str:
    """What can be said below `LEAST` seeds, or where the test set is a single document and so has no `interval`."""
    said = f"Only these two models: {a} less {b} is {points(value)} points of {metric}"
    if interval is None:
        return (
            f"{said}. No verdict: the test set is a single document, so nothing tells how others would have come out."
        )
    counted = f"{seeds} seed{'s' * (seeds != 1)}"
    return (
        f"{said}; for other test documents {points(interval[0])} to {points(interval[1])}, 95 %. No verdict about the "
        f"two systems: {counted} {'is' if seeds == 1 else 'are'} too few, it takes {LEAST}, better {ENOUGH}."
    )


def power(needed: int | None, seeds: int, effect: float, range_: tuple[int | None, int | None]) -> str:
    """What the numbers of `seeds_to_see` and `seeds_range` say."""
    size = f"{100 * effect:g} points"
    rough = f" (10 to 90 % range: {seeds_text(range_)})"
    if needed is None:
        return f"no number of seeds on this test set would show a difference of {size}{rough}"
    enough = f"{needed} seeds each are enough" if needed <= seeds else f"it would take about {needed} seeds each"
    return f"to see a difference of {size}, {enough}{rough}"


def seeds_text(range_: tuple[int | None, int | None]) -> str:
    """`11 to 92`, `40 to no number`, or one of them alone where the two are the same."""
    low, high = ("no number" if number is None else str(number) for number in range_)
    return low if low == high else f"{low} to {high}"


def points(value: float) -> str:
    """A difference in percent points, with its sign: `+0.84`."""
    rounded = round(100 * value, 2) + 0.0  # no minus before a zero
    return f"{rounded:+.2f}".replace("-", "\N{MINUS SIGN}")


def p_text(p: float) -> str:
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}"
