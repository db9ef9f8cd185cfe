"""What a difference means, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ner_lab.report.compare.claims import EQUIVALENT, IDENTICAL, LEVEL, UNKNOWN, WORSE, Claim
from ner_lab.report.compare.significance import Difference

ENOUGH, LEAST = 5, 3  # seeds: intervals hold what they promise from the one on; below the other there is no verdict
FALSE = {3: 0.084, 4: 0.076}  # seeds -> highest rate of p < 0.05 without a difference, in benchmarks/error_rates.py
ONLY_MODELS = "these two models only"
NOT_KNOWN = "not known yet"


def short(a: str, b: str, claim: Claim | None, seeds: int) -> str:
    """`focal better`, `equivalent within 0.5`, `not known yet` or `these two models only`, with a caution below five
    seeds."""
    if claim is None:
        return ONLY_MODELS
    same = f"equivalent within {100 * (claim.margin or 0):g}"
    if claim.different:
        said = f"{a if claim.value > 0 else b} better" + (f", {same}" if claim.equivalent else "")
    else:
        said = {EQUIVALENT: same, IDENTICAL: "identical scores", UNKNOWN: NOT_KNOWN}[claim.outcome]
    return said + (f" (caution: {seeds} seeds)" if seeds < ENOUGH else "")


def counted(claims: Sequence[Claim | None]) -> str:
    """How many of the pairs have which verdict: `Of 45 pairs 12 differ and 33 are not known yet.`"""
    same = next((f"equivalent within {100 * c.margin:g}" for c in claims if c and c.margin), "")
    found = Counter("untested" if c is None else WORSE if c.different else c.outcome for c in claims)
    said = {WORSE: "differ", EQUIVALENT: f"are {same}", IDENTICAL: "have identical scores"}
    said |= {UNKNOWN: f"are {NOT_KNOWN}", "untested": "have too few seeds for a test"}
    parts = [f"{found[key]} {words}" for key, words in said.items() if found[key]]
    return f"Of {len(claims)} pairs {', '.join(parts)}."


def sentence(a: str, b: str, metric: str, found: Difference, claim: Claim, seeds: int) -> str:
    """The verdict on a pair with `LEAST` seeds or more, in one to three sentences. Numbers are in percentage points."""
    caution = f" Caution: {seeds} seeds." if seeds < ENOUGH else ""
    return tested(a, b, metric, (found.low, found.high), claim) + caution


def tested(a: str, b: str, metric: str, interval: tuple[float, float], claim: Claim) -> str:
    """The verdict on a tested difference, whatever it was tested over."""
    if claim.identical:
        return f"{a} and {b} have identical scores."
    p = _p_texts(claim.p, claim.p_holm, claim.family)
    low, high = interval
    around = f"95 % interval {points(low)} to {points(high)}"
    same = f"two one-sided tests, {_p_texts(claim.p_equivalent, claim.p_equivalent_holm, claim.family)}"
    if claim.different:
        better, worse = (a, b) if claim.value > 0 else (b, a)
        low, high = (low, high) if claim.value > 0 else (-high, -low)
        yet = f" Yet they are equivalent within {margin_text(claim.margin)} ({same})." if claim.equivalent else ""
        return (
            f"{better} is better than {worse} by {abs(100 * claim.value):.2f} points of {metric} "
            f"(95 % interval {_plain(low)} to {_plain(high)}, {p}).{yet}"
        )
    if claim.equivalent:
        return (
            f"{a} and {b} are equivalent within {margin_text(claim.margin)} of {metric}: {a} \N{MINUS SIGN} {b} is "
            f"{points(claim.value)} ({around}; {same})."
        )
    alone = " On its own it would be significant; among so many comparisons it may be chance." * (claim.p < LEVEL)
    nor = "" if claim.equivalent is None else f" Equivalence within {margin_text(claim.margin)} is not shown either"
    return (
        f"Not known yet which of {a} and {b} is better in {metric}: {a} \N{MINUS SIGN} {b} is {points(claim.value)} "
        f"({around}, {p}).{alone}" + (f"{nor} ({same})." if nor else "")
    )


def margin_text(margin: float | None) -> str:
    """A margin of equivalence as people write it: `0.5 points`."""
    size = f"{100 * (margin or 0):g}"
    return f"{size} point{'s' * (size != '1')}"


def few_seeds(seeds: int) -> str:
    """What is known of tests with `LEAST` seeds or more, but fewer than `ENOUGH`."""
    return (
        f"{seeds} seeds are few: in simulations, up to {100 * FALSE[seeds]:.1f} % of pairs of equal systems came out "
        "as different at p < 0.05"
    )


def only_models(
    a: str, b: str, metric: str, value: float, interval: tuple[float, float] | None, seeds: int, unit: str = "document"
) -> str:
    """What can be said below `LEAST` seeds, or where the test set counts as one `unit` and so has no `interval`."""
    said = f"These two models only: {a} \N{MINUS SIGN} {b} is {points(value)} points of {metric}"
    if interval is None:
        return f"{said}. No verdict: the test set counts as a single {unit}, which says nothing of test-set sampling."
    counted = f"{seeds} seed{'s' * (seeds != 1)}"
    return (
        f"{said} (95 % interval {points(interval[0])} to {points(interval[1])}, test-set sampling alone). No verdict "
        f"about the two systems: {counted} {'is' if seeds == 1 else 'are'} too few; at least {LEAST} are needed, "
        f"preferably {ENOUGH}."
    )


def power(needed: int | None, seeds: int, effect: float, range_: tuple[int | None, int | None]) -> str:
    """What the numbers of `seeds_to_see` and `seeds_range` say."""
    size = f"{100 * effect:g} points"
    rough = "" if range_ == (None, None) and needed is None else f" (10 to 90 % range: {seeds_text(range_)})"
    if needed is None:
        return f"no number of seeds on this test set would be enough to detect a difference of {size}{rough}"
    enough = f"{needed} seeds each are enough" if needed <= seeds else f"about {needed} seeds each are needed"
    return f"to detect a difference of {size}, {enough}{rough}"


def seeds_text(range_: tuple[int | None, int | None]) -> str:
    """`11 to 92`, `40 to no number`, or one of them alone where the two are the same."""
    low, high = ("no number" if number is None else str(number) for number in range_)
    return low if low == high else f"{low} to {high}"


def points(value: float) -> str:
    """A difference in percentage points, with its sign: `+0.84`."""
    rounded = round(100 * value, 2) + 0.0  # no minus before a zero
    return f"{rounded:+.2f}".replace("-", "\N{MINUS SIGN}")


def _plain(value: float) -> str:
    """Points of the better one's lead, which the end of an interval can be below after all: `0.84`, a minus if so."""
    return points(value).removeprefix("+")


def p_text(p: float) -> str:
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}"


def _p_texts(p: float | None, corrected: float | None, family: int) -> str:
    if p is None or corrected is None:
        return ""
    after = f", {p_text(corrected)} after Holm's correction for {family} comparisons" if family > 1 else ""
    return p_text(p) + after
